"""News for everybody who listens: one reader of the database, a ring of the last events, and no queue for anyone."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from gridtokenx.services.database.chain_tables import ChainEvent
from gridtokenx.services.database.engine import Database

LOOKS_EVERY = 0.25
RING = 2_000
PAGE = 500

log = structlog.get_logger("hub")


@dataclass
class EventHub:
    """Reads new events once for all listeners. A listener that is slow reads the database for itself."""

    database: Database
    last: int = 0
    ring: deque[ChainEvent] = field(default_factory=lambda: deque[ChainEvent](maxlen=RING))
    listeners: int = 0
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def run(self) -> None:
        """Looks for news until it is cancelled."""
        async with self.database.read() as session:
            self.last = await session.scalar(select(func.max(ChainEvent.seq))) or 0
        while True:
            try:
                found = await self.since(self.last)
            except (SQLAlchemyError, OSError) as error:
                log.warning("no news", error=str(error))
                found = []
            if found:
                self.ring.extend(found)
                self.last = found[-1].seq
                async with self._news:
                    self._news.notify_all()
            await asyncio.sleep(0 if len(found) == PAGE else LOOKS_EVERY)

    async def since(self, seq: int) -> list[ChainEvent]:
        """Events after `seq`, in order, one page at most."""
        async with self.database.read() as session:
            query = select(ChainEvent).where(ChainEvent.seq > seq, ~ChainEvent.retracted)
            return list((await session.scalars(query.order_by(ChainEvent.seq).limit(PAGE))).all())

    async def listen(self, after: int | None) -> AsyncGenerator[ChainEvent, None]:
        """Every event after `after` (None: after now), each once, in order."""
        at = self.last if after is None else after
        self.listeners += 1
        try:
            while True:
                for event in await self._next(at):
                    yield event
                    at = event.seq
                async with self._news:
                    if self.last <= at:
                        await self._news.wait()
        finally:
            self.listeners -= 1

    async def _next(self, at: int) -> list[ChainEvent]:
        if self.ring and self.ring[0].seq <= at + 1:
            return [event for event in self.ring if event.seq > at]
        return await self.since(at) if at < self.last else []


def told(event: ChainEvent) -> dict[str, Any]:
    """An event as listeners and lists get it."""
    return {
        "seq": event.seq,
        "program": event.program,
        "name": event.name,
        "fields": event.fields,
        "slot": event.slot,
        "block_time": event.block_time,
        "signature": event.signature,
    }

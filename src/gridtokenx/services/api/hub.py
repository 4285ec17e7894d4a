"""News for everybody who listens: one reader of the database, a ring of the last events, and no queue for anyone."""

from __future__ import annotations

import asyncio
import json
import time
from bisect import bisect_right
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from gridtokenx.services.database.chain_tables import ChainEvent
from gridtokenx.services.database.engine import Database

LOOKS_EVERY = 0.25
LOOKS_FOR_NEW_TABLES_EVERY = 2.0
RING = 2_000
PAGE = 500

log = structlog.get_logger("hub")


@dataclass(frozen=True, slots=True)
class ServerSentEvent:
    """An event as every listener gets it: written once, however many listen."""

    seq: int
    data: bytes


@dataclass
class EventHub:
    """Reads new events once for all listeners. A listener that is slow reads the database for itself."""

    database: Database
    last: int = 0
    ring: list[ServerSentEvent] = field(default_factory=list[ServerSentEvent])
    listeners: int = 0
    anew: int = 0
    """How often the tables began anew while this process ran, and their numbers with them."""
    _anew_at: int = 0
    _begun: asyncio.Event = field(default_factory=asyncio.Event)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _joined: dict[int, bytes] = field(default_factory=dict[int, bytes])
    """What came after an event, up to the last: most listeners are at the same one, and get the same bytes."""

    async def run(self) -> None:
        """Looks for news until it is cancelled."""
        await self._begin()
        looked = time.monotonic()
        while True:
            try:
                found = await self.since(self.last)
                if not found and time.monotonic() - looked > LOOKS_FOR_NEW_TABLES_EVERY:
                    looked = time.monotonic()
                    await self._look_for_new_tables()
            except (SQLAlchemyError, OSError) as error:
                log.warning("no news", error=str(error))
                found = []
            if found:
                self.ring = [*self.ring, *found][-RING:]
                self.last = found[-1].seq
                self._joined.clear()
                async with self._news:
                    self._news.notify_all()
            await asyncio.sleep(0 if len(found) == PAGE else LOOKS_EVERY)

    async def _begin(self) -> None:
        while not self._begun.is_set():
            try:
                self.last = await self._newest()
                self._begun.set()
            except (SQLAlchemyError, OSError) as error:
                log.warning("no news", error=str(error))
                await asyncio.sleep(LOOKS_EVERY)

    async def _look_for_new_tables(self) -> None:
        """Without its last event, the tables are others: their events count from where they are now."""
        newest = await self._newest()
        if newest >= self.last:
            return
        log.warning("the tables began anew", last=self.last, newest=newest)
        self.ring, self.last, self._anew_at = [], newest, newest
        self.anew += 1
        self._joined.clear()
        async with self._news:
            self._news.notify_all()

    async def _newest(self) -> int:
        async with self.database.read() as session:
            return await session.scalar(select(func.max(ChainEvent.seq))) or 0

    async def since(self, seq: int) -> list[ServerSentEvent]:
        """Events after `seq`, in order, one page at most."""
        async with self.database.read() as session:
            query = select(ChainEvent).where(ChainEvent.seq > seq, ~ChainEvent.retracted)
            rows = (await session.scalars(query.order_by(ChainEvent.seq).limit(PAGE))).all()
        return [frame(row) for row in rows]

    async def listen(self, after: int | None) -> AsyncGenerator[bytes, None]:
        """Every event after `after` (None: after now), each once, in order; what came together is given together.

        `after` may be later than all there are: then the tables were filled anew, and their numbers began anew.
        """
        self.listeners += 1
        try:
            await self._begun.wait()
            at = self.last if after is None else after
            if at > self.last:
                at = min(at, await self._newest())
            anew = self.anew
            while True:
                data, at = await self._next(at)
                if data:
                    yield data
                async with self._news:
                    if self.last <= at and anew == self.anew:
                        await self._news.wait()
                if anew != self.anew:
                    anew, at = self.anew, self._anew_at
        finally:
            self.listeners -= 1

    async def _next(self, at: int) -> tuple[bytes, int]:
        """The events after a given one, and the last of them."""
        if self.last <= at:
            return b"", at
        if self.ring and self.ring[0].seq <= at + 1:
            if at not in self._joined:
                self._joined[at] = joined(self.ring[bisect_right(self.ring, at, key=lambda one: one.seq) :])
            return self._joined[at], self.last
        found = await self.since(at)
        return joined(found), found[-1].seq if found else self.last


def joined(frames: Sequence[ServerSentEvent]) -> bytes:
    """Frames, one after the other."""
    return b"".join(one.data for one in frames)


def frame(event: ChainEvent) -> ServerSentEvent:
    """An event as a server-sent event: its name, its number, itself in JSON."""
    body = json.dumps(told(event), separators=(",", ":"))
    return ServerSentEvent(event.seq, f"event: {event.name}\nid: {event.seq}\ndata: {body}\n\n".encode())


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

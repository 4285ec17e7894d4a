"""Listeners hear each event once, in order: also of what was taken back, and after the tables began anew."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import delete, update

from gridtokenx.services.api import hub as hubs
from gridtokenx.services.api.hub import EventHub
from gridtokenx.services.database.chain_tables import ChainEvent
from gridtokenx.services.database.engine import Database

PATIENCE = 20.0
PROMPT = 0.05


@pytest.fixture(autouse=True)
def prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "LOOKS_EVERY", PROMPT)
    monkeypatch.setattr(hubs, "LOOKS_FOR_NEW_TABLES_EVERY", 2 * PROMPT)


def event(seq: int, name: str = "MarketCleared") -> ChainEvent:
    return ChainEvent(
        seq=seq, signature=f"{seq}{name}", ordinal=0, slot=seq, block_time=None, program="trading", name=name,
        fields={"seq": seq}, retracted=False,
    )  # fmt: skip


async def add(database: Database, *events: ChainEvent) -> None:
    async with database.write() as session:
        session.add_all(events)


@asynccontextmanager
async def running(database: Database) -> AsyncIterator[EventHub]:
    hub = EventHub(database)
    task = asyncio.create_task(hub.run())
    try:
        yield hub
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class Listener:
    """Keeps what it hears: numbers and names."""

    def __init__(self, hub: EventHub, after: int | None) -> None:
        self.heard: list[tuple[int, str]] = []
        self.task = asyncio.create_task(self._listen(hub, after))

    async def _listen(self, hub: EventHub, after: int | None) -> None:
        async for data in hub.listen(after):
            for name, seq in re.findall(rb"event: (\w+)\nid: (\d+)\n", data):
                self.heard.append((int(seq), name.decode()))

    async def until(self, count: int) -> list[int]:
        async with asyncio.timeout(PATIENCE):
            while len(self.heard) < count:
                assert not self.task.done(), self.task.result()
                await asyncio.sleep(PROMPT)
        # Whoever hears something twice hears it now.
        await asyncio.sleep(4 * PROMPT)
        return [seq for seq, _ in self.heard]

    async def ends(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


@pytest.mark.parametrize("after", [None, 0, 3, 5, 900])
async def test_tables_that_begin_anew_under_a_listener_are_heard_from_there(each_database: Database, after: int | None):
    """`after` may be anything that the old tables gave, or never gave."""
    await add(each_database, *(event(seq) for seq in range(1, 6)))
    async with running(each_database) as hub:
        old = [seq for seq in range(1, 6) if after is not None and seq > after]
        listener = Listener(hub, after)
        assert await listener.until(len(old)) == old
        async with each_database.write() as session:
            await session.execute(delete(ChainEvent))
            session.add_all(event(seq) for seq in (1, 2))
        async with asyncio.timeout(PATIENCE):
            while not hub.anew:
                await asyncio.sleep(PROMPT)
        await add(each_database, event(3), event(4))
        assert await listener.until(len(old) + 2) == [*old, 3, 4]
        await add(each_database, *(event(seq) for seq in range(5, 12)))
        assert await listener.until(len(old) + 9) == [*old, *range(3, 12)]
        await listener.ends()
        assert hub.listeners == 0


async def test_who_comes_after_a_new_beginning_with_an_old_number_goes_on_from_now(database: Database):
    await add(database, event(1), event(2))
    async with running(database) as hub:
        listener = Listener(hub, 700)
        assert await listener.until(0) == []
        await add(database, event(3))
        assert await listener.until(1) == [3]
        await listener.ends()


async def test_what_was_taken_back_is_not_told_again_and_its_end_is(each_database: Database):
    await add(each_database, *(event(seq) for seq in range(1, 5)))
    async with running(each_database) as hub:
        early = Listener(hub, 0)
        assert await early.until(4) == [1, 2, 3, 4]
        async with each_database.write() as session:
            await session.execute(update(ChainEvent).where(ChainEvent.seq.in_((2, 3))).values(retracted=True))
            session.add(event(5, "TransactionRetracted"))
        assert await early.until(5) == [1, 2, 3, 4, 5]
        assert early.heard[-1] == (5, "TransactionRetracted")
        await early.ends()
    async with running(each_database) as hub:
        late = Listener(hub, 0)
        assert await late.until(3) == [1, 4, 5]
        await late.ends()

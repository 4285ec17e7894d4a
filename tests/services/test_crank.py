"""The crank round the clock: two do no harm, missed quarter-hours are cleared late, it tells a pause once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.services.support.campus import PRICE, Campus, founded

from gridtokenx.market.actions import governance
from gridtokenx.market.orderbook import all_epochs
from gridtokenx.market.read import fetch_all, require
from gridtokenx.market.records import Epoch, TradeRecord
from gridtokenx.services.alerts import Alerts
from gridtokenx.services.crank.run import CrankRole
from gridtokenx.services.database.engine import Database

PATIENCE = 60.0


@pytest.fixture
async def campus(tmp_path: Path) -> AsyncIterator[Campus]:
    """Each test has a campus of its own: epochs that others left open would be cleared here."""
    async with founded(tmp_path / "campus") as found:
        yield found


async def opened(folder: Path, name: str) -> Database:
    database = Database(f"sqlite+aiosqlite:///{folder}/{name}.db")
    await database.migrate()
    return database


@asynccontextmanager
async def cranks(campus: Campus, *databases: Database) -> AsyncIterator[list[asyncio.Task[None]]]:
    roles = [
        CrankRole(
            campus.client, database, campus.keys.gateway, campus.keys.matcher, None, 1, patience=0.0, turn_seconds=0.05
        )
        for database in databases
    ]
    tasks = [asyncio.create_task(role.run()) for role in roles]
    try:
        yield tasks
        assert not any(task.done() for task in tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def traded_quarter(campus: Campus) -> int:
    """A quarter-hour with orders that cross, not cleared yet; its index. The clock stands behind its end."""
    seller, buyer, *_ = campus.people
    await campus.next_quarter()
    await campus.read_meter(seller, 2_000, 0)
    await campus.mint(seller)
    index = await campus.open_epoch()
    await campus.order(seller, True, 1_000)
    await campus.order(buyer, False, 600, PRICE + 1_000)
    await campus.next_quarter()
    return index


async def traded(campus: Campus, *indexes: int) -> list[tuple[int, int]]:
    """Epoch and Wh of the trades of these epochs, in order."""
    records = (await fetch_all(campus.client, TradeRecord)).values()
    return sorted((trade.epoch, trade.amount) for trade in records if trade.epoch in indexes)


async def until_traded(campus: Campus, *indexes: int) -> None:
    """Waits until each epoch has its trade, and none that is over is left uncleared; settled ones may be closed."""
    async with asyncio.timeout(PATIENCE):
        while True:
            epochs = [e for e in await all_epochs(campus.client) if e.index in indexes]
            if all(e.cleared for e in epochs) and len(await traded(campus, *indexes)) >= len(indexes):
                return
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("databases", [1, 2])
async def test_two_cranks_clear_and_settle_once(campus: Campus, tmp_path: Path, databases: int):
    """On one database a lease lets one of them work; on two, the chain refuses whoever comes second."""
    homes = [await opened(tmp_path, str(number)) for number in range(databases)]
    async with cranks(campus, homes[0], homes[-1]):
        indexes: list[int] = []
        for _ in range(3):
            indexes.append(await traded_quarter(campus))
            await until_traded(campus, indexes[-1])
    assert await traded(campus, *indexes) == [(index, 600) for index in indexes]
    for home in homes:
        assert [alert.text for alert in await Alerts(home).all()] == []
        await home.close()


async def test_the_second_goes_on_when_the_first_ends(campus: Campus, tmp_path: Path):
    home = await opened(tmp_path, "one")
    async with cranks(campus, home):
        first = await traded_quarter(campus)
        await until_traded(campus, first)
    async with cranks(campus, home):
        second = await traded_quarter(campus)
        await until_traded(campus, second)
    await home.close()


async def test_missed_quarter_hours_are_cleared_late_each_for_itself(campus: Campus, tmp_path: Path):
    missed = [await traded_quarter(campus) for _ in range(3)]
    home = await opened(tmp_path, "late")
    async with cranks(campus, home):
        await until_traded(campus, *missed)
        async with asyncio.timeout(PATIENCE):
            while not (alerts := await Alerts(home).all()):
                await asyncio.sleep(0.05)
    assert await traded(campus, *missed) == [(index, 600) for index in missed]
    (alert,) = alerts
    assert alert.name == "late epochs"
    assert str(missed[0]) in alert.text
    await home.close()


async def test_a_pause_is_told_once_and_then_it_is_quiet(campus: Campus, tmp_path: Path):
    client, rec = campus.client, campus.keys.rec
    index = await traded_quarter(campus)
    await client.send(governance.emergency_pause(client, rec.pubkey(), "a drill"), rec, payer=campus.keys.deployer)
    home = await opened(tmp_path, "paused")
    async with cranks(campus, home):
        async with asyncio.timeout(PATIENCE):
            while not (alerts := await Alerts(home).all()):
                await asyncio.sleep(0.05)
        assert [alert.name for alert in alerts] == ["paused"]
        assert not (await require(client, Epoch, client.addresses.epoch(index), "open it")).cleared
        await client.send(governance.emergency_unpause(client, rec.pubkey()), rec, payer=campus.keys.deployer)
        await until_traded(campus, index)
        async with asyncio.timeout(PATIENCE):
            while await Alerts(home).all():
                await asyncio.sleep(0.05)
    await home.close()

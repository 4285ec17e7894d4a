"""The tables are what the migrations make, on both databases; numbers of 64 bits; leases with fences."""

from __future__ import annotations

import asyncio
import random

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, select

from gridtokenx.services.database import lease as leases
from gridtokenx.services.database.account_tables import TraderRow
from gridtokenx.services.database.chain_tables import GridMovement
from gridtokenx.services.database.engine import Database, DatabaseError, metadata
from gridtokenx.services.database.lease import Lease, LeaseLost


async def test_the_migrations_make_the_tables(each_database: Database):
    def compared(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata()))

    async with each_database.write() as session:
        assert await (await session.connection()).run_sync(compared) == []
    await each_database.migrate()


async def test_tables_of_another_chain_are_not_taken_for_this_ones(each_database: Database):
    for _ in range(2):
        await each_database.belong_to("one")
    with pytest.raises(DatabaseError, match="tables of another chain"):
        await each_database.belong_to("another")


@pytest.mark.parametrize("number", [0, 1, 2**63 - 1, 2**63, 2**64 - 1])
async def test_numbers_of_64_bits_come_back(each_database: Database, number: int):
    row = GridMovement(signature="s", ordinal=0, slot=1, block_time=None, kind="mint", account="a", amount=number)
    async with each_database.write() as session:
        session.add(row)
    async with each_database.read() as session:
        assert await session.scalar(select(GridMovement.amount)) == number


async def test_a_write_that_raises_leaves_nothing(each_database: Database):
    async def fail() -> None:
        async with each_database.write() as session:
            session.add(TraderRow(address="a", wallet="w", open_orders=1, slot=1, closed=False))
            await session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with each_database.read() as session:
        assert await session.get(TraderRow, "a") is None


async def test_writers_do_not_lose_each_others_changes(each_database: Database):
    async with each_database.write() as session:
        session.add(TraderRow(address="a", wallet="w", open_orders=0, slot=1, closed=False))

    async def add() -> None:
        async with each_database.write() as session:
            row = await session.get(TraderRow, "a", with_for_update=True)
            assert row is not None
            row.open_orders += 1

    await asyncio.gather(*(add() for _ in range(40)))
    async with each_database.read() as session:
        row = await session.get(TraderRow, "a")
        assert row is not None
        assert row.open_orders == 40


async def test_only_one_has_a_lease_and_who_lost_it_cannot_write(
    each_database: Database, monkeypatch: pytest.MonkeyPatch
):
    first, second = (Lease(each_database, "crank") for _ in range(2))
    assert await first.take()
    assert not await second.take()
    now = leases.time.time()
    monkeypatch.setattr(leases.time, "time", lambda: now + leases.LEASE_SECONDS + 1)
    assert await second.take()
    assert second.fence == first.fence + 1
    with pytest.raises(LeaseLost):
        async with each_database.write() as session:
            await first.guard(session)
    async with each_database.write() as session:
        await second.guard(session)
    await second.release()
    assert await first.take()


async def test_of_those_who_take_the_first_lease_at_once_one_has_it(each_database: Database):
    """No process has had the role before, so that each of them finds no row."""
    for name in range(10):
        took = await asyncio.gather(*(Lease(each_database, f"role {name}").take() for _ in range(5)))
        assert took.count(True) == 1


async def test_a_cancelled_writer_leaves_no_lock_behind(each_database: Database):
    """Tasks end at any moment of a write, as at the end of a process; the next writer has not to wait for them."""
    dice = random.Random(11)

    async def write(lease: Lease) -> None:
        try:
            while True:
                await lease.take()
                await asyncio.sleep(0)
        finally:
            await lease.release()

    for _ in range(25):
        tasks = [asyncio.create_task(write(Lease(each_database, "crank"))) for _ in range(2)]
        await asyncio.sleep(dice.uniform(0.001, 0.02))
        for task in tasks:
            task.cancel()
        async with asyncio.timeout(10):
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(one, asyncio.CancelledError) for one in ended), ended

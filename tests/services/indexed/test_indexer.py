"""Nothing is missed: cut-off logs, orders that vanish between two looks, restarts, histories read again."""

from __future__ import annotations

import pytest
from solders.compute_budget import set_compute_unit_limit
from solders.instruction import AccountMeta, Instruction
from spl.token import instructions as spl
from sqlalchemy import func, select
from tests.services.support.campus import Campus, a_quarter_hour
from tests.services.support.tables import differences

from gridtokenx.chain.interface.addresses import TOKEN_PROGRAM
from gridtokenx.market.actions import oracle, trading
from gridtokenx.services.database.account_tables import OrderRow
from gridtokenx.services.database.chain_tables import ChainEvent, Cursor, GridMovement, ReadingRow, Trade, TxSeen
from gridtokenx.services.database.engine import Database
from gridtokenx.services.database.lease import Lease
from gridtokenx.services.indexer.finality import FinalityWatch
from gridtokenx.services.indexer.proof import begin, prove
from gridtokenx.services.indexer.sweep import Indexer


@pytest.fixture
async def indexer(campus: Campus, database: Database) -> Indexer:
    return await begun(campus, database)


async def begun(campus: Campus, database: Database) -> Indexer:
    found = Indexer(campus.client, database, Lease(database, "indexer"))
    assert await found.lease.take()
    await begin(found)
    return found


async def proven(indexer: Indexer) -> None:
    result = await prove(indexer)
    assert result is not None
    assert [count for count in result if not count.holds] == []
    assert await differences(indexer.client, indexer.database) == []


async def test_a_quarter_hour_is_in_the_tables(campus: Campus, each_database: Database):
    indexer = await begun(campus, each_database)
    index = await a_quarter_hour(campus)
    await indexer.step()
    await proven(indexer)
    async with indexer.database.read() as session:
        trades = (await session.scalars(select(Trade).where(Trade.epoch == index))).all()
        assert sum(trade.amount_wh for trade in trades) == 2_000
        events = (await session.scalars(select(ChainEvent).order_by(ChainEvent.seq))).all()
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        assert {"MeterReadingSubmitted", "GridTokensMinted", "OrderMatched", "MarketCleared"} <= {
            e.name for e in events
        }


async def test_orders_that_come_and_go_between_two_looks_have_their_numbers(campus: Campus, indexer: Indexer):
    await campus.next_quarter()
    await campus.open_epoch()
    buyer = campus.people[1]
    before = (await campus.market()).next_order_id
    stays = await campus.order(buyer, False, 300)
    goes = [await campus.order(buyer, False, wh) for wh in (400, 500)]
    for number in goes:
        await campus.cancel(buyer, number)
    await indexer.step()
    await proven(indexer)
    async with indexer.database.read() as session:
        rows = (await session.scalars(select(OrderRow).where(OrderRow.sequence >= before))).all()
    told = {row.sequence: (row.order_id, row.amount_wh, row.status, row.closed) for row in rows}
    assert told == {
        before: (stays, 300, "Active", False),
        before + 1: (goes[0], 400, "Cancelled", True),
        before + 2: (goes[1], 500, "Cancelled", True),
    }
    await campus.cancel(buyer, stays)


async def test_an_id_of_64_bits_that_is_used_again_is_two_orders(campus: Campus, indexer: Indexer):
    await campus.next_quarter()
    index = await campus.open_epoch()
    buyer, market, most = campus.people[1], await campus.market(), 2**64 - 1
    before = market.next_order_id
    for wh in (300, 700):
        made = trading.create_buy_order(
            campus.client, buyer.key, market, epoch=index, order_id=most, energy_amount=wh, max_price_per_kwh=100_000,
            payer=campus.keys.deployer.pubkey(),
        )  # fmt: skip
        await campus.client.send(made, buyer.keys, payer=campus.keys.deployer)
        await campus.cancel(buyer, most)
    await indexer.step()
    await proven(indexer)
    async with indexer.database.read() as session:
        rows = (
            await session.scalars(select(OrderRow).where(OrderRow.order_id == most, OrderRow.sequence >= before))
        ).all()
        assert sorted(row.amount_wh for row in rows) == [300, 700]


async def test_an_event_that_is_cut_off_hides_no_reading(campus: Campus, indexer: Indexer):
    await campus.next_quarter()
    one, now = campus.people[0], await campus.now()
    # Burns of nothing fill the log: each writes some 200 bytes of it.
    account = campus.client.addresses.grid_account(campus.keys.gateway.pubkey())
    make = spl.create_idempotent_associated_token_account(
        campus.keys.gateway.pubkey(), campus.keys.gateway.pubkey(), campus.client.addresses.energy_mint, TOKEN_PROGRAM
    )
    noise = Instruction(
        TOKEN_PROGRAM,
        bytes([8]) + (0).to_bytes(8, "little"),
        [
            AccountMeta(account, is_signer=False, is_writable=True),
            AccountMeta(campus.client.addresses.energy_mint, is_signer=False, is_writable=True),
            AccountMeta(campus.keys.gateway.pubkey(), is_signer=True, is_writable=False),
        ],
    )
    reading = oracle.submit_meter_reading(
        campus.client, campus.keys.gateway.pubkey(), meter_id=one.meter.meter_id, produced=7, consumed=3, timestamp=now
    )
    batch = [set_compute_unit_limit(1_400_000), *[noise] * 49, reading]
    await campus.client.send(make, payer=campus.keys.gateway)
    receipt = await campus.client.send(batch, payer=campus.keys.gateway)
    details = await campus.client.details(receipt.signature)
    assert details.truncated
    assert not [event for event in details.events if event.name == "MeterReadingSubmitted"]
    await indexer.step()
    await proven(indexer)
    async with indexer.database.read() as session:
        row = await session.get(ReadingRow, (one.meter.meter_id, now))
        assert row is not None
        assert (row.generated_wh, row.consumed_wh) == (7, 3)
        seen = await session.get(TxSeen, str(receipt.signature))
        assert seen is not None
        assert seen.truncated


async def test_burns_past_our_program_are_counted(campus: Campus, indexer: Indexer):
    async def burned() -> int:
        async with indexer.database.read() as session:
            found = await session.scalar(select(func.sum(GridMovement.amount)).where(GridMovement.kind == "burn"))
            return int(found or 0)

    await campus.next_quarter()
    one, before = campus.people[0], await burned()
    await campus.read_meter(one, 5_000, 0)
    await campus.mint(one)
    burn = spl.burn(
        spl.BurnParams(
            program_id=TOKEN_PROGRAM,
            account=campus.client.addresses.grid_account(one.key),
            mint=campus.client.addresses.energy_mint,
            owner=one.key,
            amount=12_345,
        )
    )
    await campus.client.send(burn, one.keys, payer=campus.keys.deployer)
    await indexer.step()
    await proven(indexer)
    assert await burned() - before == 12_345


async def test_what_is_read_twice_is_there_once(campus: Campus, indexer: Indexer):
    await a_quarter_hour(campus)
    await indexer.step()
    async with indexer.database.read() as session:
        events = await session.scalar(select(func.count()).select_from(ChainEvent))
    async with indexer.database.write() as session:
        for name in indexer.addresses:
            await session.merge(Cursor(name=name, value=0))
    assert await indexer.step() == 0
    async with indexer.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(ChainEvent)) == events
    await proven(indexer)


async def test_a_hole_is_found_and_mended(campus: Campus, indexer: Indexer):
    await a_quarter_hour(campus)
    await indexer.step()
    async with indexer.database.write() as session:
        for table in (ReadingRow, Trade):
            for row in (await session.scalars(select(table))).all():
                await session.delete(row)
        row, *others = (await session.scalars(select(OrderRow).order_by(OrderRow.sequence))).all()
        row.filled_wh += 1
        for other in others:
            await session.delete(other)
        for movement in (await session.scalars(select(GridMovement))).all():
            await session.delete(movement)
    result = await prove(indexer)
    assert result is not None
    assert {count.name for count in result if not count.holds} >= {"readings", "trades", "orders", "GRID supply"}
    assert await differences(indexer.client, indexer.database) != []
    await indexer.resync()
    await proven(indexer)


async def test_final_transactions_are_marked_and_lost_ones_taken_back(campus: Campus, indexer: Indexer):
    await a_quarter_hour(campus)
    await campus.surfnet.resume_clock()
    try:
        await indexer.step()
        ghost = "1" * 64
        async with indexer.database.write() as session:
            session.add(TxSeen(signature=ghost, slot=1, block_time=0, failed=False, truncated=False, state="confirmed"))
            session.add(
                ReadingRow(
                    meter_id="GHOST", timestamp=900, generated_wh=1, consumed_wh=1, signature=ghost, ordinal=0, slot=1
                )
            )
        result = await prove(indexer)
        assert result is not None
        assert not all(count.holds for count in result)
        finality = FinalityWatch(indexer)
        for _ in range(60):
            await finality.step()
            async with indexer.database.read() as session:
                row = await session.get(TxSeen, ghost)
                assert row is not None
                left = await session.scalar(select(func.count()).select_from(TxSeen).where(TxSeen.state == "confirmed"))
            if row.state == "retracted" and not left:
                break
            await campus.surfnet.travel_to(await campus.now() + 60)
        assert row.state == "retracted"
        async with indexer.database.read() as session:
            assert await session.scalar(select(func.count()).where(ReadingRow.meter_id == "GHOST")) == 0
    finally:
        await campus.surfnet.pause_clock()
    await proven(indexer)

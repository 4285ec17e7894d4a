"""A block that never becomes final: what it brought is taken back, told, and there again when it lands after all."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select
from tests.services.support.campus import Campus
from tests.services.support.tables import differences

from gridtokenx.market.ami import Reading
from gridtokenx.services.database.chain_tables import ChainEvent, ReadingRow, TxSeen
from gridtokenx.services.database.engine import Database
from gridtokenx.services.database.lease import Lease
from gridtokenx.services.database.service_tables import Ingest
from gridtokenx.services.indexer import finality
from gridtokenx.services.indexer.finality import ASKED, RETRACTED, FinalityWatch
from gridtokenx.services.indexer.proof import begin
from gridtokenx.services.indexer.sweep import Indexer
from gridtokenx.services.intake.accept import accept
from gridtokenx.services.intake.carry import Carry
from gridtokenx.services.intake.meters import MeterBook


class Forgetful:
    """A node's answers, without some transactions."""

    def __init__(self, campus: Campus, monkeypatch: pytest.MonkeyPatch) -> None:
        self.forgotten: set[str] = set()
        self.call = campus.client.call
        monkeypatch.setattr(campus.client, "call", self.answer)

    async def answer(self, method: str, *params: Any) -> Any:
        if method == "getTransaction" and params[0] in self.forgotten:
            return None
        told = await self.call(method, *params)
        if method == "getSignatureStatuses":
            pairs = zip(params[0], told["value"], strict=True)
            told["value"] = [None if name in self.forgotten else status for name, status in pairs]
        if method == "getSignaturesForAddress":
            told = [row for row in told if row["signature"] not in self.forgotten]
        return told


async def carried(campus: Campus, database: Database) -> tuple[Reading, str]:
    """A reading that the bridge took to the chain, and its transaction's signature."""
    reading = Reading(await campus.next_quarter(), campus.people[0].meter.meter_id, 4_321, 12)
    await accept(database, MeterBook(campus.client), [reading], "test")
    lease = Lease(database, "bridge")
    assert await lease.take()
    carry = Carry(campus.client, database, lease, campus.keys.gateway, gap_patience=0)
    assert await carry.step() == 1
    async with database.read() as session:
        row = (await session.scalars(select(Ingest))).one()
    assert (row.state, row.signature is None) == ("confirmed", False)
    return reading, row.signature or ""


async def events_of(database: Database, signature: str) -> list[tuple[int, str, bool]]:
    async with database.read() as session:
        query = select(ChainEvent).where(ChainEvent.signature == signature).order_by(ChainEvent.seq)
        return [(row.seq, row.name, row.retracted) for row in (await session.scalars(query)).all()]


async def test_a_lost_transaction_is_taken_back_and_comes_again(
    campus: Campus, each_database: Database, monkeypatch: pytest.MonkeyPatch
):
    database = each_database
    monkeypatch.setattr(finality, "SLOTS_OF_DOUBT", -(10**9))
    indexer = Indexer(campus.client, database, Lease(database, "indexer", seconds=3_600))
    assert await indexer.lease.take()
    await begin(indexer)
    reading, signature = await carried(campus, database)
    await indexer.step()
    told = await events_of(database, signature)
    assert {name for _, name, _ in told} >= {"MeterReadingSubmitted"}
    async with database.read() as session:
        last = await session.scalar(select(func.max(ChainEvent.seq))) or 0

    node, watch = Forgetful(campus, monkeypatch), FinalityWatch(indexer)
    node.forgotten.add(signature)
    await campus.surfnet.resume_clock()
    taken_back: list[int] = []
    for _ in range(200):
        taken_back.append((await watch.step())[1])
        if taken_back[-1]:
            break
        async with database.read() as session:
            # Nothing is taken back before the node was asked several times.
            assert await session.get(ReadingRow, (reading.meter_id, reading.timestamp)) is not None
    await campus.surfnet.pause_clock()
    assert taken_back[-1] == 1
    assert len(taken_back) >= ASKED
    after = await events_of(database, signature)
    assert after[: len(told)] == [(seq, name, True) for seq, name, _ in told]
    assert [(name, retracted) for _, name, retracted in after[len(told) :]] == [(RETRACTED, False)]
    assert after[-1][0] > last
    async with database.read() as session:
        assert await session.get(ReadingRow, (reading.meter_id, reading.timestamp)) is None
        row = (await session.scalars(select(Ingest))).one()
        assert (row.state, row.signature) == ("queued", None)

    # It landed after all: the reading is there once, the API tells its events anew, and the bridge carries nothing again.
    node.forgotten.clear()
    await indexer.step()
    again = await events_of(database, signature)
    assert [(name, retracted) for _, name, retracted in again] == [(name, False) for _, name, _ in told]
    assert min(seq for seq, _, _ in again) > after[-1][0]
    async with database.read() as session:
        seen = await session.get(TxSeen, signature)
        assert seen is not None
        assert seen.state == "confirmed"
    lease = Lease(database, "bridge", holder="another")
    monkeypatch.setattr(lease, "guard", Lease(database, "indexer", holder=indexer.lease.holder, fence=1).guard)
    carry = Carry(campus.client, database, lease, campus.keys.gateway, gap_patience=0)
    assert await carry.step() == 0
    async with database.read() as session:
        row = (await session.scalars(select(Ingest))).one()
    assert (row.state, row.signature) == ("confirmed", signature)
    assert await differences(campus.client, database) == []

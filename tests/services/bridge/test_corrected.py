"""A reading that never reached the chain makes way for the meter's right one; what is on its way, or there, does not."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from tests.services.support.campus import Campus

from gridtokenx.market.ami import Reading
from gridtokenx.market.read import fetch
from gridtokenx.market.records import MeterAccount
from gridtokenx.services.database.engine import Database
from gridtokenx.services.database.lease import Lease
from gridtokenx.services.database.service_tables import DeadLetter, Ingest
from gridtokenx.services.intake.accept import Verdict, accept
from gridtokenx.services.intake.carry import Carry
from gridtokenx.services.intake.meters import MeterBook

STATES = ("quarantined", "queued", "submitted", "confirmed", "refused", "late", "dead")


async def sole(database: Database) -> Ingest:
    async with database.read() as session:
        return (await session.scalars(select(Ingest))).one()


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("same", [True, False])
async def test_what_comes_again(campus: Campus, each_database: Database, state: str, same: bool):
    now, book = await campus.next_quarter(), MeterBook(campus.client)
    first = Reading(now, campus.people[0].meter.meter_id, 500, 20)
    (taken,) = await accept(each_database, book, [first], "http")
    async with each_database.write() as session:
        await session.execute(update(Ingest).values(state=state, attempts=3))
        session.add(
            DeadLetter(
                id="letter", source="http", content="", reason="", created_at=0, state="open", ingest_id=taken.id
            )
        )
    again = first if same else Reading(now, first.meter_id, 700, 20)
    (told,) = await accept(each_database, book, [again], "files")
    row = await sole(each_database)
    async with each_database.read() as session:
        letter = await session.get(DeadLetter, "letter")
    assert letter is not None
    assert told.id == row.id == taken.id
    if state == "quarantined" or (state in ("refused", "late", "dead") and not same):
        assert told.verdict is Verdict.TAKEN
        assert (row.state, row.generated_wh, row.attempts, row.source) == ("queued", again.generated_wh, 0, "files")
        assert letter.state == "replaced"
    else:
        assert told.verdict is (Verdict.SAME if same else Verdict.DIFFERS)
        assert (row.state, row.generated_wh, row.attempts, row.source) == (state, 500, 3, "http")
        assert letter.state == "open"


async def test_a_clock_that_was_ahead_costs_no_energy(campus: Campus, database: Database):
    """Readings of the future wait for a person; when their time comes, the meter's right ones go to the chain."""
    now, meter = await campus.next_quarter(), campus.people[1].meter.meter_id
    book = MeterBook(campus.client)
    wrong = [Reading(now + 900 * step, meter, 1, 1) for step in (1, 2, 3)]
    assert {one.verdict for one in await accept(database, book, wrong, "http")} == {Verdict.IMPLAUSIBLE}
    lease = Lease(database, "bridge")
    carry = Carry(campus.client, database, lease, campus.keys.gateway, gap_patience=0)
    before = await fetch(campus.client, MeterAccount, campus.client.addresses.meter(meter))
    for step in (1, 2, 3):
        assert await lease.take()
        at = await campus.next_quarter()
        (told,) = await accept(database, book, [Reading(at, meter, 100 * step, 0)], "http")
        assert told.verdict is Verdict.TAKEN
        assert await carry.step() == 1
    after = await fetch(campus.client, MeterAccount, campus.client.addresses.meter(meter))
    assert before is not None
    assert after is not None
    assert after.total_generation - before.total_generation == 600


async def test_a_wrong_reading_does_not_replace_a_wrong_one(campus: Campus, database: Database):
    now, meter, book = await campus.next_quarter(), campus.people[1].meter.meter_id, MeterBook(campus.client)
    for energy, verdict in ((10**15, Verdict.IMPLAUSIBLE), (10**16, Verdict.DIFFERS), (10**15, Verdict.SAME)):
        (told,) = await accept(database, book, [Reading(now, meter, energy, 0)], "http")
        assert told.verdict is verdict
    row = await sole(database)
    assert (row.state, row.generated_wh) == ("quarantined", 10**15)


async def test_innocent_readings_keep_their_attempts_beside_many_that_are_refused(campus: Campus, database: Database):
    """Readings that the chain refuses stand in the same transaction as good ones, of the same meter and of others."""
    now, book = await campus.next_quarter(), MeterBook(campus.client)
    await campus.travel(900 * 8)
    bad, good = campus.people[2].meter.meter_id, campus.people[3].meter.meter_id
    readings = [Reading(now + 900 * step, bad, 5, 1) for step in range(6)]
    readings.append(Reading(now, good, 7, 1))
    await accept(database, book, readings, "test")
    async with database.write() as session:  # past every judgement of ours
        await session.execute(update(Ingest).where(Ingest.meter_id == bad).values(generated_wh=10**15))
    lease = Lease(database, "bridge", seconds=3_600)
    assert await lease.take()
    carry = Carry(campus.client, database, lease, campus.keys.gateway, gap_patience=0)
    for _ in range(20):
        await carry.step()
    async with database.read() as session:
        rows = (await session.scalars(select(Ingest).order_by(Ingest.interval_end))).all()
    assert {row.state for row in rows if row.meter_id == bad} == {"refused"}
    assert [row.state for row in rows if row.meter_id == good] == ["confirmed"]

"""Takes readings in: each is new, the same again, or different from what is there; nothing is lost or half done."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from gridtokenx.market.ami import METER_ID_MAX, U64_MAX, Reading
from gridtokenx.services.database.chain_tables import ReadingRow
from gridtokenx.services.database.engine import Database
from gridtokenx.services.database.service_tables import DeadLetter, Enrolment, Ingest
from gridtokenx.services.database.upsert import present
from gridtokenx.services.intake.judge import implausible
from gridtokenx.services.intake.meters import MeterBook

KEYS_PER_QUERY = 400
NOT_ON_CHAIN = ("refused", "late", "dead")
"""States of readings that the chain did not take, or that a person discarded."""


class Verdict(StrEnum):
    """The outcome for a reading that came in."""

    TAKEN = "taken"
    SAME = "same"
    DIFFERS = "differs"
    IMPLAUSIBLE = "implausible"


@dataclass(frozen=True, slots=True)
class Accepted:
    """A reading's row, and what became of it, with the reason when it was not taken."""

    id: str
    reading: Reading
    verdict: Verdict
    state: str
    reason: str | None


async def accept(database: Database, book: MeterBook, readings: Sequence[Reading], source: str) -> list[Accepted]:
    """Takes readings in, in one database transaction; one result each, in order. When it returns, they are kept."""
    limits = await book.limits(max((one.timestamp for one in readings), default=0))
    named = [one.meter_id for one in readings if _is_id(one.meter_id)]
    meters = await book.meters(named)
    async with database.write() as session:
        known = await _known(session, readings)
        enrolled = await _enrolled(session, named)
        there = await present(session, ReadingRow, [(one.meter_id, one.timestamp) for one in readings])
        results: list[Accepted] = []
        for reading in readings:
            key = (reading.meter_id, reading.timestamp)
            row = known.get(key)
            why = implausible(reading, limits, meters.get(reading.meter_id), enrolled.get(reading.meter_id))
            if row is not None:
                if why is None and _makes_way(row, reading):
                    await _replace(session, row, reading, source)
                    results.append(Accepted(row.id, reading, Verdict.TAKEN, row.state, None))
                else:
                    results.append(_again(row, reading))
                continue
            row = _new(session, reading, source, why, there.get(key))
            known[key] = row
            verdict = Verdict.TAKEN if why is None else Verdict.IMPLAUSIBLE
            results.append(Accepted(row.id, reading, verdict, row.state, why))
    return results


def _is_id(text: str) -> bool:
    return 1 <= len(text) <= METER_ID_MAX and text.isascii() and text.isprintable()


async def _known(session: AsyncSession, readings: Sequence[Reading]) -> dict[tuple[str, int], Ingest]:
    found: dict[tuple[str, int], Ingest] = {}
    keys = [(one.meter_id, one.timestamp) for one in readings]
    for start in range(0, len(keys), KEYS_PER_QUERY):
        part = keys[start : start + KEYS_PER_QUERY]
        at = tuple_(Ingest.meter_id, Ingest.interval_end)
        for row in (await session.scalars(select(Ingest).where(at.in_(part)))).all():
            found[row.meter_id, row.interval_end] = row
    return found


async def _enrolled(session: AsyncSession, meters: Sequence[str]) -> dict[str, str]:
    rows = await session.scalars(select(Enrolment).where(Enrolment.meter_id.in_(list(dict.fromkeys(meters)))))
    return {row.meter_id: row.wallet for row in rows}


def _makes_way(row: Ingest, reading: Reading) -> bool:
    """Whether a reading that nothing speaks against takes the place of the one before it. What waits for a person, or
    what the chain did not take, never was the meter's word: a clock that was wrong for a day would cost the readings
    of that day. What a person discarded comes again only with other values."""
    return row.state == "quarantined" or (row.state in NOT_ON_CHAIN and not _same(row, reading))


async def _replace(session: AsyncSession, row: Ingest, reading: Reading, source: str) -> None:
    row.generated_wh, row.consumed_wh, row.source = reading.generated_wh, reading.consumed_wh, source
    row.received_at, row.attempts = int(time.time()), 0
    row.state, row.reason, row.signature = "queued", None, None
    letters = update(DeadLetter).where(DeadLetter.ingest_id == row.id, DeadLetter.state == "open")
    await session.execute(letters.values(state="replaced"))


def _same(row: Ingest, reading: Reading) -> bool:
    return (row.generated_wh, row.consumed_wh) == (reading.generated_wh, reading.consumed_wh)


def _again(row: Ingest, reading: Reading) -> Accepted:
    if _same(row, reading):
        return Accepted(row.id, reading, Verdict.SAME, row.state, row.reason)
    words = (
        f"{row.generated_wh} Wh generated and {row.consumed_wh} Wh consumed were taken for this quarter-hour already"
    )
    return Accepted(row.id, reading, Verdict.DIFFERS, row.state, f"{words}; a reading cannot be corrected")


def _new(session: AsyncSession, reading: Reading, source: str, why: str | None, there: ReadingRow | None) -> Ingest:
    same = there is not None and (there.generated_wh, there.consumed_wh) == (
        reading.generated_wh,
        reading.consumed_wh,
    )
    now = int(time.time())
    row = Ingest(
        id=secrets.token_hex(12),
        meter_id=reading.meter_id,
        interval_end=reading.timestamp,
        generated_wh=min(reading.generated_wh, U64_MAX),
        consumed_wh=min(reading.consumed_wh, U64_MAX),
        source=source,
        received_at=now,
        state="confirmed" if same else "queued" if why is None else "quarantined",
        reason=None if same else why,
        signature=there.signature if same and there is not None else None,
        last_valid_height=None,
        slot=there.slot if same and there is not None else None,
        attempts=0,
    )
    session.add(row)
    if why is not None and not same:
        content = f"{reading.meter_id},{reading.timestamp},{reading.generated_wh},{reading.consumed_wh}"
        session.add(
            DeadLetter(
                id=secrets.token_hex(12),
                source=source,
                content=content,
                reason=why,
                created_at=now,
                state="open",
                ingest_id=row.id,
            )
        )
    return row

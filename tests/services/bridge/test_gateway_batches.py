"""Readings that share a transaction: each has its own outcome, and nobody's fault is another's."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solders.instruction import Instruction
from tests.services.support.campus import Campus

from gridtokenx.market.ami import Reading
from gridtokenx.market.gateway import (
    READINGS_PER_TRANSACTION,
    RefusedReading,
    Submitted,
    fitting,
    fitting_runs,
    reading_instruction,
    submit,
)
from gridtokenx.market.read import fetch_many
from gridtokenx.market.records import MeterAccount


async def test_good_readings_land_together_and_bad_ones_alone_are_refused(campus: Campus):
    await campus.next_quarter()
    now = await campus.now()
    ids = [one.meter.meter_id for one in campus.people]
    readings = [
        Reading(now, ids[0], 10, 1),
        Reading(now, ids[1], 10**15, 1),
        Reading(now, "NOBODY", 1, 1),
        Reading(now, ids[2], 0, 30),
        Reading(now - 86_400 * 365, ids[3], 0, 30),
    ]
    outcomes = await submit(campus.client, campus.keys.gateway, readings, together=READINGS_PER_TRANSACTION)
    assert [type(outcome) for outcome in outcomes] == [
        Submitted,
        RefusedReading,
        RefusedReading,
        Submitted,
        RefusedReading,
    ]
    assert len({o.signature for o in outcomes if isinstance(o, Submitted)}) == 1
    meters = await fetch_many(campus.client, MeterAccount, [campus.client.addresses.meter(i) for i in ids])
    assert [meter is not None and meter.last_reading_at == now for meter in meters] == [True, False, True, False]


async def test_a_meters_readings_keep_their_order_in_batches(campus: Campus):
    await campus.next_quarter()
    await campus.travel(3_600)
    now, ids = await campus.now(), [one.meter.meter_id for one in campus.people]
    readings = [Reading(now - 900 * back, meter, 5, 1) for meter in ids for back in (2, 1, 0)]
    campus.client.priority_fee = 1_000
    try:
        outcomes = await submit(campus.client, campus.keys.gateway, readings, together=READINGS_PER_TRANSACTION)
    finally:
        campus.client.priority_fee = 0
    assert all(isinstance(outcome, Submitted) for outcome in outcomes)
    assert [outcome.reading for outcome in outcomes] == readings
    assert len({o.signature for o in outcomes if isinstance(o, Submitted)}) == 3


async def test_eleven_readings_of_short_ids_and_fewer_of_long_ones_fit(campus: Campus):
    def batches(ids: list[str]) -> list[int]:
        def build(reading: Reading) -> Instruction:
            return reading_instruction(campus.client, campus.keys.gateway, reading)

        readings = [Reading(900, meter, 1, 1) for meter in ids]
        return [len(batch) for batch in fitting(campus.client, campus.keys.gateway.pubkey(), readings, build)]

    assert batches([f"METER_{number:03}" for number in range(22)])[0] == READINGS_PER_TRANSACTION
    assert max(batches([f"M{number:049}" for number in range(22)])) < READINGS_PER_TRANSACTION


@pytest.mark.parametrize("letters", [9, 50])
async def test_what_fits_of_a_run_stands_in_one_batch_in_order(campus: Campus, letters: int):
    """A run is one meter's: its readings are never in two transactions that are sent side by side."""
    built: dict[Reading, Instruction] = {}

    def build(reading: Reading) -> Instruction:
        return built.setdefault(reading, reading_instruction(campus.client, campus.keys.gateway, reading))

    @settings(max_examples=40, deadline=None)
    @given(lengths=st.lists(st.integers(1, 30), max_size=12))
    def every(lengths: list[int]) -> None:
        ids = [f"M{number:0{letters - 1}}" for number in range(len(lengths))]
        runs = [
            [Reading(900 * at, meter, 1, 1) for at in range(1, length + 1)]
            for meter, length in zip(ids, lengths, strict=True)
        ]
        batches = fitting_runs(campus.client, campus.keys.gateway.pubkey(), runs, build)
        assert all(0 < len(batch) <= READINGS_PER_TRANSACTION for batch in batches)
        for batch in batches:
            assert fitting(campus.client, campus.keys.gateway.pubkey(), batch, build) == [batch]
        for meter, run in zip(ids, runs, strict=True):
            (taken,) = [part for batch in batches if (part := [one for one in batch if one.meter_id == meter])]
            assert taken == run[: len(taken)]
            # A run gets as much room as a transaction of its own has.
            assert len(taken) == min(
                len(run), len(fitting_runs(campus.client, campus.keys.gateway.pubkey(), [run], build)[0])
            )

    every()

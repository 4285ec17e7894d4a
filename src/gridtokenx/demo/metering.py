"""Phase 2: the gateway submits the day's readings, and the chain's totals are compared with the file, to the Wh."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby

from rich.table import Table
from solders.instruction import Instruction

from gridtokenx.chain import logs as log_reader
from gridtokenx.chain.subscription import LogStream, log_stream
from gridtokenx.demo.world import World
from gridtokenx.market.actions import oracle
from gridtokenx.market.ami import Reading
from gridtokenx.market.gateway import Submitted, reading_instruction, submit
from gridtokenx.market.read import fetch_many, require
from gridtokenx.market.records import MeterAccount, OracleData

MINTED_BY_ORACLE = ("METER_007", "METER_008")
"""Meters whose owners leave minting to the oracle: their last reading goes through process_energy_data."""


async def meter_the_day(world: World) -> None:
    """Submits every reading, quarter-hour by quarter-hour, and checks what the chain made of them."""
    client = world.client
    first, now = world.readings[0].timestamp, await client.clock()
    if now > first:
        world.console.print(f"  the chain's clock is at {_day(now)}: the readings of {_day(first)} are late, in order")
    async with log_stream(world.websocket_url, client.programs.ids["oracle"], client.commitment) as stream:
        started = time.perf_counter()
        submitted = await _submit_all(world)
        seconds = time.perf_counter() - started
        if not await stream.wait_for(len(submitted)):
            world.differences.append(f"the log subscription told of {len(stream.logs)} of {len(submitted)} readings")
    world.console.print(f"  {len(submitted):,} readings in {seconds:.1f} s: {len(submitted) / seconds:,.0f} readings/s")
    units = _check_events(world, submitted, stream)
    await check_totals(world, units)


def _day(timestamp: int) -> str:
    return datetime.fromtimestamp(timestamp, UTC).date().isoformat()


async def _submit_all(world: World) -> list[Submitted]:
    """One transaction for each reading. All meters are in flight at once; the next quarter-hour begins when this
    one has landed, because the chain's clock goes along."""
    submitted: list[Submitted] = []
    with world.progress() as bars:
        task = bars.add_task("readings", total=len(world.readings), note="")
        begun = time.perf_counter()

        def landed(_: Submitted) -> None:
            bars.advance(task)

        for timestamp, group in groupby(world.readings, key=lambda reading: reading.timestamp):
            await world.surfnet.travel_to(timestamp)
            submitted += await submit(
                world.client,
                world.cast.gateway,
                group,
                build=lambda reading: _instruction(world, reading),
                landed=landed,
            )
            bars.update(task, note=f"{len(submitted) / (time.perf_counter() - begun):,.0f}/s")
    return submitted


def _mints(world: World, reading: Reading) -> bool:
    return reading.meter_id in MINTED_BY_ORACLE and reading.timestamp == world.readings[-1].timestamp


def _instruction(world: World, reading: Reading) -> Instruction:
    if not _mints(world, reading):
        return reading_instruction(world.client, world.cast.gateway, reading)
    return oracle.process_energy_data(
        world.client,
        world.cast.gateway.pubkey(),
        meter_id=reading.meter_id,
        owner=next(member.key for member in world.members if member.id == reading.meter_id),
        produced=reading.generated_wh,
        consumed=reading.consumed_wh,
        timestamp=reading.timestamp,
    )


def _check_events(world: World, submitted: Sequence[Submitted], stream: LogStream) -> dict[str, list[int]]:
    """Compares the subscription's events with the readings; the compute units of every plain reading, by meter."""
    units: dict[str, list[int]] = defaultdict(list)
    oracle_id = world.client.programs.ids["oracle"]
    for item in submitted:
        lines, reading = stream.logs.get(item.signature, ()), item.reading
        events = [e for e in log_reader.events(lines, world.client.programs) if e.name == "MeterReadingSubmitted"]
        told = [(e["meter_id"], e["energy_produced"], e["energy_consumed"], e["timestamp"]) for e in events]
        expected = (reading.meter_id, reading.generated_wh, reading.consumed_wh, reading.timestamp)
        world.expect(f"event of {reading.meter_id} at {reading.timestamp}", [expected], told)
        spent = [call.units for call in log_reader.calls(lines) if call.program == oracle_id]
        if _mints(world, reading):
            world.oracle_mint_units[reading.meter_id] = sum(spent)
        else:
            units[reading.meter_id] += spent
    return units


async def check_totals(world: World, units: Mapping[str, Sequence[int]]) -> None:
    """Compares every meter's totals on the chain with the file, to the Wh; `units` are CU of readings, by meter."""
    client = world.client
    meters = await fetch_many(client, MeterAccount, [client.addresses.meter(m.id) for m in world.members])
    table = Table("meter", title="chain totals, equal to the file to the Wh", title_justify="left")
    for column in ("generated Wh", "consumed Wh", "unsettled Wh", "CU per reading"):
        table.add_column(column, justify="right")
    for member, account in zip(world.members, meters, strict=True):
        if account is None:
            world.differences.append(f"there is no account of {member.id}")
            continue
        own = [reading for reading in world.readings if reading.meter_id == member.id]
        generated, consumed = sum(r.generated_wh for r in own), sum(r.consumed_wh for r in own)
        world.expect(f"{member.id}: generated Wh", generated, account.total_generation)
        world.expect(f"{member.id}: consumed Wh", consumed, account.total_consumption)
        settled = max(0, generated - consumed) if member.id in MINTED_BY_ORACLE else 0
        world.expect(f"{member.id}: settled Wh", settled, account.settled_net_generation)
        world.expect(f"{member.id}: last reading", own[-1].timestamp, account.last_reading_at)
        table.add_row(
            member.id,
            f"{account.total_generation:,}",
            f"{account.total_consumption:,}",
            f"{account.unsettled:,}" + (" (minted)" if settled else ""),
            _spread(units.get(member.id, ())),
        )
    found = await require(client, OracleData, client.addresses.oracle_data, "initialize it")
    world.expect("oracle: readings", len(world.readings), found.total_readings)
    world.console.print(table)


def _spread(values: Sequence[int]) -> str:
    if not values:
        return "-"
    least, most = min(values), max(values)
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"

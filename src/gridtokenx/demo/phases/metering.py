"""Phase 2: the gateway submits the day's readings, and the chain's totals are compared with the file, to the Wh."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from rich.table import Table
from solders.instruction import Instruction

from gridtokenx.chain.connection.subscription import LogStream
from gridtokenx.chain.interface import logs as log_reader
from gridtokenx.demo.world import DemoRun
from gridtokenx.market.actions import oracle
from gridtokenx.market.ami import Reading
from gridtokenx.market.gateway import ReadingOutcome, RefusedReading, reading_instruction, submit
from gridtokenx.market.read import fetch_many, require
from gridtokenx.market.records import MeterAccount, OracleData

MINTED_BY_ORACLE = ("METER_007", "METER_008")
"""Meters whose owners leave minting to the oracle: their readings go through process_energy_data."""


async def submit_slot(world: DemoRun, slot: Sequence[Reading]) -> list[ReadingOutcome]:
    """The gateway submits a quarter-hour's readings, all meters at once; what is refused is a difference."""
    outcomes = await submit(world.client, world.cast.gateway, slot, build=lambda reading: _instruction(world, reading))
    for outcome in outcomes:
        if isinstance(outcome, RefusedReading):
            world.differences.append(f"{outcome.reading.meter_id} at {outcome.reading.timestamp}: {outcome.reason}")
    return outcomes


def _instruction(world: DemoRun, reading: Reading) -> Instruction:
    if reading.meter_id not in MINTED_BY_ORACLE:
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


def check_events(world: DemoRun, outcomes: Sequence[ReadingOutcome], stream: LogStream) -> dict[str, list[int]]:
    """Compares the subscription's events with the readings; the compute units of every plain reading, by meter."""
    units: dict[str, list[int]] = defaultdict(list)
    oracle_id = world.client.programs.ids["oracle"]
    for item in outcomes:
        if isinstance(item, RefusedReading):
            continue
        lines, reading = stream.logs.get(item.signature, ()), item.reading
        events = [e for e in log_reader.events(lines, world.client.programs) if e.name == "MeterReadingSubmitted"]
        told = [(e["meter_id"], e["energy_produced"], e["energy_consumed"], e["timestamp"]) for e in events]
        expected = (reading.meter_id, reading.generated_wh, reading.consumed_wh, reading.timestamp)
        world.expect(f"event of {reading.meter_id} at {reading.timestamp}", [expected], told)
        units[reading.meter_id] += [call.units for call in log_reader.calls(lines) if call.program == oracle_id]
    return units


async def check_totals(world: DemoRun, units: Mapping[str, Sequence[int]]) -> None:
    """Compares every meter's totals on the chain with the file, to the Wh; `units` are CU of readings, by meter."""
    client = world.client
    meters = await fetch_many(client, MeterAccount, [client.addresses.meter(m.id) for m in world.members])
    table = Table("meter", title="chain totals, equal to the file to the Wh", title_justify="left")
    for column in ("generated Wh", "consumed Wh", "minted Wh", "CU per reading"):
        table.add_column(column, justify="right")
    for member, account in zip(world.members, meters, strict=True):
        if account is None:
            world.differences.append(f"there is no account of {member.id}")
            continue
        own = [reading for reading in world.readings if reading.meter_id == member.id]
        generated, consumed = sum(r.generated_wh for r in own), sum(r.consumed_wh for r in own)
        world.expect(f"{member.id}: generated Wh", generated, account.total_generation)
        world.expect(f"{member.id}: consumed Wh", consumed, account.total_consumption)
        world.expect(f"{member.id}: settled Wh", mintable(own), account.settled_net_generation)
        world.expect(f"{member.id}: last reading", own[-1].timestamp, account.last_reading_at)
        table.add_row(
            member.id,
            f"{account.total_generation:,}",
            f"{account.total_consumption:,}",
            f"{account.settled_net_generation:,}",
            _spread(units.get(member.id, ())),
        )
    found = await require(client, OracleData, client.addresses.oracle_data, "initialize it")
    world.expect("oracle: readings", len(world.readings), found.total_readings)
    world.console.print(table)


def mintable(readings: Sequence[Reading]) -> int:
    """The Wh that the market mints when it settles a meter after each reading: the highest value that its net
    generation ever had."""
    net, highest = 0, 0
    for reading in readings:
        net += reading.generated_wh - reading.consumed_wh
        highest = max(highest, net)
    return highest


def _spread(values: Sequence[int]) -> str:
    if not values:
        return "-"
    least, most = min(values), max(values)
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"

"""Runs the month and prints what it was; exit status 1 when the chain does not add up."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from rich.console import Console
from rich.table import Table

from bench.month import trading
from bench.month.campus import Campus, make_campus
from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.connection.surfnet import Surfnet
from gridtokenx.chain.files.workspace import find_workspace
from gridtokenx.demo.phases import founding
from gridtokenx.demo.phases.auditing import audit_now
from gridtokenx.demo.world import DemoRun, Member, Roles, keypair
from gridtokenx.market.ami import Reading, complete_readings, load_meters
from gridtokenx.market.gateway import submit
from gridtokenx.market.read import fetch_many, require
from gridtokenx.market.records import Market, MeterAccount, OracleData
from solana_localnet.spawn import spawn

T = TypeVar("T")

FOUNDING_SECONDS = 3_600
PEER = {"readings": 230_400, "orders": 2_396, "mints": 433, "settlements": 353, "certificates": 12}
PEER_SECONDS, PEER_READINGS_PER_SECOND = 1_394.7, 212.9


@dataclass
class Month:
    """What happened, how often, and how many seconds each kind of work took."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PEER, 0))
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    totals: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    async def timed(self, kind: str, work: Awaitable[T]) -> T:
        started = time.perf_counter()
        result = await work
        self.seconds[kind] += time.perf_counter() - started
        return result

    def count(self, kind: str, number: int) -> None:
        self.counts[kind] += number

    def add(self, readings: Iterable[Reading]) -> None:
        for reading in readings:
            self.count("readings", 1)
            self.totals[reading.meter_id][0] += reading.generated_wh
            self.totals[reading.meter_id][1] += reading.consumed_wh


async def live(world: DemoRun, campus: Campus, days: int, console: Console) -> Month:
    """Found the market, then live through the days."""
    month = Month()
    for step in (founding.fund, founding.make_credit, founding.initialize_system):
        await step(world)
    await world.surfnet.pause_clock()
    await founding.register(world)
    world.console = console
    market = await require(world.client, Market, world.client.addresses.market, "initialize it")
    with world.progress() as bars:
        task = bars.add_task("days", total=days, note="")
        for day in range(days):
            await live_a_day(world, campus, market, month, day)
            rate = month.counts["readings"] / month.seconds["readings"]
            bars.update(task, advance=1, note=f"{rate:,.0f} readings/s")
    month.count("certificates", await month.timed("certificates", trading.certify(world)))
    await month.timed("audit", check(world, month))
    return month


async def live_a_day(world: DemoRun, campus: Campus, market: Market, month: Month, day: int) -> None:
    """96 quarter-hours of readings, then the day's energy is minted and traded."""
    for quarter in campus.readings(day):
        await world.surfnet.travel_to(quarter[0].timestamp)
        await month.timed("readings", submit(world.client, world.cast.gateway, quarter))
        month.add(quarter)
    month.count("mints", await month.timed("mints", trading.mint(world)))
    orders, trades = await month.timed("orders", trading.trade(world, market, day))
    month.count("orders", orders)
    month.count("settlements", trades)


async def check(world: DemoRun, month: Month) -> None:
    """The chain's totals are those of the readings, meter by meter; and the books balance exactly."""
    keys = [world.client.addresses.meter(member.id) for member in world.members]
    for member, meter in zip(world.members, await fetch_many(world.client, MeterAccount, keys), strict=True):
        found = None if meter is None else [meter.total_generation, meter.total_consumption]
        world.expect(f"{member.id}: Wh generated and consumed", month.totals[member.id], found)
    oracle = await require(world.client, OracleData, world.client.addresses.oracle_data, "initialize it")
    world.expect("readings of the oracle", month.counts["readings"], oracle.total_readings)
    await audit_now(world, "audit")


def show(console: Console, month: Month, days: int, whole: float) -> None:
    table = Table(title=f"{days} days", title_justify="left")
    for column in ("what", "number", "seconds", "the peer's number"):
        table.add_column(column, justify="left" if column == "what" else "right")
    for kind, number in month.counts.items():
        seconds = f"{month.seconds[kind]:,.1f}" if kind in month.seconds else "with the orders"
        table.add_row(kind, f"{number:,}", seconds, f"{PEER[kind]:,}")
    console.print(table)
    rate = month.counts["readings"] / month.seconds["readings"]
    console.print(f"{rate:,.1f} readings/s; the peer {PEER_READINGS_PER_SECOND}")
    console.print(f"{whole:,.1f} s from an empty chain to the audit; the peer {PEER_SECONDS:,}")


async def run(console: Console, days: int, meters: int, solar: int) -> int:
    """Exit status."""
    workspace = find_workspace()
    file = workspace.root / "data" / "ami"
    originals = load_meters(file / "meters.csv")
    readings = complete_readings(file / "readings.csv", originals)
    campus = make_campus(originals, readings, meters, solar)
    owner = str(Roles().deployer.pubkey())
    programs = [(str(workspace.program_ids[n]), workspace.bytecode_path(n), owner) for n in workspace.built_programs]
    started = time.perf_counter()
    with spawn(upgradeable_programs=programs, start_time=readings[0].timestamp - FOUNDING_SECONDS) as net:
        async with Client(net.rpc_url, Roles().deployer, workspace, preflight=False) as client:
            members = [Member(meter, keypair(meter.meter_id)) for meter in campus.meters]
            # The founding's own tables are the demo's matter.
            world = DemoRun(Console(quiet=True), client, Surfnet(client), net.ws_url, members, [])
            month = await live(world, campus, days, console)
    show(console, month, days, time.perf_counter() - started)
    for difference in world.differences:
        console.print(f"month: {difference}", markup=False)
    console.print("month: not ok" if world.differences else "month: ok, every Wh and every base unit accounted for")
    return 1 if world.differences else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.month", description=__doc__)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--meters", type=int, default=80)
    parser.add_argument("--solar", type=int, default=12)
    options = parser.parse_args()
    if not 0 < options.solar < options.meters or options.days < 1:
        parser.error("there must be at least one day, one roof, and one meter without")
    return asyncio.run(run(Console(highlight=False, width=120), options.days, options.meters, options.solar))


if __name__ == "__main__":
    sys.exit(main())

"""Phases 2 to 4, by quarter-hours: each is metered, its net generation becomes GRID, it is traded and settled."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import groupby

from gridtokenx.chain.connection.subscription import LogStream, log_stream
from gridtokenx.chain.flight import in_flight
from gridtokenx.demo.phases import metering, minting, trading
from gridtokenx.demo.phases.auditing import audit_now
from gridtokenx.demo.phases.trading import Traded
from gridtokenx.demo.world import DemoRun
from gridtokenx.market.ami import INTERVAL_SECONDS, Reading
from gridtokenx.market.gateway import ReadingOutcome
from gridtokenx.market.read import require
from gridtokenx.market.records import Market

AUDITED = (47, 71, 95)
"""Quarter-hours after which the chain is audited, with orders in the book: noon, evening, midnight."""


async def live_the_day(world: DemoRun) -> list[Traded]:
    """Lives the metered day at the chain's clock; what every quarter-hour's auction brought."""
    market = await require(world.client, Market, world.client.addresses.market, "initialize it")
    slots = [list(group) for _, group in groupby(world.readings, key=lambda reading: reading.timestamp)]
    submitted: list[ReadingOutcome] = []
    traded: list[Traded] = []
    async with log_stream(world.websocket_url, world.client.programs.ids["oracle"], world.client.commitment) as stream:
        started = time.perf_counter()
        with world.progress() as bars:
            task = bars.add_task("quarter-hours", total=len(slots), note="")
            for number, slot in enumerate(slots):
                submitted += await _quarter_hour(world, market, number, slot, traded)
                trades = sum(len(epoch.matches) for epoch in traded)
                bars.update(task, advance=1, note=f"{len(submitted):,} readings, {trades:,} trades")
            await trading.finish(world, market, traded)
        await _hear_out(world, stream, len(submitted) + len(traded))
    seconds = time.perf_counter() - started
    world.console.print(f"  {len(submitted):,} readings, 96 auctions in {seconds:.0f} s")
    units = metering.check_events(world, submitted, stream)
    await metering.check_totals(world, units)
    await minting.check(world)
    await trading.check(world, traded)
    return traded


async def _quarter_hour(
    world: DemoRun, market: Market, number: int, slot: Sequence[Reading], traded: list[Traded]
) -> list[ReadingOutcome]:
    """At the end of a quarter-hour: the auction before is cleared, this one's energy is metered, minted and offered."""
    now = slot[0].timestamp
    await world.surfnet.travel_to(now)
    if number:
        traded.append(await trading.clear(world, market, now // INTERVAL_SECONDS - 1))
    outcomes = await metering.submit_slot(world, slot)
    await in_flight(lambda member: minting.mint_new(world, member), world.members)
    await trading.place(world, market, now // INTERVAL_SECONDS, slot)
    if number in AUDITED:
        await audit_now(world, f"audit in quarter-hour {number + 1}")
    return outcomes


async def _hear_out(world: DemoRun, stream: LogStream, count: int) -> None:
    if not await stream.wait_for(count):
        world.differences.append(f"the log subscription told of {len(stream.logs)} of {count} calls of the oracle")

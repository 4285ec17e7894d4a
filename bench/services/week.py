"""A simulated week of a campus, and what the services' memory does meanwhile:

    .venv/bin/python -m bench.services.week [--days 7] [--database URL]

Every role in one process, on a localnet whose clock is moved from quarter-hour to quarter-hour. The meters of
data/ami push by HTTP, members mint, sell and buy, the crank clears, settles and closes; listeners and readers come and
go. Prints the memory after each day; exits with 1 when the last day ends with more than `GROWTH` above the second.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from bench.services.site import MeasuredSite, Served, site
from gridtokenx.chain.files.workspace import find_workspace
from gridtokenx.market.ami import INTERVAL_SECONDS, complete_readings, load_meters
from gridtokenx.market.orderbook import all_epochs
from gridtokenx.services.campus.simulator import Simulator

QUARTERS = 96
BEGINS = 9 * 3_600
GROWTH = 0.15
LISTENERS = 5
PATIENCE = 60.0
PATHS = ("/", "/campus", "/campus?span=month", "/api/epochs?limit=500", "/api/trades?limit=500", "/status")


@dataclass
class SimulatedWeek:
    """Lives quarter-hours as fast as the services follow."""

    made: MeasuredSite
    api: Served
    live: Simulator
    memory: list[float] = field(default_factory=list[float])

    async def day(self, http: aiohttp.ClientSession, number: int) -> None:
        """96 quarter-hours; listeners of this day hear them and go."""
        heard = [asyncio.create_task(self._listen(http)) for _ in range(LISTENERS)]
        for quarter in range(QUARTERS):
            now = await self.made.client.clock()
            at = now - now % INTERVAL_SECONDS + INTERVAL_SECONDS
            await self.made.surfnet.travel_to(at)
            await self.live.quarter_hour(http, at)
            await self._cleared(at)
            async with http.get(self.live.url + PATHS[quarter % len(PATHS)]) as answer:
                await answer.read()
                if answer.status != 200:
                    raise RuntimeError(f"{answer.url} answered {answer.status}")
        for task in heard:
            task.cancel()
        await asyncio.gather(*heard, return_exceptions=True)
        self.memory.append(self.api.memory)
        print(f"day {number}: {self.memory[-1]:.1f} MiB, {self.api.cpu:.0f} s of CPU", flush=True)

    async def _listen(self, http: aiohttp.ClientSession) -> None:
        async with http.get(f"{self.live.url}/api/stream", timeout=aiohttp.ClientTimeout(total=None)) as answer:
            async for _ in answer.content:
                pass

    async def _cleared(self, at: int) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if all(epoch.cleared for epoch in await all_epochs(self.made.client) if epoch.ends_at <= at):
                return
            await asyncio.sleep(0.05)
        raise RuntimeError("the crank does not clear")


async def run(days: int, database: str | None) -> Sequence[float]:
    """MiB after each day."""
    data = find_workspace().root / "data" / "ami"
    meters = load_meters(data / "meters.csv")
    readings = complete_readings(data / "readings.csv", meters)
    with tempfile.TemporaryDirectory() as folder:
        async with site(Path(folder), meters, readings[0].timestamp + BEGINS, database) as made:
            api = await made.serve("api", "indexer", "bridge", "crank", "notices")
            url = f"http://127.0.0.1:{api.port}"
            live = Simulator(made.client, made.database, made.keys, made.people, readings, url, made.secret, 0.0)
            week = SimulatedWeek(made, api, live)
            async with aiohttp.ClientSession() as http:
                for number in range(1, days + 1):
                    await week.day(http, number)
            return week.memory


def main() -> int:
    """The command."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--days", type=int, default=7)
    options.add_argument("--database", default=None)
    chosen = options.parse_args()
    memory = asyncio.run(run(chosen.days, chosen.database))
    settled = memory[min(1, len(memory) - 1)]
    print(f"from the second day to the last: {memory[-1] - settled:+.1f} MiB, {memory[-1] / settled - 1:+.1%}")
    return 0 if memory[-1] <= settled * (1 + GROWTH) else 1


if __name__ == "__main__":
    sys.exit(main())

"""A simulated week of a campus, and what the services' memory does meanwhile:

    .venv/bin/python -m bench.services.week [--days 7] [--database URL] [--write]

Each role in a process of its own, on a localnet whose clock is moved from quarter-hour to quarter-hour. The meters of
data/ami push by HTTP, members mint, sell and buy, the crank clears, settles and closes; listeners and readers come and
go. Prints the memory of each role after each day; exits with 1 when one of them ends the last day with more than
`GROWTH` above the second. `--write` writes the table into docs/services.md.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from bench.services.site import MeasuredSite, site
from bench.services.written import write_figures
from bench.tables import markdown
from gridtokenx.chain.files.workspace import find_workspace
from gridtokenx.market.ami import INTERVAL_SECONDS, complete_readings, load_meters
from gridtokenx.market.orderbook import all_epochs
from gridtokenx.services.campus.simulator import Simulator

QUARTERS = 96
BEGINS = 9 * 3_600
GROWTH = 0.15
ROLES = ("indexer", "bridge", "crank", "notices")
LISTENERS = 5
PATIENCE = 300.0
PATHS = ("/", "/campus", "/campus?span=month", "/api/epochs?limit=500", "/api/trades?limit=500", "/status")


@dataclass
class SimulatedWeek:
    """Lives quarter-hours as fast as the services follow."""

    made: MeasuredSite
    live: Simulator
    memory: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Resident MiB after each day, by role."""

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
        for one in self.made.served:
            self.memory[one.name].append(one.memory)
        told = ", ".join(f"{one.name} {one.memory:.1f} MiB {one.cpu:.0f} s" for one in self.made.served)
        print(f"day {number}: {told}", flush=True)

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


async def run(days: int, database: str | None) -> dict[str, list[float]]:
    """MiB after each day, by role."""
    data = find_workspace().root / "data" / "ami"
    meters = load_meters(data / "meters.csv")
    readings = complete_readings(data / "readings.csv", meters)
    with tempfile.TemporaryDirectory() as folder:
        async with site(Path(folder), meters, readings[0].timestamp + BEGINS, database) as made:
            api = await made.serve("api")
            for role in ROLES:
                await made.serve(role)
            url = f"http://127.0.0.1:{api.port}"
            live = Simulator(made.client, made.database, made.keys, made.people, readings, url, made.secret, 0.0)
            week = SimulatedWeek(made, live)
            async with aiohttp.ClientSession() as http:
                for number in range(1, days + 1):
                    await week.day(http, number)
            return week.memory


def main() -> int:
    """The command."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--days", type=int, default=7)
    options.add_argument("--database", default=None)
    options.add_argument("--write", action="store_true")
    chosen = options.parse_args()
    memory = asyncio.run(run(chosen.days, chosen.database))
    titles = ["MiB after day", *(str(day) for day in range(1, chosen.days + 1))]
    rows = [[role, *(f"{value:.0f}" for value in values)] for role, values in memory.items()]
    table = markdown(titles, rows, titles[:1])
    print("\n".join(table))
    if chosen.write:
        write_figures("week", table)
    return 0 if all(bounded(values) for values in memory.values()) else 1


def bounded(values: Sequence[float]) -> bool:
    """Whether memory after the last day is not much above that after the second: the first fills what is kept."""
    return values[-1] <= values[min(1, len(values) - 1)] * (1 + GROWTH)


if __name__ == "__main__":
    sys.exit(main())

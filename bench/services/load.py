"""Listeners, readings and readers at once:

    .venv/bin/python -m bench.services.load [--seconds 30] [--rate 300] [--batch 10] [--listeners 200]
        [--database URL] [--together]

`--rate` meters measure a quarter-hour every second, and each pushes by HTTP, with its own key, the last `--batch` of
them at once, so that as many readings come in every second, from the first to the last; the bridge carries them to a
localnet until they are confirmed; the indexer takes them in; listeners of /api/stream hear of each; and meanwhile
readers ask for what everybody may read. The API has a process of its own, as the unit files in deploy/ have it;
`--together` puts every role into one. Prints one table, which `--write` writes into docs/services.md; exits with 1 when
a reading was not confirmed, or a listener missed an event.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import aiohttp
from sqlalchemy import func, select

from bench.services.site import MeasuredSite, Served, cpu_of, memory_of, site
from bench.services.written import write_figures
from bench.tables import markdown
from gridtokenx.chain.files.workspace import find_workspace
from gridtokenx.chain.flight import in_flight
from gridtokenx.market.actions import registry
from gridtokenx.market.ami import INTERVAL_SECONDS, load_meters
from gridtokenx.services.api.routes.readings import key_hash
from gridtokenx.services.database.chain_tables import ChainEvent
from gridtokenx.services.database.service_tables import Ingest, MeterKey
from gridtokenx.services.running.loop import event_loop

START = 1_763_449_200
METERS_PER_OWNER = 200
METERS_PER_TRANSACTION = 4
SPREAD = 20
"""Into how many parts a second's pushes are spread."""
READERS = 4
READ_EVERY = 0.1
DRAIN_SECONDS = 180.0
MARK = b"\nid: "
PATHS = ("/api/market", "/api/epochs", "/api/trades", "/api/candles", "/api/status", "/", "/campus")


@dataclass
class StreamListener(asyncio.Protocol):
    """One connection to /api/stream, which counts the events that reach it and does no more."""

    port: int
    events: int = 0
    received: int = 0
    rest: bytes = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asks."""
        # libuv's transports are none of asyncio's classes.
        cast(asyncio.Transport, transport).write(
            b"GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n"
        )

    def data_received(self, data: bytes) -> None:
        """Counts. A mark may come in two parts."""
        self.received += len(data)
        # A mark that begins in what came before ends within the first bytes of this.
        self.events += data.count(MARK) + (self.rest + data[: len(MARK) - 1]).count(MARK)
        self.rest = (self.rest + data)[1 - len(MARK) :] if len(data) < len(MARK) else data[1 - len(MARK) :]


@dataclass
class Measured:
    """What a run measured; latencies in seconds."""

    reads: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    pushes: list[float] = field(default_factory=list[float])
    refused: list[str] = field(default_factory=list[str])
    pushed: int = 0
    pushing: float = 0.0
    confirmed_by_then: int = 0
    until_confirmed: float = 0.0
    events: list[int] = field(default_factory=list[int])
    expected: int = 0
    confirmed: int = 0
    cpu: dict[str, float] = field(default_factory=dict[str, float])
    memory: dict[str, float] = field(default_factory=dict[str, float])
    load: float = 0.0

    @property
    def per_second(self) -> float:
        """Readings confirmed in a second, from the first push to the last confirmation."""
        return self.confirmed / self.until_confirmed

    @property
    def behind(self) -> int:
        """Readings that were pushed and not confirmed yet, when the last was pushed."""
        return self.pushed - self.confirmed_by_then


async def enrol(made: MeasuredSite, count: int) -> list[str]:
    """Registers so many meters, each with a key; their ids."""
    ids = [f"LOAD-{number:04}" for number in range(count)]
    owners = made.people
    await made.client.send(
        registry.update_registry_config(
            made.client,
            made.keys.deployer.pubkey(),
            max_meters_per_user=METERS_PER_OWNER + 1,
            open_registration=True,
            building_location="",
        ),
        payer=made.keys.deployer,
    )
    deployer, kind = made.keys.deployer, owners[0].meter.meter_type

    async def assign(first: int) -> None:
        batch = [
            registry.assign_meter(
                made.client,
                deployer.pubkey(),
                meter_id=ids[number],
                owner=owners[number // METERS_PER_OWNER].key,
                meter_type=kind,
            )
            for number in range(first, min(first + METERS_PER_TRANSACTION, count))
        ]
        await made.client.send(batch, payer=deployer)

    await in_flight(assign, range(0, count, METERS_PER_TRANSACTION))
    async with made.database.write() as session:
        for meter_id in ids:
            session.add(
                MeterKey(
                    id=meter_id,
                    meter_id=meter_id,
                    kind="api_key",
                    value=key_hash(made.secret, key_of(meter_id)),
                    counter=0,
                    created_at=0,
                    revoked_at=None,
                )
            )
    return ids


def key_of(meter_id: str) -> str:
    """A meter's API key."""
    return f"key of {meter_id}"


@dataclass
class ServicesLoad:
    """One run: each meter measures a quarter-hour every second, from `first` on."""

    made: MeasuredSite
    api: Served
    seconds: int
    batch: int
    meters: Sequence[str]
    first: int
    measured: Measured = field(default_factory=Measured)
    sent: dict[str, int] = field(default_factory=dict[str, int])

    async def run(self, listeners: int) -> Measured:
        """Listens, pushes and reads; waits until everything is confirmed and heard."""
        loop, url = asyncio.get_running_loop(), f"http://127.0.0.1:{self.api.port}"
        heard = [StreamListener(self.api.port) for _ in range(listeners)]
        for one in heard:
            await loop.create_connection(lambda one=one: one, "127.0.0.1", self.api.port)
        before = await self._last_event()
        pids = {one.name: one.process.pid for one in self.made.served} | {"localnet": self.made.net.pid}
        used = {name: cpu_of(pid) for name, pid in pids.items()}
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(url, connector=connector) as http:
            over = asyncio.Event()
            readers = [asyncio.create_task(self._read(http, number, over)) for number in range(READERS)]
            began = time.monotonic()
            await self._push_all(http, began)
            self.measured.pushing = time.monotonic() - began
            self.measured.confirmed_by_then = await self._count()
            await self._confirmed(began)
            over.set()
            await asyncio.gather(*readers)
        self.measured.expected = await self._heard(heard, before)
        self.measured.events = [one.events for one in heard]
        self.measured.cpu = {name: cpu_of(pid) - used[name] for name, pid in pids.items()}
        self.measured.memory = {name: memory_of(pid) for name, pid in pids.items()}
        self.measured.load = os.getloadavg()[0]
        return self.measured

    async def _push_all(self, http: aiohttp.ClientSession, began: float) -> None:
        """Every meter pushes every `batch` seconds; in each second, as many readings come as there are meters."""
        tasks: list[asyncio.Task[None]] = []
        for second in range(self.seconds):
            due = [one for number, one in enumerate(self.meters) if (second + number) % self.batch == 0]
            for part in range(SPREAD):
                await asyncio.sleep(max(0.0, began + second + part / SPREAD - time.monotonic()))
                tasks += [asyncio.create_task(self._push(http, one)) for one in due[part::SPREAD]]
        await asyncio.sleep(max(0.0, began + self.seconds - time.monotonic()))
        await asyncio.gather(*tasks)

    async def _push(self, http: aiohttp.ClientSession, meter_id: str) -> None:
        since = self.sent.get(meter_id, 0)
        self.sent[meter_id] = since + self.batch
        readings = [
            {
                "meter_id": meter_id,
                "generation": 1_000 + at,
                "consumption": 100,
                "timestamp": self.first + at * INTERVAL_SECONDS,
            }
            for at in range(since, since + self.batch)
        ]
        began = time.monotonic()
        headers = {"authorization": f"Bearer {key_of(meter_id)}"}
        async with http.post("/api/oracle/meter-readings", json={"readings": readings}, headers=headers) as answer:
            told = await answer.json()
        self.measured.pushes.append(time.monotonic() - began)
        for one in told.get("results", [told]):
            if one.get("status") == 202:
                self.measured.pushed += 1
            else:
                self.measured.refused.append(str(one))

    async def _read(self, http: aiohttp.ClientSession, number: int, over: asyncio.Event) -> None:
        turn = number
        while not over.is_set():
            path = PATHS[turn % len(PATHS)]
            turn += 1
            began = time.monotonic()
            async with http.get(path) as answer:
                await answer.read()
                if answer.status != 200:
                    self.measured.refused.append(f"{path}: {answer.status}")
            self.measured.reads[path].append(time.monotonic() - began)
            await asyncio.sleep(READ_EVERY)

    async def _confirmed(self, began: float) -> None:
        deadline = time.monotonic() + DRAIN_SECONDS
        while time.monotonic() < deadline:
            self.measured.confirmed = await self._count()
            if self.measured.confirmed >= self.measured.pushed:
                break
            await asyncio.sleep(0.1)
        self.measured.until_confirmed = time.monotonic() - began

    async def _count(self) -> int:
        async with self.made.database.read() as session:
            return await session.scalar(select(func.count()).where(Ingest.state == "confirmed")) or 0

    async def _last_event(self) -> int:
        async with self.made.database.read() as session:
            return await session.scalar(select(func.max(ChainEvent.seq))) or 0

    async def _heard(self, heard: Sequence[StreamListener], before: int) -> int:
        """Waits until the indexer is where the chain is, and everybody heard what it told; how many events."""
        deadline = time.monotonic() + DRAIN_SECONDS
        told = -1
        while time.monotonic() < deadline:
            now = await self._last_event() - before
            if now == told and all(one.events >= now for one in heard) and now >= self.measured.confirmed:
                break
            told = now
            await asyncio.sleep(3)
        return told


def share(values: Sequence[float], part: float) -> float:
    """The value, in milliseconds, below which a part of the values lies."""
    ordered = sorted(values)
    return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def report(told: Measured, listeners: int, write: bool) -> bool:
    """Prints the table, and writes it into the document unless something was missing; whether nothing was."""
    every = [one for values in told.reads.values() for one in values]
    rows = [
        ("readings pushed", f"{told.pushed} in {told.pushing:.1f} s"),
        (
            "of them confirmed",
            f"{told.confirmed} in {told.until_confirmed:.1f} s, {told.per_second:.0f} a second; "
            f"{told.behind} waited when the last was pushed",
        ),
        ("POSTs", f"{len(told.pushes)}: p50 {share(told.pushes, 0.5):.0f} ms, p95 {share(told.pushes, 0.95):.0f} ms"),
        ("listeners", f"{listeners}, each heard {min(told.events)} to {max(told.events)} of {told.expected} events"),
        ("GETs", f"{len(every)}: p50 {share(every, 0.5):.0f} ms, p95 {share(every, 0.95):.0f} ms"),
    ]
    for path, values in sorted(told.reads.items()):
        rows.append((f"  {path}", f"mean {1000 * statistics.mean(values):.0f} ms, p95 {share(values, 0.95):.0f} ms"))
    for name, seconds in told.cpu.items():
        rows.append((name, f"{seconds:.1f} s of CPU in {told.until_confirmed:.1f} s, {told.memory[name]:.0f} MiB"))
    rows.append(("load of the machine", f"{told.load:.1f}"))
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        print(f"{name:<{width}}  {value}")
    for line in sorted(set(told.refused))[:5]:
        print(f"refused: {line}")
    whole = told.confirmed >= told.pushed and all(events >= told.expected for events in told.events)
    if write and whole and not told.refused:
        write_figures(
            "load", markdown(("measured", ""), [(name.strip(), value) for name, value in rows], ("measured", ""))
        )
    return whole and not told.refused


async def run(seconds: int, rate: int, batch: int, listeners: int, database: str | None, together: bool) -> Measured:
    """One run on the running event loop."""
    meters = load_meters(find_workspace().root / "data" / "ami" / "meters.csv")
    owners = meters[: -(-rate // METERS_PER_OWNER)]
    with tempfile.TemporaryDirectory() as folder:
        async with site(Path(folder), owners, START, database) as made:
            ids = await enrol(made, rate)
            now = await made.client.clock()
            first = now - now % INTERVAL_SECONDS + INTERVAL_SECONDS
            await made.surfnet.travel_to(first + (seconds + batch) * INTERVAL_SECONDS)
            workers = ("indexer", "bridge", "crank")
            api = await made.serve("api", *(workers if together else ()))
            if not together:
                await made.serve(*workers)
            return await ServicesLoad(made, api, seconds, batch, ids, first).run(listeners)


def main() -> int:
    """The command."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=int, default=30)
    options.add_argument("--rate", type=int, default=300)
    options.add_argument("--batch", type=int, default=10)
    options.add_argument("--listeners", type=int, default=200)
    options.add_argument("--database", default=None)
    options.add_argument("--together", action="store_true")
    options.add_argument("--write", action="store_true")
    chosen = options.parse_args()
    # The services' own loop: what listens here is no part of what is measured, and shares its two cores.
    with asyncio.Runner(loop_factory=event_loop) as runner:
        told = runner.run(
            run(chosen.seconds, chosen.rate, chosen.batch, chosen.listeners, chosen.database, chosen.together)
        )
    return 0 if report(told, chosen.listeners, chosen.write) else 1


if __name__ == "__main__":
    sys.exit(main())

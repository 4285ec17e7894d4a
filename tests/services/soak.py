"""kill -9 at random moments, with a node that misbehaves: `python -m tests.services.soak --moments 100`.

Indexer, bridge and crank each run in a process of its own. Each is killed and started again at so many moments, while the
others go on and a campus lives. At the end every table equals the accounts, every counter agrees, and no Wh is lost or doubled.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections.abc import Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path

from sqlalchemy import func, select
from tests.services.support.campus import PRICE, Campus, founded
from tests.services.support.proxy import between
from tests.services.support.tables import differences

from gridtokenx.chain.files.wallet import save_keypair
from gridtokenx.chain.interface.failures import TransactionFailed
from gridtokenx.market.ami import Reading
from gridtokenx.market.orderbook import all_epochs
from gridtokenx.market.read import fetch_all
from gridtokenx.market.records import MeterAccount
from gridtokenx.services.config.settings import ProcessRole, load_settings
from gridtokenx.services.database.engine import Database
from gridtokenx.services.database.lease import Lease
from gridtokenx.services.database.service_tables import Ingest, LeaseRow
from gridtokenx.services.indexer.proof import begin, prove
from gridtokenx.services.indexer.sweep import Indexer
from gridtokenx.services.intake.accept import Verdict, accept
from gridtokenx.services.intake.meters import MeterBook
from gridtokenx.services.running import logs
from gridtokenx.services.running.process import serve

ROLES = ("indexer", "bridge", "crank")
SETTLED_SECONDS = 60.0
AT_WORK = 0.8
"""The share of the kills that wait until the process works; the others may come while it starts."""


FORKS = multiprocessing.get_context("forkserver")
"""Processes that are forked from one that has loaded everything: to load it a hundred times would be most of the work."""
FORKS.set_forkserver_preload(["gridtokenx.services.running.process"])


def start(campus: Campus, database: str, node: str, role: str) -> BaseProcess:
    """A role in a process."""
    environment = {
        "GTX_CLUSTER": node,
        "GTX_WEBSOCKET": campus.net.ws_url,
        "GTX_DATABASE": database,
        "GTX_GATEWAY_KEY": str(campus.keys.path("gateway")),
        "GTX_MATCHER_KEY": str(campus.keys.path("matcher")),
        "GTX_READINGS_PATIENCE": "0",
        "GTX_GAP_PATIENCE": "0",
    }
    process = FORKS.Process(target=live_role, args=(environment, role, campus.keys.folder / f"{role}.log"), daemon=True)
    process.start()
    return process


def live_role(environment: dict[str, str], role: str, log: Path) -> None:
    """What `gridtokenx serve --role` does, in a process that has its modules."""
    for name in [name for name in os.environ if name.startswith("GTX_")]:
        del os.environ[name]
    os.environ.update(environment)
    with log.open("a") as file:
        os.dup2(file.fileno(), sys.stderr.fileno())
    logs.configure()
    asyncio.run(serve(load_settings(), [ProcessRole(role)]))


async def free_lease(database: Database, role: str) -> None:
    """A killed process keeps its lease until it runs out: the next one is not to wait for that here."""
    async with database.write() as session:
        row = await session.get(LeaseRow, role, with_for_update=True)
        if row is not None:
            row.expires_ms = 0


async def soak(moments: int, seed: int, folder: Path, url: str | None = None) -> dict[str, int]:
    """Lives and kills; what it counted. Raises AssertionError for whatever was lost, doubled or differs."""
    dice = random.Random(seed)
    async with founded(folder, people=4) as campus:
        save_keypair(campus.keys.gateway, campus.keys.path("gateway"))
        target = url or f"sqlite+aiosqlite:///{folder}/soak.db"
        database = Database(target)
        await database.migrate()
        sent: list[Reading] = []
        async with between(campus.net.rpc_url, seed) as proxy:
            processes = {role: start(campus, target, proxy.url, role) for role in ROLES}
            try:
                for _ in range(moments):
                    sent += await live(campus, database, dice)
                    if dice.random() < AT_WORK:
                        await at_work(database, processes)
                    for role in dice.sample(ROLES, len(ROLES)):
                        await asyncio.sleep(dice.uniform(0.0, 1.5))
                        kill(campus, processes[role], role)
                        await free_lease(database, role)
                        processes[role] = start(campus, target, proxy.url, role)
                await settled(campus, database, len(sent))
            finally:
                for process in processes.values():
                    process.kill()
                    process.join()
            happened = dict(proxy.happened)
        await free_lease(database, "indexer")
        await compare(campus, database, sent)
        await database.close()
    return {"moments of each": moments, "readings": len(sent), **{k or "answered": v for k, v in happened.items()}}


def kill(campus: Campus, process: BaseProcess, role: str) -> None:
    """kill -9. A process that has ended by itself before is a fault."""
    assert process.is_alive(), (campus.keys.folder / f"{role}.log").read_text()[-4_000:]
    process.kill()
    process.join()


async def at_work(database: Database, processes: Mapping[str, BaseProcess]) -> None:
    """Waits until the roles have their leases: on a busy machine a process needs long to start."""
    deadline = time.monotonic() + SETTLED_SECONDS
    while time.monotonic() < deadline and all(one.is_alive() for one in processes.values()):
        async with database.read() as session:
            held = select(func.count()).where(LeaseRow.expires_ms > int(time.time() * 1000))
            if (await session.scalar(held) or 0) == len(ROLES):
                return
        await asyncio.sleep(0.05)


async def live(campus: Campus, database: Database, dice: random.Random) -> list[Reading]:
    """A quarter-hour: readings come in, twice some of them, and somebody trades."""
    now = await campus.next_quarter()
    book = MeterBook(campus.client)
    readings = [
        Reading(now, one.meter.meter_id, dice.randrange(100, 3_000), dice.randrange(100)) for one in campus.people
    ]
    results = await accept(database, book, readings, "soak")
    assert all(result.verdict is Verdict.TAKEN for result in results), results
    await accept(database, book, readings[: dice.randrange(len(readings))], "soak")
    await campus.open_epoch()
    try:
        await campus.order(campus.people[1], False, dice.randrange(100, 900), PRICE)
    except TransactionFailed as failure:
        if failure.name != "OrderLimitReached":  # the crank was killed before it took the old ones back
            raise
    return readings


async def settled(campus: Campus, database: Database, readings: int) -> None:
    """Waits until every reading is decided and every epoch that is over is cleared."""
    await campus.next_quarter()
    deadline = time.monotonic() + SETTLED_SECONDS + readings / 4
    while time.monotonic() < deadline:
        async with database.read() as session:
            confirmed = await session.scalar(select(func.count()).where(Ingest.state == "confirmed")) or 0
        now = await campus.now()
        waiting = [e for e in await all_epochs(campus.client) if e.ends_at <= now and not e.cleared]
        if confirmed == readings and not waiting:
            return
        await asyncio.sleep(0.2)
    async with database.read() as session:
        states = (await session.execute(select(Ingest.state, func.count()).group_by(Ingest.state))).all()
    raise AssertionError(f"not settled: {[tuple(row) for row in states]}")


async def compare(campus: Campus, database: Database, sent: list[Reading]) -> None:
    """Every meter has each of its readings once; every table equals the accounts; every counter agrees."""
    meters = {m.meter_id: m for m in (await fetch_all(campus.client, MeterAccount)).values()}
    for meter_id, meter in meters.items():
        own = [reading for reading in sent if reading.meter_id == meter_id]
        assert meter.total_generation == sum(r.generated_wh for r in own), meter_id
        assert meter.total_consumption == sum(r.consumed_wh for r in own), meter_id
    indexer = Indexer(campus.client, database, Lease(database, "indexer"))
    assert await indexer.lease.take()
    await begin(indexer)
    result = await prove(indexer)
    assert result is not None
    assert [count for count in result if not count.holds] == []
    assert await differences(campus.client, database) == []


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moments", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", default=None)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        counted = asyncio.run(soak(told.moments, told.seed, Path(folder), told.database))
    print(", ".join(f"{name} {number}" for name, number in counted.items()))
    print("soak: ok")


if __name__ == "__main__":
    main()

"""One command: localnet, programs, people, meters, all services with a simulator, and one address to open."""

from __future__ import annotations

import asyncio
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.files.workspace import find_workspace
from gridtokenx.demo.prices import IMPORT_PRICE
from gridtokenx.market.ami import complete_readings, load_meters
from gridtokenx.services.campus.cast import campus_keys, residents
from gridtokenx.services.campus.founding import found, spawn_campus
from gridtokenx.services.campus.simulator import Simulator
from gridtokenx.services.config.settings import ProcessRole, Settings
from gridtokenx.services.database.engine import Database
from gridtokenx.services.running.process import serve

BEGINS = 9 * 3_600
"""Seconds after the first reading of the data at which the chain begins: the sun shines, and there is trade."""
PATIENCE = 5.0
ZONE = "America/New_York"
"""Where data/ami was measured: the sun stands high at noon there."""
FRESH_DATABASE = ("gridtokenx.db", "gridtokenx.db-wal", "gridtokenx.db-shm")


@dataclass(frozen=True)
class CampusPlan:
    """The options of `gridtokenx up`. `quarter`: seconds for a quarter-hour; `folder`: where keys and tables are."""

    folder: Path
    quarter: float
    port: int
    database: str | None
    people: int | None = None


async def up(plan: CampusPlan, say: Callable[[str], None]) -> None:
    """Runs a campus until it is cancelled, or SIGINT or SIGTERM come."""
    workspace = find_workspace()
    data = workspace.root / "data" / "ami"
    meters = load_meters(data / "meters.csv")
    readings = complete_readings(data / "readings.csv", meters)
    plan.folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(plan.folder / "keys", ignore_errors=True)
    keys = campus_keys(plan.folder / "keys")
    people = residents(plan.folder / "keys", meters)[: plan.people]
    url = plan.database or _fresh(plan.folder)
    database = Database(url)
    await database.migrate()
    secret = secrets.token_urlsafe(32)
    with spawn_campus(workspace, keys, start_time=readings[0].timestamp + BEGINS, block_delay_ms=None) as net:
        say(f"localnet   {net.rpc_url}  (explorer: open it in a browser)")
        async with Client(net.rpc_url, keys.deployer, workspace, preflight=False) as client:
            await database.belong_to(str((await client.connection.get_genesis_hash()).value))
            await found(client, keys, people, open_registration=True)
            say(f"campus     {len(people)} members with a meter each; keys in {keys.folder}")
            settings = Settings(
                cluster=net.rpc_url,
                websocket=net.ws_url,
                database=url,
                port=plan.port,
                origin=f"http://127.0.0.1:{plan.port}",
                secret=SecretStr(secret),
                gateway_key=keys.path("gateway"),
                matcher_key=keys.path("matcher"),
                sponsor_key=keys.path("sponsor"),
                readings_patience=PATIENCE,
                time_zone=ZONE,
                grid_price=IMPORT_PRICE,
                ami_folder=plan.folder / "ami",
                demo_wallets=True,
            )
            tasks: list[asyncio.Task[None]] = []

            def ready(port: int) -> None:
                address = f"http://127.0.0.1:{port}"
                say(f"database   {url}")
                say(f"a quarter-hour every {plan.quarter:g} s; Ctrl-C ends everything")
                say(f"open       {address}/")
                live = Simulator(client, database, keys, people, readings, address, secret, plan.quarter)
                tasks.append(asyncio.create_task(live.run()))

            def ending() -> None:
                for task in tasks:
                    task.cancel()

            try:
                await serve(settings, list(ProcessRole), ready, ending)
            finally:
                await asyncio.gather(*tasks, return_exceptions=True)
                await database.close()


def _fresh(folder: Path) -> str:
    """A new database: the chain is a new one, too."""
    for name in FRESH_DATABASE:
        (folder / name).unlink(missing_ok=True)
    return f"sqlite+aiosqlite:///{folder}/gridtokenx.db"

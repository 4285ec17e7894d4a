"""`gridtokenx up --cluster devnet`: every service on a cluster that is not ours, without a simulator, and without
anything that moves a clock or asks for SOL. A localnet behind a node that says it is devnet plays it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import httpx
import pytest
from aiohttp import web
from sqlalchemy import func, select
from tests.services.support.campus import Campus
from tests.services.support.postgres import Server

from gridtokenx.chain.connection.cluster import GENESIS_HASHES
from gridtokenx.chain.files.wallet import save_keypair
from gridtokenx.services.database.account_tables import UserRow
from gridtokenx.services.database.engine import Database
from gridtokenx.services.database.service_tables import Enrolment, MeterKey

PATIENCE = 60.0
OURS = ("surfnet_", "requestAirdrop", "localnet_")
"""Methods that no public cluster has, or that services have no business with."""


@dataclass
class Devnet:
    """A node that says it is devnet."""

    target: str
    asked: set[str] = field(default_factory=set[str])

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        asked = json.loads(body)
        for one in asked if isinstance(asked, list) else [asked]:
            self.asked.add(one["method"])
        if isinstance(asked, dict) and asked["method"] == "getGenesisHash":
            return web.json_response({"jsonrpc": "2.0", "id": asked["id"], "result": GENESIS_HASHES["devnet"]})
        headers = {"content-type": "application/json"}
        async with aiohttp.ClientSession() as http, http.post(self.target, data=body, headers=headers) as answer:
            return web.Response(body=await answer.read(), content_type="application/json")


@asynccontextmanager
async def devnet(target: str) -> AsyncIterator[tuple[Devnet, str]]:
    found = Devnet(target)
    app = web.Application(client_max_size=4 << 20)
    app.router.add_post("/", found.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield found, f"http://127.0.0.1:{runner.addresses[0][1]}#{GENESIS_HASHES['devnet']}"
    await runner.cleanup()


async def begun(campus: Campus, cluster: str, database: str, folder: Path) -> asyncio.subprocess.Process:
    for role in ("gateway", "matcher", "sponsor"):
        save_keypair(getattr(campus.keys, role), campus.keys.path(role))
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GTX_")},
        "GTX_WEBSOCKET": campus.net.ws_url,
        "GTX_PORT": "0",
        "GTX_SECRET": "s" * 40,
        "GTX_GATEWAY_KEY": str(campus.keys.path("gateway")),
        "GTX_MATCHER_KEY": str(campus.keys.path("matcher")),
        "GTX_SPONSOR_KEY": str(campus.keys.path("sponsor")),
    }
    options = ["up", "--cluster", cluster, "--database", database]
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from gridtokenx.cli import main; main()", *options,
        env=environment, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_every_service_on_a_cluster_that_is_not_ours(
    campus: Campus, tmp_path: Path, kind: str, postgres: Server | None
):
    if kind == "postgresql" and postgres is None:
        pytest.skip("PostgreSQL is not installed")
    url = (
        f"sqlite+aiosqlite:///{tmp_path}/gridtokenx.db"
        if postgres is None or kind == "sqlite"
        else postgres.new_database()
    )
    async with devnet(campus.net.rpc_url) as (node, cluster):
        process = await begun(campus, cluster, url, tmp_path)
        try:
            assert process.stdout is not None
            async with asyncio.timeout(PATIENCE):
                line = (await process.stdout.readline()).decode()
            address = line.split()[-1]
            assert line.startswith("open") and address.startswith("http://127.0.0.1:"), line
            before = await campus.now()
            async with httpx.AsyncClient(base_url=address, timeout=60) as http:
                async with asyncio.timeout(PATIENCE):
                    while (await http.get("/api/market")).json()["seq"] == 0:
                        await asyncio.sleep(0.1)
                status = (await http.get("/api/status")).json()
                page = (await http.get("/")).text
            assert status["alerts"] == []
            assert 'name="demo" content=""' in page
            assert await campus.now() - before <= 1, "somebody moved the clock"
        finally:
            process.send_signal(signal.SIGINT)
            assert await asyncio.wait_for(process.wait(), 30) == 0
    assert [method for method in node.asked if method.startswith(OURS)] == []
    database = Database(url)
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(UserRow)) == len(campus.people)
        for table in (MeterKey, Enrolment):
            assert await session.scalar(select(func.count()).select_from(table)) == 0
    await database.close()


async def test_a_cluster_that_is_another_than_named_is_refused(campus: Campus, tmp_path: Path):
    cluster = f"{campus.net.rpc_url}#{GENESIS_HASHES['devnet']}"
    process = await begun(campus, cluster, f"sqlite+aiosqlite:///{tmp_path}/gridtokenx.db", tmp_path)
    _, told = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 1
    assert b"told devnet" in told
    assert b"nothing was sent" in told


async def test_tables_of_another_chain_are_refused(campus: Campus, tmp_path: Path):
    url = f"sqlite+aiosqlite:///{tmp_path}/gridtokenx.db"
    database = Database(url)
    await database.migrate()
    await database.belong_to("another")
    await database.close()
    process = await begun(campus, campus.net.rpc_url, url, tmp_path)
    _, told = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 1
    assert b"tables of another chain" in told.replace(b"\n", b" ")

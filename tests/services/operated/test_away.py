"""The database goes away and comes back: requests hear so, and every role goes on by itself."""

from __future__ import annotations

import asyncio
import os

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from tests.services.support.campus import Campus
from tests.services.support.postgres import postgres_programs, started

from gridtokenx.chain.files.wallet import save_keypair
from gridtokenx.market.ami import Reading
from gridtokenx.services.api.kept import SLOT_SECONDS
from gridtokenx.services.config.settings import ProcessRole, Settings
from gridtokenx.services.database.chain_tables import ReadingRow
from gridtokenx.services.database.engine import Database
from gridtokenx.services.intake.accept import accept
from gridtokenx.services.intake.meters import MeterBook
from gridtokenx.services.running.process import lasting, serve

PATIENCE = 60.0


async def test_a_role_begins_anew_after_the_database_was_away_and_ends_for_any_other_fault():
    faults: list[BaseException] = [
        OperationalError("select 1", None, OSError("away")),
        BaseExceptionGroup("tasks", [ConnectionRefusedError("away")]),
        ZeroDivisionError("a fault"),
    ]

    async def run() -> None:
        raise faults.pop(0)

    with pytest.raises(ZeroDivisionError):
        await lasting("role", run)
    assert faults == []


async def until_indexed(database: Database, count: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            async with database.read() as session:
                if (await session.scalar(select(func.count()).select_from(ReadingRow)) or 0) >= count:
                    return
            await asyncio.sleep(0.1)


async def test_postgresql_ends_and_begins_again_under_every_role(campus: Campus):
    if postgres_programs() is None:
        if os.environ.get("SERVICES_POSTGRES") == "required":
            pytest.fail("PostgreSQL is not installed")
        pytest.skip("PostgreSQL is not installed")
    for role in ("gateway", "matcher", "sponsor"):
        save_keypair(getattr(campus.keys, role), campus.keys.path(role))
    with started() as server:
        url = server.new_database()
        settings = Settings(
            cluster=campus.net.rpc_url, websocket=campus.net.ws_url, database=url, port=0, secret=SecretStr("s" * 40),
            gateway_key=campus.keys.path("gateway"), matcher_key=campus.keys.path("matcher"),
            sponsor_key=campus.keys.path("sponsor"), readings_patience=0, gap_patience=0,
        )  # fmt: skip
        port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(serve(settings, list(ProcessRole), port.set_result))
        database = Database(url)
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{await port}", timeout=60) as http:
                one = campus.people[0].meter.meter_id
                for number in range(2):
                    now = await campus.next_quarter()
                    reading = Reading(now, one, 100 + number, 10)
                    await accept(database, MeterBook(campus.client), [reading], "test")
                    await until_indexed(database, number + 1)
                    assert (await http.get("/api/trades")).status_code == 200
                    server.end()
                    await asyncio.sleep(2 * SLOT_SECONDS)  # what everybody may see is kept that long
                    away = await http.get("/api/trades")
                    assert away.status_code == 503, away.text
                    assert away.headers["content-type"] == "application/problem+json"
                    assert (await http.get("/readyz")).status_code == 503
                    await asyncio.sleep(3)
                    assert not task.done(), task.result()
                    server.start()
                async with asyncio.timeout(PATIENCE):
                    while (await http.get("/readyz")).status_code != 200:
                        await asyncio.sleep(0.1)
        finally:
            await database.close()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

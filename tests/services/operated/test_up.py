"""`gridtokenx up --database postgresql+asyncpg://...`: a whole campus on PostgreSQL lives, trades and ends cleanly."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import httpx
import pytest
from tests.services.support.postgres import Server

PATIENCE = 120.0


def command(folder: Path, port: int, url: str) -> list[str]:
    options = ["up", "--quarter", "5", "--port", str(port), "--folder", str(folder), "--database", url]
    return [sys.executable, "-c", "from gridtokenx.cli import main; main()", *options]


async def test_a_campus_on_postgresql_trades_and_ends(tmp_path: Path, postgres: Server | None):
    if postgres is None:
        if os.environ.get("SERVICES_POSTGRES") == "required":
            pytest.fail("PostgreSQL is not installed")
        pytest.skip("PostgreSQL is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    line = command(tmp_path, port, postgres.new_database())
    process = await asyncio.create_subprocess_exec(*line, stdout=asyncio.subprocess.PIPE)
    try:
        async with asyncio.timeout(PATIENCE), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
            trades: list[object] = []
            while not trades:
                assert process.returncode is None
                await asyncio.sleep(0.5)
                try:
                    trades = (await http.get("/api/trades")).json()["trades"]
                    alerts = (await http.get("/api/status")).json()["alerts"]
                except httpx.HTTPError:
                    continue
        assert alerts == []
    finally:
        process.send_signal(signal.SIGINT)
        said, _ = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0
    assert b"everything ended" in said
    # The next campus is another chain: its tables need another database, and the last one's stay as they are.
    again = await asyncio.create_subprocess_exec(*line, stderr=asyncio.subprocess.PIPE)
    _, told = await asyncio.wait_for(again.communicate(), PATIENCE)
    assert again.returncode == 1
    assert b"tables of another chain" in told.replace(b"\n", b" ")

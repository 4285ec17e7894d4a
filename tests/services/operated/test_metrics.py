"""Figures for Prometheus, as a process with `metrics_port` gives them; and ports that somebody else has."""

from __future__ import annotations

import asyncio
import re
import socket
import time
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from tests.services.support.campus import Campus

from gridtokenx.chain.errors import GridTokenXError
from gridtokenx.services.alerts import Alerts
from gridtokenx.services.config.settings import ProcessRole, Settings
from gridtokenx.services.database.chain_tables import ChainEvent, Cursor, TxSeen
from gridtokenx.services.database.engine import Database
from gridtokenx.services.database.service_tables import DeadLetter, Ingest
from gridtokenx.services.running import metrics
from gridtokenx.services.running.process import serve

PATIENCE = 60.0
STATES = {"queued": 3, "confirmed": 2, "late": 1}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def settings_of(campus: Campus, folder: Path, **told: int) -> Settings:
    return Settings(
        cluster=campus.net.rpc_url, websocket=campus.net.ws_url, database=f"sqlite+aiosqlite:///{folder}/m.db",
        secret=SecretStr("s" * 40), **{"port": 0, **told},
    )  # fmt: skip


def figures(text: str) -> dict[str, float]:
    return {name: float(value) for name, value in re.findall(r"^(gridtokenx_\S+) (\S+)$", text, re.MULTILINE)}


def letter(number: int, state: str) -> DeadLetter:
    return DeadLetter(
        id=f"{state}{number}", source="test", content="", reason="", created_at=0, state=state, ingest_id=None
    )


def reading(state: str, number: int) -> Ingest:
    return Ingest(
        id=f"{state}{number}", meter_id=state, interval_end=900 * number, generated_wh=1, consumed_wh=1, source="test",
        received_at=0, state=state, reason=None, signature=None, last_valid_height=None, slot=None, attempts=0,
    )  # fmt: skip


async def test_the_port_has_the_figures_and_follows_them(
    campus: Campus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(metrics, "EVERY", 0.1)
    settings, now = settings_of(campus, tmp_path, metrics_port=free_port()), int(time.time())
    database = Database(settings.database)
    await database.migrate()
    alerts = Alerts(database)
    async with database.write() as session:
        session.add_all(reading(state, number) for state, count in STATES.items() for number in range(count))
        session.add_all(letter(number, state) for number in range(2) for state in ("open", "discarded"))
        session.add(Cursor(name="proof", value=now))
        session.add(TxSeen(signature="a", slot=77, block_time=0, failed=False, truncated=False, state="finalized"))
        session.add(
            ChainEvent(
                seq=9, signature="a", ordinal=0, slot=77, block_time=0, program="", name="X", fields={}, retracted=False
            )
        )
    await alerts.tell("gap", "words", "what to do")
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve(settings, [ProcessRole.API], ready.set_result))
    try:
        port = await ready
        async with httpx.AsyncClient() as http:

            async def asked() -> dict[str, float]:
                return figures((await http.get(f"http://127.0.0.1:{settings.metrics_port}/metrics")).text)

            async def until(wanted: dict[str, float]) -> None:
                async with asyncio.timeout(PATIENCE):
                    while not wanted.items() <= (found := await asked()).items():
                        assert not task.done(), task.result()
                        await asyncio.sleep(0.1)
                        last.clear()
                        last.update(found)

            last: dict[str, float] = {}
            told = {
                "gridtokenx_indexed_slot": 77.0, "gridtokenx_events": 9.0, "gridtokenx_proven_at": float(now),
                "gridtokenx_alerts": 1.0, "gridtokenx_dead_letters": 2.0,
            }  # fmt: skip
            states = {f'gridtokenx_readings{{state="{state}"}}': float(count) for state, count in STATES.items()}
            await until(told | states)
            await alerts.clear("gap")
            async with database.write() as session:
                row = await session.get(Ingest, "late0")
                assert row is not None
                row.state = "queued"
            # A state that no reading has any more is 0, not what it was.
            await until(
                {
                    "gridtokenx_alerts": 0.0,
                    'gridtokenx_readings{state="queued"}': 4.0,
                    'gridtokenx_readings{state="late"}': 0.0,
                }
            )
            # Everybody's port does not have them.
            assert (await http.get(f"http://127.0.0.1:{port}/metrics")).status_code == 404
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await database.close()


@pytest.mark.parametrize("setting", ["port", "metrics_port"])
async def test_a_port_that_another_has_is_told_with_its_setting(campus: Campus, tmp_path: Path, setting: str):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with pytest.raises(GridTokenXError, match=rf"127\.0\.0\.1:{taken} .*{setting}"):
            async with asyncio.timeout(PATIENCE):
                await serve(settings_of(campus, tmp_path, **{setting: taken}), [ProcessRole.API])

"""`mqtts://`: the bridge trusts the broker whose certificate the machine trusts, signs in to it, and no other."""

from __future__ import annotations

import asyncio
import os
import ssl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

import aiomqtt
import pytest
from sqlalchemy import select
from tests.services.support.campus import Campus
from tests.services.support.mosquitto import Mosquitto, mosquitto_program

from gridtokenx.services.bridge.broker import Broker
from gridtokenx.services.bridge.registers import Intake
from gridtokenx.services.database.engine import Database
from gridtokenx.services.database.service_tables import DeadLetter, Ingest
from gridtokenx.services.intake.meters import MeterBook

pytestmark = pytest.mark.skipif(
    mosquitto_program() is None and os.environ.get("SERVICES_MOSQUITTO") != "required",
    reason="mosquitto is not installed",
)
USER, PASSWORD = "bridge@campus", "p:a/s s%#?"
QUOTED = "bridge%40campus:p%3Aa%2Fs%20s%25%23%3F"
LINES = (
    "cafile {folder}/ca.pem",
    "certfile {folder}/broker.pem",
    "keyfile {folder}/broker.key",
    "allow_anonymous false",
    "password_file {folder}/passwords",
)
PATIENCE = 60.0
UNHEARD = 3.0


def openssl(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Mosquitto]:
    """With a certificate of an authority of its own, for 127.0.0.1."""
    key = ("-newkey", "rsa:2048", "-nodes", "-days", "2")
    openssl(tmp_path, "req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Campus CA")
    openssl(tmp_path, "req", *key[:3], "-keyout", "broker.key", "-out", "broker.csr", "-subj", "/CN=broker")
    (tmp_path / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    signed = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names")
    openssl(tmp_path, "x509", "-req", "-in", "broker.csr", *signed, "-out", "broker.pem")
    words = ["mosquitto_passwd", "-b", "-c", str(tmp_path / "passwords"), USER, PASSWORD]
    subprocess.run(words, check=True, capture_output=True)
    found = Mosquitto(tmp_path, lines=LINES, scheme="mqtts")
    await found.start()
    yield found
    await found.end()


async def publish(broker: Mosquitto, meter_id: str, payload: str) -> None:
    trusted = ssl.create_default_context(cafile=str(broker.folder / "ca.pem"))
    at = ("127.0.0.1", broker.port)
    async with aiomqtt.Client(*at, username=USER, password=PASSWORD, tls_context=trusted) as client:
        await client.publish(f"gtx/meters/{meter_id}/reading", payload, qos=1)


async def taken(database: Database) -> list[str]:
    async with database.read() as session:
        return [row.meter_id for row in (await session.scalars(select(Ingest))).all()]


async def hears(campus: Campus, database: Database, broker: Mosquitto, account: str, patience: float = UNHEARD) -> bool:
    """Whether a bridge that signs in as `account` takes a reading in that comes while it listens."""
    url = broker.url.replace("://", f"://{account}@" if account else "://")
    task = asyncio.create_task(Broker(url, Intake(database, MeterBook(campus.client), ZoneInfo("UTC"))).run())
    meter_id, now = campus.people[0].meter.meter_id, await campus.now()
    try:
        async with asyncio.timeout(patience):
            while not await taken(database):
                await publish(broker, meter_id, f'{{"timestamp": {now}, "generation": 5, "consumption": 1}}')
                await asyncio.sleep(0.2)
                assert not task.done(), task.result()
    except TimeoutError:
        return False
    else:
        return True
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_broker_is_heard_that_the_machine_trusts(
    campus: Campus, database: Database, broker: Mosquitto, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(broker.folder / "ca.pem"))
    assert not await hears(campus, database, broker, "")
    assert not await hears(campus, database, broker, "bridge%40campus:another")
    assert await hears(campus, database, broker, QUOTED, PATIENCE)


async def test_a_broker_is_not_heard_that_nobody_vouches_for(
    campus: Campus, database: Database, broker: Mosquitto, monkeypatch: pytest.MonkeyPatch
):
    """Neither one whose authority the machine does not know, nor one that shows a certificate for another name."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    assert not await hears(campus, database, broker, QUOTED)
    monkeypatch.setenv("SSL_CERT_FILE", str(broker.folder / "ca.pem"))
    url = broker.url.replace("127.0.0.1", "localhost").replace("://", f"://{QUOTED}@")
    task = asyncio.create_task(Broker(url, Intake(database, MeterBook(campus.client), ZoneInfo("UTC"))).run())
    for _ in range(int(UNHEARD)):
        await publish(broker, campus.people[0].meter.meter_id, "{}")
        await asyncio.sleep(1)
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await taken(database) == []
    async with database.read() as session:
        assert (await session.scalars(select(DeadLetter))).all() == []

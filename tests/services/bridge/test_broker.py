"""A real mosquitto between meters and bridge: whoever is started again, every reading arrives, each once."""

from __future__ import annotations

import asyncio
import json
import os
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiomqtt
import pytest
from sqlalchemy import func, select
from tests.services.support.campus import Campus
from tests.services.support.mosquitto import Mosquitto, mosquitto_program

from gridtokenx.market.read import fetch_all
from gridtokenx.market.records import MeterAccount
from gridtokenx.services.bridge.run import BridgeRole
from gridtokenx.services.database.engine import Database
from gridtokenx.services.database.service_tables import DeadLetter, Ingest, Register

pytestmark = pytest.mark.skipif(
    mosquitto_program() is None and os.environ.get("SERVICES_MOSQUITTO") != "required",
    reason="mosquitto is not installed",
)
ZONE = ZoneInfo("Asia/Bangkok")
PATIENCE = 60.0
QUARTERS = 6


@pytest.fixture
async def mosquitto(tmp_path: Path) -> AsyncIterator[Mosquitto]:
    found = Mosquitto(tmp_path)
    await found.start()
    yield found
    await found.end()


@asynccontextmanager
async def bridge(campus: Campus, database: Database, broker: Mosquitto) -> AsyncIterator[None]:
    role = BridgeRole(campus.client, database, campus.keys.gateway, ZONE, mqtt=broker.url, gap_patience=0)
    task = asyncio.create_task(role.run())
    try:
        yield
        assert not task.done(), task.result()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def publish(broker: Mosquitto, messages: list[tuple[str, bytes]]) -> None:
    """As a meter does: again and again until the broker has it."""
    for meter_id, payload in messages:
        for _ in range(100):
            try:
                async with aiomqtt.Client("127.0.0.1", broker.port) as client:
                    await client.publish(f"gtx/meters/{meter_id}/reading", payload, qos=1)
                break
            except aiomqtt.MqttError:
                await asyncio.sleep(0.1)
        else:
            raise AssertionError("the broker never took the message")


async def counted(database: Database, *states: str) -> int:
    async with database.read() as session:
        query = select(func.count()).select_from(Ingest)
        return await session.scalar(query.where(Ingest.state.in_(states)) if states else query) or 0


async def letters(database: Database) -> list[str]:
    async with database.read() as session:
        return [row.reason for row in (await session.scalars(select(DeadLetter))).all()]


async def until(condition: Any) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await condition():
            await asyncio.sleep(0.1)


def interval(timestamp: int, generated: int, consumed: int) -> bytes:
    return json.dumps({"timestamp": timestamp, "generation": generated, "consumption": consumed}).encode()


def registers(timestamp: int, imported: int, exported: int) -> bytes:
    told = {"timestamp": timestamp, "serial": "A", "registers": {"1.8.0": imported, "2.8.0": exported}}
    return json.dumps(told).encode()


async def totals(campus: Campus) -> dict[str, tuple[int, int]]:
    meters = await fetch_all(campus.client, MeterAccount)
    return {m.meter_id: (m.total_generation, m.total_consumption) for m in meters.values()}


async def listening(database: Database, broker: Mosquitto, meter_id: str, message: bytes) -> None:
    """Publishes registers until they are kept: a broker keeps messages only for a session that it knows already."""
    async with asyncio.timeout(PATIENCE):
        while True:
            await publish(broker, [(meter_id, message)])
            await asyncio.sleep(0.2)
            async with database.read() as session:
                if await session.get(Register, meter_id) is not None:
                    return


async def test_every_reading_arrives_once_whoever_is_started_again(
    campus: Campus, database: Database, mosquitto: Mosquitto
):
    """The first meter tells registers, the others intervals; every message is sent twice."""
    dice = random.Random(5)
    before = await totals(campus)
    first, *others = [one.meter.meter_id for one in campus.people]
    imported, exported = 10**8 - 50, 700  # the register of imports rolls over
    expected = {name: [0, 0] for name in (first, *others)}
    start = await campus.next_quarter()
    async with bridge(campus, database, mosquitto):
        await listening(database, mosquitto, first, registers(start, imported, exported))
    for quarter in range(QUARTERS):
        now = await campus.next_quarter()
        messages: list[tuple[str, bytes]] = []
        for name in others:
            sun, load = dice.randrange(1, 900), dice.randrange(1, 900)
            expected[name][0] += sun
            expected[name][1] += load
            messages.append((name, interval(now, sun, load)))
        sun, load = dice.randrange(1, 900), dice.randrange(1, 900)
        exported, imported = exported + sun, (imported + load) % 10**8
        expected[first][0] += sun
        expected[first][1] += load
        messages.append((first, registers(now, imported, exported)))
        if quarter % 3 == 0:  # nobody listens: the broker keeps them
            await publish(mosquitto, messages)
            await mosquitto.restart()
        async with bridge(campus, database, mosquitto):
            if quarter % 3 == 1:
                await asyncio.gather(publish(mosquitto, messages), mosquitto.restart())
            await publish(mosquitto, messages)
            await publish(mosquitto, [message for message in messages if dice.random() < 0.5])
            if quarter % 3 == 2:
                continue  # the bridge ends while messages are on their way
            wanted = (quarter + 1) * len(messages)
            await until(lambda wanted=wanted: _all_are(database, "confirmed", wanted))
    async with bridge(campus, database, mosquitto):
        await until(lambda: _all_are(database, "confirmed", QUARTERS * len(expected)))
    after = await totals(campus)
    for name, (sun, load) in expected.items():
        assert (after[name][0] - before[name][0], after[name][1] - before[name][1]) == (sun, load), name
    assert await letters(database) == []


async def _all_are(database: Database, state: str, number: int) -> bool:
    return await counted(database, state) == await counted(database) == number


NO_READINGS = [
    b"",
    b"\xff\xfe",
    b"null",
    b"[1, 2]",
    b"{" * 3_000,
    b'{"timestamp": 1e999, "generation": 1, "consumption": 1}',
    b'{"timestamp": "yesterday", "generation": 1, "consumption": 1}',
    b'{"generation": 1, "consumption": 1}',
    b"x" * 5_000,
]


async def test_what_is_no_reading_is_kept_for_a_person_and_stops_nobody(
    campus: Campus, database: Database, mosquitto: Mosquitto
):
    now = await campus.next_quarter()
    one, two = (member.meter.meter_id for member in campus.people[:2])
    async with bridge(campus, database, mosquitto):
        await listening(database, mosquitto, two, registers(now, 1, 1))
        await publish(mosquitto, [(one, payload) for payload in NO_READINGS])
        await publish(mosquitto, [("of-nobody", interval(now, 1, 1)), (one, interval(now, 7, 8))])
        await until(lambda: _confirmed(database, one))
    assert len(await letters(database)) == len(NO_READINGS) + 1


async def _confirmed(database: Database, meter_id: str) -> bool:
    async with database.read() as session:
        query = select(func.count()).where(Ingest.meter_id == meter_id, Ingest.state == "confirmed")
        return (await session.scalar(query) or 0) == 1

"""Whatever a meter or a file says: it is a reading or a dead letter, and never the end of the bridge."""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from tests.services.support.campus import Campus

from gridtokenx.services.alerts import Alerts
from gridtokenx.services.bridge import files
from gridtokenx.services.bridge.broker import Broker
from gridtokenx.services.bridge.files import FOLDER, Folder
from gridtokenx.services.bridge.registers import Intake
from gridtokenx.services.database.engine import Database
from gridtokenx.services.database.service_tables import DeadLetter, Ingest, Register
from gridtokenx.services.intake.meters import MeterBook

ZONE = ZoneInfo("Asia/Bangkok")
NUMBERS = st.one_of(
    st.integers(), st.sampled_from([0, -1, 2**53, 2**63, 2**64 - 1, 2**64, 10**30]), st.floats(), st.booleans()
)
TEXTS = st.one_of(
    st.text(st.characters(), max_size=20),
    st.sampled_from(["\0", "\ud800", "\u0661", "9" * 4_000, "0001-01-01T00:00:00", "9999-12-31T23:59:59+23:59", "kWh"]),
)
ANYTHING = st.recursive(
    st.one_of(st.none(), NUMBERS, TEXTS), lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner)
)


def messages(now: int) -> st.SearchStrategy[dict[str, Any]]:
    """Right ones, of which any part may be anything."""
    timestamps = st.sampled_from([now, now - 900, now + 900, "2026-01-01T00:15:00"]) | ANYTHING
    values = st.integers(0, 10**6) | ANYTHING
    codes = st.fixed_dictionaries({"1.8.0": values, "2.8.0": values}) | ANYTHING
    intervals = {"timestamp": timestamps, "generation": values, "consumption": values}
    told = {
        "timestamp": timestamps, "serial": st.sampled_from(["A", "B"]) | ANYTHING, "registers": codes,
        "unit": st.sampled_from(["Wh", "kWh"]) | ANYTHING, "digits": st.sampled_from([8, 15]) | ANYTHING,
    }  # fmt: skip
    return st.fixed_dictionaries(intervals) | st.fixed_dictionaries({}, optional=told)


async def counted(database: Database) -> int:
    async with database.read() as session:
        tables = (Ingest, DeadLetter, Register)
        return sum([await session.scalar(select(func.count()).select_from(table)) or 0 for table in tables])


async def test_any_message_is_a_reading_or_a_dead_letter(campus: Campus, each_database: Database):
    await campus.next_quarter()
    broker = Broker("mqtt://127.0.0.1", Intake(each_database, MeterBook(campus.client), ZONE))
    now, meter = await campus.now(), campus.people[0].meter.meter_id
    loop = asyncio.get_running_loop()
    names = st.sampled_from([meter, "NOBODY", "x" * 60_000, "\u0e44\u0e17\u0e22", ""]) | st.text(
        st.characters(codec="utf-8")
    )

    async def take(name: str, payload: bytes) -> None:
        await broker.take(f"gtx/meters/{name.replace('/', '')}/reading", payload)

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(name=st.just(meter) | names, message=messages(now))
    def every(name: str, message: dict[str, Any]) -> None:
        payload = json.dumps(message).encode()
        asyncio.run_coroutine_threadsafe(take(name, payload), loop).result(60)

    await asyncio.to_thread(every)
    # What is right is still taken.
    async with each_database.write() as session:
        row = await session.get(Register, meter)
        if row is not None:
            await session.delete(row)
    end = await campus.next_quarter()
    await take(meter, json.dumps({"timestamp": end, "generation": 7, "consumption": 3}).encode())
    async with each_database.read() as session:
        found = (await session.scalars(select(Ingest).where(Ingest.interval_end == end))).all()
    assert [(row.state, row.reason) for row in found if row.meter_id == meter] == [("queued", None)]


def folder_at(campus: Campus, database: Database, path: Path) -> Folder:
    for name in ("", "done", "failed"):
        (path / name).mkdir(parents=True, exist_ok=True)
    return Folder(path, Intake(database, MeterBook(campus.client), ZONE))


def write(path: bytes, content: bytes) -> None:
    with open(path, "wb") as file:
        file.write(content)
    os.utime(path, (time.time() - 10,) * 2)


HEADER = b"timestamp,meter_id,generated_wh,consumed_wh\n"


async def test_files_of_any_name_and_any_content_go_their_way(campus: Campus, each_database: Database, tmp_path: Path):
    folder = folder_at(campus, each_database, tmp_path / "inbox")
    now, meter = await campus.now(), campus.people[1].meter.meter_id.encode()
    right = HEADER + f"{now},".encode() + meter + b",1,1\n"
    contents = [
        right, HEADER + b"\0,\0,\0,\0\n", HEADER + b"1,\xed\xa0\x80,1,1\n", HEADER + b"9" * 400 + b"," + meter + b",1,1\n",
        HEADER + b"900," + b"M" * 9_000 + b",1,1\n", b"\0" * 10, b"", HEADER + f"{now},".encode() + meter + b",-1,1e9\n",
    ]  # fmt: skip
    names = [
        b"a.csv",
        b"\xff\xfe.csv",
        "\u0e44\u0e17\u0e22.csv".encode(),
        b"b\n<b>.csv",
        b"c%00;'.csv",
        b"-rf",
        b"d .csv",
        b"e.csv",
    ]
    for name, content in zip(names, contents, strict=True):
        write(os.path.join(os.fsencode(folder.path), name), content)
    assert await folder.step() == len(names)
    assert [path for path in folder.path.iterdir() if path.is_file()] == []
    failed = [path for path in (folder.path / "failed").iterdir() if path.suffix == ".reasons"]
    assert len(failed) == len(names) - 1
    async with each_database.read() as session:
        letters = (await session.scalars(select(DeadLetter).where(DeadLetter.source == "files"))).all()
    assert len(letters) >= len(names) - 1


async def test_the_alert_of_a_file_goes_with_the_file(
    campus: Campus, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder, alerts = folder_at(campus, database, tmp_path / "inbox"), Alerts(database)
    await alerts.tell("gap", "words", "stays")
    name = os.path.join(os.fsencode(folder.path), b"\xff.csv")
    write(name, HEADER)
    with monkeypatch.context() as context:

        def refuse(*_: object) -> None:
            raise PermissionError("not yours")

        context.setattr(files.os, "replace", refuse)
        await folder.step()
    assert {alert.name for alert in await alerts.all()} == {"gap", "file \\udcff.csv"}
    os.remove(name)
    await folder.step()
    assert {alert.name for alert in await alerts.all()} == {"gap"}


async def test_a_folder_that_cannot_be_used_is_told_and_waited_for(campus: Campus, database: Database, tmp_path: Path):
    """A file stands where the folder should be, then is taken away; later the folder vanishes and comes again."""
    path, alerts = tmp_path / "inbox", Alerts(database)
    path.write_text("in the way")
    folder = Folder(path, Intake(database, MeterBook(campus.client), ZONE))
    task = asyncio.create_task(folder.run())

    async def until(names: set[str]) -> None:
        async with asyncio.timeout(30):
            while {alert.name for alert in await alerts.all()} != names:
                assert not task.done(), task.result()
                await asyncio.sleep(0.1)

    try:
        await until({FOLDER})
        path.unlink()
        await until(set())
        now, meter = await campus.now(), campus.people[2].meter.meter_id
        write(os.fsencode(path / "a.csv"), HEADER + f"{now},{meter},1,1\n".encode())
        async with asyncio.timeout(30):
            while not await counted(database):
                assert not task.done(), task.result()
                await asyncio.sleep(0.1)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

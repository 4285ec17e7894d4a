"""A folder of CSV files: each line counts once, a file beside it tells what is wrong, and no file gets lost."""

from __future__ import annotations

import os
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from tests.services.support.campus import Campus

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.files.workspace import find_workspace
from gridtokenx.services.alerts import Alerts
from gridtokenx.services.bridge.files import Folder
from gridtokenx.services.bridge.registers import Intake
from gridtokenx.services.database.engine import Database
from gridtokenx.services.database.service_tables import DeadLetter, Ingest
from gridtokenx.services.intake.meters import MeterBook

ZONE = ZoneInfo("Asia/Bangkok")
HEADER = "timestamp,meter_id,generated_wh,consumed_wh\n"


@pytest.fixture
def folder(campus: Campus, database: Database, tmp_path: Path) -> Folder:
    return opened(campus.client, database, tmp_path / "inbox")


def opened(client: Client, database: Database, path: Path) -> Folder:
    for name in ("", "done", "failed"):
        (path / name).mkdir(parents=True, exist_ok=True)
    return Folder(path, Intake(database, MeterBook(client), ZONE))


def write(folder: Folder, name: str, content: str | bytes, age: float = 10) -> Path:
    file = folder.path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    os.utime(file, (time.time() - age,) * 2)
    return file


def names(folder: Folder, where: str) -> list[str]:
    return sorted(path.name.split("-", 1)[1] for path in (folder.path / where).iterdir())


async def kept(database: Database) -> set[tuple[str, int, int, int]]:
    async with database.read() as session:
        rows = (await session.scalars(select(Ingest).where(Ingest.state != "quarantined"))).all()
    return {(row.meter_id, row.interval_end, row.generated_wh, row.consumed_wh) for row in rows}


async def test_good_lines_count_and_bad_ones_are_told(campus: Campus, database: Database, folder: Folder):
    now = await campus.next_quarter()
    one, two, three, *_ = [member.meter.meter_id for member in campus.people]
    write(folder, "good.csv", f"{HEADER}{now},{one},10,20\n{now},{two},0,0\n")
    bad = f"{now},{three},30,40\n{now},{three},x,1\n{now + 1},{three},1,1\n{now},of-nobody,1,1\n{now},{one},11,20\n"
    write(folder, "mixed.csv", HEADER + bad)
    assert await folder.step() == 2
    assert await kept(database) == {(one, now, 10, 20), (two, now, 0, 0), (three, now, 30, 40)}
    assert names(folder, "done") == ["good.csv"]
    assert names(folder, "failed") == ["mixed.csv", "mixed.csv.reasons"]
    reasons = next((folder.path / "failed").glob("*.reasons")).read_text().splitlines()
    assert len(reasons) == 4
    assert any("mixed.csv:3" in line for line in reasons)
    assert any("of-nobody" in line for line in reasons)
    assert any("taken for this quarter-hour already" in line for line in reasons)


async def test_the_same_file_again_changes_nothing(campus: Campus, database: Database, folder: Folder):
    now = await campus.next_quarter()
    content = f"{HEADER}{now},{campus.people[0].meter.meter_id},10,20\n"
    for _ in range(3):  # within one second: none takes another one's place
        write(folder, "again.csv", content)
        assert await folder.step() == 1
    assert len(await kept(database)) == 1
    assert len(list((folder.path / "done").iterdir())) == 3


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00", b"\x00" * 100, HEADER.encode() + b"\xff,1"])
async def test_what_is_no_file_of_readings_fails_with_a_reason(database: Database, folder: Folder, content: bytes):
    write(folder, "odd.csv", content)
    assert await folder.step() == 1
    assert names(folder, "failed") == ["odd.csv", "odd.csv.reasons"]
    async with database.read() as session:
        (letter,) = (await session.scalars(select(DeadLetter))).all()
    assert letter.content == "odd.csv"


async def test_what_is_still_written_is_left_alone(folder: Folder):
    for name, age in (("young.csv", 0.0), ("a.csv.part", 10.0), (".hidden.csv", 10.0), ("b.tmp", 10.0)):
        write(folder, name, HEADER, age)
    assert await folder.step() == 0
    assert len([path for path in folder.path.iterdir() if path.is_file()]) == 4


async def test_files_wait_while_the_node_is_away(campus: Campus, database: Database, tmp_path: Path):
    now = await campus.next_quarter()
    one = campus.people[0].meter.meter_id
    async with Client("http://127.0.0.1:1", campus.keys.deployer, find_workspace()) as nowhere:
        away = opened(nowhere, database, tmp_path / "inbox")
        file = write(away, "waits.csv", f"{HEADER}{now},{one},1,2\n")
        assert await away.step() == 0
    assert file.exists()
    assert await kept(database) == set()
    assert await opened(campus.client, database, tmp_path / "inbox").step() == 1
    assert await kept(database) == {(one, now, 1, 2)}


async def test_a_file_that_cannot_be_moved_is_told_and_stops_no_other(
    campus: Campus, database: Database, folder: Folder, monkeypatch: pytest.MonkeyPatch
):
    now = await campus.next_quarter()
    one = campus.people[0].meter.meter_id
    write(folder, "a.csv", f"{HEADER}{now},{one},1,2\n")
    write(folder, "b.csv", f"{HEADER}{now},{one},1,2\n")
    move = os.replace

    def refuse(source: Path, target: Path) -> None:
        if source.name == "a.csv":
            raise PermissionError(f"not permitted: {source.name}")
        move(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", refuse)
        assert await folder.step() == 1
    assert [alert.name for alert in await Alerts(database).all()] == ["file a.csv"]
    assert await folder.step() == 1
    assert await Alerts(database).all() == []
    assert len(await kept(database)) == 1


async def test_a_clock_that_was_moved_makes_no_reading_implausible(campus: Campus, database: Database, folder: Folder):
    """Limits and clock are kept for a moment; a reading of the quarter-hour that has just ended is taken at once."""
    one = campus.people[0].meter.meter_id
    for number in range(3):
        now = await campus.next_quarter()
        write(folder, f"{number}.csv", f"{HEADER}{now},{one},1,2\n")
        assert await folder.step() == 1
    assert names(folder, "failed") == []
    assert len(await kept(database)) == 3

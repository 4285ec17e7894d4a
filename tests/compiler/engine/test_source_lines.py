"""A program that CPython runs is at its own lines: tracebacks, debuggers and coverage see the source as it is written."""

from __future__ import annotations

import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from seahorse.testing import Failed, Ledger

SOURCE = """from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Tally(Account):
    count: u8


def grow(tally: Tally, by: u8) -> None:
    doubled = by * 2
    tally.count += doubled


@instruction
def add(tally: Tally, by: u8) -> u8:
    if by == 0:
        return 0
    grow(tally, by)
    return tally.count
"""
TEST = """from pathlib import Path

from seahorse.testing import Ledger


def test_adding():
    ledger = Ledger()
    program = ledger.deploy(Path(__file__).parent / "tally.py")
    key = ledger.key()
    program.set_account(key, "Tally", count=1)
    assert program.add(tally=key, by=2).value == 5
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tally.py").write_text(SOURCE)
    (tmp_path / "test_tally.py").write_text(TEST)
    return tmp_path


def run(folder: Path, *command: str, given: str = "") -> str:
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, input=given, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_failure_has_a_traceback_into_the_program(folder: Path) -> None:
    ledger = Ledger(engine="python")
    program = ledger.deploy(folder / "tally.py")
    key = ledger.key()
    program.set_account(key, "Tally", count=250)
    with pytest.raises(Failed) as failed:
        program.add(tally=key, by=9)
    assert failed.value.failure.name == "ArithmeticOverflow"
    cause = failed.value.__cause__
    assert isinstance(cause, OverflowError)
    inside = [f for f in traceback.extract_tb(cause.__traceback__) if f.filename.endswith("tally.py")]
    assert [(f.name, f.line) for f in inside] == [("add", "grow(tally, by)"), ("grow", "tally.count += doubled")]
    assert program.account(key).count == 250


def test_a_source_in_no_file_has_lines_too() -> None:
    ledger = Ledger(engine="python")
    program = ledger.deploy_text(SOURCE)
    key = ledger.key()
    program.set_account(key, "Tally", count=250)
    with pytest.raises(Failed) as failed:
        program.add(tally=key, by=9)
    shown = "".join(traceback.format_exception(failed.value))
    assert "tally.count += doubled" in shown


def test_a_breakpoint_stops_in_the_program(folder: Path) -> None:
    commands = f"b {folder / 'tally.py'}:12\nc\np by, doubled, tally.count\nw\nc\nq\n"
    pytest_run = ("-m", "pytest", "-q", "-s", "--seahorse-engine=python", "-p", "no:cacheprovider")
    # The debugger starts the test run again when it is over; then it is told to quit.
    said = run(folder, "-m", "pdb", *pytest_run, given=commands)
    assert "tally.py(12)grow()" in said
    assert "-> tally.count += doubled" in said
    assert "(2, 4, 1)" in said
    assert "tally.py(20)add()" in said or "tally.py(19)add()" in said


def test_coverage_tells_the_lines_that_did_not_run(folder: Path) -> None:
    pytest.importorskip("coverage")
    said = run(folder, "-m", "seahorse.cli", "test", "--cov", "-q", "-p", "no:cacheprovider")
    line = next(line for line in said.splitlines() if line.startswith("tally.py"))
    assert line.split()[1:] == ["13", "1", "92%", "18"], said

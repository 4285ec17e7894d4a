"""Prints how long the compiler takes: the five programs, cold and again, and a program of up to 8,000 lines.

Run as `.venv-localnet/bin/python -m bench.build_time`. Seconds of processor time, of the command and its children; they
depend on the machine, so nothing is written down.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console

from bench.scenario import ROOT
from bench.tables import shown

HEAD = """from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


class Ledger(Account):
    total: u64
    count: u64
    last: Pubkey
    bump: u8
"""
# Twenty lines each: an instruction with a derived account, a loop, checks and an event, as programs have them.
PART = """

class Moved{n}(Event):
    total: u64
    by: Pubkey


@instruction
def move_{n}(owner: Signer, ledger: Annotated[Ledger, Seeds("ledger", arg.owner)], amount: u64, times: u8) -> u64:
    assert amount > {n}, "too little"
    for i in range(times):
        ledger.total += amount // (u64(i) + 1)
        if ledger.total > 1_000_000:
            ledger.total -= amount
    ledger.count += 1
    ledger.last = owner.key()
    if ledger.count % 7 == {n} % 7:
        print(f"{{ledger.count}} moves, {{ledger.total}} in all")
    Moved{n}(total=ledger.total, by=owner.key()).emit()
    return ledger.total
"""
LINES = (1_000, 2_000, 4_000, 8_000)


def text_of(lines: int) -> str:
    """A program of so many lines."""
    count = (lines - HEAD.count("\n")) // PART.count("\n")
    return HEAD + "".join(PART.format(n=n) for n in range(count))


def timed(command: list[str], folder: Path) -> tuple[float, float]:
    """Processor and wall-clock seconds of a command that succeeds."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used, time.perf_counter() - started


def main() -> None:
    seahorse = [str(Path(sys.executable).with_name("seahorse")), "build"]
    rows: list[list[str]] = []

    def add(what: str, command: list[str], folder: Path, lines: int = 0) -> None:
        used, wall = timed(command, folder)
        each = f"{1e6 * used / lines:.0f}" if lines else ""
        rows.append([what, f"{used:.2f}", f"{used / (os.cpu_count() or 1):.2f}", f"{wall:.2f}", each])

    with tempfile.TemporaryDirectory() as room:
        project = Path(room, "project")
        project.mkdir()
        shutil.copytree(ROOT / "programs_py", project / "programs_py")
        shutil.copy(ROOT / "Anchor.toml", project)
        add("the five programs, cold, without Rust", [*seahorse, "--no-rust", "--no-cache"], project)
        add("the five programs, cold", seahorse, project)
        add("again", seahorse, project)
        source = project / "programs_py" / "trading" / "money.py"
        source.write_text(source.read_text().replace("BASIS_POINTS = 10_000", "BASIS_POINTS = 20_000"))
        add("one program changed", seahorse, project)
        for lines in LINES:
            path = Path(room, f"lines_{lines}.py")
            path.write_text(text_of(lines))
            add(f"a program of {lines:,} lines", [*seahorse, str(path)], Path(room), lines)
    titles = ("what", "CPU s", "CPU s a core", "wall s", "CPU us a line")
    Console(width=120).print(shown("seahorse build", titles, rows, ("what",)))


if __name__ == "__main__":
    main()

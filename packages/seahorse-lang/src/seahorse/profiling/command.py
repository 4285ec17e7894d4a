"""`seahorse profile`: runs the tests with pytest, and shows where the compute units of a program went."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from seahorse.driver.files import write_file
from seahorse.driver.project import ProjectError
from seahorse.profiling.flame import flame_graph
from seahorse.profiling.report import by_instruction, listing, tables
from seahorse.profiling.stacks import LINE, Profile, read_profile


class NothingMeasured(Exception):
    """There is no profile. The text says why."""


@dataclass(frozen=True)
class ProfileRun:
    """The tests to profile. `tests`: files, folders and options, as pytest takes them. `only`: one instruction."""

    program: str
    tests: list[str]
    chosen: str | None
    only: str | None


def profile(what: ProfileRun, folder: Path, out_dir: Path) -> tuple[str, list[Path]]:
    """Run the tests in `folder`; write the listing, the flame graph, and as JSON each instruction's units and calls.

    Returns the tables, and the paths of the first two files.

    Raises ProjectError when pytest is not installed, NothingMeasured when no test called the program.
    """
    measured = _measured(what, folder)
    if what.only is not None:
        names = ", ".join(name.rpartition(".")[2] for name in measured.times)
        measured = measured.only(what.only)
        if not measured.stacks:
            raise NothingMeasured(f"the tests called no instruction {what.only} of {what.program}; they called {names}")
    sources = _sources(measured, folder)

    def quote(file: str, line: int) -> str | None:
        lines = sources.get(file, "").splitlines()
        return lines[line - 1] if 0 < line <= len(lines) else None

    name = what.program if what.only is None else f"{what.program}.{what.only}"
    written = [out_dir / f"{name}.txt", out_dir / f"{name}.svg"]
    write_file(written[0], listing(measured, sources).encode())
    write_file(written[1], flame_graph(measured, quote).encode())
    if what.only is None:
        # What an editor shows beside an instruction.
        calls = {i: {"units": n, "calls": measured.times.get(i, 0)} for i, n in by_instruction(measured).items()}
        write_file(out_dir / f"{name}.json", json.dumps(calls, indent=2).encode() + b"\n")
    return tables(measured, quote), written


def _measured(what: ProfileRun, folder: Path) -> Profile:
    if importlib.util.find_spec("pytest") is None:
        raise ProjectError("pytest is not installed here: pip install pytest")
    with tempfile.TemporaryDirectory() as room:
        file = Path(room, "profile.json")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        command += [f"--seahorse-profile={what.program}", f"--seahorse-profile-file={file}", *what.tests]
        command += ["-k", what.chosen] if what.chosen is not None else []
        code = subprocess.run(command, cwd=folder, check=False).returncode
        if code not in (0, 1, 5):
            raise NothingMeasured(f"pytest ended with exit code {code}")
        if code == 1:
            raise NothingMeasured("a test failed: correct it first, or choose others with -k")
        if not file.is_file():
            raise NothingMeasured(f"no test called {what.program} on a Ledger in this process: name the tests that do")
        return read_profile(file).beside(folder)


def _sources(measured: Profile, folder: Path) -> dict[str, str]:
    """The files that have lines in the profile. Their names are relative to where the tests ran."""
    files = {f.file for way in measured.stacks for f in way if f.kind == LINE}
    paths = {file: folder / file for file in files}
    return {file: path.read_text(encoding="utf-8") for file, path in paths.items() if path.is_file()}

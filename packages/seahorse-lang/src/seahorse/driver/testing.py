"""Runs a project's tests: pytest, with an engine, and on request with coverage of the programs."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from seahorse.driver.project import Project, ProjectError, find_project, is_program
from seahorse.pytest_plugin import ENGINES


@dataclass(frozen=True)
class TestRun:
    """The tests to run. `engine`: None is the virtual machine, or CPython when coverage is measured."""

    # Not a test of pytest's, though its name begins like one.
    __test__ = False

    paths: list[str]
    engine: str | None
    coverage: bool


def run(what: TestRun, folder: Path) -> int:
    """Run pytest in `folder`; returns its exit code. Raises ProjectError for what cannot be run."""
    command = [
        sys.executable,
        "-m",
        *_coverage(what, folder),
        "pytest",
        f"--seahorse-engine={_engine(what)}",
        *what.paths,
    ]
    code = subprocess.run(command, cwd=folder, check=False).returncode
    if what.coverage:
        subprocess.run([sys.executable, "-m", "coverage", "report", "--show-missing"], cwd=folder, check=False)
    return code


def _engine(run: TestRun) -> str:
    engine = run.engine or ("python" if run.coverage else "vm")
    if engine not in ENGINES:
        raise ProjectError(f"{engine!r} is no engine; write --engine {', '.join(ENGINES[:-1])} or {ENGINES[-1]}")
    if run.coverage and engine == "vm":
        raise ProjectError("bytecode has no lines to cover: leave --engine out, or write --engine python or both")
    if importlib.util.find_spec("pytest") is None:
        raise ProjectError("pytest is not installed here: pip install pytest")
    return engine


def _coverage(run: TestRun, folder: Path) -> list[str]:
    """How coverage.py runs pytest: what is measured are the programs beside the tests that are named, else the
    project's."""
    if not run.coverage:
        return []
    if importlib.util.find_spec("coverage") is None:
        raise ProjectError("coverage.py is not installed here: pip install coverage")
    beside = {path for path in map(_folder_of, run.paths) if _holds_programs(folder / path)}
    measured = beside or {_sources(folder)}
    return ["coverage", "run", f"--source={','.join(sorted(map(str, measured)))}", "-m"]


def _sources(folder: Path) -> Path:
    try:
        project: Project = find_project(folder)
    except ProjectError:
        # Programs beside their tests, without a project around them.
        return folder
    return project.sources if project.sources.is_dir() else folder


def _folder_of(path: str) -> Path:
    """The folder of tests as pytest names them: `folder`, `folder/test_file.py`, `folder/test_file.py::test`."""
    named = Path(path.partition("::")[0])
    return named.parent if named.suffix == ".py" else named


def _holds_programs(folder: Path) -> bool:
    return any(map(is_program, folder.glob("*.py")))

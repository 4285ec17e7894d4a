"""Entry point of the `seahorse` command: a plain build begins here, before what other commands need is loaded."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seahorse.driver.cache import Flags

_FLAGS = {"--rust", "--no-rust", "--batch", "--no-batch", "--quiet-errors", "--no-idl", "--no-cache"}


def main() -> None:
    """Run the command of `sys.argv`."""
    words = sys.argv[1:]
    flags = set(words[1:])
    if (
        words[:1] != ["build"]
        or not flags <= _FLAGS
        or {"--rust", "--no-rust"} <= flags
        or {"--batch", "--no-batch"} <= flags
    ):
        _command()
    elif "--no-cache" in flags or not _is_unchanged(flags):
        _build(flags)


def _command() -> None:
    from seahorse.cli import main as run

    run()


def _build(given: set[str]) -> None:
    """The work of the command, without the libraries that read its options."""
    from seahorse.driver.building import build_project

    build_project(_flags(given), False, use_cache="--no-cache" not in given)


def _flags(given: set[str]) -> Flags:
    from seahorse.driver.cache import Flags

    given_rust, quiet = "--no-rust" not in given, "--quiet-errors" in given
    return Flags("--no-batch" not in given, quiet, given_rust, "--no-idl" not in given)


def _is_unchanged(given: set[str]) -> bool:
    """Whether the project is built already; says so then. The build reports errors of the project."""
    from seahorse.driver.cache import BuildCache
    from seahorse.driver.project import ProjectError, find_project

    started = time.perf_counter()
    try:
        project = find_project(Path.cwd())
        programs = project.relative_programs()
        flags = _flags(given).of_project(project)
    except ProjectError:
        return False
    found = BuildCache(project.target / ".cache").unchanged(programs, flags)
    if found is None or found.warnings:
        return False
    for line in found.told(time.perf_counter() - started):
        print(line)
    return True


if __name__ == "__main__":
    main()

"""Entry point of the `seahorse` command: a build that has nothing to do ends here, before anything large is loaded."""

from __future__ import annotations

import sys
import time
from pathlib import Path

_FLAGS = {"--rust", "--no-rust", "--batch", "--no-batch", "--cache"}


def main() -> None:
    """Run the command of `sys.argv`."""
    words = sys.argv[1:]
    if words[:1] == ["build"] and set(words[1:]) <= _FLAGS and _is_unchanged(set(words[1:])):
        return
    from seahorse.cli import main as run

    run()


def _is_unchanged(flags: set[str]) -> bool:
    """Whether the project is built already; says so then. What is wrong with it, the command itself tells."""
    from seahorse.driver.cache import BuildCache, Flags
    from seahorse.driver.project import ProjectError, find_project

    started = time.perf_counter()
    if {"--rust", "--no-rust"} <= flags or {"--batch", "--no-batch"} <= flags:
        return False
    try:
        project = find_project(Path.cwd())
        programs = project.relative_programs()
    except ProjectError:
        return False
    cache = BuildCache(project.target / ".cache")
    found = cache.unchanged(programs, Flags("--no-batch" not in flags, "--no-rust" not in flags))
    if found is None or found.warnings:
        return False
    for line in found.told(time.perf_counter() - started):
        print(line)
    return True


if __name__ == "__main__":
    main()

"""Runs something again whenever a source changes: `--watch`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from watchfiles import PythonFilter, watch

# How long one wait for changes lasts, in milliseconds. The first wait passes before anything runs.
_WAIT = 100


def run_and_watch(folder: Path, run: Callable[[], None]) -> None:
    """Run now, and after every change of a Python file in `folder`, until Ctrl-C.

    Changes at the same moment count once; a change while `run` is running counts.
    """
    # The watcher starts with the first wait, so this wait must end before the first run reads the files.
    changes = watch(
        folder, watch_filter=PythonFilter(), rust_timeout=_WAIT, yield_on_timeout=True, raise_interrupt=False
    )
    next(changes)
    run()
    for changed in changes:
        if changed:
            run()

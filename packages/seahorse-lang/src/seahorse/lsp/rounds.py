"""Checks in a thread of their own: of several changes the last one counts, after a short pause in typing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from seahorse.lsp.analysis import Analysis, Found
from seahorse.lsp.projects import Group

# How long nothing must change before a round begins, in seconds.
PAUSE = 0.05
# The checker goes down deep expressions; a thread has its own stack, of which only what is used takes memory.
_STACK_BYTES = 256 << 20


@dataclass(frozen=True)
class Round:
    """What to check. `unsaved`: the texts of all open files; `versions`: their versions; `opened`: those of the group.

    due: when it may begin, in seconds of `time.monotonic`.
    """

    group: Group
    opened: frozenset[Path]
    unsaved: Mapping[Path, str]
    versions: Mapping[Path, int]
    due: float


class Rounds:
    """The thread. `done` gets each result there, and `failed` what the compiler itself got wrong."""

    def __init__(
        self, analysis: Analysis, done: Callable[[Round, Found], None], failed: Callable[[Round, Exception], None]
    ) -> None:
        self._analysis = analysis
        self._done, self._failed = done, failed
        self._changed = threading.Condition()
        self._waiting: dict[Group, Round] = {}
        self._ended = False
        before = threading.stack_size(_STACK_BYTES)
        self._thread = threading.Thread(target=self._run, name="seahorse-check", daemon=True)
        self._thread.start()
        threading.stack_size(before)

    def ask(self, wanted: Round) -> None:
        """Check a group again; an earlier round of the same group is not finished then."""
        with self._changed:
            self._waiting.pop(wanted.group, None)
            self._waiting[wanted.group] = wanted
            self._changed.notify()

    def end(self) -> None:
        """Begin no further round. The one that runs ends soon, and nobody gets its result."""
        with self._changed:
            self._ended = True
            self._waiting.clear()
            self._changed.notify()

    def _run(self) -> None:
        while (wanted := self._next()) is not None:
            try:
                found = self._analysis.check(
                    wanted.group, wanted.opened, wanted.unsaved, lambda group=wanted.group: self._is_old(group)
                )
                if found is not None and not self._is_old(wanted.group):
                    self._done(wanted, found)
            except Exception as error:  # A fault of the compiler ends one round, not the server.
                self._failed(wanted, error)

    def _next(self) -> Round | None:
        with self._changed:
            while not self._ended:
                if not self._waiting:
                    self._changed.wait()
                    continue
                first = min(self._waiting.values(), key=lambda r: r.due)
                left = first.due - time.monotonic()
                if left <= 0:
                    return self._waiting.pop(first.group)
                self._changed.wait(left)
            return None

    def _is_old(self, group: Group) -> bool:
        return self._ended or group in self._waiting

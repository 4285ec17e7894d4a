"""What everybody may see, worked out once for all who ask within a moment."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

SLOT_SECONDS = 0.4
"""What the chain says can change with each slot, and no sooner."""
MOST_KEPT = 100

T = TypeVar("T")


@dataclass
class KeptAnswers:
    """Answers by key. Who asks when there is none, or an old one, waits for the next together with all others. What is
    old is thrown away."""

    _answers: dict[Hashable, tuple[float, Any]] = field(default_factory=dict[Hashable, tuple[float, Any]])
    _work: dict[Hashable, asyncio.Task[Any]] = field(default_factory=dict[Hashable, asyncio.Task[Any]])

    async def get(self, key: Hashable, seconds: float, make: Callable[[], Awaitable[T]]) -> T:
        """The answer, which is not older than `seconds`. All who wait get a failure, and nobody keeps it."""
        until, answer = self._answers.get(key, (float("-inf"), None))
        if time.monotonic() <= until:
            return answer
        if key not in self._work:
            self._work[key] = asyncio.create_task(self._make(key, seconds, make))
            self._work[key].add_done_callback(_seen)
        return await asyncio.shield(self._work[key])

    async def _make(self, key: Hashable, seconds: float, make: Callable[[], Awaitable[T]]) -> T:
        began = time.monotonic()
        try:
            answer = await make()
        finally:
            del self._work[key]
        now = time.monotonic()
        self._answers = {one: kept for one, kept in self._answers.items() if kept[0] >= now}
        if len(self._answers) < MOST_KEPT:
            self._answers[key] = (began + seconds, answer)
        return answer


def _seen(task: asyncio.Task[Any]) -> None:
    """A failure of which nobody is left to hear: whoever asks next finds out for himself."""
    if not task.cancelled():
        task.exception()

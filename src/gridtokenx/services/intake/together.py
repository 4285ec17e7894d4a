"""Takes in together what comes at the same time: one database transaction for many requests, each with its answer."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from gridtokenx.market.ami import Reading
from gridtokenx.services.database.engine import Database
from gridtokenx.services.intake.accept import Accepted, accept
from gridtokenx.services.intake.meters import MeterBook

AT_ONCE = 1_000
"""Readings in one database transaction, unless one request has more."""


@dataclass
class Together:
    """While one database transaction is under way, what comes waits, and shares the next. No request waits for others
    to join it."""

    database: Database
    book: MeterBook
    source: str
    _waiting: deque[tuple[Sequence[Reading], asyncio.Future[list[Accepted]]]] = field(
        default_factory=lambda: deque[tuple[Sequence[Reading], asyncio.Future[list[Accepted]]]]()
    )
    _work: asyncio.Task[None] | None = None

    async def accept(self, readings: Sequence[Reading]) -> list[Accepted]:
        """As `accept`: one result for each, in order; when it returns, they are kept."""
        answer: asyncio.Future[list[Accepted]] = asyncio.get_running_loop().create_future()
        self._waiting.append((readings, answer))
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._take())
        return await answer

    async def _take(self) -> None:
        while self._waiting:
            part = [self._waiting.popleft()]
            count = len(part[0][0])
            while self._waiting and count + len(self._waiting[0][0]) <= AT_ONCE:
                part.append(self._waiting.popleft())
                count += len(part[-1][0])
            try:
                results = await accept(self.database, self.book, [one for own, _ in part for one in own], self.source)
            except Exception as error:
                await self._alone(part, error)
                continue
            at = 0
            for own, answer in part:
                _answer(answer, results[at : at + len(own)])
                at += len(own)

    async def _alone(
        self, part: Sequence[tuple[Sequence[Reading], asyncio.Future[list[Accepted]]]], error: Exception
    ) -> None:
        """The database kept no row of the part: each request gets its own transaction, so that none fails because of
        another."""
        for own, answer in part:
            try:
                if len(part) == 1:
                    raise error
                _answer(answer, await accept(self.database, self.book, own, self.source))
            except Exception as failed:
                if not answer.done():
                    answer.set_exception(failed)


def _answer(answer: asyncio.Future[list[Accepted]], results: list[Accepted]) -> None:
    """Tells a request its results; one that is gone needs none."""
    if not answer.done():
        answer.set_result(results)

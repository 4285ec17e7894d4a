"""Runs many tasks at the same time, up to a limit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from gridtokenx.chain.errors import leaves

IN_FLIGHT = 16
"""Requests under way at once: enough to keep a node busy, few enough for it to take them."""

T = TypeVar("T")
R = TypeVar("R")


async def in_flight(work: Callable[[T], Awaitable[R]], items: Iterable[T], limit: int = IN_FLIGHT) -> list[R]:
    """Results of `work` on every item, in the items' order, at most `limit` at a time.

    The first failure cancels the others, and is raised unchanged.
    """
    window = asyncio.Semaphore(limit)

    async def one(item: T) -> R:
        async with window:
            return await work(item)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(item)) for item in items]
    except ExceptionGroup as failures:
        raise next(leaves(failures)) from None
    return [task.result() for task in tasks]

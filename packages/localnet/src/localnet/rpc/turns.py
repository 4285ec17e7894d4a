"""Turns: a request that goes through many items pauses between them, so that other requests are answered too."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from time import perf_counter
from typing import TypeVar

Item = TypeVar("Item")

TURN_SECONDS = 0.005


async def turns(items: Iterable[Item]) -> AsyncIterator[Item]:
    """The items, with a pause after each turn.

    The chain moves on in the pauses: what must belong together is read before, or through one view.
    """
    until = perf_counter() + TURN_SECONDS
    for item in items:
        yield item
        if perf_counter() > until:
            await asyncio.sleep(0)
            until = perf_counter() + TURN_SECONDS

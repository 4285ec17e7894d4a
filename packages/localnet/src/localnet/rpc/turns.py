"""Turns: a request that goes through many things lets other requests have theirs in between."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable
from time import perf_counter
from typing import Any, TypeVar

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


def at_once(method: Coroutine[Any, Any, Item]) -> Item:
    """What a method that goes through things in turns comes to, without giving way: for one that has few."""
    try:
        while True:
            method.send(None)
    except StopIteration as done:
        return done.value

"""Turns: a request that goes through many items pauses between them, so that others are answered too. It is bounded."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from time import perf_counter
from typing import Any, TypeVar

import orjson

from solana_localnet.rpc.errors import INTERNAL_ERROR, RpcError

Item = TypeVar("Item")

TURN_SECONDS = 0.005
MAX_ANSWER = 128 << 20
"""Bytes of one answer above which it is refused: to write and send more would hold up everybody."""


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


class Writer:
    """Writes the rows of one answer as JSON, each when it is ready, and adds up their bytes."""

    def __init__(self) -> None:
        self.size = 0

    def __call__(self, row: Any) -> orjson.Fragment:
        """The row as JSON. Raises RpcError when the answer becomes too large."""
        written = orjson.dumps(row)
        self.size += len(written)
        if self.size > MAX_ANSWER:
            text = (
                f"the answer is larger than {MAX_ANSWER} bytes; ask for less, by filters, dataSlice or fewer addresses"
            )
            raise RpcError(INTERNAL_ERROR, text)
        return orjson.Fragment(written)

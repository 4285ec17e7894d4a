"""Loops under CPython come to an end, as on the chain the compute units do: their turns are counted."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar, cast

from seahorse.engine.state.errors import InstructionError

T = TypeVar("T")


class Turns:
    """How many turns of loops the transaction that runs may still take. Outside of one nothing is counted."""

    def __init__(self) -> None:
        self._left: int | None = None
        self._limit = 0

    def begin(self, limit: int) -> None:
        self._left = self._limit = limit

    def end(self) -> None:
        self._left = None

    def take(self) -> None:
        """One more turn. Raises InstructionError when there are none left."""
        if self._left is None:
            return
        self._left -= 1
        if self._left < 0:
            raise TurnsUsedUp(self._limit)


class TurnsUsedUp(InstructionError):
    """More turns than a transaction has compute units; each costs at least one."""

    def __init__(self, limit: int) -> None:
        super().__init__("ProgramFailedToComplete")
        self.limit = limit

    @property
    def words(self) -> str:
        return f"exceeded compute units: its loops took more than {self.limit} turns"


TURNS = Turns()


def turns(items: Iterable[T]) -> Iterator[T]:
    """The items of a loop, each read when its turn comes."""
    for item in items:
        TURNS.take()
        yield item


def turn(test: T) -> T:
    """The condition of a `while`."""
    TURNS.take()
    return test


class CountedRange:
    """A `range`. A function may not take more items of it than a loop has turns.

    It has no `__len__`, which `list` would ask, to make room for all items before it takes the first.
    """

    def __init__(self, *bounds: int) -> None:
        self._range = builtins.range(*bounds)

    def __iter__(self) -> Iterator[int]:
        return turns(self._range)

    def __reversed__(self) -> Iterator[int]:
        return turns(reversed(self._range))

    def __contains__(self, item: object) -> bool:
        return item in self._range

    def __bool__(self) -> bool:
        return bool(self._range)

    @property
    def length(self) -> int:
        bounds = self._range
        return max(0, -(-(bounds.stop - bounds.start) // bounds.step))

    def __getitem__(self, index: Any) -> Any:
        return cast("Any", self._range)[index]

    def __repr__(self) -> str:
        return repr(self._range)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CountedRange) and self._range == other._range

    __hash__ = None  # type: ignore[assignment]


def length(items: Any) -> int:
    """`len`."""
    return items.length if isinstance(items, CountedRange) else len(items)


HELPERS: dict[str, Any] = {"__turns__": turns, "__turn__": turn}

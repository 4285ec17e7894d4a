"""set under CPython: Python's own goes through its items in an order of its own, this one in the order of insertion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any


class Set:
    """The items are the keys of a dict. A change of its size during a loop is the same error as for a dict."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, items: Iterable[Any] = ()) -> None:
        self._items = dict.fromkeys(items)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, item: Any) -> bool:
        return item in self._items

    # --- changes ---

    def add(self, item: Any) -> None:
        self._items.setdefault(item)

    def discard(self, item: Any) -> None:
        self._items.pop(item, None)

    def remove(self, item: Any) -> None:
        del self._items[item]

    def clear(self) -> None:
        self._items.clear()

    def update(self, items: Iterable[Any]) -> None:
        self._items.update(dict.fromkeys(items))

    def _become(self, items: Set) -> None:
        made = dict.fromkeys(items)
        self._items.clear()
        self._items.update(made)

    def intersection_update(self, items: Iterable[Any]) -> None:
        self._become(self.intersection(items))

    def difference_update(self, items: Iterable[Any]) -> None:
        self._become(self.difference(items))

    def symmetric_difference_update(self, items: Iterable[Any]) -> None:
        self._become(self.symmetric_difference(items))

    # --- new sets ---

    def copy(self) -> Set:
        return Set(self)

    def union(self, items: Iterable[Any]) -> Set:
        return Set([*self, *items])

    def intersection(self, items: Iterable[Any]) -> Set:
        others = set(items)
        return Set(i for i in self if i in others)

    def difference(self, items: Iterable[Any]) -> Set:
        others = set(items)
        return Set(i for i in self if i not in others)

    def symmetric_difference(self, items: Iterable[Any]) -> Set:
        others = Set(items)
        return Set([*self.difference(others), *others.difference(self)])

    __or__, __and__, __sub__, __xor__ = union, intersection, difference, symmetric_difference

    def __ior__(self, items: Iterable[Any]) -> Set:
        self.update(items)
        return self

    def __iand__(self, items: Iterable[Any]) -> Set:
        self.intersection_update(items)
        return self

    def __isub__(self, items: Iterable[Any]) -> Set:
        self.difference_update(items)
        return self

    def __ixor__(self, items: Iterable[Any]) -> Set:
        self.symmetric_difference_update(items)
        return self

    # --- comparisons ---

    def issubset(self, items: Iterable[Any]) -> bool:
        return set(self) <= set(items)

    def issuperset(self, items: Iterable[Any]) -> bool:
        return set(self) >= set(items)

    def isdisjoint(self, items: Iterable[Any]) -> bool:
        return set(self).isdisjoint(items)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Set) and set(self) == set(other)

    __le__, __ge__ = issubset, issuperset

    def __lt__(self, other: Set) -> bool:
        return set(self) < set(other)

    def __gt__(self, other: Set) -> bool:
        return set(self) > set(other)

"""set, written in the language itself: the items in a list, in the order of insertion. K is their type."""

from seahorse.library.raw import require
from seahorse.prelude.values import *


def has(item: K, items: List[K]) -> bool:
    return item in items


def add(items: List[K], item: K) -> None:
    if item not in items:
        items.append(item)


def discard(items: List[K], item: K) -> None:
    if item in items:
        items.remove(item)


def remove(items: List[K], item: K) -> None:
    require(item in items)
    items.remove(item)


def clear(items: List[K]) -> None:
    items.clear()


def copied(items: List[K]) -> List[K]:
    return items.copy()


def unique(others: List[K]) -> List[K]:
    made: List[K] = []
    update(made, others)
    return made


def update(items: List[K], others: List[K]) -> None:
    # Others may be the same list: it does not grow then, since all its items are there.
    for other in others:
        add(items, other)


def union(items: List[K], others: List[K]) -> List[K]:
    made = items.copy()
    update(made, others)
    return made


def intersection(items: List[K], others: List[K]) -> List[K]:
    return [item for item in items if item in others]


def difference(items: List[K], others: List[K]) -> List[K]:
    return [item for item in items if item not in others]


def symmetric_difference(items: List[K], others: List[K]) -> List[K]:
    return difference(items, others) + difference(unique(others), items)


def intersection_update(items: List[K], others: List[K]) -> None:
    kept = intersection(items, others)
    items.clear()
    items.extend(kept)


def difference_update(items: List[K], others: List[K]) -> None:
    kept = difference(items, others)
    items.clear()
    items.extend(kept)


def symmetric_difference_update(items: List[K], others: List[K]) -> None:
    kept = symmetric_difference(items, others)
    items.clear()
    items.extend(kept)


def issubset(items: List[K], others: List[K]) -> bool:
    return all([item in others for item in items])


def issuperset(items: List[K], others: List[K]) -> bool:
    return issubset(others, items)


def isdisjoint(items: List[K], others: List[K]) -> bool:
    return not any([item in others for item in items])


def same(items: List[K], others: List[K]) -> bool:
    return len(items) == len(others) and issubset(items, others)


def within(items: List[K], others: List[K]) -> bool:
    """`items < others`."""
    return len(items) < len(others) and issubset(items, others)

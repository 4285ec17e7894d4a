"""dict, written in the language itself: its pairs in a list, in the order of insertion.

K is the type of the keys, V that of the values. A search looks at one key after the other.
"""

from seahorse.library.raw import require
from seahorse.prelude.values import *


def find(pairs: List[Tuple[K, V]], key: K) -> i64:
    """The position of a key; -1 when the dict does not have it."""
    for at, pair in enumerate(pairs):
        if pair[0] == key:
            return i64(at)
    return -1


def has(key: K, pairs: List[Tuple[K, V]]) -> bool:
    return find(pairs, key) >= 0


def get_item(pairs: List[Tuple[K, V]], key: K) -> V:
    at = find(pairs, key)
    require(at >= 0)
    return pairs[at][1]


def get_or(pairs: List[Tuple[K, V]], key: K, default: V) -> V:
    at = find(pairs, key)
    if at >= 0:
        return pairs[at][1]
    return default


def get_maybe(pairs: List[Tuple[K, V]], key: K) -> Optional[V]:
    at = find(pairs, key)
    if at >= 0:
        return pairs[at][1]
    return None


def put(value: V, pairs: List[Tuple[K, V]], key: K) -> None:
    """`pairs[key] = value`: a key that is there keeps its place. Python evaluates the value first."""
    at = find(pairs, key)
    if at >= 0:
        pairs[at] = (key, value)
    else:
        pairs.append((key, value))


def pop_item(pairs: List[Tuple[K, V]], key: K) -> V:
    at = find(pairs, key)
    require(at >= 0)
    return pairs.pop(at)[1]


def pop_or(pairs: List[Tuple[K, V]], key: K, default: V) -> V:
    at = find(pairs, key)
    if at >= 0:
        return pairs.pop(at)[1]
    return default


def pop_last(pairs: List[Tuple[K, V]]) -> Tuple[K, V]:
    return pairs.pop()


def set_default(pairs: List[Tuple[K, V]], key: K, default: V) -> V:
    at = find(pairs, key)
    if at >= 0:
        return pairs[at][1]
    pairs.append((key, default))
    return default


def update(pairs: List[Tuple[K, V]], others: List[Tuple[K, V]]) -> None:
    # Others may be the same list: it does not grow then, since all its keys are there.
    for pair in others:
        put(pair[1], pairs, pair[0])


def merged(pairs: List[Tuple[K, V]], others: List[Tuple[K, V]]) -> List[Tuple[K, V]]:
    made = pairs.copy()
    update(made, others)
    return made


def from_pairs(others: List[Tuple[K, V]]) -> List[Tuple[K, V]]:
    made: List[Tuple[K, V]] = []
    update(made, others)
    return made


def from_keys(keys: List[K], value: V) -> List[Tuple[K, V]]:
    made: List[Tuple[K, V]] = []
    for key in keys:
        put(value, made, key)
    return made


def copied(pairs: List[Tuple[K, V]]) -> List[Tuple[K, V]]:
    return pairs.copy()


def clear(pairs: List[Tuple[K, V]]) -> None:
    pairs.clear()


def same(pairs: List[Tuple[K, V]], others: List[Tuple[K, V]]) -> bool:
    """Whether both have the same keys with the same values, in whatever order."""
    if len(pairs) != len(others):
        return False
    for pair in pairs:
        at = find(others, pair[0])
        if at < 0 or pair[1] != others[at][1]:
            return False
    return True


def spelled(pairs: List[Tuple[K, V]]) -> str:
    return "{" + ", ".join([repr(pair[0]) + ": " + repr(pair[1]) for pair in pairs]) + "}"

"""Items of dicts, properties and `object[i]` among the targets of one assignment: all values first, then store by store."""

from __future__ import annotations

import pytest
from tests.language.compared import Compared

HEADER = """
@dataclass
class Dial:
    n: u64
    items: List[u64]

    @property
    def turn(self) -> u64:
        return self.n

    @turn.setter
    def turn(self, n: u64) -> None:
        self.items.append(n)
        self.n = n + 1

    def __getitem__(self, i: u64) -> u64:
        return self.items[i]

    def __setitem__(self, i: u64, n: u64) -> None:
        self.items[i] = n + self.n


def told(dial: Dial, n: u64) -> u64:
    dial.items.append(n)
    return n


"""

PROPERTIES = {
    "swapped": "dial.turn, other.turn = other.turn, dial.turn",
    "beside a field": "dial.turn, dial.n = told(dial, x), 4",
    "behind a field": "dial.n, dial.turn = 7, dial.n",
    "beside a variable": "x, dial.turn = dial.turn, x",
    "an index that changes": "x, dial[x] = 0, 5",
    "items swapped": "dial[0], dial[1] = dial[1], dial[0]",
    "values with effects": "dial[told(dial, 0)], other.turn = told(dial, 8), told(dial, 9)",
    "a tuple as a value": "pair, dial.turn = (x, 2), 3\n    x += pair[1]",
    "three": "dial.turn, other[0], x = x, dial.turn, other.turn",
}
DICTS = {
    "swapped": "d[1], d[2] = d[2], d[1]",
    "beside an element": "d[1], dial.items[0] = told(dial, 4), d[1] + 1",
    "a key that changes": "x, d[x] = 2, 9",
    "keys with effects": "d[told(dial, 1)], d[told(dial, 2)] = told(dial, 3), told(dial, 4)",
    "one key twice": "d[5], d[5] = 1, 2",
    "beside a property": "d[3], dial.turn = dial.turn, d[2]",
    "a narrower value": "small[1], x = x, 1\n    d[1] += small[1]",
}


def compared_of(bodies: dict[str, str], more: str) -> Compared:
    functions = [
        f"@instruction\ndef run_{i}(x: u64) -> List[u64]:\n    dial, other = Dial(1, [10, 20]), Dial(2, [30])\n"
        f"    {more}{body}\n    return [x, dial.n, other.n] + dial.items + other.items{' + list(d.values())' if more else ''}\n"
        for i, body in enumerate(bodies.values())
    ]
    return Compared(HEADER + "\n\n".join(functions))


@pytest.fixture(scope="module")
def properties() -> Compared:
    return compared_of(PROPERTIES, "")


@pytest.fixture(scope="module")
def dicts() -> Compared:
    return compared_of(DICTS, "d: Dict[u64, u64] = {2: 6, 1: 5}\n    small: Dict[u8, u8] = {}\n    ")


@pytest.mark.parametrize("number", range(len(PROPERTIES)), ids=list(PROPERTIES))
def test_properties_and_items_of_objects(properties: Compared, number: int) -> None:
    properties.check(f"run_{number}", [(0,), (1,)])


@pytest.mark.parametrize("number", range(len(DICTS)), ids=list(DICTS))
def test_items_of_dicts(dicts: Compared, number: int) -> None:
    dicts.check(f"run_{number}", [(0,), (1,)])

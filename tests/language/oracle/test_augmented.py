"""`place op= value`, of every kind of place and of object: what stays the same object, what is evaluated when.

The matrix is (how the place is written) x (what it holds, and the operator) x (what the value does beside its worth).
CPython runs the same program.
"""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from solders.pubkey import Pubkey

from seahorse.testing import Ledger

HEADER = """from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@dataclass
class Score:
    n: u64

    def __iadd__(self, other: u64) -> 'Score':
        self.n += other
        return self


@dataclass
class Plain:
    n: u64

    def __add__(self, other: u64) -> 'Plain':
        return Plain(self.n + other)
"""
# What a place holds: its type, a value, another one, `op= more`, how to see it, and what is there before.
Kind = tuple[str, str, str, str, str, Any]
HELD: dict[str, Kind] = {
    "list": ("List[u64]", "[1, 2]", "[7]", "+= [{}]", "{}", []),
    "repeated": ("List[u64]", "[1, 2]", "[7]", "*= ({}) % 3", "{}", []),
    "text": ("str", "'ab'", "'cd'", "+= str({})", "{}", ""),
    "number": ("u64", "u64(3)", "u64(9)", "+= {}", "{}", 0),
    "own": ("Score", "Score(3)", "Score(9)", "+= {}", "{}.n", {"n": 0}),
    "new": ("Plain", "Plain(3)", "Plain(9)", "+= {}", "{}.n", {"n": 0}),
}
# Places in an object: the value may change which one an index means, and what stands there.
PLACES = (
    "of.held",
    "of.items[of.at % 2]",
    "of.prop",
    "of[of.at % 2]",
    "of.inner.held",
    "of.lists[of.at % 2][of.at % 2]",
)
EFFECTS = ("of.at", "moved(of)", "replaced(of)")

# What only memory has: in a variable, a list or a dict.
IN_MEMORY: dict[str, Kind] = {
    "set": ("Set[u64]", "{u64(1), u64(2)}", "{u64(7)}", "|= {{{}}}", "sorted({})", None),
    "without": ("Set[u64]", "{u64(1), u64(2)}", "{u64(7)}", "-= {{{}}}", "sorted({})", None),
    "dict": ("Dict[u64, u64]", "{u64(1): u64(2)}", "{u64(7): u64(7)}", "|= {{{}: 4}}", "{}", None),
    "bytearray": ("bytearray", "bytearray(b'ab')", "bytearray(b'q')", "+= str({}).encode()", "{}.hex()", None),
    "bytes": ("bytearray", "bytearray(b'ab')", "bytearray(b'q')", "*= ({}) % 3", "{}.hex()", None),
    **{kind: HELD[kind] for kind in ("list", "repeated", "text", "number", "own", "new")},
}
TABLE_PLACES = ("held", "items[of.at % 2]", "table[of.at % 2]")
TABLE_EFFECTS = ("of.at", "moved(of)", "replaced(of, items, table)")


def classes(kind: Kind) -> str:
    t, value, other, *_ = kind
    return f"""

@dataclass
class Inner:
    held: {t}


class Of(Account):
    at: u64
    held: {t}
    items: List[{t}]
    lists: List[List[{t}]]
    inner: Inner

    @property
    def prop(self) -> {t}:
        return self.held

    @prop.setter
    def prop(self, value: {t}) -> None:
        self.at += 1
        self.held = value

    def __getitem__(self, i: u64) -> {t}:
        return self.items[i]

    def __setitem__(self, i: u64, value: {t}) -> None:
        self.at += 1
        self.items[i] = value


def filled(of: Of) -> None:
    of.held = {value}
    of.items = [{value}, {other}]
    of.lists = [[{value}, {other}], [{other}, {value}]]
    of.inner = Inner({value})


def moved(of: Of) -> u64:
    of.at += 1
    return of.at


def replaced(of: Of) -> u64:
    of.at += 1
    of.held = {other}
    of.items = [{other}, {other}]
    of.lists = [[{other}, {other}], [{other}, {other}]]
    of.inner = Inner({other})
    return of.at
"""


def of_object(name: str, kind: Kind, place: str, effect: str) -> str:
    _, _, _, change, show, _ = kind
    seen = ("of.held", "held", "of.items[0]", "of.items[1]", "items[0]", "items[1]", "of.lists[0][1]", "of.inner.held")
    shown = "\n".join(f"    print({show.format(x)})" for x in (*seen, "lists[0][1]", "lists[1][0]", "inner.held"))
    return f"""

@instruction
def {name}(of: Of) -> u64:
    filled(of)
    items, inner, lists, held = of.items, of.inner, of.lists, of.held
    {place} {change.format(effect)}
{shown}
    return of.at
"""


def in_memory(name: str, kind: Kind, place: str, effect: str) -> str:
    _, value, other, change, show, _ = kind
    shown = "\n".join(
        f"    print({show.format(x)})" for x in ("held", "same", "items[0]", "items[1]", "table[0]", "table[1]")
    )
    return f"""

@instruction
def {name}(of: Of) -> u64:
    held = {value}
    same = held
    items = [held, {other}]
    table = {{u64(0): held, u64(1): {other}}}
    first, second = items[0], table[1]
    {place} {change.format(effect)}
{shown}
    print({show.format("first")}, {show.format("second")})
    return of.at
"""


def memory_classes(kind: Kind) -> str:
    t, _, other, *_ = kind
    return f"""

class Of(Account):
    at: u64


def moved(of: Of) -> u64:
    of.at += 1
    return of.at


def replaced(of: Of, items: List[{t}], table: Dict[u64, {t}]) -> u64:
    of.at += 1
    items[0] = {other}
    items[1] = {other}
    table[0] = {other}
    table[1] = {other}
    return of.at
"""


def compare(source: str, count: int, **fields: Any) -> None:
    """Call all instructions in both engines, with both indexes. Raises EnginesDiffer."""
    program = Ledger(engine="both").deploy_text(source)
    of = Pubkey(bytes([7] * 32))
    for i, at in itertools.product(range(count), (0, 1)):
        program.set_account(of, "Of", space=600, at=at, **fields)
        program.call(f"do_{i}", of=of)


@pytest.mark.parametrize("kind", HELD)
def test_places_of_an_object(kind: str) -> None:
    made = [
        of_object(f"do_{i}", HELD[kind], place, effect)
        for i, (place, effect) in enumerate(itertools.product(PLACES, EFFECTS))
    ]
    before = HELD[kind][-1]
    source = HEADER + classes(HELD[kind]) + "".join(made)
    compare(source, len(made), held=before, items=[], lists=[], inner={"held": before})


@pytest.mark.parametrize("kind", IN_MEMORY)
def test_places_in_memory(kind: str) -> None:
    made = [
        in_memory(f"do_{i}", IN_MEMORY[kind], place, effect)
        for i, (place, effect) in enumerate(itertools.product(TABLE_PLACES, TABLE_EFFECTS))
    ]
    compare(HEADER + memory_classes(IN_MEMORY[kind]) + "".join(made), len(made))

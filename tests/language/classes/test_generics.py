"""Generic functions and classes, and protocols: what plain CPython says of the same source is what the program must say."""

from __future__ import annotations

import itertools

import pytest
from tests.language.compared import Compared

SOURCE = """
T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")


class Stack(Generic[T]):
    items: List[T]

    def __init__(self) -> None:
        self.items = []

    def push(self, x: T) -> Self:
        self.items.append(x)
        return self

    def pop(self, default: T) -> T:
        return self.items.pop() if self.items else default

    @property
    def top(self) -> T | None:
        return self.items[-1] if self.items else None

    def __len__(self) -> int:
        return len(self.items)


@dataclass
class Entry(Generic[K, V]):
    key: K
    value: V

    def swapped(self) -> "Entry[V, K]":
        return Entry[V, K](self.value, self.key)


Names = Stack[str]


class Shape(Protocol):
    name: str

    def area(self) -> u64: ...


@dataclass
class Square:
    name: str
    side: u64

    def area(self) -> u64:
        return self.side * self.side


@dataclass
class Box:
    name: str
    low: u64
    high: u64

    def area(self) -> u64:
        return self.low * self.high


def first(items: List[T], default: T) -> T:
    return items[0] if items else default


def pairs(keys: List[K], values: List[V]) -> List[Tuple[K, V]]:
    return [(k, v) for k, v in zip(keys, values)]


def present(x: Optional[T], other: T) -> T:
    return x if x is not None else other


def larger(a: Shape, b: Shape) -> str:
    return a.name if a.area() > b.area() else b.name


def described(shape: Shape) -> str:
    return f"{shape.name}: {shape.area()}"


@instruction
def stacks(n: u64, s: str) -> List[u64]:
    a: Stack[u64] = Stack()
    a.push(n).push(3)
    b = Names()
    b.push(s).push("x").push(s)
    c = Stack[List[u64]]()
    c.push([1, n])
    top = a.top
    return [
        a.pop(9), a.pop(9), a.pop(9), len(b), len(b.pop("")), len(a), sum(c.pop([])), 0 if top is None else top, 1 if b else 0,
    ]


@instruction
def entries(n: u64, s: str) -> str:
    e = Entry[str, u64](s, n)
    f = e.swapped()
    return f"{e} {f} {f.key} {f.value}"


@instruction
def functions(n: u64, items: List[u64], names: List[str]) -> str:
    found = present(n if n > 2 else None, u64(7))
    both = pairs(items, names)
    return f"{first(items, n)} {first(names, 'none')} {found} {both} {present(None, 'x')}"


@instruction
def shapes(n: u64, m: u64) -> str:
    square, box = Square("square", n), Box("box", m, 3)
    return larger(square, box) + larger(box, square) + larger(square, square) + described(box) + described(square)
"""


@pytest.fixture(scope="module")
def program() -> Compared:
    return Compared(SOURCE)


@pytest.mark.parametrize(
    ("name", "cases"),
    [
        ("stacks", list(itertools.product((0, 5), ("", "ab")))),
        ("entries", list(itertools.product((0, 5), ("", "ab")))),
        ("functions", list(itertools.product((0, 5), ([], [4], [4, 5]), ([], ["a"], ["b", "c"])))),
        ("shapes", list(itertools.product((0, 2, 5), (1, 3, 9)))),
    ],
)
def test_as_in_python(program: Compared, name: str, cases: list[tuple[object, ...]]) -> None:
    program.check(name, cases)

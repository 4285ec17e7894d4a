"""Generic functions and classes, and protocols: what plain CPython says of the same source is what the program must say."""

from __future__ import annotations

import itertools
import sys

import pytest
from tests.language.compared import Compared

from seahorse.diagnostics import CompileError
from seahorse.testing import Ledger

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


class Holder(Generic[K, V]):
    def __init__(self, key: K, *, items: List[V]) -> None:
        self.key: K = key
        self.items: List[V] = items

    def said(self) -> str:
        return f"{self.key}:{self.items}"


def apply(g: Callable[[T], V], items: List[T]) -> List[V]:
    return [g(x) for x in items]


def fold(items: List[T], start: V, step: Callable[[V, T], V]) -> V:
    result = start
    for x in items:
        result = step(result, x)
    return result


def named(n: u64) -> str:
    return f"n{n}"


@instruction
def inferred(n: u64, s: str, items: List[u64]) -> str:
    e = Entry(s, n)
    f = Entry(value=[s], key=(n, s))
    h = Holder(e.key, items=items)
    texts = apply(named, apply(lambda x: x + n, items))
    flags = apply(lambda x: x > n, items)
    total = fold(items, n, lambda a, x: a + x)
    said = h.said()
    joined = fold(items, s, lambda a, x: a + str(x))
    return f"{e.key} {e.value} {f.key[1]} {f.value[0]} {said} {'/'.join(texts)} {flags} {joined} {total}"


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
        ("inferred", list(itertools.product((0, 5), ("", "ab"), ([], [4], [6, 5])))),
        ("shapes", list(itertools.product((0, 2, 5), (1, 3, 9)))),
    ],
)
def test_as_in_python(program: Compared, name: str, cases: list[tuple[object, ...]]) -> None:
    program.check(name, cases)


PARAMETERS = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

type Amount = u64
type Pair = Tuple[Amount, u64]


class Stack[T]:
    items: List[T]

    def __init__(self) -> None:
        self.items = []

    def push(self, item: T) -> None:
        self.items.append(item)

    def pop(self) -> T:
        return self.items.pop()


@dataclass
class Box[T]:
    value: T


def first[T](items: List[T]) -> T:
    return items[0]


def pair[A, B](a: A, b: B) -> Tuple[A, B]:
    return a, b


@instruction
def go(n: Amount, items: List[Amount]) -> str:
    numbers = Stack[u64]()
    numbers.push(n)
    texts: Stack[str] = Stack()
    texts.push("a")
    both: Pair = pair(n, first(items))
    return f"{numbers.pop()} {texts.pop()} {both[1]} {Box(n).value} {Box[str]('x').value}"
"""


def test_type_parameters_of_python_3_12() -> None:
    if sys.version_info >= (3, 12):
        assert Ledger().deploy_text(PARAMETERS).call("go", n=3, items=[4]).value == "3 a 4 3 x"
        return
    # An older Python cannot read them: the message says what it can.
    with pytest.raises(CompileError, match=r"write `Name: TypeAlias = \.\.\.`"):
        Ledger().deploy_text(PARAMETERS)
    with pytest.raises(CompileError, match=r"write `T = TypeVar\('T'\)`"):
        Ledger().deploy_text(PARAMETERS.replace("type ", ""))

"""What Seahorse's documentation says of the language itself: each feature gives what Python gives."""

from __future__ import annotations

import pytest
from tests.language.compared import Compared

LANGUAGE = """
class Point:
    x: f64
    y: f64

    def __init__(self, x: f64, y: f64):
        self.x = x
        self.y = y

    def magnitude(self) -> f64:
        return (self.x ** 2 + self.y ** 2) ** 0.5

    # Static: it takes no self.
    def origin() -> Point:
        return Point(0, 0)

@dataclass
class Datapoint:
    x: f64
    y: f64

FIRST = 2
LAST = 7
WIDTH = LAST - FIRST
WORDS = 'some words'

def double(n: u64) -> u64:
    return n * 2

def is_even(n: u64) -> bool:
    return n % 2 == 0

def add_nine(items: List[i32]):
    items.append(9)

@instruction
def objects() -> List[f64]:
    p = Point(3, 4)
    d = Datapoint(2, 3)
    return [p.magnitude(), Point.origin().magnitude(), d.x, d.y]

@instruction
def aliases() -> List[List[i32]]:
    a: List[i32] = [1, 2, 3]
    b = a
    add_nine(b)
    b[0] = 5
    return [a, b]

@instruction
def comprehensions(n: u64) -> List[u64]:
    return [i ** 2 for i in range(n)]

@instruction
def unpacking(n: u64, xs: List[u64]) -> List[u64]:
    x, y = n, n + 1
    x, y = y, x
    pairs = [(x, y), (y, n)]
    out = [x, y]
    for (a, b) in pairs:
        out.append(a * 10 + b)
    for i, (a, b) in enumerate(zip(xs, xs[1:])):
        out.append(u64(i) + a + b)
    return out

@instruction
def iterators(xs: List[u64]) -> List[List[u64]]:
    mapped = list(map(double, xs))
    kept = list(filter(is_even, xs))
    inner = [sum(map(lambda v: v + 1, filter(is_even, xs))), len(xs), len(range(5))]
    total = u64(0)
    for i, x in enumerate(xs):
        total += u64(i) * x
    inner.append(total)
    return [mapped, kept, sorted(xs), list(range(1, 10, 4)), inner]

@instruction
def numbers(n: i64, f: f64) -> List[i128]:
    return [i128(abs(n)), i128(min(n, 3, -1)), i128(max(n, 3, -1)), round(f), floor(f), ceil(f)]

@instruction
def coercion() -> List[f64]:
    a = u32(2)
    b: i64 = 2
    c = a + b
    d: u64 = 3
    e = 10 // d
    f = 10 / d
    base = 10
    two: u16 = 2
    real = 10.0
    power: i64 = 2
    return [f64(c), f64(e), f, f64(base ** two), real ** power]

@instruction
def scopes(n: u64) -> str:
    x = 'text'
    x = 0
    x = False
    found = u64(0)
    for i in range(n):
        if i % 3 == 2:
            found = i
            if not x:
                found += 100
    return f'{x} {found}'

@instruction
def arrays(a: Array[u8, 4], i: i64) -> List[u64]:
    small = array(u64(0), 1, 2)
    made = Array([0, 1, 2, 3], 4)
    words = array('seahorse', 'is', 'the', 'best!')
    grid = array(array(u64(1), 2), array(u64(3), 4))
    grid[1][0] += 10
    out = [small[-1], u64(made[0]), len(words), sum(small), grid[1][0], u64(a[i]), u64(max(a[0], a[-1]))]
    for v in a:
        out.append(u64(v))
    for w in words:
        out.append(len(w))
    return out + sorted(small) + list(map(lambda v: v + 1, small))

@instruction
def control(n: u64) -> List[u64]:
    out: List[u64] = []
    k = n
    while True:
        if k == 0:
            break
        k -= 1
        if k == 2 or (k == 4 and not n == 9):
            continue
        out.append(k)
    out.append(1 if n > 5 else 2 if n > 3 else 3)
    pass
    return out

@instruction
def constants() -> str:
    total = 0
    for i in range(FIRST, LAST):
        total += i
    return f'{WORDS} {total} {WIDTH}'

@instruction
def bytes_of(n: u64, m: i16) -> List[List[u8]]:
    le: List[u8] = int_bytes(n)
    be: List[u8] = int_bytes(n, be=True)
    return [le, be, int_bytes(m), [0x01, 0x00] + int_bytes(u16(5))]

@instruction
def texts(s: str) -> List[u64]:
    return [len(s), size(s), len(str(len(s)) + s)]

@instruction
def pops(xs: List[u64]) -> u64:
    xs.append(4)
    last = xs.pop()
    return last + xs.pop()
"""


@pytest.fixture(scope="module")
def language() -> Compared:
    c = Compared(LANGUAGE)
    c.python["Datapoint"] = __import__("dataclasses").dataclass(c.python["Datapoint"])
    widths = {"n": 8, "m": 2}
    c.python["int_bytes"] = lambda n, be=False: list(
        n.to_bytes(8 if n >= 0 and n != 5 else widths["m"], "big" if be else "little", signed=n < 0)
    )
    return c


@pytest.mark.parametrize(
    ("name", "cases"),
    [
        ("objects", [()]), ("aliases", [()]), ("coercion", [()]), ("constants", [()]),
        ("comprehensions", [(0,), (10,)]),
        ("unpacking", [(3, []), (3, [1, 2, 3])]),
        ("iterators", [([],), ([5, 2, 4, 4],)]),
        ("numbers", [(-9, 2.5), (9, -2.5), (0, 3.5), (1, 0.1)]),
        ("scopes", [(0,), (3,), (9,)]),
        ("arrays", [([1, 2, 3, 255], 0), ([9, 2, 3, 4], -4), ([1, 2, 3, 4], 4)]),
        ("control", [(0,), (4,), (9,)]),
        ("bytes_of", [(258, -2), (2**64 - 1, -300)]),
        ("texts", [("",), ("hällo",), ("🎉",)]),
        ("pops", [([3],), ([],)]),
    ],
)  # fmt: skip
def test_language(language: Compared, name: str, cases: list[tuple[object, ...]]) -> None:
    language.check(name, cases)

"""Classes, dataclasses, inheritance, methods, aliasing, functions."""

from __future__ import annotations

from tests.language.compared import Compared

from seahorse.testing import Ledger

SOURCE = """
class Point:
    x: i64
    y: i64

    def __init__(self, x: i64, y: i64):
        self.x = x
        self.y = y

    def moved(self, dx: i64) -> 'Point':
        return Point(self.x + dx, self.y)

    def shift(self, dx: i64):
        self.x += dx

    def total(self) -> i64:
        return self.x + self.y

    @staticmethod
    def origin() -> 'Point':
        return Point(0, 0)

class Named(Point):
    name: str

    def __init__(self, name: str, x: i64):
        self.name = name
        self.x = x
        self.y = 1

    def total(self) -> i64:
        return self.x * 100 + self.y

    def label(self) -> str:
        return f'{self.name}={self.total()}'

@dataclass
class Line:
    a: Point
    b: Point
    tags: List[str]

@dataclass
class Pair:
    left: u64
    right: u64

def swap(p: Pair):
    p.left, p.right = p.right, p.left

def longest(a: str, b: str, c: str, d: str) -> str:
    best = a
    for s in [b, c, d]:
        if len(s) > len(best):
            best = s
    return best

def early(n: u64) -> str:
    if n == 0:
        return 'zero'
    if n < 10:
        for i in range(n):
            if i == 3:
                return 'over three'
        return 'small'
    return 'large'

@instruction
def points(n: i64) -> List[i64]:
    p = Point(n, 2)
    q = p
    q.shift(5)
    r = p.moved(1)
    r.y = 50
    o = Point.origin()
    return [p.x, p.y, q.total(), r.x, r.total(), p.total(), o.total()]

@instruction
def inheritance(n: i64) -> str:
    m = Named('n', n)
    m.shift(1)
    return f'{m.label()} {m.total()} {m.moved(3).total()}'

@instruction
def sharing(n: i64) -> List[i64]:
    a = Point(n, 0)
    line = Line(a, a, ['t'])
    line.a.x += 7
    a.y = 3
    other = Line(line.b, Point(9, 9), line.tags)
    other.a.y += 1
    other.tags.append('u')
    ps = [a, other.b]
    ps[0].x += 1
    ps[1].x = ps[0].x
    for p in ps:
        p.y += 10
    return [line.a.x, line.b.y, a.x, a.y, other.b.x, other.b.y, i64(len(line.tags))]

@instruction
def pairs(a: u64, b: u64) -> List[u64]:
    p = Pair(a, b)
    swap(p)
    q = Pair(right=1, left=2)
    same = Pair(a, b) == Pair(b, a)
    return [p.left, p.right, q.left, u64(same), u64(Pair(1, 2) == Pair(1, 2))]

@instruction
def text(a: str, b: str) -> str:
    return longest(a, b, 'four', a + b)

@instruction
def returns(n: u64) -> str:
    return early(n)

@instruction
def lists_of_objects(n: u64) -> List[u64]:
    ps = [Pair(i, i * i) for i in range(n)]
    ps.sort(key=lambda p: p.right % 7, reverse=True)
    return [p.left for p in ps] + [sum([p.right for p in ps])]
"""


def test_classes() -> None:
    p = Compared(SOURCE)
    import dataclasses

    for name in ("Line", "Pair"):
        p.python[name] = dataclasses.dataclass(p.python[name])
    p.check("points", [(n,) for n in (0, 5, -100)])
    p.check("inheritance", [(n,) for n in (0, 5)])
    p.check("sharing", [(n,) for n in (0, 5)])
    p.check("pairs", [(1, 2), (3, 3)])
    p.check("text", [("a", "b"), ("longer one", ""), ("日本語日本語", "xx")])
    p.check("returns", [(n,) for n in (0, 1, 3, 4, 9, 10)])
    p.check("lists_of_objects", [(n,) for n in (0, 1, 9)])


def test_a_class_with_a_method_named_emit() -> None:
    program = Ledger().deploy_text(
        """from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

@dataclass
class Horn:
    tone: u8

    def emit(self) -> u8:
        self.tone += 1
        return self.tone

@instruction
def sound(tone: u8) -> u8:
    horn = Horn(tone)
    horn.emit()
    return horn.emit()
"""
    )
    assert program.sound(tone=3).value == 5

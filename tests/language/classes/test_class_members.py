"""Members of classes as a Python person writes them: properties, class methods, constants, operators, dataclass options,
named tuples, enums with methods. What plain CPython says of the same source is what the program must say."""

from __future__ import annotations

import itertools

import pytest
from tests.language.compared import Compared

SOURCE = """
SCALE: Final = 1_000
Amount: TypeAlias = u64
Lamports = NewType("Lamports", u64)
Side = Literal["buy", "sell"]
Order = Annotated[u64, "the position"]


class Fees:
    BPS = 10_000
    TAKER: Final = 30
    MAKER: ClassVar[u64] = TAKER // 3
    NAME = "fees"
    STEPS: ClassVar[List[u64]] = [1, 2, 3]


class MoreFees(Fees):
    TAKER = 50

    @classmethod
    def taken(cls, amount: u64) -> u64:
        return amount * cls.TAKER // cls.BPS


@dataclass
class Point:
    ORIGIN = 7
    x: i64
    y: i64

    @property
    def total(self) -> i64:
        return self.x + self.y

    @property
    def both(self) -> i64:
        return self.x

    @both.setter
    def both(self, value: i64) -> None:
        self.x = value
        self.y = value

    @classmethod
    def diagonal(cls, n: i64) -> "Point":
        return cls(n, n)

    @staticmethod
    def zero() -> "Point":
        return Point(0, 0)

    def moved(self) -> Self:
        self.x += self.ORIGIN
        return self

    def __add__(self, other: "Point") -> "Point":
        return Point(self.x + other.x, self.y + other.y)

    def __sub__(self, other: "Point") -> "Point":
        return Point(self.x - other.x, self.y - other.y)

    def __mul__(self, k: i64) -> "Point":
        return Point(self.x * k, self.y * k)

    def __rmul__(self, k: i64) -> "Point":
        return self * k

    def __neg__(self) -> "Point":
        return Point(-self.x, -self.y)

    def __abs__(self) -> i64:
        return abs(self.x) + abs(self.y)

    def __iadd__(self, other: "Point") -> Self:
        self.x += other.x
        self.y += other.y
        return self

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Point):
            return NotImplemented
        return self.x == other.x

    def __lt__(self, other: "Point") -> bool:
        return self.x < other.x

    def __bool__(self) -> bool:
        return self.x != 0

    def __call__(self, k: i64) -> i64:
        return self.x * k

    def __str__(self) -> str:
        return f"<{self.x} {self.y}>"


class Basket:
    items: List[u64]

    def __init__(self, items: List[u64]) -> None:
        self.items = items

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, i: u64) -> u64:
        return self.items[i]

    def __setitem__(self, i: u64, value: u64) -> None:
        self.items[i] = value

    def __contains__(self, value: u64) -> bool:
        return value in self.items


@dataclass(frozen=True, order=True)
class Version:
    major: u64
    minor: u64 = 0

    def next(self) -> "Version":
        return replace(self, minor=self.minor + 1)


@dataclass
class Account_:
    name: str
    tags: List[u64] = field(default_factory=list)
    steps: List[u64] = field(default_factory=lambda: [1, 2])
    limit: u64 = field(default=9)


@dataclass(kw_only=True)
class Range:
    low: u64
    high: u64 = 10

    def __post_init__(self) -> None:
        assert self.low <= self.high
        self.high += 1


class Pair(NamedTuple):
    a: u64
    b: u64 = 5

    def sum(self) -> u64:
        return self.a + self.b


class Color(Enum):
    RED = 1
    GREEN = 2
    BLUE = 4

    @property
    def hot(self) -> bool:
        return self is Color.RED

    def after(self) -> "Color":
        if self == Color.RED:
            return Color.GREEN
        return Color.BLUE if self is Color.GREEN else Color.RED

    @classmethod
    def pick(cls, n: u64) -> "Color":
        return cls.RED if n == 0 else cls(n)

    @staticmethod
    def count() -> u64:
        return 3


class Word(Enum):
    BUY = "buy"
    SELL = "sell"


class Turn(Enum):
    LEFT = auto()
    RIGHT = auto()


class Level(IntEnum):
    LOW = 1
    HIGH = 10


class Sign(IntEnum):
    MINUS = -1
    PLUS = 1


class Shape(ABC):
    @abstractmethod
    def area(self) -> u64: ...

    def twice(self) -> u64:
        return self.area() * 2


@dataclass
class Square(Shape):
    side: u64

    @override
    def area(self) -> u64:
        return self.side * self.side


@dataclass
class Sheet(Square):
    depth: u64

    @property
    def volume(self) -> u64:
        return super().area() * self.depth


@instruction
def constants(n: u64) -> List[u64]:
    fees = MoreFees()
    total: Amount = n
    left: Final = total + 1
    return [
        n * Fees.TAKER // Fees.BPS, Fees.MAKER, MoreFees.TAKER, MoreFees.taken(n), fees.TAKER, fees.BPS, len(Fees.NAME),
        Fees.STEPS[1] + SCALE, left, Lamports(n) + 1,
    ]


@instruction
def points(a: i64, b: i64) -> List[i64]:
    p = Point(a, b)
    q = Point.diagonal(b)
    out = [p.total, (p + q).y, (p - q).x, (2 * p * 3).x, (-p).y, abs(p), p(4), Point.zero().x]
    same = p
    p += q
    out += [same.x, same.y]
    p.both = a
    p.both += 2
    p.both -= q.both
    p.moved().moved()
    return out + [p.x, p.y, same.total]


@instruction
def comparisons(a: i64, b: i64) -> List[bool]:
    p, q = Point(a, b), Point(b, a)
    return [
        p == q, p != q, p < q, p > q, bool(p), not q, p == Point(a, 0), isinstance(p, Point), isinstance(p, Basket),
        True if p and q else False, Version(1) < Version(1, 1), Version(2) >= Version(1, 9), Version(1, 2) == Version(1, 2),
    ]


@instruction
def texts(a: i64, b: i64) -> str:
    p = Point(a, b)
    return f"{p}|{str(p)}|{Version(1, 2)}|{Pair(3)}|{Color.RED}|{Level.HIGH}|{Account_('x')}"


@instruction
def baskets(items: List[u64], i: u64) -> List[u64]:
    b = Basket(items)
    b[0] = 9
    b[i] += 5
    found = 1 if 7 in b else 0
    missing = 1 if 7 not in b else 0
    full = 1 if b else 0
    return [b[0], b[i], len(b), found, missing, full]


@instruction
def defaults(n: u64) -> List[u64]:
    a, b = Account_("a"), Account_("b", limit=n)
    a.tags.append(4)
    a.steps.append(5)
    r = Range(low=n)
    return [len(a.tags), len(b.tags), len(a.steps), len(b.steps), a.limit, b.limit, r.high, Range(low=1, high=n + 1).high]


@instruction
def versions(a: u64, b: u64) -> List[u64]:
    items = [Version(a, b), Version(b, a), Version(a), Version(b).next().next()]
    down = sorted(items, reverse=True)
    items.sort()
    return [v.major * 100 + v.minor for v in items + down]


@instruction
def pairs(n: u64) -> List[u64]:
    p = Pair(n)
    a, b = p
    out = [a, b, p[0], p[-1], p.sum(), len(p), p._replace(b=8).b]
    for x, y in [Pair(n, 2), Pair(3)]:
        out += [x * 10 + y]
    first, second = Pair(n, 3)._replace(a=4)
    return out + [first, second, 1 if Pair(1, 2) < p else 0]


@instruction
def colors(n: u64) -> List[u64]:
    c = Color.pick(n)
    total: u64 = 0
    for each in Color:
        total += each.value
    names = [len(x.name) for x in Color]
    found = Color[c.name] is c and Color["RED"].hot
    return [
        c.value, 1 if c.hot else 0, c.after().value, total, len(Color), 1 if found else 0, Color.count(), len(c.name),
        len(Word.SELL.value), Turn.RIGHT.value, 1 if c in (Color.RED, Color.BLUE) else 0, 1 if c is not Color.RED else 0,
    ] + names


@instruction
def words(s: str) -> str:
    return Word(s).name


@instruction
def levels(n: u64) -> List[i64]:
    level = Level.HIGH if n > 3 else Level.LOW
    sign = Sign.MINUS if n > 4 else Sign.PLUS
    order = sorted([Level.HIGH, Level.LOW])
    return [
        i64(level + n), i64(level * 2), 1 if level > Level.LOW else 0, 1 if level == 10 else 0, sign * 3, -sign, i64(level),
        i64(n) + sign, 1 if n < level else 0, i64(order[0]), 1 if level else 0, 1 if sign == Sign.PLUS else 0,
    ]


@instruction
def shapes(n: u64) -> List[u64]:
    return [Square(n).twice(), Sheet(n, 3).volume, Sheet(n, 2).twice()]


def optional(n: u64) -> u64 | None:
    return n if n != 1 else None


def parity(side: Side, at: Order) -> u64:
    return at if side == "buy" else at + 1


@instruction
def chosen(n: u64, m: u64, s: str) -> List[u64]:
    value = optional(n)
    kept = Point(1, 2) if n > 2 else None
    name = s or "none"
    both = n and m
    if value and m:
        both += 100
    if kept:
        both += 1000
    return [value or 7, n or m, n or m or 3, both, len(name), parity("sell", n), n and value or 5]
"""


@pytest.fixture(scope="module")
def program() -> Compared:
    return Compared(SOURCE)


SMALL = [0, 1, 2, 3, 4, 5, 10]
SIGNED = [-3, 0, 2, 7]


@pytest.mark.parametrize(
    ("name", "cases"),
    [
        ("constants", [(n,) for n in (*SMALL, 12_345)]),
        ("points", list(itertools.product(SIGNED, SIGNED))),
        ("comparisons", list(itertools.product(SIGNED, SIGNED))),
        ("texts", list(itertools.product(SIGNED, SIGNED))),
        ("baskets", [(items, i) for items in ([1], [7, 7], [1, 2, 7], []) for i in (0, 1, 2)]),
        ("defaults", [(n,) for n in (*SMALL, 11)]),
        ("versions", list(itertools.product((0, 1, 2), (0, 1, 2)))),
        ("pairs", [(n,) for n in SMALL]),
        ("colors", [(n,) for n in SMALL]),
        ("words", [("buy",), ("sell",), ("hold",), ("",)]),
        ("levels", [(n,) for n in SMALL]),
        ("shapes", [(n,) for n in SMALL]),
        ("chosen", list(itertools.product((0, 1, 3), (0, 2), ("", "ab")))),
    ],
)
def test_as_in_python(program: Compared, name: str, cases: list[tuple[object, ...]]) -> None:
    program.check(name, cases)

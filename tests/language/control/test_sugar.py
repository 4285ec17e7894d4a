"""Forms that say the same as plainer ones: `match`, `:=`, chained assignment, `del items[i]`, generator expressions."""

from __future__ import annotations

import itertools
import random

import pytest
from tests.language.compared import Compared

from seahorse.diagnostics import CompileError
from seahorse.testing.compiling import compile_text

HEADER = "from seahorse.prelude import *\ndeclare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')\n"
SOURCE = """
class Color(Enum):
    RED = 0
    GREEN = 1
    BLUE = 2

@dataclass
class Point:
    x: u64
    y: u64

@instruction
def numbers(n: u64) -> str:
    match n:
        case 0:
            return 'none'
        case 1 | 2 | 3:
            return 'few'
        case m if m > 100:
            return f'many: {m}'
        case m:
            return f'some: {m}'

@instruction
def signed(n: i64) -> i64:
    match n:
        case -1:
            return 10
        case 0 | 5:
            return 20
        case _:
            return n

@instruction
def words(s: str) -> u64:
    match s.upper():
        case 'YES' | 'Y':
            return 1
        case 'NO':
            return 2
        case _:
            pass
    return 3

@instruction
def all_colors(c: Color) -> u64:
    match c:
        case Color.RED:
            return 1
        case Color.GREEN | Color.BLUE:
            return 2

@instruction
def both(b: bool) -> u64:
    match b:
        case True:
            result = 1
        case False:
            result = 2
    return result

@instruction
def pairs(a: u64, b: u64) -> str:
    match (a, b):
        case (0, 0):
            return 'origin'
        case (0, y):
            return f'y={y}'
        case (x, 0):
            return f'x={x}'
        case (x, y) if x == y:
            return f'both {x}'
        case whole:
            return f'{whole[0]},{whole[1]}'

@instruction
def points(a: u64, b: u64) -> str:
    p = Point(a, b)
    match p:
        case Point(x=0, y=0):
            return 'origin'
        case Point(0, y):
            return f'y={y}'
        case Point(x=x) if x > 5:
            return f'far {x}'
        case Point():
            return 'near'

@instruction
def sequences(items: List[u64]) -> str:
    match items:
        case []:
            return 'empty'
        case [one]:
            return f'one {one}'
        case [first, *_, 7]:
            return f'{first} to seven'
        case [first, second, *rest]:
            return f'{first} {second} {len(rest)} {sum(rest)}'
        case _:
            return 'never'

@instruction
def maybe(n: u64) -> u64:
    value: u64 | None = n if n > 3 else None
    match value:
        case None:
            return 0
        case v:
            return v + 1

@instruction
def walrus(n: u64) -> List[u64]:
    out: List[u64] = []
    if (m := n * 2) > 6:
        out.append(m)
    elif (k := n + 100) and k > 101:
        out.append(k)
    while (n := n // 2) > 0:
        if n == 3:
            continue
        out.append(n)
    total = (half := m // 2) + half
    out.append(total)
    return out

@instruction
def chained(n: u64) -> List[u64]:
    a = b = n
    b += 1
    xs = ys = [a, b]
    ys.append(9)
    zs = [0, 0]
    zs[0] = zs[1] = c = len(xs)
    p = q = Point(1, 2)
    q.x = 8
    return [a, b, len(xs), zs[0], zs[1], c, p.x]

@instruction
def deleted(items: List[u64], i: i64) -> List[u64]:
    del items[i]
    del items[0], items[-1]
    return items

@instruction
def generators(items: List[u64]) -> List[u64]:
    return [
        sum(x * 2 for x in items if x > 1), u64(any(x > 3 for x in items)), u64(all(x > 3 for x in items if x != 2)),
        max(x + 1 for x in items), min(x for x in items), len(list(x for x in items)),
        sorted(10 - x for x in items)[0],
    ]

@instruction
def stops_early(items: List[u64]) -> bool:
    return any(10 // x > 3 for x in items)

@instruction
def joined(items: List[u64]) -> str:
    return '-'.join(str(x) for x in items if x % 2 == 0)
"""


@pytest.fixture(scope="module")
def program() -> Compared:
    return Compared(SOURCE)


SMALL = [(n,) for n in (0, 1, 2, 3, 4, 5, 6, 7, 9, 100, 101, 1000)]
LISTS = [[], [1], [7], [1, 7], [1, 2], [4, 5, 7], [2, 3, 4, 5], [0, 9], [3, 0], [5, 5, 5]]


@pytest.mark.parametrize(
    ("name", "cases"),
    [
        ("numbers", SMALL),
        ("signed", [(n,) for n in (-2, -1, 0, 1, 5, 6)]),
        ("words", [("yes",), ("Y",), ("no",), ("",), ("maybe",)]),
        ("both", [(True,), (False,)]),
        ("pairs", list(itertools.product((0, 1, 2), (0, 1, 2)))),
        ("points", list(itertools.product((0, 1, 6), (0, 1, 6)))),
        ("sequences", [(items,) for items in LISTS]),
        ("maybe", SMALL),
        ("walrus", SMALL),
        ("chained", SMALL),
        ("deleted", [(items, i) for items in LISTS for i in (-3, -1, 0, 1, 3)]),
        ("generators", [(items,) for items in LISTS if items]),
        ("stops_early", [(items,) for items in LISTS]),
        ("joined", [(items,) for items in LISTS]),
    ],
)
def test_as_in_python(program: Compared, name: str, cases: list[tuple[object, ...]]) -> None:
    program.check(name, cases)


def test_a_match_of_every_member_needs_no_other_case(program: Compared) -> None:
    found = [program.program.all_colors(c=c).value for c in ("RED", "GREEN", "BLUE")]
    assert found == [1, 2, 2]


REFUSED = {
    "match n:\n        case m:\n            return m\n        case 1:\n            return 2": "never reached",
    "match n:\n        case (a, b):\n            return a": "no sequence",
    "match (n, n):\n        case (a, b, c):\n            return a": "never matches",
    "match n:\n        case u64(x):\n            return x": "no class matches",
    "match (n, n):\n        case (a, 1) | (1, a):\n            return a": "capture",
    "match n:\n        case {'a': 1}:\n            return 1": "not supported",
    "x = n + (m := 3)\n    return x": "`:=` is supported only where",
    "x = [1 for i in range(3) if (m := i) > 1]\n    return m": "may have no value here",
    "g = (x for x in [n])\n    return 1": "generator expression",
    "del n\n    return n": "is not defined",
    "match n:\n        case 1:\n            return 1\n        case 2:\n            return 2": "may end without returning",
}


@pytest.mark.parametrize("body", REFUSED)
def test_refused(body: str) -> None:
    with pytest.raises(CompileError) as refused:
        compile_text(f"{HEADER}\n@instruction\ndef run(n: u64) -> u64:\n    {body}\n", "sugar")
    assert REFUSED[body] in refused.value.diagnostics[0].message


def random_match(seed: int) -> str:
    """A `match` on a number or a pair with random cases, always with an end."""
    r = random.Random(seed)
    pair = r.random() < 0.5
    lines = [f"@instruction\ndef run{seed}(a: u64, b: u64) -> str:", f"    match {'(a, b)' if pair else 'a % 5'}:"]
    for i in range(r.randint(1, 5)):
        part = [r.choice(["0", "1", "2", "_", f"v{i}x", "1 | 2"]), r.choice(["0", "1", "_", f"v{i}y", "0 | 3"])]
        pattern = f"({part[0]}, {part[1]})" if pair else r.choice(["0", "1 | 2", "3", f"v{i}x"])
        used = [w for w in (f"v{i}x", f"v{i}y") if w in pattern]
        catches_all = not any(c in pattern for c in "0123456789".replace(str(i), "")) or pattern == f"v{i}x"
        guard = f" if {r.choice([*used, 'b'])} > {r.randint(0, 2)}" if catches_all or r.random() < 0.4 else ""
        lines += [
            f"        case {pattern}{guard}:",
            f"            return f'{i} " + " ".join(f"{{{w}}}" for w in used) + "'",
        ]
    return "\n".join([*lines, "        case _:", "            return 'end'", ""])


def test_random_matches() -> None:
    sources = [random_match(seed) for seed in range(60)]
    program = Compared("\n".join(sources))
    for seed in range(60):
        program.check(f"run{seed}", list(itertools.product((0, 1, 2, 3, 4), (0, 1, 3))))

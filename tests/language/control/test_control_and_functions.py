"""Control flow and functions as a Python person writes them: star targets, slices as targets, `*args`, `next`, recursion,
functions inside functions, loops over tuples. What plain CPython says of the same source is what the program must say."""

from __future__ import annotations

import itertools

import pytest
from tests.language.compared import Compared

from seahorse.testing import Ledger
from seahorse.testing.program import DeployedProgram
from seahorse.testing.result import Failed

SOURCE = """
@dataclass
class Tree:
    values: List[u64]

    def total(self, i: u64) -> u64:
        if i >= len(self.values):
            return 0
        return self.values[i] + self.total(2 * i + 1) + self.total(2 * i + 2)


def factorial(n: u64) -> u64:
    return 1 if n < 2 else n * factorial(n - 1)


def even(n: u64) -> bool:
    return True if n == 0 else odd(n - 1)


def odd(n: u64) -> bool:
    return False if n == 0 else even(n - 1)


def quick(xs: List[u64]) -> List[u64]:
    if len(xs) < 2:
        return xs
    first, *rest = xs
    return quick([x for x in rest if x < first]) + [first] + quick([x for x in rest if x >= first])


def most(first: u64, *rest: u64, floor: u64 = 0) -> u64:
    best = max(first, floor)
    for x in rest:
        if x > best:
            best = x
    return best + len(rest) + (rest[0] if rest else 0)


def spread(*xs: u64) -> u64:
    return most(1, *xs) + most(*(3, 4)) + most(2, floor=9) + (1 if 7 in xs else 0)


@instruction
def targets(items: List[u64]) -> List[u64]:
    first, *rest = items
    *start, last = items
    a, *middle, z = items
    (p, q), *tail = (first, last), 3, 4
    pair = (last, first)
    one, *none, two = pair
    return [first, last, a, z, p, q, one, two, sum(rest), sum(start), sum(middle), sum(tail), len(none)]


@instruction
def exact(items: List[u64]) -> u64:
    a, b, c = items
    [d, e] = sorted(items[:2])
    return a * 100 + b * 10 + c + d + e


@instruction
def stars(items: List[u64], n: u64) -> List[u64]:
    both = [*items, n, *items]
    copy = [*items]
    copy.append(1)
    t = (*(n, 2), 3)
    return both + [len(copy), t[0], t[2], spread(*items), spread(), spread(n, *items, 7)]


@instruction
def slices(items: List[u64], i: i64, j: i64) -> List[u64]:
    same = items
    items[i:j] = [7, 8]
    items[:1] = []
    items[len(items):] = same[:2]
    del items[j:]
    items[i:] = [x + 1 for x in items]
    return same


@instruction
def deleted(n: u64) -> u64:
    x = n + 1
    y = x
    del x
    x = "text"
    return y + len(x)


@instruction
def found(items: List[u64], n: u64) -> List[u64]:
    x = n
    big = next((x * 2 for x in items if x > n), 0)
    at = next((i for i, x in enumerate(items) if x == n), None)
    safe = next((12 // x for x in items), 99)
    if next((x for x in items if x > 100), n) > 50:
        x += 1
    return [big, 77 if at is None else at, safe, x]


@instruction
def recursive(n: u64, items: List[u64]) -> List[u64]:
    return quick(items) + [factorial(n), 1 if even(n) else 0, Tree(items).total(0)]


@instruction
def closures(n: u64, items: List[u64]) -> List[u64]:
    factor = n
    log: List[u64] = []

    def scaled(x: u64, plus: u64 = 1) -> u64:
        log.append(x)
        return x * factor + plus

    def down(x: u64) -> u64:
        return scaled(x) if x < 2 else down(x - 1) + 1

    half = lambda x: x // 2
    pair = lambda a, b: a * factor + b
    out = [scaled(2), half(n), pair(n, u64(3)), down(n)]
    factor = 3
    out += [scaled(2, plus=0), pair(n, u64(1))]
    out += [*map(scaled, items), *sorted(items, key=lambda x: scaled(x) % 5), *filter(lambda x: half(x) > 1, items)]
    return out + log


@instruction
def tuples(n: u64) -> List[u64]:
    total: u64 = 0
    for x in (1, n, 3):
        if x == 2:
            continue
        total += x
    pair = (n, u64(3))
    for y in pair:
        total += y
    names = [name for name in ("a", "bc")]
    for a, b in ((1, n), (n, 2)):
        total += a * b
    return [total, sum(pair), max(pair), len(names), 1 if n in pair else 0]


@instruction
def loops(n: u64) -> u64:
    for i in range(5):
        if i == n:
            break
    else:
        return 50
    while n < 9:
        n += 1
        if n == 8:
            break
    else:
        n += 100
    return n
"""


@pytest.fixture(scope="module")
def program() -> Compared:
    return Compared(SOURCE)


LISTS = [[], [1], [7, 1], [1, 2, 3], [4, 5, 7, 2], [2, 9, 4, 1, 1]]
SMALL = (0, 1, 2, 3, 7, 60)


@pytest.mark.parametrize(
    ("name", "cases"),
    [
        ("targets", [(items,) for items in LISTS]),
        ("exact", [(items,) for items in LISTS]),
        ("stars", list(itertools.product(LISTS, (0, 7)))),
        ("slices", list(itertools.product(LISTS, (-9, -2, 0, 1, 3, 9), (-3, 0, 2, 9)))),
        ("deleted", [(n,) for n in SMALL]),
        ("found", list(itertools.product(LISTS, SMALL))),
        ("recursive", list(itertools.product((0, 1, 5), LISTS))),
        ("closures", list(itertools.product((0, 1, 4), LISTS))),
        ("tuples", [(n,) for n in SMALL]),
        ("loops", [(n,) for n in SMALL]),
    ],
)
def test_as_in_python(program: Compared, name: str, cases: list[tuple[object, ...]]) -> None:
    program.check(name, cases)


def test_recursion_ends_at_the_frames_of_the_machine() -> None:
    """The virtual machine has 64: of the entry, the instruction, and each call."""
    text = (
        "from seahorse.prelude import *\ndeclare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')\n"
        "def depth(n: u64) -> u64:\n    return 0 if n == 0 else 1 + depth(n - 1)\n"
        "@instruction\ndef run(n: u64) -> u64:\n    return depth(n)\n"
    )
    program = Ledger(engine="vm").deploy_text(text)
    reached = [n for n in range(50, 70) if _runs(program, n)]
    assert reached == list(range(50, reached[-1] + 1))
    assert 58 <= reached[-1] <= 63
    with pytest.raises(Failed, match="call depth"):
        program.run(n=70)


def _runs(program: DeployedProgram, n: int) -> bool:
    try:
        return bool(program.run(n=n).value == n)
    except Failed:
        return False


ACCOUNTS = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

class Pot(Account):
    n: u64
    name: str

@instruction
def create(owner: Signer, pot: Empty[Pot], which: u8, n: u64) -> None:
    made = pot.init(payer=owner, seeds=["pot", which], padding=32)
    made.n = n

@instruction
def visit(owner: Signer, a: Pot, b: Pot, c: Pot, stop: u64, skip: u64) -> u64:
    total: u64 = 0
    for i, (pot, plus) in enumerate([(1, 2)]):
        total += pot * plus + i
    for pot, plus in ((a, 1), (b, 10), (c, 100)):
        if pot.n == skip:
            continue
        for k in range(3):
            if k == 1:
                break
            pot.n += plus
        if pot.n >= stop:
            break
        total += pot.n
    else:
        total += 1000
    for account in (owner, a, b, c):
        assert account.lamports() > 0
    return total
"""


def python_visit(pots: list[int], stop: int, skip: int) -> tuple[int, list[int]]:
    total = 2
    for i, plus in enumerate((1, 10, 100)):
        if pots[i] == skip:
            continue
        pots[i] += plus
        if pots[i] >= stop:
            break
        total += pots[i]
    else:
        total += 1000
    return total, pots


@pytest.mark.parametrize(("stop", "skip"), [(1000, 1000), (6, 1000), (1000, 5), (120, 5), (4, 0), (1, 1000), (15, 107)])
def test_a_loop_over_a_tuple_of_accounts(stop: int, skip: int) -> None:
    ledger = Ledger()
    program = ledger.deploy_text(ACCOUNTS)
    owner = ledger.signer()
    start = [3, 5, 7]
    for which, n in enumerate(start):
        program.create(owner=owner, which=which, n=n)
    by_number = {record.n: key for key, record in program.accounts("Pot").items()}
    keys = [by_number[n] for n in start]
    found = program.visit(owner=owner, a=keys[0], b=keys[1], c=keys[2], stop=stop, skip=skip).value
    total, pots = python_visit(start, stop, skip)
    assert found == total
    assert [program.account(key).n for key in keys] == pots

"""What few programs write, in combinations: assigned parameters, loops over what they change, iterators of iterators."""

from __future__ import annotations

import hashlib

import pytest
from tests.language.compared import Compared

from seahorse.testing import DeployedProgram, Ledger, expect_error

PARAMETERS = """
def grown(items: List[u64], by: u64) -> u64:
    items.append(by)
    items = [by, by]
    items.append(1)
    return u64(len(items))

def perhaps(items: List[u64], other: bool) -> List[u64]:
    if other:
        items = [7]
    items.append(9)
    return items

def replaced(items: List[u64]) -> u64:
    items = items + [3]
    items.append(4)
    return sum(items)

def renewed(items: List[u64], n: u8) -> u64:
    for i in range(n):
        items.append(u64(i))
        items = items[1:] + [5]
        items.pop(0)
    return u64(len(items))

def titled(name: str | None) -> str:
    if name is None:
        name = 'nobody'
    return name + '!'

@instruction
def call_grown(n: u64) -> List[u64]:
    items = [n]
    count = grown(items, n + 1)
    return items + [count]

@instruction
def call_perhaps(other: bool) -> List[u64]:
    items = [u64(1)]
    made = perhaps(items, other)
    return items + [0] + made

@instruction
def call_replaced(n: u64) -> List[u64]:
    items = [n, n]
    total = replaced(items)
    return items + [total]

@instruction
def call_renewed(n: u8) -> List[u64]:
    items = [u64(1), 2]
    left = renewed(items, n)
    return items + [left]

@instruction
def call_titled(name: Optional[str]) -> str:
    return titled(name)

@instruction
def renamed(n: u8) -> List[u64]:
    items = [u64(1), 2, 3]
    first = items
    total = u64(len(first))
    items = [u64(n)]
    items.append(total)
    second = items
    second.append(4)
    return items + second
"""

LOOPS = """
@instruction
def growing(items: List[u64]) -> List[u64]:
    for item in items:
        if item > 3:
            items.append(item // 2)
    return items

@instruction
def shrinking(items: List[u64]) -> List[u64]:
    seen: List[u64] = []
    for i, item in enumerate(items):
        seen.append(u64(i) + item)
        if item % 2 == 0:
            items.pop(0)
            continue
        item += 1
        seen.append(item)
    return seen + items

@instruction
def texts(words: List[str]) -> str:
    out = ''
    for word in words:
        out += word
        if len(word) < 3:
            words.append(word + '.')
        if len(out) > 40:
            break
    else:
        out += '$'
    return out

@instruction
def listed(words: List[str]) -> str:
    for c in ','.join(words)[:4]:
        words.append(c)
    return ''.join(words)
"""

ITERATORS = """
@instruction
def steps(start: i64, stop: i64, step: i64) -> List[i64]:
    return [n for n in range(start, stop, step)]

@instruction
def is_step(n: i64, stop: i64) -> bool:
    return n in range(0, stop, 3)

@instruction
def three(a: List[u8], b: List[u8], c: List[u8]) -> List[u64]:
    out: List[u64] = []
    for x, y, z in zip(a, b, c):
        out.append(u64(x) + u64(y) * 10 + u64(z) * 100)
    return out

@instruction
def four(a: List[u8], words: List[str]) -> str:
    out = ''
    for x, w, y, v in zip(a, words, reversed(a), words):
        out += f'{x}{w}{y}{v};'
    return out

@instruction
def kept(words: List[str]) -> List[str]:
    return list(filter(lambda w: len(w) > 1 and w != 'no', words))

@instruction
def kept_first(words: List[str], n: u8) -> str:
    for w in filter(lambda w: len(w) // n > 0, words):
        return w
    return '-'

@instruction
def first_large(items: List[u8], n: u8) -> u8:
    for x in map(lambda x: x * n, items):
        if x > 100:
            return x
    return 0

@instruction
def any_large(items: List[u8], n: u8) -> bool:
    return any(map(lambda x: x * n > 100, items))

@instruction
def all_small(items: List[u8], n: u8) -> bool:
    return all(map(lambda x: x * n < 100, items))

@instruction
def ordered(items: List[i32], down: bool) -> List[i32]:
    items.sort(reverse=down)
    return items + sorted(items, key=lambda x: x % 5, reverse=not down)

@instruction
def extremes(items: List[f64]) -> List[f64]:
    return [min(items), max(items)]

@instruction
def nested(a: u8, b: u8) -> List[u8]:
    pair = (a, (b, a))
    x, (y, z) = pair
    out = [x, y, z]
    x, (out[1], z) = (b, (a, b))
    return out + [x, z]

@instruction
def long_text(a: u8) -> str:
    return str((a, 2, 3, 4, 5, 6, 7, 8, 'x', True))
"""


@pytest.fixture(scope="module", params=[PARAMETERS, LOOPS, ITERATORS], ids=["parameters", "loops", "iterators"])
def program(request: pytest.FixtureRequest) -> Compared:
    return Compared(request.param)


CASES: dict[str, list[tuple[object, ...]]] = {
    "call_grown": [(1,), (7,)],
    "call_perhaps": [(False,), (True,)],
    "call_replaced": [(2,)],
    "call_renewed": [(0,), (1,), (3,)],
    "call_titled": [(None,), ("ann",)],
    "renamed": [(9,)],
    "growing": [([],), ([2, 8, 5],), ([100],)],
    "shrinking": [([],), ([1, 2, 3, 4],), ([2, 4, 6, 8, 10],)],
    "texts": [([],), (["a", "bcd"],), (["x" * 30, "y" * 20],)],
    "listed": [(["ab", "c"],)],
    "steps": [(0, 10, 3), (10, 0, -4), (5, 5, 1), (0, 3, -1), (2**63 - 3, 2**63 - 1, 2), (1, 2, 0)],
    "is_step": [(6, 9), (7, 9), (9, 9), (-3, 9)],
    "three": [([1, 2], [3], [4, 5, 6]), ([], [], []), ([1, 2, 3], [4, 5, 6], [7, 8, 9])],
    "four": [([1, 2], ["a", "b", "c"])],
    "kept": [(["a", "no", "yes", "é語"],)],
    "kept_first": [(["a", "bc", "def"], 2), (["a"], 3), (["a"], 0)],
    "first_large": [([1, 60, 200], 2), ([1, 2], 2), ([1], 2)],
    "any_large": [([1, 60, 200], 2), ([1, 2], 2), ([1], 2)],
    "all_small": [([1, 60, 200], 2), ([1, 2], 2), ([1], 2)],
    "ordered": [([3, 1, 2, 11, 6], True), ([3, 1, 2, 11, 6], False)],
    "extremes": [([1.5, -2.0, 0.25],), ([],)],
    "nested": [(1, 2)],
    "long_text": [(1,)],
}


def test_it_is_what_python_does(program: Compared) -> None:
    for name, cases in CASES.items():
        if name in program.python:
            program.check(name, cases)


HASHING = """from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

class Card(Account):
    owner: Pubkey
    name: String[8]

@dataclass
class Entry:
    name: String[5]
    tags: List[String[3], 2]

@dataclass
class Page:
    title: str
    first: Entry
    others: List[Entry]

@instruction
def digest(text: str) -> List[u8]:
    return [b for b in sha256(text.encode())]

@instruction
def total(page: Page, pair: Tuple[String[4], u8]) -> u64:
    name, n = pair
    count = u64(len(page.title)) + u64(len(name)) + n
    for entry in page.others:
        count += u64(len(entry.name)) + u64(len(entry.tags))
    return count
"""


@pytest.fixture(scope="module")
def hashing() -> DeployedProgram:
    return Ledger().deploy_text(HASHING)


@pytest.mark.parametrize("text", ["", "abc", "é" * 100])
def test_sha256(hashing: DeployedProgram, text: str) -> None:
    assert bytes(hashing.call("digest", text=text).value) == hashlib.sha256(text.encode()).digest()


def test_limits_within_objects(hashing: DeployedProgram) -> None:
    entry = {"name": "abcde", "tags": ["x", "yz"]}
    page = {"title": "T", "first": entry, "others": [entry, entry]}
    assert hashing.call("total", page=page, pair=("abcd", 3)).value == 1 + 4 + 3 + 2 * (5 + 2)
    for wrong in ({"name": "abcdef", "tags": []}, {"name": "", "tags": ["", "", ""]}, {"name": "", "tags": ["abcd"]}):
        with expect_error("InstructionDidNotDeserialize"):
            hashing.call("total", page={**page, "others": [wrong]}, pair=("", 0))
    with expect_error("InstructionDidNotDeserialize"):
        hashing.call("total", page=page, pair=("abcde", 0))


ORDER = """
def taken(items: List[u64], n: u64) -> u64:
    print('taken', n)
    items.append(n)
    return items.pop(0)

def both(a: u64, items: List[u64], b: u64) -> u64:
    print('both', a, b, len(items))
    items.append(a)
    return a + b

def told(n: u64) -> u64:
    print('told', n)
    assert n < 100, 'large'
    return n

class Pot:
    total: u64
    items: List[u64]

    def __init__(self, n: u64):
        self.total = n
        self.items = [n, n]

    def put(self, n: u64, m: u64) -> u64:
        print('put', n, m)
        self.total += n
        self.items.append(m)
        return self.total

@instruction
def arguments(items: List[u64], n: u64) -> u64:
    return both(told(n + 1) - 1, items, taken(items, n))

@instruction
def elements(items: List[u64], n: u64) -> u64:
    return items[n] + both(items[0], items, taken(items, 7)) * items[-1]

@instruction
def methods(n: u64) -> List[u64]:
    pot = Pot(n)
    total = pot.total + pot.put(pot.put(1, 2) + told(n), pot.items[n]) + pot.total
    if pot.put(told(n), taken(pot.items, n)) > 5 and pot.total + pot.put(1, pot.items[0]) > 8:
        total += 1
    return [total, pot.total] + pot.items

@instruction
def lists(items: List[u64], n: u64) -> List[u64]:
    items[taken(items, n)] = told(n) + both(told(n), items, taken(items, n))
    items.insert(told(0), taken(items, 5))
    items.append(told(1) + taken(items, items[n]))
    made = [both(told(x), items, taken(items, x)) for x in [n, n + 1] if told(x) + taken(items, 3) > 0]
    return items + made

@instruction
def loops(items: List[u64], n: u64) -> u64:
    turns = u64(0)
    while told(turns) < both(n, items, taken(items, n)):
        turns += 1
        if turns > 3:
            break
    return turns
"""


@pytest.fixture(scope="module")
def order() -> Compared:
    return Compared(ORDER)


@pytest.mark.parametrize("name", ["arguments", "elements", "lists", "loops"])
def test_order_of_evaluation(order: Compared, name: str) -> None:
    order.check(name, [([1, 2, 3], 1), ([1, 2, 3], 2), ([], 0), ([5], 0), ([1, 2, 3], 100), ([9, 9], 200)])


def test_order_of_evaluation_in_methods(order: Compared) -> None:
    order.check("methods", [(0,), (1,), (2,), (5,), (100,)])


CHOICE = """from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

@instruction
def pay(owner: Signer, a: TokenAccount, b: TokenAccount, to: TokenAccount, second: bool) -> u64:
    source = a
    if second:
        source = b
    other = a if second else b
    before = source.amount() * 1000 + other.amount()
    source.transfer(authority=owner, to=to, amount=5)
    return before
"""


def test_variable_for_one_of_several_accounts() -> None:
    ledger = Ledger()
    program = ledger.deploy_text(CHOICE)
    owner = ledger.signer()
    mint = ledger.mint(authority=owner)
    a, b, to = (ledger.token_account(mint, owner, n, address=ledger.key()) for n in (10, 20, 0))
    given = {"owner": owner, "a": a, "b": b, "to": to}
    assert program.call("pay", **given, second=False).value == 10_020
    assert program.call("pay", **given, second=True).value == 20_005
    assert [ledger.token(x).amount for x in (a, b, to)] == [5, 15, 10]

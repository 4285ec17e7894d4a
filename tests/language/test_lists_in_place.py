"""Lists of accounts whose elements stay in the account: larger than the heap, at the same cost for each element."""

from __future__ import annotations

import random
from typing import Any

import pytest

from seahorse.testing import Ledger, expect_error

HEAD = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')
"""
BOOK = f"""{HEAD}
class Book(Account):
    owner: Pubkey
    total: u64
    items: InPlace[List[u64]]


@instruction
def adopt(owner: Signer, book: Empty[Book]):
    b = book.init(zero=True)
    b.owner = owner.key()

@instruction
def make(owner: Signer, book: Empty[Book]):
    book.init(payer=owner, seeds=['book'], space=100)

@instruction
def append(book: Book, n: u64):
    book.items.append(n)
    book.total += 1

@instruction
def several(book: Book, numbers: List[u64]) -> u64:
    for n in numbers:
        book.items.append(n)
    return len(book.items)

@instruction
def get(book: Book, i: i64) -> u64:
    return book.items[i]

@instruction
def put(book: Book, i: i64, n: u64):
    book.items[i] = n

@instruction
def add(book: Book, i: i64, n: u64):
    book.items[i] += n

@instruction
def pop(book: Book) -> u64:
    return book.items.pop()

@instruction
def length(book: Book) -> u64:
    return len(book.items)

@instruction
def grow(owner: Signer, book: Book, by: u64):
    book.resize(book.data_len() + by, owner)
    book.items.append(by)
    book.items.append(1)

@instruction
def shrink(owner: Signer, book: Book, space: u64):
    book.resize(space, owner)

@instruction
def untouched(book: Book):
    book.total += 1
"""
FIXED = 8 + 32 + 8 + 4


def _book(ledger: Ledger, p: Any, room: int) -> Any:
    owner, book = ledger.signer(), ledger.key().pubkey()
    ledger.set_account(book, data=bytes(FIXED + 8 * room), owner=p.id)
    p.adopt(owner=owner, book=book)
    return owner, book


def _fill(ledger: Ledger, p: Any, book: Any, values: list[int]) -> None:
    found = ledger.account(book)
    assert found is not None
    data = bytearray(found.data)
    data[FIXED - 4 : FIXED] = len(values).to_bytes(4, "little")
    data[FIXED : FIXED + 8 * len(values)] = b"".join(v.to_bytes(8, "little") for v in values)
    ledger.set_account(book, data=bytes(data), owner=p.id)


def test_a_list_beyond_the_heap() -> None:
    ledger = Ledger()
    p = ledger.deploy_text(BOOK)
    owner, book = _book(ledger, p, 20_000)
    values = [7 * i for i in range(19_990)]
    _fill(ledger, p, book, values)
    assert p.length(book=book).value == 19_990
    for i in (0, 1, 10_000, 19_989, -1, -19_990):
        assert p.get(book=book, i=i).value == values[i]
    for i in (19_990, -19_991, 1 << 40):
        with expect_error("InvalidArgument"):
            p.get(book=book, i=i)
    p.put(book=book, i=12_345, n=99)
    p.add(book=book, i=-1, n=5)
    p.append(book=book, n=1)
    values[12_345] = 99
    values[-1] += 5
    values.append(1)
    assert p.account(book)["items"] == values
    assert p.pop(book=book).value == values.pop()
    assert p.pop(book=book).value == values.pop()
    assert p.several(book=book, numbers=list(range(11))).value == 20_000
    values += range(11)
    assert p.account(book)["items"] == values
    # A list of this size cannot move to the heap.
    with expect_error(4200 if ledger.engine != "python" else 3004):
        p.append(book=book, n=1)
    p.grow(owner=owner, book=book, by=10_240)
    values += [10_240, 1]
    assert p.account(book)["items"] == values
    with expect_error("InvalidRealloc"):
        p.grow(owner=owner, book=book, by=10_241)
    with expect_error(3004):
        p.shrink(owner=owner, book=book, space=FIXED + 8 * len(values) - 1)
    p.shrink(owner=owner, book=book, space=FIXED + 8 * len(values))
    p.untouched(book=book)
    assert p.account(book)["items"] == values


def test_a_small_list_that_is_full() -> None:
    ledger = Ledger()
    p = ledger.deploy_text(BOOK)
    owner = ledger.signer()
    book = p.address("book")
    p.make(owner=owner, book=book)
    for n in range(6):
        p.append(book=book, n=n)
    with expect_error(3004):
        p.append(book=book, n=6)
    p.grow(owner=owner, book=book, by=16)
    assert p.account(book)["items"] == [0, 1, 2, 3, 4, 5, 16, 1]


def test_what_is_no_list() -> None:
    ledger = Ledger()
    p = ledger.deploy_text(BOOK)
    _, book = _book(ledger, p, 10)
    found = ledger.account(book)
    assert found is not None
    for count in (11, 1 << 20, (1 << 32) - 1):
        data = bytes(found.data[: FIXED - 4]) + count.to_bytes(4, "little") + bytes(80)
        ledger.set_account(book, data=data, owner=p.id)
        with expect_error(3003):
            p.length(book=book)
    ledger.set_account(book, data=bytes(found.data[: FIXED - 1]), owner=p.id)
    with expect_error(3003):
        p.length(book=book)


@pytest.mark.skipif(Ledger().engine == "python", reason="CPython counts no compute units")
def test_an_element_costs_the_same_wherever_it_is() -> None:
    ledger = Ledger(engine="vm")
    p = ledger.deploy_text(BOOK)
    costs: list[list[int]] = []
    for room in (10, 100_000):
        _, book = _book(ledger, p, room)
        _fill(ledger, p, book, list(range(room - 5)))
        i = room - 7
        calls = [p.append(book=book, n=1), p.get(book=book, i=i), p.put(book=book, i=i, n=3), p.length(book=book)]
        costs.append([c.compute_units for c in calls])
    assert costs[0] == costs[1]
    assert max(costs[0]) < 400


ELEMENTS = {
    "u8": lambda r: r.randrange(256),
    "i16": lambda r: r.randrange(-(1 << 15), 1 << 15),
    "u128": lambda r: r.randrange(1 << 128),
    "Tuple[u64, u8]": lambda r: (r.randrange(1 << 64), r.randrange(256)),
    "Tuple[u8, Tuple[i64, u16]]": lambda r: (r.randrange(256), (r.randrange(-9, 9), r.randrange(9))),
}


def _program(element: str) -> str:
    text = {"Tuple[u64, u8]": "(x[0] // 2, x[1] // 2)"}.get(element, "x")
    total = "" if "Tuple" in element else "    print(sum([u64(x % 7) for x in box.items]), max(box.items, default=0))\n"
    if element in ("i16",):
        total = total.replace("u64(x % 7)", "i64(x)")
    return f"""{HEAD}
class Box(Account):
    n: u32
    items: InPlace[List[{element}]]

def change(box: Box, x: {element}):
    box.items.append(x)
    box.n += 1

@instruction
def make(owner: Signer, box: Empty[Box]):
    box.init(payer=owner, seeds=['box'], space=1000)

@instruction
def run(box: Box, x: {element}, y: {element}, i: u64, what: u8):
    items = box.items
    if what == 0:
        box.items.append(x)
        items.append(y)
    elif what == 1 and len(items) > 0:
        print(items.pop(), len(box.items))
    elif what == 2:
        items.insert(i, x)
    elif what == 3:
        box.items.reverse()
    elif what == 4 and len(items) > 0:
        del box.items[i % len(items)]
    elif what == 5:
        box.items = [{text} for x in items]
    elif what == 6:
        box.items.extend(items[:3])
    elif what == 7 and len(items) > 0:
        print(items.pop(i % len(items)), items.count(y))
    elif what == 8:
        box.items.sort()
    elif what == 9:
        change(box, x)
        change(box, y)
        print(items[-1] == y, x in items, len(items))
    elif what == 10 and len(items) > 1:
        items[0], items[-1] = items[-1], items[0]
    elif what == 11:
        box.items[:] = items[1:]
    elif what == 12:
        items.clear()
        box.items.append(y)
    for at, z in enumerate(box.items):
        if z == y:
            print(at)
{total}    print(items == box.items, len(items), box.n)
"""


@pytest.mark.parametrize("element", ELEMENTS)
def test_the_operations_of_lists(element: str) -> None:
    """The bytecode does what CPython does (`--seahorse-engine=both`), and what a list of the test says."""
    ledger = Ledger(engine="both")
    p = ledger.deploy_text(_program(element))
    owner = ledger.signer()
    box = p.address("box")
    p.make(owner=owner, box=box)
    r = random.Random(element)
    for turn in range(160):
        what = r.randrange(13)
        p.run(box=box, x=ELEMENTS[element](r), y=ELEMENTS[element](r), i=r.randrange(5), what=what)
        held = p.account(box)["items"]
        if len(held) > 12 or turn % 40 == 39:
            p.run(box=box, x=ELEMENTS[element](r), y=ELEMENTS[element](r), i=0, what=12)
            assert len(p.account(box)["items"]) == 1


def test_keys_and_other_accounts() -> None:
    """Keys are read where they stand, two accounts share a list until the end, remaining accounts have lists too."""
    text = f"""{HEAD}
class Team(Account):
    name: Array[u8, 4]
    members: InPlace[List[Pubkey]]

@instruction
def make(owner: Signer, team: Empty[Team], name: str):
    team.init(payer=owner, seeds=['team', name], space=400)

@instruction
def join(who: Signer, team: Team):
    assert who.key() not in team.members, 'twice'
    team.members.append(who.key())

@instruction
def swap(team: Team):
    first = team.members[0]
    last = team.members[-1]
    team.members[0] = last
    team.members[-1] = first
    team.members.sort()
    print(first in team.members, first != last, team.members[0] < team.members[-1])
    gone = team.members.pop()
    team.members.append(first)
    print(gone != team.members[0], len(team.members))
    team.members.pop()
    team.members.append(gone)

@instruction
def copy(a: Team, b: Team):
    b.members = a.members
    b.members.append(a.key())
    print(len(a.members), len(b.members))

@instruction
def all_of(teams: List[Team], who: Pubkey) -> u64:
    for team in teams:
        team.members.append(who)
    return sum([len(t.members) for t in teams])

@instruction
def bytes_of(team: Team) -> u64:
    before = team.data[16:48]
    key = team.members[0]
    team.members[0] = team.members[1]
    print(before == key.to_bytes(), team.data[16:48] == before)
    return u64(team.data[12])
"""
    ledger = Ledger(engine="both")
    p = ledger.deploy_text(text)
    owner = ledger.signer()
    a, b = p.address("team", "a"), p.address("team", "b")
    p.make(owner=owner, team=a, name="a")
    p.make(owner=owner, team=b, name="b")
    people = [ledger.signer() for _ in range(5)]
    for who in people:
        p.join(who=who, team=a)
    with expect_error(2500):
        p.join(who=people[2], team=a)
    assert p.account(a)["members"] == [k.pubkey() for k in people]
    assert p.swap(team=a).messages == ["True True True", "True 5"]
    assert sorted(map(bytes, p.account(a)["members"])) == sorted(bytes(k.pubkey()) for k in people)
    assert p.copy(a=a, b=b).messages == ["6 6"]
    assert p.account(a)["members"] == p.account(b)["members"]
    assert p.all_of(who=owner.pubkey(), remaining_accounts=[a, b]).value == 14
    assert p.bytes_of(team=a).messages == ["True False"]


def test_another_program_reads_it() -> None:
    reader = """
from seahorse.prelude import *
import program
declare_id('6NiZHxMUGDbn5PbdxVtbHcLnbzhQsmgGEZAjPmy2yvFn')

@instruction
def read(book: program.Book, i: u64) -> u64:
    return book.items[i] + len(book.items)

@instruction
def change(book: program.Book):
    items = book.items
    items.append(1)
"""
    ledger = Ledger()
    p = ledger.deploy_text(BOOK)
    _, book = _book(ledger, p, 20_000)
    _fill(ledger, p, book, list(range(19_000)))
    q = ledger.deploy_text(reader, "reader", program=BOOK)
    assert q.read(book=book, i=18_000).value == 37_000
    with expect_error("ExternalAccountDataModified"):
        q.change(book=book)

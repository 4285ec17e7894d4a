"""Accounts that hold lists, nested objects, arrays, options, strings: in place or boxed, they read back as written."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.errors import TOO_SHORT

from seahorse.testing import Ledger, expect_error

SOURCE = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

class Color(Enum):
    RED = 0
    DARK_BLUE = 1

@dataclass
class Point:
    x: i32
    y: i32

@dataclass
class Path:
    name: str
    points: List[Point]

class Store(Account):
    owner: Pubkey
    name: String[16]
    numbers: List[u64, 8]
    color: Color
    path: Path
    point: Point
    board: Array[Array[u8, 3], 3]
    keys: Array[Pubkey, 2]
    note: Optional[String[8]]
    last: Optional[i64]
    ratio: f64
    flags: Annotated[List[bool], 4]
    maybe: Optional[Pubkey]
    big: u128
    count: u16
    bump: u8

@instruction
def create(owner: Signer, store: Empty[Store], name: str):
    s = store.init(payer=owner, seeds=['store', owner], space=1000)
    s.owner = owner.key()
    s.name = name
    s.path = Path('first', [Point(1, 2)])
    s.point = Point(5, 6)
    s.ratio = 0.5

@instruction
def change(owner: Signer, store: Annotated[Store, Seeds('store', arg.owner)], n: u64):
    store.numbers.append(n)
    numbers = store.numbers
    numbers.append(n * 2)
    store.path.points.append(Point(i32(n), -1))
    store.path.points[0].x += 1
    store.path.name += '!'
    p = store.point
    p.x += 1
    store.point.y -= 1
    store.board[1][2] = u8(n)
    store.board[0] = store.board[1]
    store.board[0][0] = 9
    store.keys[1] = owner.key()
    store.note = 'hello'
    store.last = i64(n)
    store.flags.append(n > 2)
    store.color = Color.DARK_BLUE
    store.maybe = store.keys[1]
    store.big += u128(n) * 10 ** 20
    store.count += 1
    store.ratio *= 1.5
    store.name = store.name + 'x'
    assert store.board[1][0] == 9

@instruction
def forget(owner: Signer, store: Annotated[Store, Seeds('store', arg.owner)]):
    store.note = None
    store.last = None
    store.maybe = None
    store.numbers.clear()
    store.path = Path('', [])
    store.name = ''

@instruction
def read(store: Store) -> str:
    return f'{store.name} {store.numbers} {store.path} {store.point} {store.board[0]} {store.note} {store.last} {store.ratio} {store.color} {store.flags} {store.maybe is None} {store.big}'

@instruction
def twice(owner: Signer, store: Annotated[Store, Seeds('store', arg.owner)], n: u64) -> u64:
    store.numbers = [n, n + 1]
    mine = [u64(7)]
    store.numbers = mine
    mine.append(8)
    other = store.point
    store.point = Point(1, 1)
    other.x = 100
    return u64(len(store.numbers)) * 1000 + u64(store.point.x)

@instruction
def break_it(owner: Signer, store: Annotated[Store, Seeds('store', arg.owner)]):
    for i in range(9):
        store.numbers.append(u64(i))

@instruction
def aliased_point(owner: Signer, store: Annotated[Store, Seeds('store', arg.owner)]) -> i32:
    p = Point(1, 2)
    store.point = p
    p.x = 42
    return store.point.x
"""


@pytest.fixture
def world() -> tuple[Any, Any, Any, Any]:
    ledger = Ledger()
    program = ledger.deploy_text(SOURCE)
    owner = ledger.signer()
    program.create(owner=owner, name="näme")
    return ledger, program, owner, program.address("store", owner)


def test_round_trip(world: tuple[Any, Any, Any, Any]) -> None:
    _, p, owner, store = world
    made = p.account(store)
    assert (made.name, made.numbers, made.path.name, len(made.path.points), made.ratio) == ("näme", [], "first", 1, 0.5)
    p.change(owner=owner, n=3)
    p.change(owner=owner, n=2)
    s = p.account(store)
    assert s.numbers == [3, 6, 2, 4]
    assert s.path.name == "first!!" and [(q.x, q.y) for q in s.path.points] == [(3, 2), (3, -1), (2, -1)]
    assert (s.point.x, s.point.y) == (7, 4)
    assert [list(row) for row in s.board] == [[9, 0, 2], [9, 0, 2], [0, 0, 0]]
    assert s.keys[1] == owner.pubkey() and bytes(s.keys[0]) == bytes(32) and s.maybe == owner.pubkey()
    assert (s.note, s.last, s.color, s.flags, s.big, s.count, s.ratio) == (
        "hello",
        2,
        "DarkBlue",
        [True, False],
        5 * 10**20,
        2,
        1.125,
    )
    assert s.name == "nämexx"
    text = p.read(store=store).value
    assert text == (
        "nämexx [3, 6, 2, 4] Path(name='first!!', points=[Point(x=3, y=2), Point(x=3, y=-1), Point(x=2, y=-1)]) Point(x=7, y=4) "
        "[9, 0, 2] hello 2 1.125 Color.DARK_BLUE [True, False] False 500000000000000000000"
    )
    p.forget(owner=owner)
    s = p.account(store)
    assert (s.note, s.last, s.maybe, s.numbers, s.path.name, s.path.points, s.name) == (
        None,
        None,
        None,
        [],
        "",
        [],
        "",
    )
    assert (s.count, s.ratio, s.point.x) == (2, 1.125, 7)


def test_aliases_of_stored_objects(world: tuple[Any, Any, Any, Any]) -> None:
    _, p, owner, store = world
    assert p.twice(owner=owner, n=5).value == 2001
    s = p.account(store)
    assert s.numbers == [7, 8] and (s.point.x, s.point.y) == (1, 1)
    assert p.aliased_point(owner=owner).value == 42
    assert p.account(store).point.x == 42


def test_limits_of_stored_values(world: tuple[Any, Any, Any, Any]) -> None:
    _, p, owner, _ = world
    with expect_error(3004):
        p.break_it(owner=owner)
    with expect_error(3004):
        p.create(owner=world[0].signer(), name="x" * 17)
    p.create(owner=world[0].signer(), name="x" * 16)


def test_data_that_is_no_value(world: tuple[Any, Any, Any, Any]) -> None:
    """Lengths, tags, bools and enums out of range are refused, wherever the instruction would read."""
    ledger, p, owner, store = world
    good = ledger.account(store)
    data = bytearray(good.data)
    name_at = 8 + 32
    for where, value in (
        (name_at, b"\xff\xff\xff\xff"),
        (name_at, b"\x00\x10\x00\x00"),
        (name_at + 4 + 5, b"\xff\xff\xff\x7f"),
        (name_at + 4 + 5 + 4, b"\x07"),
    ):
        bad = bytearray(data)
        bad[where : where + len(value)] = value
        ledger.set_account(store, lamports=good.lamports, data=bytes(bad), owner=p.id)
        with expect_error(3003):
            p.change(owner=owner, n=1)
    for size, code in ((0, TOO_SHORT), (7, TOO_SHORT), (8, 3003), (60, 3003)):
        ledger.set_account(store, lamports=good.lamports, data=bytes(data[:size]), owner=p.id)
        with expect_error(code):
            p.change(owner=owner, n=1)
    ledger.set_account(store, lamports=good.lamports, data=bytes(8) + bytes(data[8:]), owner=p.id)
    with expect_error(3002):
        p.change(owner=owner, n=1)
    ledger.set_account(store, lamports=good.lamports, data=bytes(data), owner=owner.pubkey())
    with expect_error(3007):
        p.change(owner=owner, n=1)
    ledger.set_account(store, lamports=0, data=b"")
    with expect_error(3012):
        p.change(owner=owner, n=1)

"""Seeds of every kind: computed ones, bools, enums, hashes; bumps that are given; addresses that sign for lamports."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.ir.addresses import create_program_address
from seahorse.testing import Ledger, expect_error

RULES = """
from seahorse.prelude import *

WEEK = 7


class Day(Account):
    n: u64
    week: u32
    bump: u8


DayOfWeek = Annotated[Day, Seeds('day', arg.stamp // WEEK, arg.stamp % WEEK == 0)]
"""

SOURCE = """
from seahorse.prelude import *
from rules import Day, DayOfWeek
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Side(Enum):
    BUY = 5
    SELL = 9


class Pair(Account):
    n: u64


class Late(Account):
    name: String[16]
    last: u32


@dataclass
class Order:
    side: Side
    open: bool
    price: u32


@instruction
def open_day(owner: Signer, day: Empty[Day], stamp: u64):
    d = day.init(payer=owner, seeds=['day', stamp // 7, stamp % 7 == 0])
    d.week = u32(stamp // 7)

@instruction
def touch_day(day: DayOfWeek, stamp: u64):
    day.n += stamp

@instruction
def next_day(day: Day, following: Annotated[Day, Seeds('day', u64(arg.day.week) + 1, False)]):
    following.n += 1

@instruction
def behind(late: Late, following: Annotated[UncheckedAccount, Seeds('late', u64(arg.late.last) + 1)]):
    print(following.key())

@instruction
def make(owner: Signer, pair: Empty[Pair], side: Side, flag: bool, name: str, part: bytes, order: Order, i: u8):
    p = pair.init(payer=owner, seeds=[side, flag, sha256(name.encode()), part[:4], order.side, order.open, order.price * 2, name[i]])
    p.n = 1

@instruction
def check(pair: Annotated[Pair, Seeds(arg.side, arg.flag, sha256(arg.name.encode()), arg.part[:4], arg.order.side, arg.order.open, arg.order.price * 2, arg.name[arg.i])], side: Side, flag: bool, name: str, part: bytes, order: Order, i: u8) -> u64:
    pair.n += 1
    return pair.n

@instruction
def constant(pair: Annotated[UncheckedAccount, Seeds(Side.SELL, True, 'x' + 'y', u16(3) * 2)]):
    print(pair.key())

@instruction
def found(flag: bool, side: Side):
    address, bump = Pubkey.find_program_address(['f', flag, side])
    assert address == Pubkey.create_program_address(['f', flag, side, bump])
    print(address)

@instruction
def text(owner: Annotated[UncheckedAccount, Seeds(arg.prefix + arg.name)], prefix: str, name: str):
    print('here')

@instruction
def given(vault: Annotated[UncheckedAccount, Seeds('v', arg.owner, bump=arg.bump)], owner: UncheckedAccount, bump: u8):
    print(vault.key())

@instruction
def stored(day: Day, vault: Annotated[SystemAccount, Seeds('v', arg.day, bump=arg.day.bump)], to: Signer, amount: u64):
    vault.signer().transfer_lamports(to, amount)

@instruction
def fixed(vault: Annotated[UncheckedAccount, Seeds('v', bump=250 + 1)]):
    print(vault.key())

@instruction
def pay(owner: Signer, vault: Annotated[SystemAccount, Seeds('till', arg.owner)], to: UncheckedAccount, amount: u64):
    vault.signer().transfer_lamports(to, amount)
    vault.signer(['till', owner]).transfer_lamports(to=to, amount=1)

@instruction
def forge(owner: Signer, vault: UncheckedAccount, to: UncheckedAccount, amount: u64):
    vault.signer(['till', owner]).transfer_lamports(to, amount)
"""

SIDES = {"Buy": 0, "Sell": 1}


def le(n: int, size: int) -> bytes:
    return n.to_bytes(size, "little")


class World:
    def __init__(self) -> None:
        self.ledger = Ledger()
        self.p = self.ledger.deploy_text(SOURCE, rules=RULES)
        self.owner = self.ledger.signer()

    def find(self, *seeds: bytes) -> tuple[Pubkey, int]:
        return Pubkey.find_program_address(list(seeds), self.p.id)


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("stamp", [0, 6, 7, 15, 2**34])
def test_arithmetic_in_an_alias_of_another_module(world: World, stamp: int) -> None:
    address, bump = world.find(b"day", le(stamp // 7, 8), bytes([stamp % 7 == 0]))
    world.p.open_day(owner=world.owner, day=address, stamp=stamp)
    assert world.p.account(address).bump == bump
    world.p.touch_day(day=address, stamp=stamp)
    assert world.p.account(address).n == stamp
    with expect_error(2006):
        world.p.touch_day(day=address, stamp=stamp + 7)


def test_arithmetic_of_another_account_s_field(world: World) -> None:
    first, second = world.find(b"day", le(1, 8), b"\1")[0], world.find(b"day", le(2, 8), b"\0")[0]
    world.p.open_day(owner=world.owner, day=first, stamp=7)
    world.p.open_day(owner=world.owner, day=second, stamp=15)
    world.p.next_day(day=first, following=second)
    assert world.p.account(second).n == 1
    with expect_error(2006):
        world.p.next_day(day=second, following=second)
    with expect_error(2006):
        world.p.open_day(owner=world.owner, day=world.find(b"day", le(9, 8), b"\0")[0], stamp=7)


def test_a_field_that_only_a_seed_names(world: World) -> None:
    """It stands behind a text, in an account that may be too short for it."""
    late = Keypair.from_seed(bytes([4]) * 32).pubkey()
    world.p.set_account(late, "Late", name="some name", last=41)
    following = world.find(b"late", le(42, 8))[0]
    assert world.p.behind(late=late, following=following).messages == [str(following)]
    held = world.ledger.account(late)
    assert held is not None
    world.ledger.set_account(late, data=bytes(held.data)[:-1], owner=world.p.id)
    with expect_error(3003):
        world.p.behind(late=late, following=following)


def test_every_kind_of_value(world: World) -> None:
    order = {"side": "Sell", "open": True, "price": 700}
    given: dict[str, Any] = {"side": "Buy", "flag": True, "name": "näme", "part": b"abcdefgh", "order": order, "i": 1}
    seeds = [b"\0", b"\1", hashlib.sha256("näme".encode()).digest(), b"abcd", b"\1", b"\1", le(1400, 4), "ä".encode()]
    address = world.find(*seeds)[0]
    world.p.make(owner=world.owner, pair=address, **given)
    assert world.p.check(pair=address, **given).value == 2
    changes: list[dict[str, Any]] = [
        {"side": "Sell"},
        {"flag": False},
        {"name": "nåme"},
        {"part": b"abce"},
        {"order": {**order, "side": "Buy"}},
        {"order": {**order, "open": False}},
        {"order": {**order, "price": 701}},
        {"i": 2},
    ]
    for change in changes:
        with expect_error(2006):
            world.p.check(pair=address, **{**given, **change})
    with expect_error("ArithmeticOverflow"):
        world.p.check(pair=address, **{**given, "order": {**order, "price": 2**31}})
    with expect_error("InvalidArgument"):
        world.p.check(pair=address, **{**given, "i": 4})


def test_constants(world: World) -> None:
    address = world.find(b"\1", b"\1", b"xy", le(6, 2))[0]
    assert world.p.constant(pair=address).messages == [str(address)]
    with expect_error(2006):
        world.p.constant(pair=world.find(b"\0", b"\1", b"xy", le(6, 2))[0])


def test_in_a_list_of_seeds(world: World) -> None:
    for flag, (side, tag) in zip((True, False), SIDES.items(), strict=True):
        told = world.p.found(flag=flag, side=side).messages
        assert told == [str(world.find(b"f", bytes([flag]), bytes([tag]))[0])]


def test_a_text_that_is_too_long(world: World) -> None:
    address = world.find(b"a" * 32)[0]
    assert world.p.text(owner=address, prefix="a" * 20, name="a" * 12).messages == ["here"]
    with expect_error("MaxSeedLengthExceeded"):
        world.p.text(owner=address, prefix="a" * 20, name="a" * 13)


def test_a_bump_that_is_given(world: World) -> None:
    owner = world.owner.pubkey()
    canonical = world.find(b"v", bytes(owner))[1]
    works, fails = 0, 0
    for bump in range(canonical, max(canonical - 12, 0), -1):
        raw = create_program_address([b"v", bytes(owner), bytes([bump])], bytes(world.p.id))
        if raw is None:
            digest = hashlib.sha256(b"v" + bytes(owner) + bytes([bump]) + bytes(world.p.id) + b"ProgramDerivedAddress")
            with expect_error(2006):
                world.p.given(vault=Pubkey(digest.digest()), owner=owner, bump=bump)
            fails += 1
        else:
            assert world.p.given(vault=Pubkey(raw), owner=owner, bump=bump).messages == [str(Pubkey(raw))]
            with expect_error(2006):
                world.p.given(vault=Pubkey(raw), owner=owner, bump=bump ^ 1)
            works += 1
    assert works
    assert fails
    raw = create_program_address([b"v", bytes([251])], bytes(world.p.id))
    with expect_error(2006):
        world.p.fixed(vault=world.owner.pubkey())
    if raw is not None:
        world.p.fixed(vault=Pubkey(raw))


def test_a_stored_bump_of_another_account_signs(world: World) -> None:
    day = Keypair.from_seed(bytes([3]) * 32).pubkey()
    vault, bump = world.find(b"v", bytes(day))
    world.p.set_account(day, "Day", n=0, week=0, bump=bump)
    world.ledger.set_account(vault, lamports=5_000_000)
    before = world.ledger.lamports(world.owner)
    world.p.stored(day=day, vault=vault, to=world.owner, amount=5_000_000)
    assert world.ledger.lamports(world.owner) == before + 5_000_000
    world.p.set_account(day, "Day", n=0, week=0, bump=(bump + 1) % 256)
    with expect_error(2006):
        world.p.stored(day=day, vault=vault, to=world.owner, amount=0)


def test_an_address_pays_lamports(world: World) -> None:
    till, to = world.find(b"till", bytes(world.owner.pubkey()))[0], world.ledger.signer(sol=1).pubkey()
    world.ledger.set_account(till, lamports=3_000_001)
    given: dict[str, Any] = {"owner": world.owner, "vault": till, "to": to}
    with expect_error(1):
        world.p.pay(amount=4_000_000, **given)
    world.p.pay(amount=3_000_000, **given)
    assert world.ledger.lamports(to) == 1_003_000_001
    thief = world.ledger.signer()
    world.ledger.set_account(till, lamports=3_000_000)
    with expect_error(2006):
        world.p.pay(owner=thief, vault=till, to=to, amount=1)
    with expect_error("PrivilegeEscalation"):
        world.p.forge(owner=thief, vault=till, to=to, amount=1)
    world.p.forge(owner=world.owner, vault=till, to=to, amount=3_000_000)
    assert world.ledger.lamports(till) == 0


def test_the_idl_tells_what_it_can(world: World) -> None:
    def pda(instruction: str, account: str) -> Any:
        accounts = world.p.instructions[instruction]["accounts"]
        return next(a for a in accounts if a["name"] == account).get("pda")

    assert pda("touch_day", "day") is None
    assert pda("check", "pair") is None
    assert [s["kind"] for s in pda("pay", "vault")["seeds"]] == ["const", "account"]
    assert [s["kind"] for s in pda("given", "vault")["seeds"]] == ["const", "account"]

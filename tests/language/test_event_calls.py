"""Events that are calls of the program itself (`event_cpi=True`), as Anchor's `emit_cpi!` makes them."""

from __future__ import annotations

from typing import Any

import pytest
from solders.instruction import AccountMeta, Instruction

from seahorse.diagnostics import CompileError
from seahorse.testing import Ledger, expect_error
from seahorse.testing.compiling import compile_text

SOURCE = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Count(Account):
    n: u64
    names: List[str, 4]


class Counted(Event):
    who: Pubkey
    name: str
    n: u64


class Other(Event):
    items: List[u64]


def tell(n: u64, items: List[u64]):
    Other(items).emit()
    if n > 2:
        Other([n, *items]).emit()


def outer(n: u64):
    tell(n, [7])
    tell(n + 1, [])


@instruction
def make(owner: Signer, count: Empty[Count]):
    count.init(payer=owner, seeds=['count'], space=500)


@instruction(event_cpi=True)
def called(owner: Signer, count: Count, items: List[u64], rest: List[UncheckedAccount]) -> u64:
    count.n += 1
    count.names.append('x')
    Counted(owner.key(), 'called', count.n).emit()
    e = Counted(owner.key(), str(len(rest)), 0)
    e.emit()
    tell(count.n, items)
    outer(count.n)
    count.n += 1
    count.names.append('y')
    return count.n


@instruction
def logged(owner: Signer, count: Count, items: List[u64]):
    Counted(owner.key(), 'logged', count.n).emit()
    tell(count.n, items)
    outer(count.n)
"""


def _told(event: Any) -> Any:
    return event["name"] if "name" in list(event) else event["items"]


def test_events_are_calls() -> None:
    ledger = Ledger()
    p = ledger.deploy_text(SOURCE)
    owner = ledger.signer()
    count = p.address("count")
    p.make(owner=owner, count=count)
    done = p.called(owner=owner, count=count, items=[1, 2], remaining_accounts=[owner])
    assert done.value == 2
    assert [_told(e) for e in done.events] == ["called", "1", [1, 2], [7], []]
    assert not any(line.startswith("Program data:") for line in done.logs)
    assert p.account(count)["names"] == ["x", "y"]
    told = p.logged(owner=owner, count=count, items=[9])
    assert [_told(e) for e in told.events] == ["logged", [9], [7], [], [3]]
    assert sum(line.startswith("Program data:") for line in told.logs) == 5
    again = p.called(owner=owner, count=count, items=[5])
    assert [_told(e) for e in again.events] == ["called", "0", [5], [3, 5], [7], [3, 7], [], [4]]


def test_the_accounts_that_anchor_adds() -> None:
    p = Ledger().deploy_text(SOURCE)
    accounts = p.instructions["called"]["accounts"][-2:]
    seeds = [{"kind": "const", "value": list(b"__event_authority")}]
    assert accounts == [{"name": "event_authority", "pda": {"seeds": seeds}}, {"name": "program"}]


def test_nobody_else_sends_events() -> None:
    ledger = Ledger()
    p = ledger.deploy_text(SOURCE)
    owner = ledger.signer()
    tag = bytes.fromhex("e445a52e51cb9a1d")
    authority = p.address("__event_authority")
    with expect_error(3005):
        ledger.send(Instruction(p.id, tag + bytes(8), []))
    with expect_error(2002):
        ledger.send(Instruction(p.id, tag + bytes(8), [AccountMeta(authority, False, False)]))
    with expect_error(2006):
        ledger.send(Instruction(p.id, tag + bytes(8), [AccountMeta(owner.pubkey(), True, False)]), signers=[owner])
    count = p.address("count")
    p.make(owner=owner, count=count)
    with expect_error(2006):
        p.called(owner=owner, count=count, items=[], event_authority=owner.pubkey())


def test_a_program_without_them_has_no_such_instruction() -> None:
    ledger = Ledger()
    p = ledger.deploy_text(SOURCE.replace("(event_cpi=True)", ""))
    with expect_error(101):
        ledger.send(Instruction(p.id, bytes.fromhex("e445a52e51cb9a1d") + bytes(8), []))


def test_a_parameter_has_not_the_name_of_an_account_that_is_added() -> None:
    with pytest.raises(CompileError, match="adds an account `program`"):
        compile_text(SOURCE.replace("rest: List[UncheckedAccount]", "program: Program").replace("len(rest)", "0"))


SHOP = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

class Sold(Event):
    n: u64

class Till(Account):
    n: u64

@instruction
def make(owner: Signer, till: Empty[Till]):
    till.init(payer=owner, seeds=['till', owner])

@instruction(event_cpi=True)
def sell(owner: Signer, till: Till, n: u64) -> u64:
    till.n += n
    Sold(n).emit()
    return till.n
"""
MALL = """
from seahorse.prelude import *
import shop
declare_id('6NiZHxMUGDbn5PbdxVtbHcLnbzhQsmgGEZAjPmy2yvFn')

class Passed(Event):
    n: u64

def by(owner: Signer, till: shop.Till, n: u64) -> u64:
    Passed(n).emit()
    return shop.sell(owner, till, n)

@instruction
def buy(owner: Signer, till: shop.Till, n: u64) -> u64:
    return shop.sell(owner, till, n) + 1

@instruction
def buy_twice(owner: Signer, till: shop.Till, n: u64) -> u64:
    shop.sell(owner, till, n)
    shop.sell(owner=owner, till=till, n=n)
    return shop.sell(owner, till, n)

@instruction
def in_a_function(owner: Signer, till: shop.Till, n: u64) -> u64:
    return by(owner, till, n)

@instruction(event_cpi=True)
def with_own_events(owner: Signer, till: shop.Till, n: u64) -> u64:
    Passed(n + 1).emit()
    return by(owner, till, n)

@instruction
def no_call(owner: Signer) -> u64:
    Passed(9).emit()
    return 3
"""
CITY = """
from seahorse.prelude import *
import mall
import shop
declare_id('HmbTLCmaGvZhKnn1Zfa1JVnp7vkMV4DYVxPLWBVoN65L')

def visit(owner: Signer, till: shop.Till, n: u64) -> u64:
    return mall.with_own_events(owner, till, n) + shop.sell(owner, till, 1)

@instruction
def go(owner: Signer, till: shop.Till, n: u64) -> u64:
    return visit(owner, till, n)
"""


@pytest.fixture(scope="module")
def town() -> Any:
    ledger = Ledger()
    shop = ledger.deploy_text(SHOP, name="shop")
    mall = ledger.deploy_text(MALL, name="mall", shop=SHOP)
    city = ledger.deploy_text(CITY, name="city", shop=SHOP, mall=MALL)
    owner = ledger.signer()
    till = shop.address("till", owner)
    shop.make(owner=owner, till=till)
    return shop, mall, city, {"owner": owner, "till": till}


@pytest.mark.parametrize(
    ("name", "sold", "passed"),
    [("buy", 1, 0), ("buy_twice", 3, 0), ("in_a_function", 1, 1), ("with_own_events", 1, 2)],
)
def test_a_typed_call_passes_what_its_events_need(town: Any, name: str, sold: int, passed: int) -> None:
    shop, mall, _, given = town
    before = shop.account(given["till"]).n
    result = mall.call(name, n=5, **given)
    assert shop.account(given["till"]).n == before + 5 * sold
    assert result.value == before + 5 * sold + (name == "buy")
    names = [str(e).split("(")[0] for e in result.events]
    assert (names.count("Sold"), names.count("Passed")) == (sold, passed), result.events


def test_a_typed_call_of_what_makes_such_a_call(town: Any) -> None:
    shop, _, city, given = town
    before = shop.account(given["till"]).n
    assert city.go(n=4, **given).value == before + 4 + before + 5
    added = [a for a in city.instructions["go"]["accounts"] if "event" in a["name"]]
    assert [a["name"] for a in added] == ["mall_event_authority", "shop_event_authority"]
    assert all(a["pda"]["program"]["kind"] == "const" for a in added)


def test_an_instruction_without_such_a_call_takes_no_more_accounts(town: Any) -> None:
    _, mall, _, given = town
    assert mall.no_call(owner=given["owner"]).value == 3
    assert [a["name"] for a in mall.instructions["no_call"]["accounts"]] == ["owner"]


def test_another_account_does_not_sign_events(town: Any) -> None:
    _, mall, _, given = town
    with expect_error(2006):
        mall.buy(n=1, shop_event_authority=given["owner"].pubkey(), **given)

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


def test_no_typed_call_of_such_an_instruction() -> None:
    caller = """
from seahorse.prelude import *
import program
declare_id('6NiZHxMUGDbn5PbdxVtbHcLnbzhQsmgGEZAjPmy2yvFn')

@instruction
def run(owner: Signer, count: program.Count) -> u64:
    return program.called(owner, count, [1])
"""
    alone = SOURCE.replace(", rest: List[UncheckedAccount]", "").replace("len(rest)", "0")
    with pytest.raises(CompileError, match="event authority"):
        compile_text(caller, "caller", program=alone)

"""One account for several parameters: what is written is refused, what is read is read as it is now."""

from __future__ import annotations

import pytest

from seahorse.testing import DeployedProgram, Ledger
from seahorse.testing.result import Failed

SOURCE = """from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Counter(Account):
    n: u64
    items: List[u64]


@instruction
def read_both(a: Counter, b: Counter) -> u64:
    return a.n * 100 + b.n + sum(a.items) + sum(b.items)


@instruction
def write_first(a: Counter, b: Counter) -> u64:
    a.n += 1
    a.items.append(7)
    return b.n + sum(b.items)


@instruction
def write_second(a: Counter, b: Counter) -> u64:
    b.n += 1
    b.items.append(7)
    return a.n + sum(a.items)


@instruction
def write_optional(a: Counter, b: Counter | None) -> u64:
    a.n += 1
    return b.n if b is not None else 0


@instruction
def any_account(a: Counter, b: UncheckedAccount, owner: Signer) -> u64:
    a.n += 1
    a.transfer_lamports(owner, 1000)
    return b.lamports()


@instruction
def pay(owner: Signer, source: TokenAccount, to: TokenAccount, seen: TokenAccount) -> u64:
    before = seen.amount()
    source.transfer(authority=owner, to=to, amount=2)
    after = seen.amount()
    source.transfer(authority=owner, to=to, amount=1)
    return (before * 100 + after) * 100 + seen.amount()


@instruction
def supply(owner: Signer, mint: TokenMint, same: TokenMint, to: TokenAccount) -> u64:
    mint.mint(authority=owner, to=to, amount=5)
    return same.supply() * 1000 + mint.supply()
"""


BY_FUNCTION = """from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


def shift(source: TokenAccount, to: TokenAccount, seen: TokenAccount, by: Signer) -> u64:
    source.transfer(authority=by, to=to, amount=3)
    return seen.amount() * 10_000 + source.amount() * 100 + to.amount()


@instruction
def pay_by_function(owner: Signer, source: TokenAccount, to: TokenAccount, seen: TokenAccount) -> u64:
    return shift(source, to, seen, owner)
"""


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture(scope="module")
def program(ledger: Ledger) -> DeployedProgram:
    return ledger.deploy_text(SOURCE)


def test_reading_twice(ledger: Ledger, program: DeployedProgram) -> None:
    key = ledger.key().pubkey()
    program.set_account(key, "Counter", n=3, items=[1, 2], space=200)
    assert program.read_both(a=key, b=key).value == 309


@pytest.mark.parametrize("name", ["write_first", "write_second", "write_optional"])
def test_what_is_written_has_one_name(ledger: Ledger, program: DeployedProgram, name: str) -> None:
    one, other = ledger.key().pubkey(), ledger.key().pubkey()
    for key in (one, other):
        program.set_account(key, "Counter", n=3, items=[1], space=200)
    with pytest.raises(Failed) as failed:
        program.call(name, a=one, b=one)
    assert failed.value.failure.code == 2040
    assert program.account(one).n == 3
    program.call(name, a=one, b=other)
    if name == "write_optional":
        assert program.call(name, a=one).value == 0


def test_any_other_account(ledger: Ledger, program: DeployedProgram) -> None:
    key, owner = ledger.key().pubkey(), ledger.signer()
    program.set_account(key, "Counter", n=3, items=[], space=200)
    raw = ledger.account(key)
    assert raw is not None
    ledger.set_account(key, lamports=10**9, data=bytes(raw.data), owner=program.id)
    assert program.any_account(a=key, b=key, owner=owner).value == 10**9 - 1000
    assert program.account(key).n == 4


def test_tokens_are_read_as_they_are_now(ledger: Ledger, program: DeployedProgram) -> None:
    owner = ledger.signer()
    mint = ledger.mint(authority=owner)
    other = ledger.signer()
    source, to = ledger.token_account(mint, owner, 50), ledger.token_account(mint, other, 10)
    assert program.pay(owner=owner, source=source, to=to, seen=source).value == 504847
    assert program.pay(owner=owner, source=source, to=to, seen=to).value == 131516
    assert program.supply(owner=owner, mint=mint, same=mint, to=to).value == 65_065


def test_tokens_are_read_as_they_are_now_in_functions() -> None:
    ledger = Ledger()
    program = ledger.deploy_text(BY_FUNCTION)
    owner, other = ledger.signer(), ledger.signer()
    mint = ledger.mint(authority=owner)
    source, to = ledger.token_account(mint, owner, 50), ledger.token_account(mint, other, 10)
    assert program.pay_by_function(owner=owner, source=source, to=to, seen=to).value == 13_00_00 + 47_00 + 13
    assert program.pay_by_function(owner=owner, source=source, to=to, seen=source).value == 44_00_00 + 44_00 + 16

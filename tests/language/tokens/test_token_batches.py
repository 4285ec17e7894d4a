"""Consecutive calls of the token program go together in one; nobody can tell but by the price.

Each call is made three times: with batches, without, and by CPython, where every call is one of its own.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from solders.pubkey import Pubkey

from seahorse.driver.compile import Artifacts, Compiler
from seahorse.testing import Failed, Ledger
from solana_localnet.chain.builtin import code
from solana_localnet.chain.programs import TOKEN

HEAD = """
from seahorse.prelude import *
declare_id('2XPQmFYMdXjP7ffoBB3mXeCdboSFg5Yeb6QmTSGbW8a7')

class Bank(Account):
    paid: u64
    bump: u8

class BankError(Error):
    NO = 6000, 'No'
    NEVER = 6001, 'Never'

class Paid(Event):
    left: u64

BankPda = Annotated[Bank, Seeds('bank')]

@instruction
def open(payer: Signer, bank: Empty[Bank]):
    bank.init(payer=payer, seeds=['bank'])

def half(n: u64) -> u64:
    assert n < 1000, BankError.NEVER
    return n // 2

def pay(bank: Bank, x: TokenAccount, y: TokenAccount, n: u64, bump: u8):
    x.transfer(authority=bank.signer(['bank', bump]), to=y, amount=n)
    x.transfer(authority=bank.signer(['bank', bump]), to=y, amount=half(n))

@instruction
def run(owner: Signer, bank: BankPda, x: TokenAccount, y: TokenAccount, z: TokenAccount, mint: TokenMint, a: u64, b: u64, c: u64):
"""
# Ways to write what a body may do, `{}` being one of the amounts a, b, c.
CALLS = (
    "x.transfer(authority=bank.signer(), to=y, amount={})",
    "y.transfer(authority=owner, to=x, amount={})",
    "y.transfer(authority=owner, to=z, amount={} + {})",
    "z.transfer(authority=owner, to=z, amount={})",
    "x.transfer(authority=bank.signer(['bank', bank.bump]), to=z, amount=half({}))",
    "mint.mint(authority=owner, to=z, amount={})",
    "mint.burn(authority=owner, holder=z, amount={})",
    "pay(bank, x, y, {}, bank.bump)",
)
BETWEEN = (
    "bank.paid += {}",
    "bank.paid = half({}) + u64(3)",
    "assert {} != {}, BankError.NO",
    "assert x.amount() > {}, BankError.NO",
    "Paid(left=x.amount()).emit()",
    "print({}, mint.supply())",
    "n = half({})",
    "raise BankError.NO",
    "return",
)
AMOUNTS = ("a", "b", "c")


class Writer:
    """Random bodies."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def body(self, depth: int = 0, size: int = 5) -> list[str]:
        out: list[str] = []
        for _ in range(self.rng.randint(2, size)):
            out += self.statement(depth)
        return out

    def statement(self, depth: int) -> list[str]:
        kind = self.rng.random()
        if kind < 0.55 or depth > 2:
            return [self.filled(self.rng.choice(CALLS))]
        if kind < 0.75:
            line = self.filled(self.rng.choice(BETWEEN[:-2]))
            return [line if not line.startswith("n =") else line.replace("n =", f"n{self.rng.randrange(10**6)} =")]
        inner = [f"    {line}" for line in self.body(depth + 1, 3)]
        if kind < 0.9:
            ends = [[], [], ["    raise BankError.NO"], ["    return"]]
            other = [f"    {line}" for line in self.body(depth + 1, 2)] if self.rng.random() < 0.5 else []
            end = self.rng.choice(ends)
            return [self.filled("if {} < {}:"), *inner, *end, *(["else:", *other] if other else [])]
        name = f"i{self.rng.randrange(10**6)}"
        end = self.rng.choice(
            [[], [f"    if {name} == a:", "        break"], [f"    if {name} == b:", "        continue"]]
        )
        return [f"for {name} in range(2):", *end, *inner]

    def filled(self, text: str) -> str:
        while "{}" in text:
            text = text.replace("{}", self.rng.choice(AMOUNTS), 1)
        return text


def built(source: str, folder: Path, *, batch: bool) -> Artifacts:
    folder.mkdir(exist_ok=True)
    path = folder / "bank.py"
    path.write_text(source, encoding="utf-8")
    return Compiler(batch=batch).build([path])[0]


class Case:
    """A bank with 100 of its own in x; y and z are the owner's, with 40 and 7."""

    def __init__(self, artifacts: Artifacts, engine: Any) -> None:
        self.ledger = Ledger(engine=engine)
        self.bank = self.ledger.deploy(artifacts)
        self.bank.open(payer=self.ledger.deployer)
        self.owner = self.ledger.signer()
        self.mint = self.ledger.mint(authority=self.owner)
        self.accounts: dict[str, Pubkey] = {}

    def run(self, amounts: tuple[int, int, int], *, aliased: bool = False) -> tuple[Any, ...]:
        """Balances, what is printed and announced, and the error."""
        ledger = self.ledger
        holders = {"x": (self.bank.address("bank"), 100), "y": (self.owner, 40), "z": (self.owner, 7)}
        accounts = {
            name: ledger.token_account(self.mint, who, n, address=ledger.key().pubkey())
            for name, (who, n) in holders.items()
        }
        if aliased:
            accounts["z"] = accounts["y"]
        before = ledger.mint_state(self.mint).supply
        given = dict(zip(AMOUNTS, amounts, strict=True))
        try:
            done = self.bank.run(owner=self.owner, mint=self.mint, **accounts, **given)
            told: Any = (done.messages, [e.left for e in done.events])
        except Failed as failed:
            told = str(failed.failure)
        held = [ledger.token(key).amount for key in accounts.values()]
        paid = self.bank.account(self.bank.address("bank")).paid
        return told, held, ledger.mint_state(self.mint).supply - before, paid


def test_random_bodies(tmp_path: Path) -> None:
    """Whatever stands between the calls, and wherever one fails."""
    outcomes: set[bool] = set()
    saved = 0
    for seed in range(24):
        writer = Writer(seed)
        source = HEAD + "".join(f"    {line}\n" for line in writer.body())
        joined, apart = (built(source, tmp_path / f"{seed}{batch}", batch=batch) for batch in (True, False))
        cases = [Case(joined, "vm"), Case(apart, "vm"), Case(apart, "python")]
        for _ in range(6):
            amounts = tuple(writer.rng.choice((0, 1, 2, 3, 5, 30, 39, 99, 2000, 2**64 - 1)) for _ in AMOUNTS)
            aliased = writer.rng.random() < 0.25
            results = [case.run(amounts, aliased=aliased) for case in cases]
            assert results[0] == results[1] == results[2], f"seed {seed}, {amounts}:\n{source}"
            outcomes.add(isinstance(results[0][0], str))
        saved += joined.bytecode != apart.bytecode
    assert outcomes == {True, False}
    assert saved > 12


BODIES = {
    "three in a row": ("x.transfer(authority=bank.signer(), to=y, amount=a)\n" * 3, 1),
    "a branch": (
        "x.transfer(authority=bank.signer(), to=y, amount=a)\n"
        "if a > b:\n    y.transfer(authority=owner, to=z, amount=b)\n"
        "mint.mint(authority=owner, to=z, amount=c)\n",
        1,
    ),
    "something announced between": (
        "x.transfer(authority=bank.signer(), to=y, amount=a)\nPaid(left=a).emit()\n"
        "x.transfer(authority=bank.signer(), to=y, amount=b)\n",
        2,
    ),
    "a balance read between": (
        "x.transfer(authority=bank.signer(), to=y, amount=a)\nx.transfer(authority=bank.signer(), to=y, amount=x.amount())\n",
        2,
    ),
    "more than go together": ("x.transfer(authority=bank.signer(), to=y, amount=a)\n" * 5, 2),
}


@pytest.mark.parametrize("what", BODIES)
def test_how_many_calls_are_made(what: str, tmp_path: Path) -> None:
    body, expected = BODIES[what]
    source = HEAD + "".join(f"    {line}\n" for line in body.splitlines())
    costs: list[int] = []
    for batch in (True, False):
        case = Case(built(source, tmp_path / str(batch), batch=batch), "vm")
        accounts = {
            n: case.ledger.token_account(case.mint, w, 50)
            for n, w in (("x", case.bank.address("bank")), ("y", case.owner), ("z", case.owner))
        }
        done = case.bank.run(owner=case.owner, mint=case.mint, **accounts, a=3, b=2, c=1)
        calls = sum("TokenkegQ" in line and "invoke [2]" in line for line in done.logs)
        assert calls == (expected if batch else body.count("transfer") + body.count("mint.mint"))
        costs.append(done.compute_units)
    assert costs[0] < costs[1] or calls == expected


def test_the_first_call_that_fails_is_the_error(tmp_path: Path) -> None:
    """A later mistake of the program does not hide an earlier one of the token program, nor the other way round."""
    body = (
        "    y.transfer(authority=owner, to=z, amount=a)\n"
        "    assert b < 10, BankError.NO\n"
        "    y.transfer(authority=owner, to=z, amount=b + c)\n"
        "    z.transfer(authority=owner, to=y, amount=c)\n"
    )
    case = Case(built(HEAD + body, tmp_path / "joined", batch=True), "vm")
    told = [
        case.run(amounts)[0]
        for amounts in ((41, 11, 0), (40, 11, 0), (41, 1, 2**64 - 1), (1, 1, 2**64 - 1), (1, 1, 60))
    ]
    assert [t.split()[0] for t in told] == [
        "InsufficientFunds",
        "No",
        "InsufficientFunds",
        "ArithmeticOverflow",
        "InsufficientFunds",
    ]


def test_a_thief_signs_nothing_by_a_batch(tmp_path: Path) -> None:
    """The bank's signature is for the call that it is written at: the others go by the owner's, who has none of x."""
    body = "    x.transfer(authority=bank.signer(), to=y, amount=a)\n    x.transfer(authority=owner, to=z, amount=b)\n"
    results = [
        Case(built(HEAD + body, tmp_path / str(batch), batch=batch), "vm").run((1, 1, 0)) for batch in (True, False)
    ]
    assert results[0] == results[1]
    assert "OwnerMismatch" in results[0][0] or "(4)" in results[0][0]


def test_the_token_program_of_a_test_validator_has_batches(tmp_path: Path) -> None:
    """The one that localnet and `solana-test-validator` 4.0 start with."""
    body, _ = BODIES["three in a row"]
    source = HEAD + "".join(f"    {line}\n" for line in body.splitlines())
    case = Case(built(source, tmp_path / "joined", batch=True), "vm")
    idl = {"address": str(TOKEN), "metadata": {"name": "token"}, "instructions": []}
    case.ledger.load(code("spl_p_token-1.0.0-rc.1"), idl)
    assert case.run((5, 0, 0))[1] == [85, 55, 7]
    assert case.run((50, 0, 0))[1] == [100, 40, 7]

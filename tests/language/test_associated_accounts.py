"""The rule of associated token accounts, what the IDL tells of it, and memos."""

from __future__ import annotations

from typing import Any

import pytest
from solders.pubkey import Pubkey

from seahorse.testing import Ledger, expect_error
from seahorse.testing.tokens import associated_address

SOURCE = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

MEMO = Pubkey('MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr')
OwnAccount = Annotated[TokenAccount, Associated(arg.payer, arg.mint)]


class Fund(Account):
    owner: Pubkey
    mint: Pubkey


@instruction
def pay(payer: Signer, mint: TokenMint, source: OwnAccount, to: TokenAccount, amount: u64):
    source.transfer(payer, to, amount)

@instruction
def make(payer: Signer, fund: Empty[Fund], mint: TokenMint):
    f = fund.init(payer=payer, seeds=['fund'])
    f.owner = payer.key()
    f.mint = mint.key()

@instruction
def held(fund: Fund, account: Annotated[TokenAccount, Associated(mint=arg.fund.mint, authority=arg.fund.owner)]) -> u64:
    return account.amount()

@instruction
def either(
    owner: UncheckedAccount,
    mint: AnyTokenMint,
    token_program: Program,
    account: Annotated[AnyTokenAccount, Associated(arg.owner, arg.mint, token_program=arg.token_program)],
) -> u64:
    return account.amount()

@instruction
def noted(who: Signer, memo: Annotated[Program, Address(MEMO)], text: str):
    memo.invoke([CpiAccount(who, signer=True)], text.encode())
"""


class Town:
    def __init__(self) -> None:
        self.ledger = Ledger()
        self.p = self.ledger.deploy_text(SOURCE)
        self.payer = self.ledger.signer()
        self.mint = self.ledger.mint(authority=self.payer)
        self.mine = self.ledger.token_account(self.mint, self.payer, 100)
        self.other = self.ledger.token_account(self.mint, self.payer, 50, address=self.ledger.key())


@pytest.fixture
def town() -> Town:
    return Town()


def test_the_address_is_that_of_owner_and_mint(town: Town) -> None:
    town.p.pay(payer=town.payer, mint=town.mint, to=town.other, amount=30)
    assert town.ledger.token(town.other).amount == 80
    with expect_error(2006):
        town.p.pay(payer=town.payer, mint=town.mint, source=town.other, to=town.mine, amount=1)
    stranger = town.ledger.signer()
    theirs = town.ledger.token_account(town.mint, stranger, 10)
    with expect_error(2006):
        town.p.pay(payer=town.payer, mint=town.mint, source=theirs, to=town.mine, amount=1)


def test_of_keys_in_an_account(town: Town) -> None:
    town.p.make(payer=town.payer, fund=town.p.address("fund"), mint=town.mint)
    given: dict[str, Any] = {"fund": town.p.address("fund")}
    assert town.p.held(**given, account=town.mine).value == 100
    with expect_error(2006):
        town.p.held(**given, account=town.other)


def test_of_a_program_that_the_caller_names(town: Town) -> None:
    given: dict[str, Any] = {"owner": town.payer.pubkey(), "mint": town.mint}
    program = Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
    assert town.p.either(**given, token_program=program, account=town.mine).value == 100
    with expect_error(2006):
        town.p.either(**given, token_program=town.p.id, account=town.mine)


def test_the_idl_tells_its_seeds(town: Town) -> None:
    (source,) = [a for a in town.p.instructions["pay"]["accounts"] if a["name"] == "source"]
    kinds = [(s["kind"], s.get("path")) for s in source["pda"]["seeds"]]
    assert kinds == [("account", "payer"), ("const", None), ("account", "mint")]
    assert associated_address(town.payer.pubkey(), town.mint) == town.mine


def test_a_memo(town: Town) -> None:
    done = town.p.noted(who=town.payer, text="paid in full")
    assert done.messages[-2:] == ["Memo (len 12)", "paid in full"]

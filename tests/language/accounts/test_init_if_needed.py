"""Accounts that an instruction creates if need be: what is there stays, and nothing else passes for it."""

from __future__ import annotations

from typing import Any

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.support.errors import TOO_SHORT

from seahorse.testing import Ledger, expect_error
from seahorse.testing.tokens import TOKEN_PROGRAM, MintState, TokenState, associated_address

SOURCE = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Profile(Account):
    owner: Pubkey
    name: String[16]
    visits: u64
    items: List[u8, 8]
    bump: u8


class Plain(Account):
    total: u64
    name: String[8]


class Other(Account):
    owner: Pubkey
    name: String[16]
    visits: u64
    items: List[u8, 8]
    bump: u8


@instruction
def visit(owner: Signer, profile: Empty[Profile], name: String[16]):
    p = profile.init(payer=owner, seeds=['profile', owner], init_if_needed=True)
    if profile.is_new():
        p.owner = owner.key()
        p.name = name
    assert p.owner == owner.key(), 'not yours'
    p.visits += 1
    p.items.append(u8(p.visits))
    print(profile.is_new(), p.name, p.visits, p.items, p.bump == profile.bump())

@instruction
def rename(owner: Signer, profile: Empty[Profile], name: String[16]):
    p = profile.init(payer=owner, seeds=['profile', owner], init_if_needed=True)
    p.name = name

@instruction
def two(owner: Signer, a: Plain, b: Empty[Plain]):
    other = b.init(payer=owner, seeds=['plain'], init_if_needed=True)
    other.total += 1
    a.total += 1

@instruction
def plain(owner: Signer, account: Empty[Plain], name: String[8]) -> u64:
    p = account.init(payer=owner, seeds=['plain'], init_if_needed=True)
    p.name = name
    p.total += 5
    return p.total

@instruction
def associated(owner: Signer, mint: TokenMint, account: Empty[TokenAccount]):
    t = account.init(payer=owner, mint=mint, authority=owner, associated=True, init_if_needed=True)
    print(account.is_new(), t.amount())

@instruction
def tokens(owner: Signer, mint: TokenMint, account: Empty[TokenAccount]):
    t = account.init(payer=owner, seeds=['tokens', mint], mint=mint, authority=owner, init_if_needed=True)
    print(account.is_new(), t.amount(), t.authority() == owner.key())

@instruction
def minted(owner: Signer, mint: Empty[TokenMint], decimals: u8):
    m = mint.init(payer=owner, seeds=['mint'], decimals=decimals, authority=owner, init_if_needed=True)
    print(mint.is_new(), m.supply(), m.decimals())
"""


class Place:
    def __init__(self) -> None:
        self.ledger = Ledger()
        self.p = self.ledger.deploy_text(SOURCE)
        self.owner = self.ledger.signer()
        self.address = self.p.address("profile", self.owner)
        self.bump = self.p.bump("profile", self.owner)

    def put(self, owner: Pubkey, data: bytes, address: Pubkey | None = None, lamports: int | None = None) -> None:
        self.ledger.set_account(address or self.address, data=data, owner=owner, lamports=lamports)

    def visit(self, **given: Any) -> list[str]:
        return self.p.visit(**{"owner": self.owner, "profile": self.address, "name": "ann", **given}).messages


@pytest.fixture
def place() -> Place:
    return Place()


def test_the_first_call_creates_and_later_ones_find(place: Place) -> None:
    assert place.visit() == ["True ann 1 [1] True"]
    assert place.visit(name="eve") == ["False ann 2 [1, 2] True"]
    held = place.p.account(place.address)
    assert (held.name, held.visits, held.bump) == ("ann", 2, place.bump)
    place.p.rename(owner=place.owner, profile=place.address, name="a much longer")
    assert place.visit() == ["False a much longer 3 [1, 2, 3] True"]
    place.p.rename(owner=place.owner, profile=place.address, name="")
    assert place.p.account(place.address).items == [1, 2, 3]


def test_lamports_at_the_address_do_not_stop_it(place: Place) -> None:
    place.ledger.set_account(place.address, lamports=5_000)
    assert place.visit() == ["True ann 1 [1] True"]
    held = place.ledger.account(place.address)
    assert held is not None
    assert held.lamports >= place.ledger.rent(len(held.data))


def test_nobody_initializes_it_again(place: Place) -> None:
    """Another signer has another address; the same address has its fields, whoever asks."""
    place.visit()
    thief = place.ledger.signer()
    with expect_error(2006):
        place.visit(owner=thief)
    with expect_error(2006):
        place.visit(profile=place.p.address("profile", thief))
    place.p.set_account(place.address, "Profile", owner=thief.pubkey(), name="", visits=0, items=[], bump=1, space=80)
    with expect_error(2500):
        place.visit()


def test_what_is_there_must_be_of_the_class(place: Place) -> None:
    place.visit()
    good = place.ledger.account(place.address)
    assert good is not None
    data = bytes(good.data)
    other = place.ledger.key().pubkey()
    place.p.set_account(other, "Other", owner=place.owner.pubkey(), name="", visits=0, items=[], bump=1, space=80)
    of_other = place.ledger.account(other)
    assert of_other is not None
    for owner, held, error in (
        (TOKEN_PROGRAM, data, 3007),
        (place.p.id, bytes(of_other.data), 3002),
        (place.p.id, bytes(len(data)), 3002),
        (place.p.id, data[:20], 3003),
        (place.p.id, data[:4], TOO_SHORT),
        (place.p.id, b"", TOO_SHORT),
    ):
        place.put(owner, held)
        with expect_error(error):
            place.visit()
    place.put(Pubkey.default(), data)
    # The system program owns it, but space is taken: it cannot be created.
    with expect_error(0):
        place.visit()


def test_a_closed_account_is_new_again(place: Place) -> None:
    place.visit()
    place.ledger.set_account(place.address, lamports=0)
    assert place.visit(name="bob") == ["True bob 1 [1] True"]


def test_it_must_be_writable(place: Place) -> None:
    from solders.instruction import AccountMeta, Instruction

    place.visit()
    call = place.p.prepare("visit", owner=place.owner, profile=place.address, name="x")
    metas = [
        AccountMeta(m.pubkey, m.is_signer, m.is_writable and m.pubkey != place.address)
        for m in call.instruction.accounts
    ]
    with expect_error(2000):
        place.ledger.send(Instruction(place.p.id, call.instruction.data, metas), signers=[place.owner])


def test_the_same_account_under_two_names(place: Place) -> None:
    address = place.p.address("plain")
    assert place.p.plain(owner=place.owner, account=address, name="abcdefgh").value == 5
    assert place.p.plain(owner=place.owner, account=address, name="x").value == 10
    with expect_error(2040):
        place.p.two(owner=place.owner, a=address, b=address)
    other = Keypair().pubkey()
    place.p.set_account(other, "Plain", total=1, name="")
    place.p.two(owner=place.owner, a=other, b=address)
    assert place.p.account(address).total == 11


def test_associated_accounts(place: Place) -> None:
    mint = place.ledger.mint(authority=place.owner)
    address = associated_address(place.owner.pubkey(), mint)
    given: dict[str, Any] = {"owner": place.owner, "mint": mint, "account": address}
    assert place.p.associated(**given).messages[-1] == "True 0"
    place.ledger.token_account(mint, place.owner, 7)
    assert place.p.associated(**given).messages[-1] == "False 7"
    with expect_error("InvalidSeeds"):
        place.p.associated(owner=place.owner, mint=mint, account=associated_address(place.p.id, mint))
    # Somebody gave the account away: it is at the address, and is another's.
    place.ledger.set_account(address, data=TokenState(mint, place.p.id, 1).pack(), owner=TOKEN_PROGRAM)
    with expect_error(0):
        place.p.associated(**given)


def test_token_accounts_at_seeds(place: Place) -> None:
    mint = place.ledger.mint(authority=place.owner)
    address = place.p.address("tokens", mint)
    given: dict[str, Any] = {"owner": place.owner, "mint": mint, "account": address}
    assert place.p.tokens(**given).messages == ["True 0 True"]
    assert place.p.tokens(**given).messages == ["False 0 True"]
    me, other = place.owner.pubkey(), place.ledger.key().pubkey()
    for state, error in ((TokenState(other, me, 1), 2014), (TokenState(mint, other, 1), 2015)):
        place.put(TOKEN_PROGRAM, state.pack(), address)
        with expect_error(error):
            place.p.tokens(**given)
    place.put(TOKEN_PROGRAM, bytes(165), address)
    with expect_error("UninitializedAccount"):
        place.p.tokens(**given)
    place.put(place.p.id, TokenState(mint, me, 1).pack(), address)
    with expect_error(3007):
        place.p.tokens(**given)


def test_mints_at_seeds(place: Place) -> None:
    address = place.p.address("mint")
    given: dict[str, Any] = {"owner": place.owner, "mint": address, "decimals": 6}
    assert place.p.minted(**given).messages == ["True 0 6"]
    assert place.p.minted(**given).messages == ["False 0 6"]
    with expect_error(2018):
        place.p.minted(**{**given, "decimals": 7})
    for authority in (None, place.ledger.key().pubkey()):
        place.put(TOKEN_PROGRAM, MintState(authority, 0, 6).pack(), address)
        with expect_error(2016):
            place.p.minted(**given)

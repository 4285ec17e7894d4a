"""Who must sign before lamports move, and before any other call is made."""

from pathlib import Path

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.testing import Ledger, Result, expect_error

SYSTEM = Pubkey.default()
SOL = 10**9


class Club:
    """Three owners, of whom two must sign, and a wallet with 5 SOL beside its rent."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.program = self.ledger.deploy(Path(__file__).with_name("multisig.py"))
        self.owners = [self.ledger.signer() for _ in range(3)]
        self.keys = [o.pubkey() for o in self.owners]
        self.wallet = self.program.address("wallet", (7).to_bytes(8, "little"))
        self.make(self.keys, 2)
        self.before = self.ledger.lamports(self.wallet)
        self.friend = self.ledger.key().pubkey()

    def make(self, owners: list[Pubkey], needed: int, number: int = 7) -> Result:
        return self.program.create(payer=self.ledger.signer(), number=number, owners=owners, needed=needed)

    def pay(self, amount: int, *signers: Keypair) -> Result:
        return self.program.pay(to=self.friend, number=7, amount=amount, remaining_accounts=[*signers])


@pytest.fixture
def club() -> Club:
    club = Club()
    held = club.ledger.account(club.wallet)
    assert held is not None
    club.ledger.set_account(club.wallet, data=bytes(held.data), owner=club.program.id, lamports=club.before + 5 * SOL)
    return club


def test_two_of_three_pay(club: Club):
    result = club.pay(2 * SOL, club.owners[2], club.owners[0])
    assert club.ledger.lamports(club.friend) == 2 * SOL
    assert club.program.account(club.wallet).spent == 2 * SOL
    (event,) = result.events
    assert event.signers == [club.keys[2], club.keys[0]]


def test_one_is_too_few(club: Club):
    with expect_error("TooFew"):
        club.pay(SOL, club.owners[0])
    with expect_error("TooFew"):
        club.pay(SOL)


def test_who_signs_twice_counts_once(club: Club):
    with expect_error("TooFew"):
        club.pay(SOL, club.owners[0], club.owners[0])


def test_strangers_do_not_count(club: Club):
    with expect_error("TooFew"):
        club.pay(SOL, club.owners[0], club.ledger.signer())


def test_an_account_that_does_not_sign(club: Club):
    with expect_error("AccountNotSigner"):
        club.program.pay(to=club.friend, number=7, amount=1, remaining_accounts=[club.owners[0], club.keys[1]])


def test_other_owners(club: Club):
    new = club.ledger.signer()
    club.program.change(number=7, owners=[new.pubkey()], needed=1, remaining_accounts=club.owners[:2])
    with expect_error("TooFew"):
        club.pay(SOL, *club.owners)
    club.pay(SOL, new)


@pytest.mark.parametrize("count", [0, 11])
def test_how_many_owners(club: Club, count: int):
    with expect_error("BadOwners"):
        club.make([club.ledger.key().pubkey() for _ in range(count)], 1, number=8)


def test_owners_differ(club: Club):
    with expect_error("BadOwners"):
        club.make([club.keys[0], club.keys[0]], 1, number=8)


@pytest.mark.parametrize("needed", [0, 4])
def test_how_many_must_sign(club: Club, needed: int):
    with expect_error("BadNeeded"):
        club.make(club.keys, needed, number=8)


def test_any_call_in_the_wallets_name(club: Club):
    """Here the token program's transfer, of tokens that the wallet owns."""
    mint = club.ledger.mint(authority=club.owners[0])
    source = club.ledger.token_account(mint, club.wallet, 100)
    target = club.ledger.token_account(mint, club.friend)
    data = bytes([3]) + (60).to_bytes(8, "little")
    call = {
        "number": 7,
        "data": data,
        "count": 2,
        "program": Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"),
    }
    others = [source, target, club.wallet]
    with expect_error("TooFew"):
        club.program.execute(**call, remaining_accounts=[club.owners[0], club.keys[1], *others])
    club.program.execute(**call, remaining_accounts=[*club.owners[:2], *others])
    assert club.ledger.token(target).amount == 60

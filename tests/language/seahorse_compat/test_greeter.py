"""Tokens: a mint by a program's account, an associated account, transfer and burn."""

from collections.abc import Callable

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.testing import DeployedProgram, Ledger, associated_address, expect_error

START = 10 * 10**9


@pytest.fixture
def greeter(ledger: Ledger, deploy: Callable[[str], DeployedProgram]) -> DeployedProgram:
    program = deploy("greeter")
    program.open(host=ledger.signer())
    return program


@pytest.fixture
def badge(greeter: DeployedProgram) -> Pubkey:
    return greeter.address("badge")


@pytest.fixture
def purse(greeter: DeployedProgram, badge: Pubkey, alice: Keypair) -> Pubkey:
    address = associated_address(alice.pubkey(), badge)
    greeter.make_purse(guest=alice, purse=address, badge=badge)
    return address


def test_opening(ledger: Ledger, deploy: Callable[[str], DeployedProgram], alice: Keypair):
    program = deploy("greeter")
    program.open(host=alice)

    account, badge = program.address("greeter"), program.address("badge")
    assert program.account(account) == {"greeted": 0, "bump": program.bump("greeter")}
    mint = ledger.mint_state(badge)
    assert (mint.authority, mint.decimals, mint.supply, mint.freeze_authority) == (account, 2, 0, None)
    assert ledger.lamports(alice) == START - ledger.rent(8 + 8 + 1) - ledger.rent(82)


def test_an_associated_account(ledger: Ledger, alice: Keypair, badge: Pubkey, purse: Pubkey):
    state = ledger.token(purse)
    assert (state.owner, state.mint, state.amount) == (alice.pubkey(), badge, 0)
    assert ledger.lamports(alice) == START - ledger.rent(165)


def test_greeting(ledger: Ledger, greeter: DeployedProgram, alice: Keypair, badge: Pubkey, purse: Pubkey):
    account = greeter.address("greeter")
    for number in (1, 2):
        result = greeter.greet(purse=purse, greeter=account, badge=badge)
        assert result.messages[0] == f"Welcome {alice.pubkey()}, you are number {number}!"
        assert greeter.account(account).greeted == number
        assert ledger.token(purse).amount == 100 * number
        assert ledger.mint_state(badge).supply == 100 * number


def test_giving_and_burning(ledger: Ledger, greeter: DeployedProgram, alice: Keypair, badge: Pubkey, purse: Pubkey):
    friend = ledger.token_account(badge, ledger.signer())
    greeter.greet(purse=purse, greeter=greeter.address("greeter"), badge=badge)
    result = greeter.give(guest=alice, purse=purse, friend=friend, badge=badge)

    assert "65 30 95 2" in result.messages
    assert (ledger.token(purse).amount, ledger.token(friend).amount) == (65, 30)
    assert ledger.mint_state(badge).supply == 95


def test_tokens_of_another(ledger: Ledger, greeter: DeployedProgram, badge: Pubkey, purse: Pubkey):
    greeter.greet(purse=purse, greeter=greeter.address("greeter"), badge=badge)
    thief = ledger.signer()
    with expect_error("OwnerMismatch"):
        greeter.give(guest=thief, purse=purse, friend=ledger.token_account(badge, thief), badge=badge)


def test_a_mint_of_somebody_else(ledger: Ledger, greeter: DeployedProgram, alice: Keypair):
    other = ledger.mint(authority=alice)
    with expect_error("OwnerMismatch"):
        greeter.greet(purse=ledger.token_account(other, alice), greeter=greeter.address("greeter"), badge=other)

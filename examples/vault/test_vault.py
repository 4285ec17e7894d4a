"""Who gets what out of a vault, and when."""

from pathlib import Path

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.testing import DeployedProgram, Ledger, expect_error

DAY = 86_400
SOL = 10**9


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def vault(ledger: Ledger) -> DeployedProgram:
    return ledger.deploy(Path(__file__).with_name("vault.py"))


@pytest.fixture
def owner(ledger: Ledger, vault: DeployedProgram) -> Keypair:
    """Somebody with 2 SOL in a vault that opens in a day."""
    owner = ledger.signer()
    vault.create(owner=owner, seconds=DAY)
    vault.deposit(payer=owner, vault=vault.address("vault", owner), amount=2 * SOL)
    return owner


@pytest.fixture
def place(vault: DeployedProgram, owner: Keypair) -> Pubkey:
    return vault.address("vault", owner)


def test_a_new_vault(ledger: Ledger, vault: DeployedProgram, owner: Keypair, place: Pubkey):
    assert vault.account(place) == {
        "owner": owner.pubkey(),
        "opens_at": ledger.now + DAY,
        "saved": 2 * SOL,
        "bump": vault.bump("vault", owner),
    }


def test_a_single_lamport(ledger: Ledger, vault: DeployedProgram, owner: Keypair, place: Pubkey):
    vault.deposit(payer=owner, vault=place, amount=1)
    assert vault.account(place).saved == 2 * SOL + 1


def test_everybody_may_pay_in(ledger: Ledger, vault: DeployedProgram, place: Pubkey):
    friend, before = ledger.signer(), ledger.lamports(place)
    result = vault.deposit(payer=friend, vault=place, amount=SOL)

    assert ledger.lamports(friend) == 9 * SOL
    assert ledger.lamports(place) == before + SOL
    assert vault.account(place).saved == 3 * SOL
    assert result.events == [{"vault": place, "by": friend.pubkey(), "amount": SOL}]


def test_it_stays_shut_until_the_last_second(ledger: Ledger, vault: DeployedProgram, owner: Keypair):
    ledger.warp(DAY - 1)
    with expect_error("NotYet"):
        vault.withdraw(owner=owner, amount=1)
    with expect_error("NotYet"):
        vault.empty(owner=owner)

    ledger.warp(1)
    vault.withdraw(owner=owner, amount=1)


def test_taking_a_part_out(ledger: Ledger, vault: DeployedProgram, owner: Keypair, place: Pubkey):
    ledger.warp(DAY)
    before, held = ledger.lamports(owner), ledger.lamports(place)
    result = vault.withdraw(owner=owner, amount=SOL // 2)

    assert ledger.lamports(owner) == before + SOL // 2
    assert ledger.lamports(place) == held - SOL // 2
    assert vault.account(place).saved == SOL * 3 // 2
    assert result.events == [{"vault": place, "amount": SOL // 2, "left": SOL * 3 // 2}]


def test_the_rent_cannot_be_withdrawn(ledger: Ledger, vault: DeployedProgram, owner: Keypair):
    ledger.warp(DAY)
    with expect_error("NotSoMuch"):
        vault.withdraw(owner=owner, amount=2 * SOL + 1)
    vault.withdraw(owner=owner, amount=2 * SOL)


def test_emptying_it_for_good(ledger: Ledger, vault: DeployedProgram, owner: Keypair, place: Pubkey):
    ledger.warp(DAY)
    before, held = ledger.lamports(owner), ledger.lamports(place)
    result = vault.empty(owner=owner)

    assert ledger.account(place) is None
    assert ledger.lamports(owner) == before + held
    assert result.events == [{"vault": place, "amount": 2 * SOL, "left": 0}]


def test_nobody_opens_the_vault_of_another(ledger: Ledger, vault: DeployedProgram, place: Pubkey):
    ledger.warp(DAY)
    thief = ledger.signer()
    with expect_error("ConstraintSeeds"):
        vault.withdraw(owner=thief, vault=place, amount=1)
    with expect_error("ConstraintSeeds"):
        vault.empty(owner=thief, vault=place)


def test_amounts_of_zero_are_refused(ledger: Ledger, vault: DeployedProgram, owner: Keypair, place: Pubkey):
    ledger.warp(DAY)
    with expect_error("Nothing"):
        vault.deposit(payer=owner, vault=place, amount=0)
    with expect_error("Nothing"):
        vault.withdraw(owner=owner, amount=0)


@pytest.mark.parametrize("seconds", [-1, 366 * DAY + 1])
def test_a_lock_is_neither_negative_nor_endless(ledger: Ledger, vault: DeployedProgram, seconds: int):
    with expect_error("TooLong"):
        vault.create(owner=ledger.signer(), seconds=seconds)


@pytest.mark.parametrize("seconds", [0, 366 * DAY])
def test_the_shortest_and_the_longest_lock(ledger: Ledger, vault: DeployedProgram, seconds: int):
    owner = ledger.signer()
    vault.create(owner=owner, seconds=seconds)
    assert vault.account(vault.address("vault", owner)).opens_at == ledger.now + seconds

"""A calculator's account: enums as arguments, signed arithmetic, assertions with text, printing."""

from collections.abc import Callable

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.testing import DeployedProgram, Ledger, expect_error

START = 10 * 10**9


@pytest.fixture
def abacus(deploy: Callable[[str], DeployedProgram]) -> DeployedProgram:
    return deploy("abacus")


@pytest.fixture
def mine(abacus: DeployedProgram, alice: Keypair) -> Pubkey:
    abacus.take_up(holder=alice)
    return abacus.address("Abacus", alice)


def test_taking_one_up(ledger: Ledger, abacus: DeployedProgram, alice: Keypair, mine: Pubkey):
    assert abacus.account(mine) == {"holder": alice.pubkey(), "beads": 0}
    raw = ledger.account(mine)
    assert raw is not None
    assert len(raw.data) == 8 + 32 + 8
    assert ledger.lamports(mine) == ledger.rent(48)
    assert ledger.lamports(alice) == START - ledger.rent(48)


def test_a_calculation_step_by_step(ledger: Ledger, abacus: DeployedProgram, alice: Keypair, mine: Pubkey):
    shown = 0
    steps = [("PLUS", 40), ("MINUS", 57), ("TIMES", 3), ("OVER", 2), ("TIMES", -4), ("OVER", -7), ("PLUS", -100)]
    expected = [40, -17, -51, -26, 104, -15, -115]
    for (step, n), after in zip(steps, expected, strict=True):
        result = abacus.calculate(holder=alice, abacus=mine, step=step, n=n)
        shown = abacus.account(mine).beads
        assert shown == after, f"after {step} {n}"
        assert (result.messages, result.events, result.changed) == ([], [], [mine])
    assert ledger.lamports(mine) == ledger.rent(48)


def test_clearing_tells_who_did_it(abacus: DeployedProgram, alice: Keypair, mine: Pubkey):
    abacus.calculate(holder=alice, abacus=mine, step="MINUS", n=5)
    result = abacus.clear(holder=alice, abacus=mine)
    assert result.messages == [f"{alice.pubkey()} clears {mine} which shows -5"]
    assert abacus.account(mine).beads == 0


def test_the_abacus_of_another(ledger: Ledger, abacus: DeployedProgram, alice: Keypair, mine: Pubkey):
    abacus.calculate(holder=alice, abacus=mine, step="PLUS", n=5)
    bob = ledger.signer()
    with expect_error(2500) as failed:
        abacus.calculate(holder=bob, abacus=mine, step="PLUS", n=1)
    assert any("Hands off!" in line for line in failed.result.messages)
    with expect_error(2500):
        abacus.clear(holder=bob, abacus=mine)


def test_division_by_zero_and_overflow(abacus: DeployedProgram, alice: Keypair, mine: Pubkey):
    abacus.calculate(holder=alice, abacus=mine, step="PLUS", n=2**62)
    for step, n in [("OVER", 0), ("TIMES", 2), ("PLUS", 2**62), ("TIMES", -(2**62))]:
        with expect_error("ArithmeticOverflow"):
            abacus.calculate(holder=alice, abacus=mine, step=step, n=n)
    abacus.calculate(holder=alice, abacus=mine, step="TIMES", n=-2)
    assert abacus.account(mine).beads == -(2**63)
    with expect_error("ArithmeticOverflow"):
        abacus.calculate(holder=alice, abacus=mine, step="OVER", n=-1)

"""What a counter does, and what it refuses."""

from pathlib import Path

import pytest
from solders.keypair import Keypair

from seahorse.testing import DeployedProgram, Ledger, expect_error


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def counter(ledger: Ledger) -> DeployedProgram:
    return ledger.deploy(Path(__file__).with_name("counter.py"))


@pytest.fixture
def alice(ledger: Ledger, counter: DeployedProgram) -> Keypair:
    """Somebody whose counter goes up to 10."""
    alice = ledger.signer()
    counter.create(owner=alice, limit=10)
    return alice


def test_a_new_counter_stands_at_zero(counter: DeployedProgram, alice: Keypair):
    assert counter.account(counter.address("counter", alice)) == {
        "owner": alice.pubkey(),
        "count": 0,
        "limit": 10,
        "bump": counter.bump("counter", alice),
    }


def test_counting(counter: DeployedProgram, alice: Keypair):
    counter.increment(owner=alice, by=3)
    result = counter.increment(owner=alice, by=7)

    assert result.value == 10
    assert result.events == [{"owner": alice.pubkey(), "by": 7, "count": 10}]
    assert counter.account(counter.address("counter", alice)).count == 10


def test_the_limit_holds(counter: DeployedProgram, alice: Keypair):
    counter.increment(owner=alice, by=9)
    with expect_error("NO_ROOM"):
        counter.increment(owner=alice, by=2)

    counter.set_limit(owner=alice, limit=11)
    assert counter.increment(owner=alice, by=2).value == 11


def test_the_limit_is_never_below_the_count(counter: DeployedProgram, alice: Keypair):
    counter.increment(owner=alice, by=5)
    with expect_error("BELOW_COUNT"):
        counter.set_limit(owner=alice, limit=4)

    counter.set_limit(owner=alice, limit=5)
    assert counter.account(counter.address("counter", alice)).limit == 5


def test_everybody_has_one_counter(ledger: Ledger, counter: DeployedProgram, alice: Keypair):
    with expect_error("AccountAlreadyInUse"):
        counter.create(owner=alice, limit=20)

    counter.create(owner=ledger.signer(), limit=20)
    assert len(counter.accounts("Counter")) == 2


@pytest.mark.parametrize(
    ("instruction", "arguments"), [("increment", {"by": 1}), ("set_limit", {"limit": 9}), ("delete", {})]
)
def test_nobody_touches_the_counter_of_another(
    ledger: Ledger, counter: DeployedProgram, alice: Keypair, instruction: str, arguments: dict[str, int]
):
    with expect_error("ConstraintSeeds"):
        counter.call(instruction, owner=ledger.signer(), counter=counter.address("counter", alice), **arguments)


def test_deleting_gives_the_rent_back(ledger: Ledger, counter: DeployedProgram, alice: Keypair):
    place = counter.address("counter", alice)
    before, rent = ledger.lamports(alice), ledger.lamports(place)

    counter.delete(owner=alice)

    assert ledger.account(place) is None
    assert ledger.lamports(alice) == before + rent

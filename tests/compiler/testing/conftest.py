"""A ledger with the box program and its caller."""

import pytest
from solders.keypair import Keypair
from tests.compiler.testing.programs import BOX, CALLER

from seahorse.testing import DeployedProgram, Ledger


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def box(ledger: Ledger) -> DeployedProgram:
    return ledger.deploy_text(BOX, "box")


@pytest.fixture
def caller(ledger: Ledger, box: DeployedProgram) -> DeployedProgram:
    return ledger.deploy_text(CALLER, "caller", box=BOX)


@pytest.fixture
def alice(ledger: Ledger, box: DeployedProgram) -> Keypair:
    """The owner of box 7."""
    alice = ledger.signer()
    box.create(owner=alice, number=7, label="Alice's", point={"x": -3, "y": 4})
    return alice

"""A ledger, and the programs of this folder on it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from solders.keypair import Keypair

from seahorse.testing import DeployedProgram, Ledger

PROGRAMS = Path(__file__).with_name("programs")


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def deploy(ledger: Ledger) -> Callable[[str], DeployedProgram]:
    return lambda name: ledger.deploy(PROGRAMS / f"{name}.py")


@pytest.fixture
def alice(ledger: Ledger) -> Keypair:
    return ledger.signer()

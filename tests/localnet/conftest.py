"""A localnet for each test module, started as any user starts one."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.localnet.client import Rpc

from solana_localnet.spawn import Localnet, spawn


@pytest.fixture(scope="module")
def net() -> Iterator[Localnet]:
    """A localnet with default options."""
    with spawn(python=sys.executable) as running:
        yield running


@pytest.fixture(scope="module")
def rpc(net: Localnet) -> Rpc:
    """A client of the module's localnet."""
    return Rpc(net.rpc_url)


def next_slot(rpc: Rpc) -> int:
    """Waits for the slot after the present one; a program that was deployed can be upgraded only then."""
    start = rpc("getSlot")
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        slot = rpc("getSlot")
        if slot > start:
            return slot
        time.sleep(0.02)
    raise AssertionError("the chain does not move")


@pytest.fixture(name="next_slot")
def next_slot_fixture() -> Callable[[Rpc], int]:
    """`next_slot` as a fixture."""
    return next_slot


ROOT = Path(__file__).resolve().parents[2]

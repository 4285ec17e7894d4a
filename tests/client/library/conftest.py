"""A client without a cluster: enough to build instructions and decode accounts by the built IDLs."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from solders.keypair import Keypair

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.files.workspace import Checkout, find_workspace


@pytest.fixture(scope="session")
def workspace() -> Checkout:
    return find_workspace()


@pytest.fixture
async def client(workspace: Checkout) -> AsyncIterator[Client]:
    # Nothing listens there: a test that sends would fail.
    async with Client("http://127.0.0.1:9", Keypair(), workspace) as found:
        yield found

"""A localnet, connections to it, and a funded wallet."""

from collections.abc import AsyncIterator, Iterator

import pytest
from solders.keypair import Keypair

from seahorse.deploy import Rpc
from solana_localnet.spawn import Localnet, spawn


@pytest.fixture(scope="session")
def net() -> Iterator[Localnet]:
    with spawn(slot_ms=20) as found:
        yield found


@pytest.fixture
async def rpc(net: Localnet) -> AsyncIterator[Rpc]:
    async with Rpc(net.rpc_url) as connection:
        yield connection


@pytest.fixture
async def wallet(rpc: Rpc) -> Keypair:
    key = Keypair()
    await rpc.airdrop(key.pubkey(), 100 * 10**9)
    return key

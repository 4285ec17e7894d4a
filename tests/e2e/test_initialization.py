"""The initialization sequence by the operator's scripts: each makes its account once, and refuses the wrong hands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from tests.e2e.scripts import initialize, run_script, wallet_file
from tests.programs.support.chain import keypair
from tests.programs.support.snapshots import difference
from tests.programs.support.world import World

GATEWAY, REC = keypair("gateway").pubkey(), keypair("rec").pubkey()


@pytest_asyncio.fixture(scope="module")
async def world() -> AsyncIterator[World]:
    """A chain on which nothing is initialized."""
    chain = await World.start()
    yield chain
    await chain.close()


@pytest.fixture(scope="module")
def wallet(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The deployer's keypair file."""
    return wallet_file(tmp_path_factory.mktemp("wallets"), world.deployer)


async def test_only_the_deployer_initializes(world: World, tmp_path: Path) -> None:
    mallory = wallet_file(tmp_path, await world.wallet("mallory"))
    before = await world.snapshot()
    ran = await run_script("initialize_registry", "--cluster", world.net.rpc_url, "--wallet", mallory)
    assert ran.status == 1
    assert "error: " in ran.errors
    assert "Traceback" not in ran.errors
    assert difference(before, await world.snapshot()) == set()


async def test_the_sequence_makes_every_account(world: World, wallet: Path) -> None:
    steps = await initialize(world.net.rpc_url, wallet, GATEWAY, REC)
    made = [world.at.registry, world.at.oracle_data, world.at.token_info, world.at.market, world.at.poa_config]
    for step, key in zip(steps, made, strict=True):
        assert "created" in step.output
        assert "signature" in step.output
        assert str(key) in step.output
    registry = await world.account("registry", "Registry", world.at.registry)
    oracle = await world.account("oracle", "OracleData", world.at.oracle_data)
    market = await world.account("trading", "Market", world.at.market)
    config = await world.account("governance", "PoAConfig", world.at.poa_config)
    deployer = world.deployer.pubkey()
    authorities = [state["authority"] for state in (registry, oracle, market, config)]
    assert authorities == [deployer, deployer, deployer, REC]
    assert (oracle["api_gateway"], config["engineering_authority"]) == (GATEWAY, deployer)
    assert (market["market_fee_bps"], market["payment_mint"]) == (25, world.at.energy_mint)


async def test_a_second_run_says_so_and_changes_nothing(world: World, wallet: Path) -> None:
    before = await world.snapshot()
    for step in await initialize(world.net.rpc_url, wallet, GATEWAY, REC):
        assert "exists already, nothing changed" in step.output
    assert difference(before, await world.snapshot()) == set()


async def test_another_gateway_or_authority_is_refused(world: World, wallet: Path) -> None:
    common = ("--cluster", world.net.rpc_url, "--wallet", wallet)
    before = await world.snapshot()
    for name, option in (("initialize_oracle", "--api-gateway"), ("initialize_poa", "--authority")):
        ran = await run_script(name, option, keypair("mallory").pubkey(), *common)
        assert ran.status == 1
        assert "nothing was changed" in ran.errors
    assert difference(before, await world.snapshot()) == set()


@pytest.mark.parametrize(
    ("cluster", "says"),
    [("http://127.0.0.1:1", "127.0.0.1:1"), ("nowhere", "nowhere")],
)
async def test_a_cluster_that_is_not_there_is_refused(wallet: Path, cluster: str, says: str) -> None:
    ran = await run_script("initialize_registry", "--cluster", cluster, "--wallet", wallet)
    assert ran.status == 1
    assert says in ran.errors
    assert "Traceback" not in ran.errors


async def test_a_cluster_that_is_another_one_is_refused(world: World, wallet: Path) -> None:
    other = f"{world.net.rpc_url}#{keypair('another genesis').pubkey()}"
    ran = await run_script("initialize_registry", "--cluster", other, "--wallet", wallet)
    assert ran.status == 1
    assert "Traceback" not in ran.errors


async def test_a_wallet_that_is_not_there_is_refused(world: World, tmp_path: Path) -> None:
    missing = tmp_path / "missing.json"
    ran = await run_script("initialize_registry", "--cluster", world.net.rpc_url, "--wallet", missing)
    assert ran.status == 1
    assert "missing.json" in ran.errors
    assert "Traceback" not in ran.errors

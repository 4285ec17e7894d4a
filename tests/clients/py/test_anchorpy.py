"""AnchorPy against localnet with this workspace's programs: initialize, register, read, listen to an event."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from anchorpy import Context, EventParser, Program, Provider, Wallet
from anchorpy_core.idl import Idl
from solana.rpc.async_api import AsyncClient
from solana.rpc.commitment import Confirmed
from solana.rpc.core import RPCException
from solana.rpc.types import TxOpts
from solana.rpc.websocket_api import connect
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.message import Message
from solders.pubkey import Pubkey
from solders.rpc.config import RpcTransactionLogsFilterMentions
from solders.rpc.errors import SendTransactionPreflightFailureMessage
from solders.transaction import VersionedTransaction

from solana_localnet.spawn import Localnet, spawn

ROOT = Path(__file__).resolve().parents[3]
LOADER = Pubkey.from_string("BPFLoaderUpgradeab1e11111111111111111111111")
DEPLOYER = Keypair()
REGISTRY = Pubkey.from_string("2XPQmFYMdXjP7ffoBB3mXeCdboSFg5Yeb6QmTSGbW8a7")
GOVERNANCE = Pubkey.from_string("4DY97YYBt4bxvG7xaSmWy3MhYhmA6HoMajBHVqhySvXe")
SECONDS = 5.0


@pytest.fixture(scope="module")
def net() -> Iterator[Localnet]:
    """A localnet with the two programs that a registration needs."""
    programs = [
        (str(address), ROOT / "target/deploy" / f"{name}.so", str(DEPLOYER.pubkey()))
        for name, address in (("registry", REGISTRY), ("governance", GOVERNANCE))
    ]
    with spawn(upgradeable_programs=programs) as running:
        running.call("requestAirdrop", str(DEPLOYER.pubkey()), 10**11)
        yield running


@pytest_asyncio.fixture
async def client(net: Localnet) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(net.rpc_url, commitment=Confirmed) as opened:
        yield opened


def program(client: AsyncClient, name: str, address: Pubkey, key: Keypair) -> Program:
    idl = Idl.from_json((ROOT / "target/idl/legacy" / f"{name}.json").read_text())
    return Program(idl, address, Provider(client, Wallet(key), TxOpts(preflight_commitment=Confirmed)))


def pda(owner: Pubkey, *seeds: bytes) -> Pubkey:
    return Pubkey.find_program_address(list(seeds), owner)[0]


async def register(
    client: AsyncClient, theirs: Program, user: Keypair, arguments: tuple[Any, ...], accounts: dict[str, Pubkey]
) -> None:
    """Registers a user. An optional account that is not given is the program's id; AnchorPy would have it sign."""
    instruction = theirs.instruction["register_user"](*arguments, ctx=Context(accounts=accounts))
    metas = [
        AccountMeta(meta.pubkey, meta.is_signer and meta.pubkey != REGISTRY, meta.is_writable)
        for meta in instruction.accounts
    ]
    blockhash = (await client.get_latest_blockhash()).value.blockhash
    whole = Instruction(instruction.program_id, bytes(instruction.data), metas)
    message = Message.new_with_blockhash([whole], user.pubkey(), blockhash)
    await theirs.provider.send(VersionedTransaction(message, [user]))


async def test_initialize_register_read_and_hear(net: Localnet, client: AsyncClient) -> None:
    registry = program(client, "registry", REGISTRY, DEPLOYER)
    governance = program(client, "governance", GOVERNANCE, DEPLOYER)
    state, config = pda(REGISTRY, b"registry"), pda(GOVERNANCE, b"poa_config")
    await registry.rpc["initialize"](
        DEPLOYER.pubkey(),
        ctx=Context(
            accounts={
                "deployer": DEPLOYER.pubkey(),
                "payer": DEPLOYER.pubkey(),
                "registry": state,
                "program_data": pda(LOADER, bytes(REGISTRY)),
                "system_program": Pubkey.default(),
            }
        ),
    )
    await governance.rpc["initialize_poa"](
        DEPLOYER.pubkey(),
        ctx=Context(
            accounts={
                "deployer": DEPLOYER.pubkey(),
                "payer": DEPLOYER.pubkey(),
                "poa_config": config,
                "program_data": pda(LOADER, bytes(GOVERNANCE)),
                "system_program": Pubkey.default(),
            }
        ),
    )
    opened = Context(accounts={"authority": DEPLOYER.pubkey(), "registry": state})
    await registry.rpc["update_registry_config"](10, True, "Engineering", ctx=opened)
    user = Keypair()
    await client.request_airdrop(user.pubkey(), 10**9)
    theirs = program(client, "registry", REGISTRY, user)
    kinds = theirs.type
    accounts = {
        "user_authority": user.pubkey(),
        "payer": user.pubkey(),
        "registry_authority": REGISTRY,
        "registry": state,
        "user_account": pda(REGISTRY, b"user", bytes(user.pubkey())),
        "poa_config": config,
        "system_program": Pubkey.default(),
    }
    arguments = (kinds["UserType"].Consumer(), "Library", kinds["Affiliation"].Staff())
    async with connect(net.ws_url) as socket:
        await socket.logs_subscribe(RpcTransactionLogsFilterMentions(REGISTRY))
        await socket.recv()
        await register(client, theirs, user, arguments, accounts)
        heard = (await asyncio.wait_for(socket.recv(), SECONDS))[0].result.value
    events: list[str] = []
    EventParser(REGISTRY, theirs.coder).parse_logs(heard.logs, lambda event: events.append(event.name))
    assert events == ["UserRegistered"]
    stored = await theirs.account["UserAccount"].fetch(accounts["user_account"])
    assert stored.location == "Library"
    assert len(await theirs.account["UserAccount"].all()) == 1
    with pytest.raises(RPCException) as refused:
        await register(client, theirs, user, (arguments[0], "Annex", arguments[2]), accounts)
    failure = refused.value.args[0]
    assert isinstance(failure, SendTransactionPreflightFailureMessage)
    assert any("already in use" in line for line in failure.data.logs)

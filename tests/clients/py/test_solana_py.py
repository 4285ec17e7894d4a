"""solana-py against localnet: HTTP client, WebSocket client, typed responses."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from solana.rpc.api import Client
from solana.rpc.async_api import AsyncClient
from solana.rpc.commitment import Confirmed, Finalized
from solana.rpc.core import RPCException
from solana.rpc.types import DataSliceOpts, MemcmpOpts, TokenAccountOpts, TxOpts
from solana.rpc.websocket_api import SolanaWsClientProtocol, connect
from solders.keypair import Keypair
from solders.message import Message, MessageV0
from solders.pubkey import Pubkey
from solders.rpc.config import RpcTransactionLogsFilterMentions
from solders.rpc.errors import SendTransactionPreflightFailureMessage
from solders.system_program import CreateAccountParams, TransferParams, create_account, transfer
from solders.transaction import Transaction, VersionedTransaction
from solders.transaction_status import TransactionConfirmationStatus

from solana_localnet.spawn import Localnet

TOKEN = Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
SECONDS = 5.0


@pytest_asyncio.fixture
async def client(net: Localnet) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(net.rpc_url, commitment=Confirmed) as opened:
        yield opened


async def funded(client: AsyncClient, lamports: int = 10**10) -> Keypair:
    key = Keypair()
    signature = (await client.request_airdrop(key.pubkey(), lamports)).value
    statuses = await client.confirm_transaction(signature, Finalized, sleep_seconds=0.01)
    assert statuses.value[0].confirmation_status == TransactionConfirmationStatus.Finalized
    return key


async def payment(client: AsyncClient, payer: Keypair, to: Pubkey, lamports: int) -> Transaction:
    blockhash = (await client.get_latest_blockhash()).value.blockhash
    pay = transfer(TransferParams(from_pubkey=payer.pubkey(), to_pubkey=to, lamports=lamports))
    return Transaction([payer], Message.new_with_blockhash([pay], payer.pubkey(), blockhash), blockhash)


async def test_send_confirm_and_look_up(client: AsyncClient) -> None:
    payer, to = await funded(client), Keypair().pubkey()
    tx = await payment(client, payer, to, 10**7)
    simulated = await client.simulate_transaction(tx)
    assert simulated.value.err is None
    assert simulated.value.units_consumed == 150
    signature = (await client.send_transaction(tx, TxOpts(skip_confirmation=False))).value
    assert (await client.get_balance(to)).value == 10**7
    for encoding in ("json", "jsonParsed", "base64"):
        found = (await client.get_transaction(signature, encoding, max_supported_transaction_version=0)).value
        assert found is not None
        assert found.transaction.meta.fee == 5000
    rows = (await client.get_signatures_for_address(to)).value
    assert [row.signature for row in rows] == [signature]
    assert (await client.get_fee_for_message(tx.message)).value == 5000


async def test_preflight_failure_is_typed(client: AsyncClient) -> None:
    payer = await funded(client)
    tx = await payment(client, payer, Keypair().pubkey(), 10**15)
    with pytest.raises(RPCException) as caught:
        await client.send_transaction(tx)
    failure = caught.value.args[0]
    assert isinstance(failure, SendTransactionPreflightFailureMessage)
    assert any("insufficient lamports" in line for line in failure.data.logs)


async def test_versioned_transaction(client: AsyncClient) -> None:
    payer, to = await funded(client), Keypair().pubkey()
    blockhash = (await client.get_latest_blockhash()).value.blockhash
    pay = transfer(TransferParams(from_pubkey=payer.pubkey(), to_pubkey=to, lamports=10**7))
    message = MessageV0.try_compile(payer.pubkey(), [pay], [], blockhash)
    signature = (await client.send_transaction(VersionedTransaction(message, [payer]))).value
    found = (await client.get_transaction(signature, max_supported_transaction_version=0)).value
    assert found is not None
    assert found.transaction.version == 0


async def test_accounts_with_filters_and_slices(client: AsyncClient) -> None:
    payer, owner, account = await funded(client), Keypair().pubkey(), Keypair()
    rent = (await client.get_minimum_balance_for_rent_exemption(16)).value
    create = create_account(
        CreateAccountParams(
            from_pubkey=payer.pubkey(), to_pubkey=account.pubkey(), lamports=rent, space=16, owner=owner
        )
    )
    blockhash = (await client.get_latest_blockhash()).value.blockhash
    message = Message.new_with_blockhash([create], payer.pubkey(), blockhash)
    await client.send_transaction(Transaction([payer, account], message, blockhash))
    filters = [16, MemcmpOpts(offset=0, bytes="11111111")]
    rows = (
        await client.get_program_accounts(
            owner, encoding="base64", filters=filters, data_slice=DataSliceOpts(offset=0, length=3)
        )
    ).value
    assert [(row.pubkey, row.account.data) for row in rows] == [(account.pubkey(), bytes(3))]
    found = (await client.get_multiple_accounts([account.pubkey(), owner])).value
    assert found[0] is not None
    assert found[1] is None
    parsed = (await client.get_account_info_json_parsed(TOKEN)).value
    assert parsed is not None
    assert parsed.data.program == "bpf-upgradeable-loader"
    none = await client.get_token_accounts_by_owner(payer.pubkey(), TokenAccountOpts(program_id=TOKEN))
    assert none.value == []


async def test_blocks_and_cluster(client: AsyncClient) -> None:
    payer = await funded(client)
    tx = await payment(client, payer, payer.pubkey(), 1)
    signature = (await client.send_transaction(tx)).value
    slot = (await client.get_signature_statuses([signature])).value[0].slot
    while (await client.get_slot()).value <= slot:
        await asyncio.sleep(0.05)
    block = (await client.get_block(slot, max_supported_transaction_version=0)).value
    assert signature in [entry.transaction.signatures[0] for entry in block.transactions]
    assert (await client.get_block_time(slot)).value == block.block_time
    assert (await client.get_epoch_info()).value.absolute_slot > slot
    assert await client.is_connected()


async def subscribed(socket: SolanaWsClientProtocol) -> int:
    return (await asyncio.wait_for(socket.recv(), SECONDS))[0].result


async def test_every_subscription(net: Localnet, client: AsyncClient) -> None:
    payer, to = await funded(client), Keypair().pubkey()
    async with connect(net.ws_url) as socket:
        await socket.account_subscribe(to, Confirmed, "base64")
        await socket.logs_subscribe(RpcTransactionLogsFilterMentions(to))
        await socket.program_subscribe(Pubkey.default(), encoding="base64", filters=[0])
        await socket.slot_subscribe()
        await socket.root_subscribe()
        ids = [await subscribed(socket) for _ in range(5)]
        tx = await payment(client, payer, to, 10**7)
        await socket.signature_subscribe(tx.signatures[0])
        ids.append(await subscribed(socket))
        await client.send_transaction(tx)
        heard: set[int] = set()
        while heard != set(ids):
            for message in await asyncio.wait_for(socket.recv(), SECONDS):
                heard.add(message.subscription)
        for leave, watch in zip(
            (
                socket.account_unsubscribe,
                socket.logs_unsubscribe,
                socket.program_unsubscribe,
                socket.slot_unsubscribe,
                socket.root_unsubscribe,
            ),
            ids,
            strict=False,
        ):
            await leave(watch)


def test_the_synchronous_client(net: Localnet) -> None:
    client = Client(net.rpc_url)
    key = Keypair()
    signature = client.request_airdrop(key.pubkey(), 10**9).value
    client.confirm_transaction(signature, sleep_seconds=0.01)
    assert client.get_balance(key.pubkey()).value == 10**9
    assert client.get_version().value.solana_core

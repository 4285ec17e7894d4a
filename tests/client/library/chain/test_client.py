"""Sending: refusals by name, identical transactions, overloaded nodes, and a clock that jumps; on a localnet."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from aiohttp import web
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.connection.surfnet import Surfnet
from gridtokenx.chain.errors import ClusterError
from gridtokenx.chain.files.workspace import Checkout
from gridtokenx.chain.flight import in_flight
from gridtokenx.chain.interface.failures import TransactionFailed
from solana_localnet.spawn import Localnet, spawn

LAMPORTS = 1_000_000


@pytest.fixture(scope="module")
def net() -> Iterator[Localnet]:
    with spawn() as found:
        yield found


@pytest.fixture(params=[True, False], ids=["preflight", "no preflight"])
async def chain(net: Localnet, workspace: Checkout, request: pytest.FixtureRequest) -> AsyncIterator[Client]:
    async with Client(net.rpc_url, Keypair(), workspace, preflight=request.param) as client:
        await client.connection.request_airdrop(client.payer.pubkey(), 10**10)
        yield client


def pay(client: Client, to: Pubkey, lamports: int = LAMPORTS) -> Instruction:
    return transfer(TransferParams(from_pubkey=client.payer.pubkey(), to_pubkey=to, lamports=lamports))


async def balance(client: Client, key: Pubkey) -> int:
    return (await client.connection.get_balance(key)).value


async def test_identical_transactions_all_count(chain: Client):
    to = Pubkey.new_unique()
    receipts = await in_flight(lambda _: chain.send(pay(chain, to)), range(20))
    assert len({receipt.signature for receipt in receipts}) == 20
    assert await balance(chain, to) == 20 * LAMPORTS


async def test_a_refusal_is_raised_with_its_log(chain: Client):
    with pytest.raises(TransactionFailed) as refused:
        await chain.send(pay(chain, Pubkey.new_unique(), 10**15))
    assert refused.value.code == 1
    assert any("insufficient lamports" in line for line in refused.value.logs)


async def test_one_refusal_does_not_stop_the_others(chain: Client):
    to = Pubkey.new_unique()
    amounts = [LAMPORTS, 10**15, LAMPORTS]
    results = await asyncio.gather(*(chain.send(pay(chain, to, n)) for n in amounts), return_exceptions=True)
    assert [isinstance(result, TransactionFailed) for result in results] == [False, True, False]
    assert await balance(chain, to) == 2 * LAMPORTS


async def test_a_missing_signature_is_refused_before_anything_is_sent(chain: Client):
    stranger = Keypair()
    move = transfer(TransferParams(from_pubkey=stranger.pubkey(), to_pubkey=chain.payer.pubkey(), lamports=1))
    with pytest.raises(ValueError, match=f"not enough signers: {stranger.pubkey()} must sign too"):
        await chain.send(move)


async def test_the_clock_may_jump_past_every_blockhash(chain: Client):
    surfnet, to = Surfnet(chain), Pubkey.new_unique()
    await chain.send(pay(chain, to))
    now = await chain.clock()
    assert await surfnet.travel_to(now + 3_600)
    assert not await surfnet.travel_to(now)
    await chain.send(pay(chain, to))
    assert await balance(chain, to) == 2 * LAMPORTS
    assert await chain.clock() >= now + 3_600


async def test_time_stands_still_while_paused(chain: Client):
    surfnet = Surfnet(chain)
    await surfnet.pause_clock()
    try:
        now = await chain.clock()
        await asyncio.sleep(1.1)
        assert await chain.clock() == now
    finally:
        await surfnet.resume_clock()


async def test_an_overloaded_node_is_asked_again(net: Localnet, workspace: Checkout):
    busy = [429, 503]

    async def answer(request: web.Request) -> web.Response:
        if busy:
            return web.Response(status=busy.pop())
        return web.json_response({"jsonrpc": "2.0", "id": 0, "result": 7})

    app = web.Application()
    app.router.add_post("/", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        async with Client(f"http://127.0.0.1:{port}", Keypair(), workspace) as client:
            assert (await client.connection.get_slot()).value == 7
            assert busy == []
    finally:
        await runner.cleanup()


async def test_a_method_that_the_node_does_not_have_is_told(chain: Client):
    with pytest.raises(ClusterError, match="refuses surfnet_nothing"):
        await chain.call("surfnet_nothing")

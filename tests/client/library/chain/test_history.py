"""Sweeps, landed transactions and news: on a localnet that is restarted, and by hand where a node misbehaves."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.errors import ClusterError
from gridtokenx.chain.files.workspace import Checkout
from gridtokenx.chain.history import stream
from gridtokenx.chain.history.landed import landed
from gridtokenx.chain.history.stream import Gap, News, news
from gridtokenx.chain.history.sweep import sweep
from gridtokenx.chain.interface.logs import truncated
from solana_localnet.spawn import spawn


async def pay(client: Client, to: Pubkey) -> str:
    instruction = transfer(TransferParams(from_pubkey=client.payer.pubkey(), to_pubkey=to, lamports=10**6))
    return str((await client.send(instruction)).signature)


async def test_a_sweep_tells_everything_since_a_slot_oldest_first(workspace: Checkout, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("gridtokenx.chain.history.sweep.PAGE", 3)
    with spawn() as net:
        async with Client(net.rpc_url, Keypair(), workspace) as client:
            await client.connection.request_airdrop(client.payer.pubkey(), 10**10)
            to = Pubkey.new_unique()
            sent = [await pay(client, to) for _ in range(8)]
            found = await sweep(client, to, 0)
            assert sorted(row.signature for row in found) == sorted(sent)
            assert [row.slot for row in found] == sorted(row.slot for row in found)
            middle = found[4].slot
            later = {row.signature for row in found if row.slot >= middle}
            assert {row.signature for row in await sweep(client, to, middle)} == later
            told = await landed(client, sent[0])
            assert told is not None
            assert told.written == (client.payer.pubkey(), to)
            assert [one.depth for one in told.instructions] == [1]
            assert await landed(client, str(Keypair().sign_message(b""))) is None


async def test_news_go_on_after_the_node_was_away_and_end_when_it_stays_away(
    workspace: Checkout, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(stream, "LONGEST_PAUSE", 0.3)
    to = Pubkey.new_unique()
    heard: list[News | Gap] = []

    async def listen(url: str) -> None:
        async for item in news(url, [to, Pubkey.new_unique()], patience=1.5):
            heard.append(item)

    async def until(count: int) -> None:
        async with asyncio.timeout(10):
            while len(heard) < count:
                await asyncio.sleep(0.02)

    with spawn() as net:
        port = int(net.rpc_url.rsplit(":", 1)[1])
        task = asyncio.create_task(listen(net.ws_url))
        await until(1)
        async with Client(net.rpc_url, Keypair(), workspace) as client:
            await client.connection.request_airdrop(client.payer.pubkey(), 10**10)
            signature = await pay(client, to)
            await until(2)
    assert isinstance(heard[0], Gap)
    assert isinstance(heard[1], News)
    assert (heard[1].signature, heard[1].error, heard[1].truncated) == (signature, None, False)
    with contextlib.ExitStack() as stack:
        stack.enter_context(spawn(port=port))
        await until(3)
    assert isinstance(heard[2], Gap)
    with pytest.raises(ClusterError, match="is the node running"):
        async with asyncio.timeout(15):
            await task


def test_a_log_that_was_cut_off_is_told():
    assert truncated(["Program x invoke [1]", "Log truncated"])
    assert not truncated(["Program log: Log truncated"])

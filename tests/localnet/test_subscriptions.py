"""WebSocket subscriptions, read with the `websockets` library."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from threading import Event
from typing import Any

import pytest
import websockets
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer
from tests.localnet import loader, tiny_program
from tests.localnet.client import Rpc
from websockets.asyncio.client import ClientConnection, connect

from solana_localnet.spawn import Localnet, spawn

SECONDS = 5.0


class Socket:
    """One connection: requests with their answers, notifications aside."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.waiting: list[dict[str, Any]] = []
        self.next_id = 0

    async def read(self) -> dict[str, Any]:
        return json.loads(await asyncio.wait_for(self.connection.recv(), SECONDS))

    async def call(self, method: str, *params: Any) -> Any:
        self.next_id += 1
        request = {"jsonrpc": "2.0", "id": self.next_id, "method": method, "params": list(params)}
        await self.connection.send(json.dumps(request))
        while True:
            answer = await self.read()
            if answer.get("id") == self.next_id:
                return answer["result"] if "result" in answer else answer["error"]
            self.waiting.append(answer)

    async def notification(self, subscription: int) -> dict[str, Any]:
        """The next message of one subscription."""
        for message in self.waiting:
            if message["params"]["subscription"] == subscription:
                self.waiting.remove(message)
                return message
        while True:
            message = await self.read()
            if message["params"]["subscription"] == subscription:
                return message
            self.waiting.append(message)


@asynccontextmanager
async def opened(net: Localnet, url: str | None = None) -> AsyncIterator[Socket]:
    async with connect(url or net.ws_url, max_size=None) as connection:
        yield Socket(connection)


async def send(rpc: Rpc, instructions: list[Instruction], payer: Keypair, **config: Any) -> str:
    return await asyncio.to_thread(lambda: rpc.run(instructions, payer, **config))


def payment(payer: Keypair, to: Pubkey, lamports: int = 10**7) -> Instruction:
    return transfer(TransferParams(from_pubkey=payer.pubkey(), to_pubkey=to, lamports=lamports))


async def test_account_subscription(net: Localnet, rpc: Rpc) -> None:
    payer, to = rpc.funded(), Keypair().pubkey()
    async with opened(net) as socket:
        watch = await socket.call("accountSubscribe", str(to), {"encoding": "base64", "commitment": "confirmed"})
        await send(rpc, [payment(payer, to)], payer)
        message = await socket.notification(watch)
        assert message["method"] == "accountNotification"
        assert message["params"]["result"]["value"]["lamports"] == 10**7
        assert message["params"]["result"]["context"]["slot"] > 0
        assert await socket.call("accountUnsubscribe", watch) is True
        assert (await socket.call("accountUnsubscribe", watch))["code"] == -32602


async def test_logs_subscriptions_all_and_mentions(net: Localnet, rpc: Rpc) -> None:
    payer = rpc.funded()
    program = loader.deploy(rpc, payer, tiny_program.logging(b"heard"))
    async with opened(net) as socket:
        every = await socket.call("logsSubscribe", "all")
        mine = await socket.call("logsSubscribe", {"mentions": [str(program)]}, {"commitment": "processed"})
        other = await socket.call("logsSubscribe", {"mentions": [str(Pubkey.new_unique())]})
        signature = await send(rpc, [Instruction(program, b"", [])], payer)
        for watch in (every, mine):
            value = (await socket.notification(watch))["params"]["result"]["value"]
            assert value["signature"] == signature
            assert value["err"] is None
            assert "Program log: heard" in value["logs"]
        assert not [m for m in socket.waiting if m["params"]["subscription"] == other]
        wrong = await socket.call("logsSubscribe", {"mentions": [str(program), str(program)]})
        assert wrong["message"] == "Invalid Request: Only 1 address supported"


async def test_votes_are_heard_by_those_who_ask_for_them(net: Localnet, rpc: Rpc) -> None:
    vote_account = rpc("getVoteAccounts")["current"][0]["votePubkey"]
    async with opened(net) as socket:
        plain = await socket.call("logsSubscribe", "all")
        heard = [
            await socket.call("logsSubscribe", "allWithVotes"),
            await socket.call("logsSubscribe", {"mentions": [vote_account]}),
        ]
        for watch in heard:
            slots: set[int] = set()
            for _ in range(3):
                result = (await socket.notification(watch))["params"]["result"]
                vote = "Vote111111111111111111111111111111111111111"
                assert result["value"]["logs"] == [f"Program {vote} invoke [1]", f"Program {vote} success"]
                slots.add(result["context"]["slot"])
            assert len(slots) == 3, "a slot is voted for once"
        assert not [m for m in socket.waiting if m["params"]["subscription"] == plain]


async def test_a_batch_is_answered_before_its_subscriptions_are_told_anything(net: Localnet, rpc: Rpc) -> None:
    """A client cannot tell whose a notification is before it knows the subscription's id."""
    payer = await asyncio.to_thread(rpc.funded)
    calls = [{"jsonrpc": "2.0", "id": index, "method": "getHealth", "params": []} for index in range(600)]
    calls[0] |= {"method": "logsSubscribe", "params": ["all"]}
    done = Event()
    async with opened(net) as socket:
        sending = asyncio.create_task(asyncio.to_thread(pay_until, rpc, payer, done))
        try:
            for _ in range(10):
                await socket.connection.send(json.dumps(calls))
                answer = json.loads(await asyncio.wait_for(socket.connection.recv(), SECONDS))
                assert isinstance(answer, list), "told before it was answered"
                told = await socket.read()
                assert told["params"]["subscription"] == answer[0]["result"]
                assert await socket.call("logsUnsubscribe", answer[0]["result"])
        finally:
            done.set()
            await sending


def pay_until(rpc: Rpc, payer: Keypair, done: Event) -> None:
    """Makes payments, one after the other."""
    while not done.is_set():
        rpc.run([payment(payer, Keypair().pubkey())], payer)


async def test_failed_transactions_are_heard_with_their_error(net: Localnet, rpc: Rpc) -> None:
    payer = rpc.funded()
    async with opened(net) as socket:
        watch = await socket.call("logsSubscribe", {"mentions": [str(payer.pubkey())]})
        await send(rpc, [payment(payer, Keypair().pubkey(), 10**15)], payer, skipPreflight=True)
        value = (await socket.notification(watch))["params"]["result"]["value"]
        assert value["err"] == {"InstructionError": [0, {"Custom": 1}]}


async def test_signature_subscription_fires_once_before_or_after(net: Localnet, rpc: Rpc) -> None:
    payer = rpc.funded()
    tx = await asyncio.to_thread(lambda: rpc.build([payment(payer, Keypair().pubkey())], payer))
    signature = str(tx.signatures[0])
    async with opened(net) as socket:
        early = await socket.call("signatureSubscribe", signature, {"enableReceivedNotification": True})
        await asyncio.to_thread(lambda: rpc.submit(tx))
        assert (await socket.notification(early))["params"]["result"]["value"] == {"err": None}
        # It is over: there is nothing left to unsubscribe.
        assert (await socket.call("signatureUnsubscribe", early))["code"] == -32602
        late = await socket.call("signatureSubscribe", signature, {"commitment": "finalized"})
        assert (await socket.notification(late))["params"]["result"]["value"] == {"err": None}


async def test_a_late_signature_subscription_is_told_before_a_failure_shows_in_the_status(
    net: Localnet, rpc: Rpc
) -> None:
    """web3.js asks for the status when its subscription is answered, and takes an error there for a rejection."""
    payer = rpc.funded()
    async with opened(net) as socket:
        for _ in range(5):
            failing = [payment(payer, Keypair().pubkey(), 10**15)]
            signature = await send(rpc, failing, payer, skipPreflight=True)
            watch = await socket.call("signatureSubscribe", signature, {"commitment": "confirmed"})
            shown = False
            while not shown:
                status = (await asyncio.to_thread(rpc.value, "getSignatureStatuses", [signature]))[0]
                shown = status is not None
            message = await asyncio.wait_for(socket.notification(watch), 1)
            assert message["params"]["result"]["value"]["err"] == {"InstructionError": [0, {"Custom": 1}]}


async def test_program_subscription_with_filters(net: Localnet, rpc: Rpc) -> None:
    owner = Pubkey.new_unique()
    async with opened(net) as socket:
        config = {"encoding": "base64", "filters": [{"dataSize": 3}]}
        watch = await socket.call("programSubscribe", str(owner), config)
        for data in ("aabb", "aabbcc"):
            update = {"lamports": 10**9, "owner": str(owner), "data": data}
            await asyncio.to_thread(rpc, "surfnet_setAccount", str(Pubkey.new_unique()), update)
        value = (await socket.notification(watch))["params"]["result"]["value"]
        assert value["account"]["space"] == 3
        assert await socket.call("programUnsubscribe", watch) is True


async def test_slot_root_and_slot_updates(net: Localnet) -> None:
    async with opened(net) as socket:
        slots, roots = await socket.call("slotSubscribe"), await socket.call("rootSubscribe")
        stages = await socket.call("slotsUpdatesSubscribe")
        first = (await socket.notification(slots))["params"]["result"]
        second = (await socket.notification(slots))["params"]["result"]
        assert second["slot"] == first["slot"] + 1
        assert second["parent"] == second["root"] == first["slot"]
        assert isinstance((await socket.notification(roots))["params"]["result"], int)
        kinds = [(await socket.notification(stages))["params"]["result"]["type"] for _ in range(6)]
        assert {"completed", "frozen", "root", "createdBank"} <= set(kinds)
        for name, watch in (("slot", slots), ("root", roots), ("slotsUpdates", stages)):
            assert await socket.call(f"{name}Unsubscribe", watch) is True


async def test_both_ports_serve_both_protocols(net: Localnet) -> None:
    async with opened(net, net.rpc_url.replace("http", "ws")) as socket:
        assert await socket.call("getHealth") == "ok"
        assert isinstance(await socket.call("slotSubscribe"), int)
    assert Rpc(net.ws_url.replace("ws", "http"))("getHealth") == "ok"


async def test_unsubscribing_another_kind_or_another_connection_fails(net: Localnet) -> None:
    async with opened(net) as socket, opened(net) as stranger:
        watch = await socket.call("slotSubscribe")
        assert (await socket.call("rootUnsubscribe", watch))["message"] == "Invalid subscription id."
        assert (await stranger.call("slotUnsubscribe", watch))["code"] == -32602
        assert await socket.call("slotUnsubscribe", watch) is True


async def test_thousands_of_subscriptions(net: Localnet, rpc: Rpc) -> None:
    payer, count = rpc.funded(), 3_000
    keys = [Keypair().pubkey() for _ in range(count)]
    async with opened(net) as socket:
        requests = [
            {"jsonrpc": "2.0", "id": i, "method": "accountSubscribe", "params": [str(key), {"encoding": "base64"}]}
            for i, key in enumerate(keys)
        ]
        for request in requests:
            await socket.connection.send(json.dumps(request))
        ids = {answer["id"]: answer["result"] for answer in [await socket.read() for _ in range(count)]}
        assert len(set(ids.values())) == count
        for index in (0, 1_500, count - 1):
            await send(rpc, [payment(payer, keys[index])], payer)
            message = await socket.notification(ids[index])
            assert message["params"]["result"]["value"]["lamports"] == 10**7


async def read_until_closed(connection: ClientConnection) -> None:
    while True:
        await connection.recv()


async def test_a_reader_that_stays_behind_is_dropped_and_others_are_served(net: Localnet, rpc: Rpc) -> None:
    owner, size = Pubkey.new_unique(), 1 << 20
    slow = await connect(net.ws_url, max_size=None, max_queue=1)
    try:
        request = {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "programSubscribe",
            "params": [str(owner), {"encoding": "base64"}],
        }
        await slow.send(json.dumps(request))
        await slow.recv()
        async with opened(net) as quick:
            watch = await quick.call(
                "programSubscribe", str(owner), {"encoding": "base64", "dataSlice": {"offset": 0, "length": 0}}
            )
            # How much waits in the sockets' own buffers is the system's affair.
            deadline = asyncio.get_running_loop().time() + SECONDS
            for index in count():
                if asyncio.get_running_loop().time() > deadline:
                    break
                update = {"lamports": 10**10, "owner": str(owner), "data": bytes([index % 256]).hex() * size}
                await asyncio.to_thread(rpc, "surfnet_setAccount", str(Pubkey.new_unique()), update)
                assert (await quick.notification(watch))["params"]["result"]["value"]["account"]["space"] == size
                if "is dropped" in net.output():
                    break
            assert "is dropped" in net.output()
        with pytest.raises(websockets.ConnectionClosed):
            await asyncio.wait_for(read_until_closed(slow), SECONDS)
    finally:
        await slow.close()


async def test_large_answers_and_notifications_cut_off_nobody_who_reads(net: Localnet, rpc: Rpc) -> None:
    """An answer of many times what a slow reader may leave unread, while slots go on; then a large account, many times."""
    owner, keys = Pubkey.new_unique(), [str(Pubkey.new_unique()) for _ in range(5)]
    account = {"lamports": 10**10, "owner": str(owner), "data": "ab" * (6 << 20)}
    for key in keys:
        await asyncio.to_thread(rpc, "surfnet_setAccount", key, account)
    async with opened(net) as socket:
        await socket.call("slotSubscribe")
        for _ in range(2):
            assert len(await socket.call("getProgramAccounts", str(owner), {"encoding": "base64"})) == len(keys)
        watches = [await socket.call("accountSubscribe", key, {"encoding": "base64"}) for key in keys]
        for key in keys:
            await asyncio.to_thread(rpc, "surfnet_setAccount", key, {"lamports": 10**11})
        for watch in watches:
            told = await socket.notification(watch)
            assert told["params"]["result"]["value"]["lamports"] == 10**11
    await asyncio.to_thread(rpc, "surfnet_resetNetwork")


async def test_many_views_of_one_large_account_hold_up_nobody(net: Localnet, rpc: Rpc) -> None:
    """Each would be a notification of megabytes: they are bounded before they are written."""
    key = str(Pubkey.new_unique())
    await asyncio.to_thread(rpc, "surfnet_setAccount", key, {"lamports": 10**10, "data": "ab" * (10 << 20)})
    async with opened(net) as socket:
        for offset in range(300):
            view = {"encoding": "base64", "dataSlice": {"offset": offset, "length": 10 << 20}}
            await socket.call("accountSubscribe", key, view)
        began = asyncio.get_running_loop().time()
        await asyncio.to_thread(rpc, "surfnet_setAccount", key, {"lamports": 10**11})
        assert await asyncio.to_thread(rpc, "getHealth") == "ok"
        # All three hundred would be four gigabytes, and took a minute.
        assert asyncio.get_running_loop().time() - began < 10
        with pytest.raises(websockets.ConnectionClosed):
            await asyncio.wait_for(read_until_closed(socket.connection), SECONDS)
    await asyncio.to_thread(rpc, "surfnet_resetNetwork")


async def test_garbage_frames_are_answered_or_end_the_connection_alone(net: Localnet) -> None:
    async with opened(net) as socket:
        await socket.connection.send("{not json")
        assert (await socket.read())["error"]["code"] == -32700
        await socket.connection.send(b"\xff\xfe\x00")
        assert (await socket.read())["error"]["code"] == -32700
        await socket.connection.send(json.dumps({"jsonrpc": "2.0", "id": 9, "method": "voteSubscribe"}))
        assert (await socket.read())["error"]["code"] == -32601
        assert await socket.call("getHealth") == "ok"
    reader, writer = await asyncio.open_connection("127.0.0.1", int(net.ws_url.rsplit(":", 1)[1]))
    upgrade = (
        "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: bG9jYWxuZXQtdGVzdHM9PQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    writer.write(upgrade.encode())
    assert b"101" in await reader.readuntil(b"\r\n\r\n")
    writer.write(b"\xff" * 64)
    # A close frame or the end; in any case the end.
    assert len(await asyncio.wait_for(reader.read(), SECONDS)) < 200
    writer.close()
    async with opened(net) as socket:
        assert await socket.call("getHealth") == "ok"


async def test_blocks_and_votes_behind_their_flags() -> None:
    flags = ["--rpc-pubsub-enable-block-subscription", "--rpc-pubsub-enable-vote-subscription"]
    with spawn(python=sys.executable, block_delay_ms=None, args=flags) as net:
        rpc = Rpc(net.rpc_url)
        payer, to = rpc.funded(), Keypair().pubkey()
        async with opened(net) as socket:
            mine = {"mentionsAccountOrProgram": str(to)}
            details = {"commitment": "confirmed", "transactionDetails": "signatures", "showRewards": True}
            watch = await socket.call("blockSubscribe", mine, details)
            votes = await socket.call("voteSubscribe")
            below = await socket.call("blockSubscribe", "all", {"commitment": "processed"})
            assert below["message"] == "Method does not support commitment below `confirmed`"
            signature = await send(rpc, [payment(payer, to)], payer)
            while True:
                message = await socket.notification(watch)
                assert message["method"] == "blockNotification"
                value = message["params"]["result"]["value"]
                assert value["err"] is None
                if value["block"]["signatures"]:
                    break
            assert value["block"]["signatures"] == [signature]
            assert value["block"]["blockhash"] == rpc("getBlock", value["slot"])["blockhash"]
            assert value["block"]["rewards"][0]["rewardType"] == "Fee"
            vote = (await socket.notification(votes))["params"]["result"]
            assert vote["votePubkey"] == rpc("getVoteAccounts")["current"][0]["votePubkey"]
            assert len(vote["slots"]) == 1
            assert await socket.call("blockUnsubscribe", watch) is True
            assert await socket.call("voteUnsubscribe", votes) is True

"""The block model: when blocks close, what each commitment level sees of them, and who hears of what."""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from solders.hash import Hash
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.message import Message
from solders.pubkey import Pubkey
from solders.system_program import (
    AdvanceNonceAccountParams,
    TransferParams,
    advance_nonce_account,
    create_nonce_account,
    transfer,
)
from solders.transaction import VersionedTransaction
from tests.localnet import loader, tiny_program
from tests.localnet.client import Rpc, RpcFailure, encoded
from websockets.asyncio.client import connect

from solana_localnet.spawn import Localnet, spawn

MEMO = Pubkey.from_string("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr")
LEVELS = ("processed", "confirmed", "finalized")
CONFIRMED = {"commitment": "confirmed"}


@pytest.fixture(scope="module")
def net() -> Iterator[Localnet]:
    """A localnet as a person starts it: blocks close 25 ms after their first transaction."""
    with spawn(python=sys.executable, block_delay_ms=None) as running:
        yield running


def wait(rpc: Rpc, signature: str, level: str = "confirmed", seconds: float = 10) -> dict[str, Any]:
    """The status of a transaction that has reached a level."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        status = rpc.value("getSignatureStatuses", [signature])[0]
        if status is not None and LEVELS.index(status["confirmationStatus"]) >= LEVELS.index(level):
            return status
        time.sleep(0.002)
    raise AssertionError(f"{signature} did not become {level}")


def funded(rpc: Rpc) -> Keypair:
    """A wallet whose money is confirmed."""
    key = Keypair()
    wait(rpc, rpc("requestAirdrop", str(key.pubkey()), 10**10))
    return key


def pay(payer: Keypair, to: Pubkey, lamports: int = 10**7) -> Instruction:
    return transfer(TransferParams(from_pubkey=payer.pubkey(), to_pubkey=to, lamports=lamports))


def test_the_same_instruction_can_be_sent_and_confirmed_ten_times(rpc: Rpc) -> None:
    """What AnchorProvider.sendAndConfirm does: latest blockhash, sign, send, wait for the confirmation, and again."""
    payer = funded(rpc)
    slots = [wait(rpc, rpc.run([Instruction(MEMO, b"same", [])], payer))["slot"] for _ in range(10)]
    assert sorted(set(slots)) == slots


def test_what_is_confirmed_is_in_a_block_that_exists(rpc: Rpc) -> None:
    payer = funded(rpc)
    for level in ("confirmed", "finalized"):
        slot = wait(rpc, rpc.run([pay(payer, Keypair().pubkey())], payer), level)["slot"]
        assert rpc("getBlock", slot, {"commitment": level, "transactionDetails": "none"})["blockhash"]
        newest = rpc("getSlot", {"commitment": level})
        assert rpc("getBlock", newest, {"commitment": level, "transactionDetails": "none"})["blockhash"]


def test_an_open_block_is_seen_at_processed_alone(rpc: Rpc) -> None:
    """The interval is 25 ms; a machine that is busy may take longer between two requests, but not every time."""
    payer = funded(rpc)
    for _ in range(20):
        to = Keypair().pubkey()
        slot, signature = rpc("getSlot"), rpc.run([pay(payer, to)], payer)
        seen = {level: rpc.value("getBalance", str(to), {"commitment": level}) for level in LEVELS}
        owned = len(rpc("getProgramAccounts", str(MEMO), CONFIRMED))
        status = rpc.value("getSignatureStatuses", [signature])[0]
        transaction = rpc("getTransaction", signature, CONFIRMED)
        if status is None:
            assert seen == {"processed": 10**7, "confirmed": 0, "finalized": 0}
            assert (owned, transaction) == (0, None)
            status = wait(rpc, signature)
            assert status["slot"] > slot
            assert rpc.value("getBalance", str(to), CONFIRMED) == 10**7
            assert rpc("getTransaction", signature, CONFIRMED)["slot"] == status["slot"]
            return
    raise AssertionError("no transaction was ever seen before its block closed")


def test_a_block_closes_a_moment_after_its_first_transaction_and_has_a_blockhash_of_its_own(rpc: Rpc) -> None:
    payer = funded(rpc)
    times: list[float] = []
    for _ in range(10):
        before = rpc.blockhash()
        began = time.monotonic()
        wait(rpc, rpc.run([pay(payer, Keypair().pubkey())], payer))
        times.append(time.monotonic() - began)
        assert rpc.blockhash() != before
    assert sorted(times)[2] < 0.1


def test_a_nonce_advances_and_a_program_is_upgraded_as_soon_as_the_client_knows_that_it_may(rpc: Rpc) -> None:
    payer, nonce = funded(rpc), Keypair()
    rent = rpc("getMinimumBalanceForRentExemption", 80)
    make = list(create_nonce_account(payer.pubkey(), nonce.pubkey(), payer.pubkey(), rent))
    advance = advance_nonce_account(
        AdvanceNonceAccountParams(nonce_pubkey=nonce.pubkey(), authorized_pubkey=payer.pubkey())
    )
    wait(rpc, rpc.run(make, payer, nonce))
    for _ in range(5):
        wait(rpc, rpc.run([advance], payer))
    program = loader.deploy(rpc, payer, tiny_program.returning(0))
    wait(rpc, rpc.run([Instruction(program, b"", [])], payer))


@pytest.fixture
def patient() -> Iterator[Localnet]:
    """Blocks that stay open long enough for a client on a machine where everything runs at once."""
    with spawn(python=sys.executable, block_delay_ms=400, slot_ms=4_000) as running:
        yield running


def test_who_has_heard_of_a_transaction_by_its_status_can_ask_for_what_came_of_it(rpc: Rpc) -> None:
    """What web3.js does: the slot of the answer is the least that the next answer must know, at `confirmed`."""
    payer = funded(rpc)
    for _ in range(5):
        to = Keypair().pubkey()
        signature = rpc.run([pay(payer, to)], payer)
        while True:
            found = rpc("getSignatureStatuses", [signature])
            if found["value"][0] is not None and found["value"][0]["confirmationStatus"] != "processed":
                break
        least = {"minContextSlot": found["context"]["slot"], "commitment": "confirmed"}
        assert rpc.value("getBalance", str(to), least) > 0
        open_slot = rpc("getSlot", {"commitment": "processed"})
        assert found["value"][0]["slot"] <= found["context"]["slot"] <= open_slot


@pytest.mark.parametrize("level", ["processed", "confirmed", "finalized"])
def test_who_has_seen_a_status_gets_another_blockhash(rpc: Rpc, level: str) -> None:
    """So the same instruction twice in a row is never one transaction, whatever level the client waits for."""
    payer = funded(rpc)
    for _ in range(10):
        signature = rpc.run([pay(payer, payer.pubkey())], payer)
        while rpc.value("getSignatureStatuses", [signature]) == [None]:
            pass
        used = rpc("getTransaction", signature, {"commitment": "confirmed"})["transaction"]["message"][
            "recentBlockhash"
        ]
        assert rpc.value("getLatestBlockhash", {"commitment": level})["blockhash"] != used


def test_a_failure_is_seen_by_its_status_when_its_block_has_closed(patient: Localnet) -> None:
    rpc = Rpc(patient.rpc_url)
    payer = funded(rpc)
    poor = pay(payer, Keypair().pubkey(), 10**15)
    signature = rpc.run([poor], payer, skipPreflight=True)
    assert rpc.value("getSignatureStatuses", [signature]) == [None]
    wait(rpc, signature)
    status = rpc.value("getSignatureStatuses", [signature])[0]
    assert status["err"] == {"InstructionError": [0, {"Custom": 1}]}
    assert status["confirmationStatus"] != "processed"


async def test_a_subscriber_that_connects_while_its_transaction_is_on_the_way_hears_it(patient: Localnet) -> None:
    """What web3.js does: it opens its socket with the first subscription and does not wait before it sends."""
    net, rpc = patient, Rpc(patient.rpc_url)
    payer = await asyncio.to_thread(funded, rpc)
    subscriptions: list[tuple[str, Any]] = [
        ("accountSubscribe", lambda to, _: str(to)),
        ("logsSubscribe", lambda to, _: {"mentions": [str(to)]}),
        ("signatureSubscribe", lambda _, signature: signature),
        ("programSubscribe", lambda _to, _signature: "11111111111111111111111111111111"),
    ]
    heard = 0
    for method, what in subscriptions:
        for level in LEVELS:
            for _ in range(2):
                heard += await hears(net, rpc, payer, method, what, level)
    assert heard == 24


async def hears(net: Localnet, rpc: Rpc, payer: Keypair, method: str, what: Any, level: str) -> bool:
    to = Keypair().pubkey()
    tx = await asyncio.to_thread(rpc.build, [pay(payer, to)], payer)
    body = {"jsonrpc": "2.0", "id": 1, "method": method}
    body["params"] = [what(to, str(tx.signatures[0])), {"commitment": level, "encoding": "base64"}]

    async def subscribe() -> bool:
        async with connect(net.ws_url) as socket:
            await socket.send(json.dumps(body))
            while True:
                if "method" in json.loads(await asyncio.wait_for(socket.recv(), 10)):
                    return True

    listening = asyncio.create_task(subscribe())
    await asyncio.sleep(0)
    await asyncio.to_thread(rpc.submit, tx, skipPreflight=True)
    return await listening


async def test_a_block_waits_for_a_client_that_has_connected_and_not_said_yet_what_it_wants() -> None:
    with spawn(python=sys.executable, block_delay_ms=20, slot_ms=4_000) as net:
        rpc = Rpc(net.rpc_url)
        payer, to = await asyncio.to_thread(funded, rpc), Keypair().pubkey()
        async with connect(net.ws_url) as socket:
            signature = rpc.run([pay(payer, to)], payer)
            await asyncio.sleep(0.06)
            assert rpc.value("getSignatureStatuses", [signature]) == [None]
            assert rpc.value("getBalance", str(to), {"commitment": "processed"}) > 0
            params = [str(to), {"encoding": "base64"}]
            await socket.send(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "accountSubscribe", "params": params}))
            assert "result" in json.loads(await socket.recv())
            assert "method" in json.loads(await asyncio.wait_for(socket.recv(), 2))


async def test_a_new_connection_hears_what_it_has_just_missed_unless_its_status_was_asked(
    net: Localnet, rpc: Rpc
) -> None:
    payer = await asyncio.to_thread(funded, rpc)

    async def late(asks: bool) -> bool:
        to = Keypair().pubkey()
        slot = rpc("getSlot", CONFIRMED)
        signature = rpc.run([pay(payer, to)], payer, skipPreflight=True)
        while rpc("getSlot", CONFIRMED) == slot:
            await asyncio.sleep(0.005)
        if asks:
            wait(rpc, signature)
        async with connect(net.ws_url) as socket:
            body = {"jsonrpc": "2.0", "id": 1, "method": "logsSubscribe", "params": [{"mentions": [str(to)]}]}
            await socket.send(json.dumps(body))
            assert "result" in json.loads(await socket.recv())
            try:
                message = json.loads(await asyncio.wait_for(socket.recv(), 0.3))
            except TimeoutError:
                return False
            return message["params"]["result"]["value"]["signature"] == signature

    assert not any([await late(asks=True) for _ in range(3)])
    # A busy machine may take longer than the quarter of a second, but not each time.
    assert any([await late(asks=False) for _ in range(20)])


def test_subscriptions_of_three_levels_have_three_ids_and_fire_in_order() -> None:
    async def listen(net: Localnet, rpc: Rpc) -> list[str]:
        payer = funded(rpc)
        tx = rpc.build([pay(payer, Keypair().pubkey())], payer)
        async with connect(net.ws_url) as socket:
            ids: dict[int, str] = {}
            for level in reversed(LEVELS):
                params = [str(tx.signatures[0]), {"commitment": level}]
                await socket.send(
                    json.dumps({"jsonrpc": "2.0", "id": 1, "method": "signatureSubscribe", "params": params})
                )
                ids[json.loads(await socket.recv())["result"]] = level
            assert len(ids) == 3
            rpc.submit(tx)
            return [ids[json.loads(await socket.recv())["params"]["subscription"]] for _ in LEVELS]

    with spawn(python=sys.executable, block_delay_ms=None) as net:
        assert asyncio.run(listen(net, Rpc(net.rpc_url))) == list(LEVELS)


def test_real_finality_keeps_finalized_31_blocks_behind() -> None:
    with spawn(python=sys.executable, slot_ms=50, block_delay_ms=None, args=["--finality", "real"]) as net:
        rpc = Rpc(net.rpc_url)
        while rpc("getSlot", {"commitment": "finalized"}) < 2:
            time.sleep(0.02)
        payer, to = funded(rpc), Keypair().pubkey()
        signature = rpc.run([pay(payer, to)], payer, preflightCommitment="confirmed")
        slot = wait(rpc, signature)["slot"]
        assert rpc.value("getBalance", str(to), CONFIRMED) == 10**7
        assert rpc.value("getBalance", str(to)) == 0
        # A blockhash that finalized does not know yet, with the preflight at finalized.
        fresh = rpc.value("getLatestBlockhash", CONFIRMED)["blockhash"]
        assert not rpc.value("isBlockhashValid", fresh)
        assert rpc.value("getLatestBlockhash")["blockhash"] != fresh
        message = Message.new_with_blockhash([pay(payer, to)], payer.pubkey(), Hash.from_string(fresh))
        with pytest.raises(RpcFailure, match="Blockhash not found"):
            rpc.submit(VersionedTransaction(message, [payer]))
        # Without a preflight its level does not matter to `minContextSlot`.
        newest = {"minContextSlot": rpc("getSlot", {"commitment": "processed"})}
        with pytest.raises(RpcFailure, match="Minimum context slot"):
            rpc.run([pay(payer, to, 1)], payer, **newest)
        wait(rpc, rpc.run([pay(payer, payer.pubkey(), 1)], payer, skipPreflight=True, **newest))
        # The preflight and a simulation at finalized know nothing of money that is only confirmed.
        poor = Keypair()
        wait(rpc, rpc.run([pay(payer, poor.pubkey())], payer, preflightCommitment="confirmed"))
        tx = rpc.build([pay(poor, payer.pubkey(), 5)], poor)
        with pytest.raises(RpcFailure, match="found no record of a prior credit"):
            rpc.submit(tx)
        options = {"encoding": "base64"}
        assert rpc.value("simulateTransaction", encoded(tx), options)["err"] == "AccountNotFound"
        assert rpc.value("simulateTransaction", encoded(tx), options | CONFIRMED)["err"] is None
        assert rpc.value("getBalance", str(poor.pubkey()), CONFIRMED) == 10**7
        rpc.submit(tx, preflightCommitment="confirmed")
        wait(rpc, signature, "finalized")
        gap = rpc("getSlot", CONFIRMED) - rpc("getSlot")
        assert 29 <= gap <= 33
        assert rpc("getSlot") >= slot
        assert rpc.value("getBalance", str(to)) == 10**7


def test_all_blocks_of_a_chain_that_travelled_far() -> None:
    """Without an end the range is as long as it may be, and never too long."""
    with spawn(python=sys.executable) as net:
        rpc = Rpc(net.rpc_url)
        rpc("surfnet_timeTravel", {"absoluteSlot": 1_000_000})
        early = rpc("getBlocks", 0)
        assert early[0] == 0
        assert early[-1] < 1_000
        assert rpc("getBlocks", 600_000)[-1] >= 999_999
        with pytest.raises(RpcFailure, match="Slot range too large"):
            rpc("getBlocks", 0, 1_000_000)


def test_a_busy_chain_does_not_forget_a_blockhash_within_a_minute(rpc: Rpc) -> None:
    """Blocks come forty times a second under load; 150 of them are four seconds."""
    payer = funded(rpc)
    early = rpc.build([pay(payer, Keypair().pubkey(), 12_345_678)], payer)
    start = rpc("getBlockHeight")
    while rpc("getBlockHeight") <= start + 155:
        wait(rpc, rpc.run([pay(payer, Keypair().pubkey())], payer))
    assert rpc.value("isBlockhashValid", str(early.message.recent_blockhash))
    wait(rpc, rpc("sendTransaction", encoded(early), {"encoding": "base64"}))


def test_without_a_delay_a_transaction_is_final_when_it_is_answered() -> None:
    with spawn(python=sys.executable) as net:
        rpc = Rpc(net.rpc_url)
        payer = rpc.funded()
        for _ in range(20):
            signature = rpc.run([pay(payer, Keypair().pubkey())], payer)
            assert rpc.value("getSignatureStatuses", [signature])[0]["confirmationStatus"] == "finalized"
            assert rpc("getTransaction", signature) is not None


def test_the_leader_earns_half_of_the_signatures_and_all_of_the_priority(rpc: Rpc) -> None:
    payer, leader = funded(rpc), rpc("getIdentity")["identity"]
    before = rpc.value("getBalance", leader)
    budget = Pubkey.from_string("ComputeBudget111111111111111111111111111111")
    limit = Instruction(budget, b"\2" + (1_000).to_bytes(4, "little"), [])
    price = Instruction(budget, b"\3" + (3_000_000).to_bytes(8, "little"), [])
    slot = wait(rpc, rpc.run([limit, price, pay(payer, Keypair().pubkey())], payer))["slot"]
    (reward,) = rpc("getBlock", slot)["rewards"]
    assert (reward["pubkey"], reward["rewardType"], reward["lamports"]) == (leader, "Fee", 2_500 + 3_000)
    assert rpc.value("getBalance", leader) == before + 5_500 == reward["postBalance"]

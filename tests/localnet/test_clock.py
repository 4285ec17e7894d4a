"""Slots, time, blockhashes: the chain moves by itself, and the clock can be taken in hand."""

import sys
import time
from collections.abc import Callable

import pytest
from solders.hash import Hash
from solders.keypair import Keypair
from solders.message import Message
from solders.system_program import TransferParams, transfer
from solders.transaction import VersionedTransaction
from tests.localnet.client import Rpc, RpcFailure

from solana_localnet.spawn import spawn

CLOCK = "SysvarC1ock11111111111111111111111111111111"


def chain_time(rpc: Rpc) -> int:
    parsed = rpc.value("getAccountInfo", CLOCK, {"encoding": "jsonParsed"})["data"]["parsed"]
    return parsed["info"]["unixTimestamp"]


def test_slots_open_every_400_ms_and_time_follows_the_wall(rpc: Rpc) -> None:
    start_slot, start = rpc("getSlot"), time.monotonic()
    time.sleep(1.6)
    elapsed, opened = time.monotonic() - start, rpc("getSlot") - start_slot
    assert abs(opened - elapsed / 0.4) <= 2
    assert abs(chain_time(rpc) - time.time()) < 2.5


def test_a_chain_may_start_at_another_time() -> None:
    start = 1_778_457_600
    with spawn(python=sys.executable, start_time=start) as net:
        rpc = Rpc(net.rpc_url)
        assert 0 <= chain_time(rpc) - start < 5
        rpc("surfnet_timeTravel", {"absoluteTimestamp": (start + 900) * 1000})
        assert 900 <= chain_time(rpc) - start < 905
        rpc("surfnet_resetNetwork")
        assert 0 <= chain_time(rpc) - start < 5


def test_blockhashes_move_with_slots_and_last_valid_height(rpc: Rpc, next_slot: Callable[[Rpc], int]) -> None:
    first = rpc.value("getLatestBlockhash")
    next_slot(rpc)
    second = rpc.value("getLatestBlockhash")
    assert first["blockhash"] != second["blockhash"]
    assert second["lastValidBlockHeight"] > first["lastValidBlockHeight"]
    assert rpc.value("isBlockhashValid", first["blockhash"])
    assert rpc("getBlockHeight") + 150 >= second["lastValidBlockHeight"]


def test_blockhashes_expire_after_150_blocks() -> None:
    with spawn(python=sys.executable, slot_ms=5) as net:
        rpc = Rpc(net.rpc_url)
        payer = rpc.funded()
        old = rpc.value("getLatestBlockhash")
        while rpc("getBlockHeight") <= old["lastValidBlockHeight"]:
            time.sleep(0.05)
        assert not rpc.value("isBlockhashValid", old["blockhash"])
        pay = transfer(TransferParams(from_pubkey=payer.pubkey(), to_pubkey=payer.pubkey(), lamports=1))
        message = Message.new_with_blockhash([pay], payer.pubkey(), Hash.from_string(old["blockhash"]))
        with pytest.raises(RpcFailure, match="Blockhash not found"):
            rpc.submit(VersionedTransaction(message, [payer]))


def test_a_slot_for_each_transaction() -> None:
    with spawn(python=sys.executable, args=["--block-production-mode", "transaction"]) as net:
        rpc = Rpc(net.rpc_url)
        start = rpc("getSlot")
        payer = rpc.funded()
        for lamports in (10**7, 10**7):
            pay = transfer(TransferParams(from_pubkey=payer.pubkey(), to_pubkey=Keypair().pubkey(), lamports=lamports))
            rpc.run([pay], payer)
        time.sleep(0.5)
        assert rpc("getSlot") == start + 3


def test_time_travel(rpc: Rpc) -> None:
    before = rpc("getSlot")
    info = rpc("surfnet_timeTravel", {"absoluteSlot": before + 1_000})
    assert info["absoluteSlot"] == before + 1_000
    assert set(info) == {
        "absoluteSlot",
        "blockHeight",
        "epoch",
        "slotIndex",
        "slotsInEpoch",
        "transactionCount",
    }
    assert chain_time(rpc) - time.time() > 390
    target = int((time.time() + 86_400) * 1000)
    rpc("surfnet_timeTravel", {"absoluteTimestamp": target})
    assert abs(chain_time(rpc) - target / 1000) < 3
    assert rpc("surfnet_timeTravel", {"absoluteEpoch": 2})["absoluteSlot"] == 864_000
    moved = chain_time(rpc)
    rpc("surfnet_timeTravel")
    assert 3_595 <= chain_time(rpc) - moved <= 3_605


@pytest.mark.parametrize(
    ("config", "code", "text"),
    [
        ({"absoluteTimestamp": 1}, -32603, "Cannot travel to past timestamp: target=1"),
        ({"absoluteSlot": 0}, -32603, "Cannot travel to past slot: target=0"),
        ({"absoluteSlot": 2**63}, -32603, "Cannot travel that far"),
        ({"absoluteSlot": "x"}, -32602, "expected u64"),
        ({}, -32602, "give one of"),
        ({"absoluteSlot": 10**9, "absoluteEpoch": 9}, -32602, "give one of"),
    ],
)
def test_journeys_that_cannot_be_made(rpc: Rpc, config: dict[str, object], code: int, text: str) -> None:
    with pytest.raises(RpcFailure, match=text) as caught:
        rpc("surfnet_timeTravel", config)
    assert caught.value.code == code


def test_a_paused_clock_shows_the_moment_at_which_it_stands() -> None:
    with spawn(python=sys.executable, slot_ms=60_000) as net:
        rpc = Rpc(net.rpc_url)
        time.sleep(1.5)
        rpc("surfnet_pauseClock")
        moment = chain_time(rpc)
        assert abs(moment - time.time()) < 1.5
        # A second later is not in the past.
        rpc("surfnet_timeTravel", {"absoluteTimestamp": (moment + 1) * 1000})
        assert chain_time(rpc) == moment + 1


def test_paused_clock_stands_still_while_transactions_run(rpc: Rpc) -> None:
    slot = rpc("surfnet_pauseClock")["absoluteSlot"]
    moment = chain_time(rpc)
    payer = rpc.funded()
    time.sleep(1.2)
    assert rpc("getSlot") == slot
    assert chain_time(rpc) == moment
    assert rpc.value("getBalance", str(payer.pubkey())) > 0
    # Travel works from a pause, and the clock stays stopped.
    assert rpc("surfnet_timeTravel", {"absoluteSlot": slot + 10})["absoluteSlot"] == slot + 10
    rpc("surfnet_resumeClock")
    time.sleep(1.0)
    assert slot + 11 <= rpc("getSlot") <= slot + 15

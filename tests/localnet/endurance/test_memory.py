"""Memory is bounded by the history's cap, and comes back when the network is reset."""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from solders.hash import Hash
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.message import Message
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction
from tests.localnet.client import Rpc, encoded

from solana_localnet.spawn import Localnet, spawn

MEMO = Pubkey.from_string("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr")
HISTORY = 300
TEXT = "x" * 500
BATCH = 20


@pytest.fixture
def net() -> Iterator[Localnet]:
    """A localnet with a short memory."""
    with spawn(python=sys.executable, args=["--history", str(HISTORY), "--quiet"]) as running:
        yield running


def resident_mib(net: Localnet) -> float:
    status = Path(f"/proc/{net.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def write_memos(rpc: Rpc, payer: Keypair, count: int) -> None:
    """Sends transactions of about two kilobytes each, with their logs."""
    for first in range(0, count, BATCH):
        blockhash = Hash.from_string(rpc.value("getLatestBlockhash")["blockhash"])
        calls = []
        for index in range(BATCH):
            memo = Instruction(MEMO, f"{first + index:08}{TEXT}".encode(), [])
            message = Message.new_with_blockhash([memo], payer.pubkey(), blockhash)
            params = [encoded(VersionedTransaction(message, [payer])), {"encoding": "base64"}]
            calls.append({"jsonrpc": "2.0", "id": index, "method": "sendTransaction", "params": params})
        _, answer = rpc.post(json.dumps(calls).encode())
        assert all("result" in row for row in json.loads(answer))


def test_memory_does_not_grow_beyond_the_history(net: Localnet) -> None:
    rpc = Rpc(net.rpc_url)
    payer = rpc.funded(10**12)
    write_memos(rpc, payer, 4 * HISTORY)
    before = resident_mib(net)
    write_memos(rpc, payer, 16 * HISTORY)
    # Without the cap this would be 15 MiB more: 4,800 times wire, logs, record and index.
    assert resident_mib(net) - before < 7
    assert len(rpc("getSignaturesForAddress", str(payer.pubkey()))) == HISTORY


def test_a_reset_gives_memory_back() -> None:
    with spawn(python=sys.executable, args=["--quiet"]) as net:
        rpc = Rpc(net.rpc_url)
        payer = rpc.funded(10**12)
        rpc("getHealth")
        start = resident_mib(net)
        write_memos(rpc, payer, 3_000)
        account = {"lamports": 10**9, "data": "ab" * 100_000}
        for _ in range(300):
            rpc("surfnet_setAccount", str(Keypair().pubkey()), account)
        full = resident_mib(net)
        assert full - start > 20
        rpc("surfnet_resetNetwork")
        deadline = time.monotonic() + 5
        while resident_mib(net) - start > (full - start) / 2 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert resident_mib(net) - start < (full - start) / 2

"""One client's large request holds up nobody: others are served, memory stays bounded, and the process can be stopped."""

import json
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.localnet.client import Rpc, RpcFailure
from websockets.sync.client import connect

from solana_localnet.spawn import Localnet, spawn

OWNER = Pubkey.new_unique()
ACCOUNTS, ACCOUNT_BYTES = 100, 10_000
BATCH = 1_000
MOST_MEMORY_MIB = 700


@pytest.fixture
def net() -> Iterator[Localnet]:
    """A localnet with a program whose accounts are a megabyte."""
    with spawn(python=sys.executable, block_delay_ms=None) as running:
        rpc = Rpc(running.rpc_url)
        for _ in range(ACCOUNTS):
            account = {"lamports": 10**9, "owner": str(OWNER), "data": "ab" * ACCOUNT_BYTES}
            rpc("surfnet_setAccount", str(Keypair().pubkey()), account)
        yield running


def batch() -> bytes:
    """A thousand requests, each for all accounts of the program: more than a gigabyte of answers."""
    params = [str(OWNER), {"encoding": "base64"}]
    call = {"jsonrpc": "2.0", "method": "getProgramAccounts", "params": params}
    return json.dumps([call | {"id": index} for index in range(BATCH)]).encode()


def memory_mib(pid: int) -> float:
    """The largest resident set of a process so far."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def post_in_thread(url: str, body: bytes) -> tuple[threading.Thread, list[bytes]]:
    answers: list[bytes] = []

    def ask() -> None:
        answers.append(Rpc(url).post(body)[1])

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    return thread, answers


def compact(body: bytes) -> bytes:
    """The batch in as few bytes as a validator takes."""
    small = json.dumps(json.loads(body), separators=(",", ":")).encode()
    calls = json.loads(small)
    return json.dumps(calls[: 50 * 1024 * len(calls) // (len(small) + len(calls))], separators=(",", ":")).encode()


def test_a_large_batch_holds_up_nobody_and_its_answer_is_bounded(net: Localnet) -> None:
    rpc = Rpc(net.rpc_url)
    slot = rpc("getSlot", {"commitment": "processed"})
    thread, answers = post_in_thread(net.rpc_url, compact(batch()))
    slowest, asked = 0.0, 0
    while thread.is_alive():
        began = time.monotonic()
        assert rpc("getHealth") == "ok"
        slowest = max(slowest, time.monotonic() - began)
        asked += 1
    assert asked > 10
    assert slowest < 2.0
    rows = json.loads(answers[0])
    errors = [row["error"]["message"] for row in rows if "error" in row]
    assert errors
    assert all("the answers of this batch are larger than" in text for text in errors)
    assert len(rows) == len(json.loads(compact(batch())))
    assert rpc("getSlot", {"commitment": "processed"}) > slot
    assert memory_mib(net.pid) < MOST_MEMORY_MIB


def test_a_batch_over_the_websocket_holds_up_nobody(net: Localnet) -> None:
    rpc = Rpc(net.rpc_url)
    with connect(net.ws_url, max_size=None) as socket:
        socket.send(batch().decode())
        slowest = 0.0
        for _ in range(50):
            began = time.monotonic()
            assert rpc("getHealth") == "ok"
            slowest = max(slowest, time.monotonic() - began)
    assert slowest < 2.0


ROWS = 20_000
TOKEN = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"
WRAPPED_SOL = "So11111111111111111111111111111111111111112"


def holdings(url: str, owner: Pubkey) -> None:
    """Writes token accounts of one owner."""
    data = bytes(Pubkey.from_string(WRAPPED_SOL)) + bytes(owner) + (5).to_bytes(8, "little") + bytes(36) + b"\1"
    account = {"lamports": 10**9, "owner": TOKEN, "data": data.ljust(165, b"\0").hex()}
    rpc = Rpc(url)
    for _ in range(0, ROWS, 500):
        calls = [
            {
                "jsonrpc": "2.0",
                "id": index,
                "method": "surfnet_setAccount",
                "params": [str(Pubkey.new_unique()), account],
            }
            for index in range(500)
        ]
        rpc.post(json.dumps(calls).encode())


def test_one_request_for_many_rows_holds_up_nobody(net: Localnet) -> None:
    """Others wait for a small part of the time that the request takes, however it is encoded."""
    owner = Pubkey.new_unique()
    holdings(net.rpc_url, owner)
    rpc = Rpc(net.rpc_url)
    requests: list[tuple[str, list[Any]]] = [
        ("getProgramAccounts", [TOKEN, {"encoding": "jsonParsed"}]),
        ("getProgramAccounts", [TOKEN, {"encoding": "base64+zstd"}]),
        ("getTokenAccountsByOwner", [str(owner), {"mint": WRAPPED_SOL}, {"encoding": "jsonParsed"}]),
    ]
    for method, params in requests:
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
        slot = rpc("getSlot", {"commitment": "processed"})
        began = time.monotonic()
        thread, answers = post_in_thread(net.rpc_url, body)
        slowest, asked = 0.0, 0
        while thread.is_alive():
            before = time.monotonic()
            assert rpc("getHealth") == "ok"
            slowest = max(slowest, time.monotonic() - before)
            asked += 1
        took = time.monotonic() - began
        found = json.loads(answers[0])["result"]
        assert len(found if isinstance(found, list) else found["value"]) >= ROWS
        assert asked > 20, f"{method}: {asked} answers to others in {took:.2f} s"
        assert slowest < took / 2, f"{method}: others waited {slowest:.2f} of {took:.2f} s"
        assert rpc("getSlot", {"commitment": "processed"}) >= slot


@pytest.mark.parametrize("method", ["getMultipleAccounts", "getProgramAccounts", "surfnet_exportSnapshot"])
def test_the_answer_to_one_request_is_bounded(method: str) -> None:
    """More than a gigabyte would be asked for; others are served, and memory stays bounded."""
    with spawn(python=sys.executable, block_delay_ms=None) as net:
        rpc, owner, keys = Rpc(net.rpc_url), Pubkey.new_unique(), [str(Keypair().pubkey()) for _ in range(12)]
        for key in keys:
            rpc("surfnet_setAccount", key, {"lamports": 10**11, "owner": str(owner), "data": "ab" * (10 << 20)})
        params: dict[str, list[Any]] = {
            "getMultipleAccounts": [[keys[0]] * 100, {"encoding": "base64"}],
            "getProgramAccounts": [str(owner), {"encoding": "base64"}],
            "surfnet_exportSnapshot": [],
        }
        before = memory_mib(net.pid)
        with pytest.raises(RpcFailure, match="the answer is larger than") as failure:
            rpc(method, *params[method])
        assert failure.value.code == -32603
        assert memory_mib(net.pid) - before < MOST_MEMORY_MIB
        params["getMultipleAccounts"][0] = keys[:5]
        params["getProgramAccounts"][1] |= {"dataSlice": {"offset": 0, "length": 1 << 20}}
        params["surfnet_exportSnapshot"] = [{"filter": {"excludeAccounts": keys[5:]}}]
        assert rpc(method, *params[method])


def test_it_stops_in_the_middle_of_a_batch(net: Localnet) -> None:
    import os

    post_in_thread(net.rpc_url, compact(batch()))
    time.sleep(0.2)
    os.kill(net.pid, signal.SIGTERM)
    deadline = time.monotonic() + 5
    while net.running() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not net.running()


def test_a_websocket_message_may_be_as_large_as_a_request(net: Localnet) -> None:
    assert urlsplit(net.ws_url).port
    with connect(net.ws_url, max_size=None) as socket:
        account = {"lamports": 10**9, "data": "00" * 3_000_000}
        params = [str(Keypair().pubkey()), account]
        socket.send(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "surfnet_setAccount", "params": params}))
        assert json.loads(socket.recv(timeout=30))["result"]["value"] is None

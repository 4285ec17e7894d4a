"""The faucet's TCP port: what it gives, to whom, and what it makes of nonsense."""

import socket
import struct
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction
from tests.localnet.client import Rpc

from solana_localnet.faucet.limits import GiftRefused, Limits, RequestTooLarge
from solana_localnet.faucet.protocol import REFUSAL, REQUEST
from solana_localnet.faucet.server import FaucetServer
from solana_localnet.spawn import Localnet, LocalnetError, spawn

SOL = 10**9


class Client:
    """A client of the faucet's port."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)

    def ask(self, raw: bytes) -> bytes:
        """The transaction that is answered, b"" for a refusal."""
        self.socket.sendall(raw)
        (size,) = struct.unpack("<H", self.read(2))
        return self.read(size)

    def read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = self.socket.recv(size - len(data))
            assert part, "the faucet hung up"
            data += part
        return data


def request(rpc: Rpc, to: Pubkey, lamports: int) -> bytes:
    return REQUEST.pack(0, lamports, bytes(to), bytes(rpc.blockhash()))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def capped() -> Iterator[tuple[Localnet, int]]:
    port = free_port()
    args = ["--faucet-port", str(port), "--faucet-sol", "1000.5", "--faucet-per-request-sol-cap", "10"]
    with spawn(python=sys.executable, args=args) as net:
        yield net, port


def test_it_gives_a_transfer_that_lands(capped: tuple[Localnet, int]) -> None:
    rpc, client = Rpc(capped[0].rpc_url), Client(capped[1])
    to = Keypair().pubkey()
    for count in (1, 2):
        tx = VersionedTransaction.from_bytes(client.ask(request(rpc, to, count * SOL)))
        rpc.submit(tx)
        assert rpc.value("getBalance", str(to)) == (1 if count == 1 else 3) * SOL
    faucet = tx.message.account_keys[0]
    assert rpc.value("getBalance", str(faucet)) == 1000 * SOL + SOL // 2 - 3 * SOL - 2 * 5000


def test_too_large_a_request_is_answered_with_a_memo(capped: tuple[Localnet, int]) -> None:
    rpc, client = Rpc(capped[0].rpc_url), Client(capped[1])
    tx = VersionedTransaction.from_bytes(client.ask(request(rpc, Keypair().pubkey(), 11 * SOL)))
    signature = rpc.submit(tx)
    logs = rpc("getTransaction", signature)["meta"]["logMessages"]
    assert any("request too large; req: ◎11.0, cap: ◎10.0" in line for line in logs)


def test_nonsense_is_refused_and_the_port_lives_on(capped: tuple[Localnet, int]) -> None:
    rpc, client = Rpc(capped[0].rpc_url), Client(capped[1])
    assert client.ask(b"\xff" * REQUEST.size) == b""
    assert client.ask(request(rpc, Keypair().pubkey(), SOL)) != b""
    client.socket.sendall(b"half")
    client.socket.close()
    assert Client(capped[1]).ask(request(rpc, Keypair().pubkey(), SOL)) != b""


@settings(max_examples=200, deadline=None)
@given(st.binary(min_size=REQUEST.size, max_size=REQUEST.size))
def test_whatever_arrives_is_answered(raw: bytes) -> None:
    server = FaucetServer(Keypair, Limits(per_request=10**9))
    answer = server.answer(raw, "127.0.0.1")
    if raw[:4] == bytes(4):
        (size,) = struct.unpack("<H", answer[:2])
        assert len(answer) == 2 + size
        VersionedTransaction.from_bytes(answer[2:])
    else:
        assert answer == REFUSAL


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["a", "b", "127.0.0.1"]), st.integers(0, 60), st.integers(0, 40)), max_size=30)
)
def test_nobody_gets_more_than_the_cap_in_a_slice(steps: list[tuple[str, int, int]]) -> None:
    """A model beside it: what a client was given since the slice began."""
    clock, began = 0.0, float("-inf")
    limits = Limits(per_request=50, per_time=100, time_slice=60, now=lambda: clock)
    given_since: dict[str, int] = {}
    for client, lamports, seconds in steps:
        clock += seconds
        if lamports > 50:
            with pytest.raises(RequestTooLarge):
                limits.take(client, lamports)
            continue
        if client != "127.0.0.1" and clock - began >= 60:
            began, given_since = clock, {}
        total = given_since.get(client, 0) + lamports
        if client != "127.0.0.1" and total > 100:
            with pytest.raises(GiftRefused):
                limits.take(client, lamports)
            continue
        limits.take(client, lamports)
        given_since[client] = total


def test_a_taken_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(LocalnetError, match=f"{port} cannot be listened on.*--faucet-port"):
            spawn(python=sys.executable, args=["--faucet-port", str(port)])

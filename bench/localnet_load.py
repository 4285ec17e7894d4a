"""Load on a localnet: signed transactions through RPC from several connections, while subscribers listen.

    .venv-localnet/bin/python -m bench.localnet_load [--seconds 60] [--rate 1500] [--connections 8] [--subscribers 200]

Every transaction is signed when it is sent, each connection waits for each answer, and at the end the chain is asked
for every signature. A subscriber counts the events that reach it; all of them must have received the same bytes.
Prints one table and exits with 1 when a transaction or an event is missing.
"""

import argparse
import asyncio
import base64
import contextlib
import json
import sys
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from solders.hash import Hash
from solders.keypair import Keypair
from solders.message import Message
from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer
from solders.transaction import VersionedTransaction

from solana_localnet.spawn import Localnet, spawn

BLOCKHASH_SECONDS = 2.0
STATUS_BATCH = 256
DRAIN_SECONDS = 10.0
EVENT_MARK = b'"method":"logsNotification"'
HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: localnet\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: bG9jYWxuZXQtYmVuY2g9PQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


@dataclass
class LoadResult:
    """What a run measured. Latencies in seconds, memory in MiB."""

    seconds: float = 0.0
    signatures: list[str] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    missing: int = 0
    subscribers: int = 0
    events: list[int] = field(default_factory=list)
    different: int = 0
    memory: list[float] = field(default_factory=list)
    cpu: float = 0.0


class HttpConnection(asyncio.Protocol):
    """One keep-alive HTTP connection with one request under way."""

    def __init__(self) -> None:
        self.buffer = b""
        self.transport: asyncio.Transport | None = None
        self.waiter: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, separator, body = self.buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        marker = head.lower().index(b"content-length:") + 15
        length = int(head[marker:].split(b"\r\n", 1)[0])
        if len(body) >= length and self.waiter is not None:
            self.buffer = body[length:]
            self.waiter.set_result(body[:length])

    def connection_lost(self, error: Exception | None) -> None:
        if self.waiter is not None and not self.waiter.done():
            self.waiter.set_exception(ConnectionError("the server closed the connection"))

    async def post(self, body: bytes) -> bytes:
        assert self.transport is not None
        self.waiter = asyncio.get_running_loop().create_future()
        head = f"POST / HTTP/1.1\r\nHost: localnet\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        self.transport.write(head.encode() + b"\r\n\r\n" + body)
        return await self.waiter


class Subscriber(asyncio.Protocol):
    """A WebSocket that subscribes to all logs and checks what it receives without decoding it."""

    def __init__(self) -> None:
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.open = False
        self.events = 0
        self.checksum = 0
        self.tail = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(HANDSHAKE)

    def data_received(self, data: bytes) -> None:
        if not self.open:
            self._handshake(data)
            return
        # A mark may be cut in two by the boundary between reads.
        joined = self.tail + data
        self.events += joined.count(EVENT_MARK)
        self.tail = joined[-(len(EVENT_MARK) - 1) :]
        self.checksum = zlib.crc32(data, self.checksum)

    def _handshake(self, data: bytes) -> None:
        self.tail += data
        if b"\r\n\r\n" in self.tail and b'"result"' not in self.tail and not self.ready.done():
            request = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "logsSubscribe", "params": ["all"]}).encode()
            self.tail = self.tail.partition(b"\r\n\r\n")[2]
            # Client frames are masked; a mask of zeros leaves the payload as it is.
            self.transport.write(bytes([0x81, 0x80 | len(request)]) + bytes(4) + request)
        elif b'"result"' in self.tail:
            self.open = True
            self.tail = b""
            self.ready.set_result(None)


def resident_mib(pid: int) -> float:
    """Resident memory of a process."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def cpu_seconds(pid: int) -> float:
    """User and system time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


async def connect_http(url: str) -> HttpConnection:
    parts = urlsplit(url)
    _, protocol = await asyncio.get_running_loop().create_connection(HttpConnection, parts.hostname, parts.port)
    return protocol


async def call(connection: HttpConnection, method: str, *params: object) -> dict:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    return json.loads(await connection.post(body))


class Load:
    """One run against one localnet."""

    def __init__(self, net: Localnet, rate: float, seconds: float, connections: int) -> None:
        self.net = net
        self.rate = rate
        self.seconds = seconds
        self.connections = connections
        self.blockhash = Hash.default()
        self.result = LoadResult()
        self.stop = asyncio.Event()

    async def run(self, subscribers: int) -> LoadResult:
        """Sends for the given time, then checks that nothing was lost."""
        listeners = await self._subscribe(subscribers)
        first = await connect_http(self.net.rpc_url)
        await self._refresh(first)
        payers = [Keypair() for _ in range(self.connections)]
        for payer in payers:
            await call(first, "requestAirdrop", str(payer.pubkey()), 10**13)
        background = asyncio.create_task(self._background(first))
        start, cpu = time.perf_counter(), cpu_seconds(self.net.pid)
        await asyncio.gather(*(self._sender(index, payer, start) for index, payer in enumerate(payers)))
        self.result.seconds = time.perf_counter() - start
        self.result.cpu = (cpu_seconds(self.net.pid) - cpu) / self.result.seconds
        self.stop.set()
        await background
        await self._check_signatures(first)
        await self._check_events(listeners)
        return self.result

    async def _subscribe(self, count: int) -> list[Subscriber]:
        parts = urlsplit(self.net.ws_url)
        loop = asyncio.get_running_loop()
        listeners = []
        for _ in range(count):
            _, listener = await loop.create_connection(Subscriber, parts.hostname, parts.port)
            listeners.append(listener)
        await asyncio.gather(*(listener.ready for listener in listeners))
        return listeners

    async def _refresh(self, connection: HttpConnection) -> None:
        answer = await call(connection, "getLatestBlockhash")
        self.blockhash = Hash.from_string(answer["result"]["value"]["blockhash"])

    async def _background(self, connection: HttpConnection) -> None:
        while not self.stop.is_set():
            await self._refresh(connection)
            self.result.memory.append(resident_mib(self.net.pid))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stop.wait(), BLOCKHASH_SECONDS)

    async def _sender(self, index: int, payer: Keypair, start: float) -> None:
        connection = await connect_http(self.net.rpc_url)
        target = Pubkey.new_unique()
        interval = self.connections / self.rate
        due = start + index * interval / self.connections
        amount = 1_000_000
        while (now := time.perf_counter()) - start < self.seconds:
            if due > now:
                await asyncio.sleep(due - now)
            due += interval
            amount += 1
            await self._send(connection, payer, target, amount)

    async def _send(self, connection: HttpConnection, payer: Keypair, target: Pubkey, amount: int) -> None:
        pay = transfer(TransferParams(from_pubkey=payer.pubkey(), to_pubkey=target, lamports=amount))
        message = Message.new_with_blockhash([pay], payer.pubkey(), self.blockhash)
        wire = base64.b64encode(bytes(VersionedTransaction(message, [payer]))).decode()
        body = (
            '{"jsonrpc":"2.0","id":1,"method":"sendTransaction","params":["' + wire + '",{"encoding":"base64"}]}'
        ).encode()
        sent = time.perf_counter()
        answer = json.loads(await connection.post(body))
        self.result.latencies.append(time.perf_counter() - sent)
        if "result" in answer:
            self.result.signatures.append(answer["result"])
        else:
            self.result.errors.append(answer["error"]["message"])

    async def _check_signatures(self, connection: HttpConnection) -> None:
        signatures = self.result.signatures
        for at in range(0, len(signatures), STATUS_BATCH):
            answer = await call(connection, "getSignatureStatuses", signatures[at : at + STATUS_BATCH])
            statuses = answer["result"]["value"]
            self.result.missing += sum(status is None or status["err"] is not None for status in statuses)

    async def _check_events(self, listeners: Sequence[Subscriber]) -> None:
        # The airdrops that paid for the run are events too.
        wanted = len(self.result.signatures) + self.connections
        deadline = time.perf_counter() + DRAIN_SECONDS
        while time.perf_counter() < deadline and any(listener.events < wanted for listener in listeners):
            await asyncio.sleep(0.05)
        self.result.subscribers = len(listeners)
        self.result.events = [listener.events for listener in listeners]
        self.result.different = len({listener.checksum for listener in listeners} or {0}) - 1
        for listener in listeners:
            listener.transport.close()


def report(result: LoadResult, connections: int) -> bool:
    """Prints the table; True when nothing is missing."""
    sent = len(result.signatures)
    latencies = sorted(result.latencies) or [0.0]
    wanted = sent + connections
    short = sum(count != wanted for count in result.events)
    rows = [
        ("transactions answered", f"{sent}"),
        ("seconds", f"{result.seconds:.1f}"),
        ("transactions per second", f"{sent / result.seconds:.0f}"),
        ("errors", f"{len(result.errors)}"),
        ("lost (answered, not on the chain)", f"{result.missing}"),
        (
            "latency p50 / p99 / max, ms",
            " / ".join(f"{1000 * latencies[int(p * (len(latencies) - 1))]:.1f}" for p in (0.5, 0.99, 1.0)),
        ),
        ("subscribers", f"{result.subscribers}"),
        ("events delivered", f"{sum(result.events)}"),
        ("subscribers short of an event", f"{short}"),
        ("subscribers with other bytes", f"{result.different}"),
        ("server memory start / end, MiB", f"{result.memory[0]:.0f} / {result.memory[-1]:.0f}"),
        ("server CPU, cores", f"{result.cpu:.2f}"),
        ("server CPU per transaction, ms", f"{1000 * result.cpu * result.seconds / max(sent, 1):.3f}"),
    ]
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        print(f"{name:<{width}}  {value}")
    for text in sorted(set(result.errors))[:5]:
        print(f"error: {text}")
    return not (result.errors or result.missing or short or result.different)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=60.0)
    options.add_argument("--rate", type=float, default=1500.0, help="transactions per second to aim at")
    options.add_argument("--connections", type=int, default=8)
    options.add_argument("--subscribers", type=int, default=200)
    options.add_argument("--ledger", type=Path, help="keep a ledger in this directory")
    chosen = options.parse_args()
    options = ["--quiet", "--history", "200000"]
    with spawn(python=sys.executable, ledger=chosen.ledger, block_delay_ms=None, args=options) as net:
        result = asyncio.run(run(net, chosen.rate, chosen.seconds, chosen.connections, chosen.subscribers))
    return 0 if report(result, chosen.connections) else 1


async def run(net: Localnet, rate: float, seconds: float, connections: int, subscribers: int) -> LoadResult:
    """One run on the running event loop."""
    return await Load(net, rate, seconds, connections).run(subscribers)


if __name__ == "__main__":
    sys.exit(main())

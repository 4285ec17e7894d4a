"""Clusters to try the official tools on: localnet, the real test validator, or one that runs already."""

import contextlib
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.official import tools
from tests.official.checks import Cluster

from solana_localnet.spawn import spawn

START_SECONDS = 120


@contextlib.contextmanager
def localnet() -> Iterator[Cluster]:
    """Localnet as a person starts it, with blocks that close after a moment."""
    with spawn(python=sys.executable, block_delay_ms=None) as net:
        yield Cluster("localnet", net.rpc_url, net.ws_url)


@contextlib.contextmanager
def agave(folder: Path) -> Iterator[Cluster]:
    """The real `solana-test-validator`, on ports that are free now."""
    rpc, faucet, gossip, *_ = free_ports(3)
    line = [str(tools.VALIDATOR.path), "--ledger", str(folder / "ledger"), "--reset", "--quiet"]
    line += ["--rpc-port", str(rpc), "--faucet-port", str(faucet), "--gossip-port", str(gossip)]
    line += ["--bind-address", "127.0.0.1", "--dynamic-port-range", f"{gossip + 1}-{gossip + 40}"]
    process = subprocess.Popen(line, cwd=folder, stdin=subprocess.DEVNULL)
    try:
        wait_until_healthy(process, rpc)
        yield Cluster("agave", f"http://127.0.0.1:{rpc}", f"ws://127.0.0.1:{rpc + 1}")
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def free_ports(count: int) -> list[int]:
    """Ports that nothing listens on, far enough apart for what a validator opens beside each."""
    found: list[int] = []
    for port in range(21_000, 60_000, 100):
        with contextlib.closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                found.append(port)
        if len(found) == count:
            return found
    raise RuntimeError("no free ports")


def wait_until_healthy(process: "subprocess.Popen[bytes]", port: int) -> None:
    """Returns when the RPC answers; RuntimeError when the process ends or START_SECONDS pass."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1) as said:
            if said.read() == b"ok":
                return
        time.sleep(0.2)
    raise RuntimeError("solana-test-validator did not start")

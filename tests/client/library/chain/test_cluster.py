"""Clusters by name and URL, where their subscriptions are, and which ones are refused."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from solana.rpc.commitment import Confirmed

from gridtokenx.chain.connection import cluster
from gridtokenx.chain.connection.cluster import (
    GENESIS_HASHES,
    check_cluster,
    choose_cluster,
    parse_cluster,
    websocket_url,
)
from gridtokenx.chain.connection.transport import connect
from gridtokenx.chain.errors import ClusterError


@pytest.mark.parametrize(
    ("text", "name", "url"),
    [
        ("localnet", "localnet", "http://127.0.0.1:8899"),
        ("localhost", "localnet", "http://127.0.0.1:8899"),
        ("devnet", "devnet", "https://api.devnet.solana.com"),
        ("mainnet-beta", "mainnet", "https://api.mainnet-beta.solana.com"),
        ("https://api.devnet.solana.com/", "devnet", "https://api.devnet.solana.com/"),
        ("http://127.0.0.1:4000", "localnet", "http://127.0.0.1:4000"),
        ("https://rpc.example/key", "custom", "https://rpc.example/key"),
    ],
)
def test_what_a_cluster_may_be_called(text: str, name: str, url: str):
    found = parse_cluster(text)
    assert (found.name, found.url, found.genesis_hash) == (name, url, GENESIS_HASHES.get(name))


@pytest.mark.parametrize("text", ["", "devnett", "ftp://host", "http://", "127.0.0.1:8899"])
def test_what_is_no_cluster_is_told(text: str):
    with pytest.raises(ClusterError, match="give localnet, devnet, testnet, mainnet or an http"):
        parse_cluster(text)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8899", "ws://127.0.0.1:8900"),
        ("https://rpc.example/key?x=1", "wss://rpc.example/key?x=1"),
        ("http://[::1]:8899", "ws://[::1]:8900"),
    ],
)
def test_where_subscriptions_are(url: str, expected: str):
    assert websocket_url(url) == expected


def test_the_command_line_wins_over_the_environment_and_that_over_anchor_toml(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(cluster.CLUSTER_VARIABLE, "https://rpc.example")
    assert choose_cluster("devnet", "localnet").name == "devnet"
    assert choose_cluster(None, "localnet").url == "https://rpc.example"
    monkeypatch.delenv(cluster.CLUSTER_VARIABLE)
    assert choose_cluster(None, "devnet").name == "devnet"
    assert choose_cluster(None, None).name == "localnet"


class Node:
    """An RPC node that knows one thing: its genesis hash."""

    def __init__(self) -> None:
        self.genesis = GENESIS_HASHES["devnet"]
        node = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                body = json.dumps({"jsonrpc": "2.0", "id": 0, "result": node.genesis}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    found = Node()
    yield found
    found.server.shutdown()
    found.server.server_close()


async def check(name: str, url: str) -> str:
    connection, _ = connect(url, Confirmed, 5.0)
    try:
        return await check_cluster(
            connection, parse_cluster(name, url=url) if "://" not in name else parse_cluster(name)
        )
    finally:
        await connection.close()


async def test_the_named_cluster_answers(node: Node):
    node.genesis = GENESIS_HASHES["devnet"]
    assert await check("devnet", node.url) == node.genesis


async def test_another_public_cluster_is_refused(node: Node):
    node.genesis = GENESIS_HASHES["mainnet"]
    with pytest.raises(ClusterError, match=r"told devnet, but http://127.* is mainnet; nothing was sent"):
        await check("devnet", node.url)


async def test_a_public_cluster_is_not_localnet(node: Node):
    node.genesis = GENESIS_HASHES["mainnet"]
    with pytest.raises(ClusterError, match=r"told localnet, but .* is mainnet"):
        await check("localnet", node.url)
    with pytest.raises(ClusterError, match=r"told localnet, but .* is mainnet"):
        await check(node.url, node.url)


async def test_a_public_chain_may_be_named_at_an_address_of_this_machine(node: Node):
    node.genesis = GENESIS_HASHES["devnet"]
    named = f"{node.url}#{node.genesis}"
    assert parse_cluster(named).name == "devnet"
    assert await check(named, node.url) == node.genesis


async def test_a_genesis_hash_in_the_url_must_match(node: Node):
    node.genesis = "4uhcVJyU9pJkvQyS88uRDiswHXSCkY3zQawwpjk2NsNZ"
    with pytest.raises(ClusterError, match=r"told the chain with genesis hash abc, but .* is a chain with"):
        await check(f"{node.url}#abc", node.url)
    assert await check(f"{node.url}#{node.genesis}", node.url) == node.genesis


async def test_nothing_there_is_told():
    with pytest.raises(ClusterError, match=r"nothing that speaks Solana RPC answers at http://127.0.0.1:9"):
        await check("http://127.0.0.1:9", "http://127.0.0.1:9")

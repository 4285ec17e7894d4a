"""Clusters: names and URLs, and the proof (the genesis hash) that a cluster is the one that the caller named."""

from __future__ import annotations

import os
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import httpx
from solana.exceptions import SolanaRpcException
from solana.rpc.async_api import AsyncClient
from solana.rpc.core import RPCException

from gridtokenx.chain.errors import ClusterAway, ClusterError

CLUSTER_VARIABLE = "ANCHOR_PROVIDER_URL"
"""Set by `anchor run`."""

GENESIS_HASHES = {
    "mainnet": "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d",
    "devnet": "EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG",
    "testnet": "4uhcVJyU9pJkvQyS88uRDiswHXSCkY3zQawwpjk2NsNY",
}
"""The public clusters cannot be mistaken for each other: a genesis hash never changes."""

URLS = {
    "localnet": "http://127.0.0.1:8899",
    "devnet": "https://api.devnet.solana.com",
    "testnet": "https://api.testnet.solana.com",
    "mainnet": "https://api.mainnet-beta.solana.com",
}
ALIASES = {"localhost": "localnet", "mainnet-beta": "mainnet"}
LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where to send requests, and which chain must answer there. `name` is a public cluster, 'localnet' (any chain that
    is not public), or 'custom' for any other URL. A custom URL may be any chain, unless `genesis_hash` names one.
    """

    name: str
    url: str
    websocket_url: str
    genesis_hash: str | None = None


def parse_cluster(text: str, *, url: str | None = None) -> Cluster:
    """The cluster of a name (localnet, devnet, testnet, mainnet) or a URL.

    `url` sends requests for a named cluster to another node of it. `URL#GENESIS_HASH` names the chain that must
    answer at a URL. Raises ClusterError for anything else.
    """
    name = ALIASES.get(text, text)
    if name in URLS:
        node = url or URLS[name]
        return Cluster(name, node, websocket_url(node), GENESIS_HASHES.get(name))
    address, _, genesis_hash = text.partition("#")
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ClusterError(f"{text!r} is no cluster; give localnet, devnet, testnet, mainnet or an http(s) URL")
    # Who names a public chain means it, also at an address of this machine.
    kind = next((n for n, known in GENESIS_HASHES.items() if known == genesis_hash), None)
    kind = kind or next((n for n, known in URLS.items() if known == address.rstrip("/")), None)
    if kind is None:
        kind = "localnet" if parts.hostname in LOCAL_HOSTS else "custom"
    return Cluster(kind, address, websocket_url(address), genesis_hash or GENESIS_HASHES.get(kind))


def choose_cluster(given: str | None, configured: str | None) -> Cluster:
    """The command's option, else `anchor run`'s variable, else Anchor.toml, else localnet."""
    return parse_cluster(given or os.environ.get(CLUSTER_VARIABLE) or configured or "localnet")


def websocket_url(url: str) -> str:
    """Where subscriptions go: by Solana's convention the port after the RPC port, or the same host without one."""
    parts = urlsplit(url)
    scheme = "wss" if parts.scheme == "https" else "ws"
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    netloc = host if parts.port is None else f"{host}:{parts.port + 1}"
    return urlunsplit((scheme, netloc, parts.path, parts.query, ""))


async def check_cluster(connection: AsyncClient, cluster: Cluster) -> str:
    """The genesis hash of what answers. Raises ClusterError when nothing does, or when it is another cluster."""
    try:
        actual = str((await connection.get_genesis_hash()).value)
    except (SolanaRpcException, httpx.HTTPError, RPCException, ValueError, OSError):
        raise ClusterAway(
            f"nothing that speaks Solana RPC answers at {cluster.url}; start it, or give --cluster another URL"
        ) from None
    public = next((name for name, known in GENESIS_HASHES.items() if known == actual), None)
    if cluster.genesis_hash is not None and actual != cluster.genesis_hash:
        what = public or f"a chain with genesis hash {actual}"
        told = cluster.name if cluster.name in GENESIS_HASHES else f"the chain with genesis hash {cluster.genesis_hash}"
        raise ClusterError(f"told {told}, but {cluster.url} is {what}; nothing was sent")
    if cluster.name == "localnet" and public is not None:
        raise ClusterError(f"told localnet, but {cluster.url} is {public}; nothing was sent")
    return actual

"""Names of clusters, and their RPC addresses."""

from __future__ import annotations

from urllib.parse import urlsplit

from seahorse.deploy.rpc import DeployError

URLS = {
    "localnet": "http://127.0.0.1:8899",
    "devnet": "https://api.devnet.solana.com",
    "testnet": "https://api.testnet.solana.com",
    "mainnet": "https://api.mainnet-beta.solana.com",
}
_ALIASES = {"localhost": "localnet", "mainnet-beta": "mainnet"}
_LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")


def cluster_url(cluster: str) -> str:
    """The RPC address of a name (localnet, devnet, testnet, mainnet) or of an http(s) URL. Raises DeployError."""
    name = _ALIASES.get(cluster.lower(), cluster.lower())
    if name in URLS:
        return URLS[name]
    parts = urlsplit(cluster)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise DeployError(f"{cluster!r} is no cluster; give localnet, devnet, testnet, mainnet or an http(s) URL")
    return cluster


def is_local(url: str) -> bool:
    """Whether a cluster runs on this machine."""
    return urlsplit(url).hostname in _LOCAL_HOSTS

"""Opens a client for a command: the right cluster, the right wallet, or a sentence that says why not."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.connection.cluster import Cluster, check_cluster, choose_cluster
from gridtokenx.chain.errors import GridTokenXError, StateError, WalletError
from gridtokenx.chain.files.wallet import load_keypair, wallet_path
from gridtokenx.chain.files.workspace import Checkout, find_workspace


@dataclass(frozen=True)
class OperatorSession:
    """A client whose cluster answered and proved to be the one that the caller named."""

    client: Client
    cluster: Cluster
    workspace: Checkout

    @property
    def wallet(self) -> Keypair:
        return self.client.payer


@asynccontextmanager
async def open_session(
    cluster: str | None, wallet: str | None, *, reads_only: bool = False, priority_fee: int = 0
) -> AsyncGenerator[OperatorSession, None]:
    """A session for what the command line says (None: the environment, then Anchor.toml).

    With `reads_only` no wallet is needed. Raises ClusterError, WalletError or WorkspaceError.
    """
    workspace = find_workspace()
    target = choose_cluster(cluster, workspace.provider("cluster"))
    payer = Keypair() if reads_only else load_keypair(wallet_path(wallet, workspace.provider("wallet")))
    async with Client(target.url, payer, workspace, priority_fee=priority_fee) as client:
        await check_cluster(client.connection, target)
        if not reads_only and (await client.connection.get_balance(payer.pubkey())).value == 0:
            raise WalletError(f"{payer.pubkey()} has no SOL on {target.url} to pay with; send it some first")
        yield OperatorSession(client, target, workspace)


def parse_key(text: str, option: str) -> Pubkey:
    """An address from the command line."""
    try:
        return Pubkey.from_string(text)
    except ValueError:
        raise GridTokenXError(f"{option} {text!r} is no address; give a base58 public key") from None


def refuse_other(what: str, told: object, actual: object, how: str) -> None:
    """Raises StateError when the chain's `actual` value is not what the command was `told`."""
    if told != actual:
        raise StateError(f"{what} is {actual}, not {told} as told; nothing was changed. {how}")

"""Reading accounts from the chain: one, several, all of a kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from solders.account import Account
from solders.pubkey import Pubkey

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.errors import StateError
from gridtokenx.market.records import Record

T = TypeVar("T", bound=Record)


def decoded(kind: type[T], account: Account | None) -> T | None:
    """The record in an account; None where nothing is but lamports, which anybody can send to any address. Raises
    ValueError when it is of another type."""
    return None if account is None or not account.data else kind.decode(account.data)


async def fetch(client: Client, kind: type[T], address: Pubkey) -> T | None:
    """The record at an address; None when there is no account.

    Raises StateError when what is there is not what the address promises.
    """
    account = await client.account(address)
    if account is None:
        return None
    if account.owner != client.programs.ids[kind.PROGRAM]:
        raise StateError(f"{address} belongs to {account.owner}, not to {kind.PROGRAM}; is this the right cluster?")
    return kind.decode(account.data)


async def require(client: Client, kind: type[T], address: Pubkey, what_to_do: str) -> T:
    """The record at an address. Raises StateError, with what to do, when there is none."""
    record = await fetch(client, kind, address)
    if record is None:
        raise StateError(f"there is no {kind.__name__} at {address}; {what_to_do}")
    return record


async def fetch_many(client: Client, kind: type[T], addresses: Sequence[Pubkey]) -> list[T | None]:
    """Records in the order of `addresses`."""
    accounts = await client.raw_accounts(addresses)
    return [decoded(kind, account) for account in accounts]


async def fetch_all(client: Client, kind: type[T]) -> dict[Pubkey, T]:
    """Every record of a kind, by address."""
    return await kind.fetch_all(client.connection, owned_by=client.programs.ids[kind.PROGRAM])

"""Reading accounts from the chain: one, several, all of a kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from based58 import b58encode
from solana.rpc.types import MemcmpOpts
from solders.account import Account
from solders.pubkey import Pubkey

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.errors import StateError
from gridtokenx.market.records import Record

T = TypeVar("T", bound=Record)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def from_decoded(kind: type[T], decoded: Any) -> T:
    """A record from AnchorPy's decoded account."""
    return _record(kind, decoded)


def _record(kind: Any, decoded: Any) -> Any:
    hints = _hints(kind)
    return kind(**{f.name: _convert(hints[f.name], getattr(decoded, f.name)) for f in fields(kind)})


def _convert(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    if get_origin(hint) in (Union, UnionType):
        return _convert(next(arg for arg in get_args(hint) if arg is not type(None)), value)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(type(value).__name__)
    if is_dataclass(cast(Any, hint)):
        return _record(hint, value)
    return value


def decode(client: Client, kind: type[T], data: bytes) -> T:
    """A record from an account's bytes. Raises ValueError when they are of another type."""
    name, decoded = client.programs[kind.PROGRAM].decode_account(data)
    if name != kind.__name__:
        raise ValueError(f"a {name}, not a {kind.__name__}")
    return from_decoded(kind, decoded)


def decoded(client: Client, kind: type[T], account: Account | None) -> T | None:
    """The record in an account; None where nothing is but lamports, which anybody can send to any address."""
    return None if account is None or not account.data else decode(client, kind, account.data)


async def fetch(client: Client, kind: type[T], address: Pubkey) -> T | None:
    """The record at an address; None when there is no account.

    Raises StateError when what is there is not what the address promises.
    """
    account = await client.account(address)
    if account is None:
        return None
    if account.owner != client.programs.ids[kind.PROGRAM]:
        raise StateError(f"{address} belongs to {account.owner}, not to {kind.PROGRAM}; is this the right cluster?")
    return decode(client, kind, account.data)


async def require(client: Client, kind: type[T], address: Pubkey, what_to_do: str) -> T:
    """The record at an address. Raises StateError, with what to do, when there is none."""
    record = await fetch(client, kind, address)
    if record is None:
        raise StateError(f"there is no {kind.__name__} at {address}; {what_to_do}")
    return record


async def fetch_many(client: Client, kind: type[T], addresses: Sequence[Pubkey]) -> list[T | None]:
    """Records in the order of `addresses`."""
    accounts = await client.raw_accounts(addresses)
    return [decoded(client, kind, account) for account in accounts]


async def fetch_all(client: Client, kind: type[T], *, filters: Sequence[MemcmpOpts | int] = ()) -> dict[Pubkey, T]:
    """Every record of a kind, by address. `filters` narrow it on the node (offset 0 is the discriminator)."""
    program = client.programs[kind.PROGRAM]
    wanted = program.account_discriminator(kind.__name__)
    by_type = MemcmpOpts(offset=0, bytes=encoded(wanted))
    answer = await client.connection.get_program_accounts(program.id, encoding="base64", filters=[by_type, *filters])
    return {row.pubkey: decode(client, kind, row.account.data) for row in answer.value}


def encoded(data: bytes) -> str:
    """Bytes as an account filter takes them: base58."""
    return b58encode(data).decode()

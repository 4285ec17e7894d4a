"""Reading accounts from a node: one, several, all of a kind, with filters that the node applies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from typing import Any, ClassVar, Final, NamedTuple, Protocol, Self, TypeVar

from solders.pubkey import Pubkey

from .codec import Codec, DecodeError, Kind, Tagged, encode_value

T = TypeVar("T")
A = TypeVar("A", bound="Account")

ACCOUNTS_PER_REQUEST = 100
MAX_FILTERS = 4
"""A node takes no more; the discriminator is one."""
FILTER_BYTES = 128
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


class _Unset(Enum):
    UNSET = "any"


Unset = _Unset
UNSET: Final = _Unset.UNSET
"""Of a filter: any value."""


class AccountError(Exception):
    """There is no such account where it must be, or what is there belongs to another program."""


class Connection(Protocol):
    """What is needed of a client of a node: three methods, as solana-py's AsyncClient has them."""

    async def get_account_info(self, pubkey: Pubkey, /) -> Any:
        """An answer whose `value` is an account or None."""
        ...

    async def get_multiple_accounts(self, pubkeys: list[Pubkey], /) -> Any:
        """An answer whose `value` has an account or None for each address."""
        ...

    async def get_program_accounts(
        self,
        pubkey: Pubkey,
        /,
        *,
        encoding: str,
        filters: Any,
    ) -> Any:
        """An answer whose `value` has pairs of `pubkey` and `account`."""
        ...


class Memcmp(NamedTuple):
    """Bytes (base58) that an account has at an offset."""

    offset: int
    bytes: str


def base58(data: bytes) -> str:
    """Bytes as a node takes them in filters."""
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = _ALPHABET[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def memcmp(offset: int, kind: Codec[T], value: T | Unset) -> Memcmp | None:
    """The filter for a field of an account; None when any value will do. Raises EncodeError, and ValueError for a value
    that is longer than a node compares."""
    if value is UNSET or isinstance(value, Unset):
        return None
    data = encode_value(kind, value)
    if len(data) > FILTER_BYTES:
        told = f"a filter has {len(data)} bytes"
        raise ValueError(f"{told}; a node compares at most {FILTER_BYTES}")
    return Memcmp(offset, base58(data))


def _decode(
    decode: Callable[[bytes], T],
    address: Pubkey,
    account: Any,
    owner: Pubkey,
) -> T | None:
    # Lamports alone are no account: anybody can send them to any address.
    if account is None or not account.data:
        return None
    if account.owner != owner:
        raise AccountError(f"{address} belongs to {account.owner}, and not to {owner}")
    try:
        return decode(bytes(account.data))
    except DecodeError as error:
        raise DecodeError(f"{address}: {error}") from None


async def fetch(
    connection: Connection,
    kind: type[A],
    address: Pubkey,
    owner: Pubkey,
) -> A | None:
    """The record at an address; None when nothing is there. Raises AccountError, DecodeError."""
    answer = await connection.get_account_info(address)
    return _decode(kind.decode, address, answer.value, owner)


async def require(
    connection: Connection,
    kind: type[A],
    address: Pubkey,
    owner: Pubkey,
) -> A:
    """The record at an address. Raises AccountError when nothing is there, and as `fetch`."""
    found = await fetch(connection, kind, address, owner)
    if found is None:
        raise AccountError(f"there is no account at {address}")
    return found


async def address_in(
    connection: Connection,
    kinds: Sequence[Kind[Any]],
    address: Pubkey,
    owner: Pubkey,
    field: str,
) -> Pubkey:
    """The address in a field of the account at an address, whichever kind it is of. Raises AccountError when it is of
    none, and as `fetch`."""
    answer = await connection.get_account_info(address)
    data = b"" if answer.value is None else bytes(answer.value.data)
    for kind in kinds:
        if data.startswith(kind.DISCRIMINATOR):
            record = _decode(kind.decode, address, answer.value, owner)
            found: Pubkey = getattr(record, field)
            return found
    raise AccountError(f"there is no account at {address} with a field {field}")


async def fetch_many(
    connection: Connection,
    kind: type[A],
    addresses: Iterable[Pubkey],
    owner: Pubkey,
) -> list[A | None]:
    """The records at several addresses, in their order. Raises as `fetch`."""
    keys = list(addresses)
    found: list[A | None] = []
    for start in range(0, len(keys), ACCOUNTS_PER_REQUEST):
        part = keys[start : start + ACCOUNTS_PER_REQUEST]
        answer = await connection.get_multiple_accounts(part)
        for key, account in zip(part, answer.value, strict=True):
            found.append(_decode(kind.decode, key, account, owner))
    return found


async def fetch_all(
    connection: Connection,
    kind: type[A],
    program: Pubkey,
    filters: Sequence[Memcmp | None],
) -> dict[Pubkey, A]:
    """Every record of a kind that passes the filters, by address. Raises ValueError for too many filters."""
    wanted = [Memcmp(0, base58(kind.DISCRIMINATOR))]
    wanted += [one for one in filters if one is not None]
    if len(wanted) > MAX_FILTERS:
        told = f"{len(wanted) - 1} filters"
        raise ValueError(f"{told}; a node takes at most {MAX_FILTERS - 1}")
    answer = await connection.get_program_accounts(
        program,
        encoding="base64",
        filters=wanted,
    )
    return {row.pubkey: kind.decode(bytes(row.account.data)) for row in answer.value}


class Account(Tagged):
    """An account of a program, whose records can be fetched."""

    __slots__ = ()
    OWNER: ClassVar[Pubkey]

    @classmethod
    async def fetch(
        cls,
        connection: Connection,
        address: Pubkey,
        *,
        owned_by: Pubkey | None = None,
    ) -> Self | None:
        """The account at an address; None when nothing is there.

        Raises AccountError when it belongs to another program, DecodeError when it is of another type.
        """
        return await fetch(connection, cls, address, owned_by or cls.OWNER)

    @classmethod
    async def fetch_many(
        cls,
        connection: Connection,
        addresses: Iterable[Pubkey],
        *,
        owned_by: Pubkey | None = None,
    ) -> list[Self | None]:
        """The accounts at several addresses, in their order. Raises as `fetch`."""
        return await fetch_many(connection, cls, addresses, owned_by or cls.OWNER)

"""A transaction taken apart once: keys in execution order, which are writable, which signature names it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from solders.account import Account
from solders.address_lookup_table_account import AddressLookupTable
from solders.message import Message, MessageAddressTableLookup, MessageV0, MessageV1
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from solana_localnet.chain.programs import LOOKUP_TABLE, UPGRADEABLE_LOADER

AnyMessage = Message | MessageV0 | MessageV1
Version = Literal["legacy", 0, 1]
AccountReader = Callable[[Pubkey], Account | None]


class NoSignature(ValueError):
    """The transaction can be read and is signed by nobody."""


@dataclass(slots=True)
class Decoded:
    """One transaction and what follows from its message.

    keys: static keys, then the writable, then the read-only ones that lookup tables name: the order in which
    instruction indices count. writable: for each key, whether the message asks for write access.
    """

    tx: VersionedTransaction
    wire: bytes
    signature: Signature
    message: AnyMessage
    keys: list[Pubkey]
    writable: list[bool]
    static_count: int
    loaded_writable_count: int
    version: Version

    def calls(self) -> Iterator[tuple[Pubkey, bytes]]:
        """Program and data of each instruction."""
        for item in self.message.instructions:
            yield self.keys[item.program_id_index], bytes(item.data)

    def programs(self) -> Iterator[Pubkey]:
        """The program of each instruction."""
        for item in self.message.instructions:
            yield self.keys[item.program_id_index]

    def write_locks(self) -> int:
        """Accounts that the message asks to write, programs included."""
        header, static = self.message.header, self.static_count
        readonly = header.num_readonly_signed_accounts + header.num_readonly_unsigned_accounts
        return static - readonly + self.loaded_writable_count

    @property
    def lookups(self) -> Sequence[MessageAddressTableLookup]:
        """The lookup tables that the message names."""
        return self.message.address_table_lookups if isinstance(self.message, MessageV0) else ()

    @property
    def blockhash(self) -> bytes:
        """The 32 bytes that bound the transaction's life."""
        return bytes(self.message.recent_blockhash)

    @property
    def loaded_writable(self) -> list[Pubkey]:
        """Writable keys that came from lookup tables."""
        return self.keys[self.static_count : self.static_count + self.loaded_writable_count]

    @property
    def loaded_readonly(self) -> list[Pubkey]:
        """Read-only keys that came from lookup tables."""
        return self.keys[self.static_count + self.loaded_writable_count :]


def decode(wire: bytes, read: AccountReader) -> Decoded:
    """Takes a serialized transaction apart. Calls `read` for the lookup tables that it names.

    Raises ValueError when the bytes are no transaction. A lookup table that is absent or too short contributes no
    keys: the VM refuses such a transaction with the error that a validator gives.
    """
    tx = VersionedTransaction.from_bytes(wire)
    return from_transaction(tx, wire, read)


def from_transaction(tx: VersionedTransaction, wire: bytes, read: AccountReader) -> Decoded:
    """As `decode`, for a transaction that is an object already."""
    signatures = tx.signatures
    if not signatures:
        raise NoSignature("the transaction has no signature")
    message = tx.message
    loaded = resolve_lookups(message, read) if isinstance(message, MessageV0) else None
    return _assemble(tx, wire, loaded)


def restore(wire: bytes, loaded: tuple[list[Pubkey], list[Pubkey]] | None) -> Decoded:
    """As `decode`, with the lookups (writable, read-only) that were found when the transaction ran."""
    return _assemble(VersionedTransaction.from_bytes(wire), wire, loaded)


def _assemble(tx: VersionedTransaction, wire: bytes, loaded: tuple[list[Pubkey], list[Pubkey]] | None) -> Decoded:
    message = tx.message
    keys = list(message.account_keys)
    static_count = len(keys)
    writable = static_writability(message, static_count)
    loaded_writable, loaded_readonly = loaded or ([], [])
    if loaded is not None:
        keys += loaded_writable + loaded_readonly
        writable += [True] * len(loaded_writable) + [False] * len(loaded_readonly)
    demote_programs(message, keys, writable)
    version: Version = 0 if isinstance(message, MessageV0) else 1 if isinstance(message, MessageV1) else "legacy"
    return Decoded(tx, wire, tx.signatures[0], message, keys, writable, static_count, len(loaded_writable), version)


def static_writability(message: AnyMessage, count: int) -> list[bool]:
    """Write access of the message's own keys, as its header counts them."""
    header = message.header
    signed = header.num_required_signatures
    last_writable_signed = signed - header.num_readonly_signed_accounts
    last_writable_unsigned = count - header.num_readonly_unsigned_accounts
    return [
        index < last_writable_signed if index < signed else index < last_writable_unsigned for index in range(count)
    ]


def demote_programs(message: AnyMessage, keys: list[Pubkey], writable: list[bool]) -> None:
    """A program that is called is never locked for writing, unless the upgradeable loader takes part."""
    if UPGRADEABLE_LOADER in keys:
        return
    for instruction in message.instructions:
        if instruction.program_id_index < len(writable):
            writable[instruction.program_id_index] = False


def resolve_lookups(message: MessageV0, read: AccountReader) -> tuple[list[Pubkey], list[Pubkey]]:
    """The writable and the read-only addresses that the message's lookup tables contribute."""
    writable: list[Pubkey] = []
    readonly: list[Pubkey] = []
    for lookup in message.address_table_lookups:
        table = read(lookup.account_key)
        if table is None or table.owner != LOOKUP_TABLE:
            continue
        try:
            addresses = list(AddressLookupTable.deserialize(table.data).addresses)
        except ValueError:
            continue
        writable += [addresses[i] for i in lookup.writable_indexes if i < len(addresses)]
        readonly += [addresses[i] for i in lookup.readonly_indexes if i < len(addresses)]
    return writable, readonly

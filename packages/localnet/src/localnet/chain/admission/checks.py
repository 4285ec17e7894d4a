"""What a validator finds wrong with a transaction when it loads it: the transaction then lands with its fee alone."""

from collections.abc import Callable, Sequence
from typing import Any

from solders.account import Account
from solders.hash import Hash
from solders.message import Message, MessageV0
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction

from localnet.chain import programs
from localnet.chain.decoded import AnyMessage, Decoded
from localnet.chain.metering.cost import loaded_bytes, loaded_limit

Reader = Callable[[Pubkey], Account | None]
FEES_ONLY = frozenset(("ProgramAccountNotFound", "InvalidProgramForExecution", "MaxLoadedAccountsDataSizeExceeded"))
"""Errors of a transaction that is not run but pays. It has no logs and no inner instructions."""


def load_error(decoded: Decoded, read: Reader) -> str | None:
    """Why the transaction cannot be run, though its payer can pay: one of FEES_ONLY, or None."""
    for program, _ in decoded.calls():
        account = read(program)
        if account is None:
            return None if program in programs.PRECOMPILES else "ProgramAccountNotFound"
        if not account.executable:
            return "InvalidProgramForExecution"
    limit = loaded_limit(decoded)
    if limit and loaded_bytes(decoded, read) > limit:
        return "MaxLoadedAccountsDataSizeExceeded"
    return None


def is_fees_only(err: Any) -> bool:
    """Whether the error is one of a transaction that only paid."""
    return isinstance(err, str) and err in FEES_ONLY


def signed(decoded: Decoded) -> bool:
    """Whether every signature that the transaction must have is there and verifies."""
    return all(decoded.tx.verify_with_results())


def with_blockhash(decoded: Decoded, blockhash: bytes) -> VersionedTransaction:
    """The same transaction with another blockhash; its signatures do not fit any more."""
    message: AnyMessage = decoded.message
    fresh = Hash(blockhash)
    if isinstance(message, Message):
        header = message.header
        changed: AnyMessage = Message.new_with_compiled_instructions(
            header.num_required_signatures,
            header.num_readonly_signed_accounts,
            header.num_readonly_unsigned_accounts,
            message.account_keys,
            fresh,
            message.instructions,
        )
    elif isinstance(message, MessageV0):
        changed = MessageV0(
            message.header, message.account_keys, fresh, message.instructions, message.address_table_lookups
        )
    else:
        return decoded.tx
    signatures: Sequence[Any] = decoded.tx.signatures
    return VersionedTransaction.populate(changed, list(signatures))

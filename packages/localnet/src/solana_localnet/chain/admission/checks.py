"""Errors that a validator finds when it loads a transaction: the transaction then lands, pays its fee and does
nothing."""

from typing import Any, cast

from solders.hash import Hash
from solders.instruction import CompiledInstruction
from solders.message import Message, MessageV0
from solders.transaction import VersionedTransaction

from solana_localnet.chain import programs
from solana_localnet.chain.admission.nonce import touches_nonces
from solana_localnet.chain.decoded import AccountReader, AnyMessage, Decoded
from solana_localnet.chain.metering.cost import loaded_limit
from solana_localnet.chain.metering.extents import Extents

FEES_ONLY = frozenset(("ProgramAccountNotFound", "InvalidProgramForExecution", "MaxLoadedAccountsDataSizeExceeded"))
"""Errors of a transaction that is not run but pays. It has no logs and no inner instructions."""


def load_error(decoded: Decoded, extents: Extents, loaded: int) -> str | None:
    """Why the transaction cannot be run, though its payer can pay: one of FEES_ONLY, or None. loaded: bytes of the
    accounts that it loads."""
    for program in decoded.programs():
        extent = extents.get(program)
        if extent is None:
            return None if program in programs.PRECOMPILES else "ProgramAccountNotFound"
        if not extent.executable:
            return "InvalidProgramForExecution"
    if loaded > (loaded_limit(decoded) or loaded):
        return "MaxLoadedAccountsDataSizeExceeded"
    return None


def is_fees_only(err: Any) -> bool:
    """Whether the error is one of a transaction that only paid."""
    return isinstance(err, str) and err in FEES_ONLY


def is_budget_error(err: Any, decoded: Decoded) -> bool:
    """Whether the error says that an instruction of the compute-budget program asks for what it cannot get."""
    if not isinstance(err, dict):
        return False
    fields: dict[str, tuple[int, Any]] = cast(dict[str, Any], err)
    index, reason = fields.get("InstructionError", (0, None))
    called = [program for program, _ in decoded.calls()][index : index + 1]
    return reason == "InvalidInstructionData" and called == [programs.COMPUTE_BUDGET]


def signed(decoded: Decoded) -> bool:
    """Whether every signature that the transaction must have is there and verifies."""
    return all(decoded.tx.verify_with_results())


EXTEND, EXTEND_CHECKED = (6).to_bytes(4, "little"), (9).to_bytes(4, "little")
AUTHORITY_IN_PROGRAM_DATA = slice(13, 45)


def stand_in(decoded: Decoded, blockhash: bytes, read: AccountReader) -> VersionedTransaction | None:
    """The transaction that the VM must run instead, where it would execute this one differently from a validator; None
    where it would not. The caller checks the signatures on the original: they do not fit the stand-in.

    The system program must see the bank's last blockhash for a nonce, where LiteSVM shows it the transaction's own.
    The upgradeable loader of a test validator extends a program only with its authority's signature; LiteSVM's
    has the instruction without it.
    """
    checked = [
        index
        for index, (program, data) in enumerate(decoded.calls())
        if program == programs.UPGRADEABLE_LOADER and data[:4] == EXTEND_CHECKED
    ]
    if not checked and not touches_nonces(decoded):
        return None
    instructions = list(decoded.message.instructions)
    for index in checked:
        instructions[index] = _extension(instructions[index], decoded, read)
    return _rebuilt(decoded, instructions, Hash(blockhash if touches_nonces(decoded) else decoded.blockhash))


def _extension(item: CompiledInstruction, decoded: Decoded, read: AccountReader) -> CompiledInstruction:
    """ExtendProgram for ExtendProgramChecked, when the authority has signed; else the instruction as it is."""
    accounts = bytes(item.accounts)
    if len(accounts) < 3 or max(accounts) >= len(decoded.keys):
        return item
    home, authority = read(decoded.keys[accounts[0]]), accounts[2]
    signed_by = decoded.keys[authority] if authority < decoded.message.header.num_required_signatures else None
    if home is None or signed_by is None or home.data[AUTHORITY_IN_PROGRAM_DATA] != bytes(signed_by):
        return item
    return CompiledInstruction(item.program_id_index, EXTEND + bytes(item.data)[4:], accounts[:2] + accounts[3:])


def _rebuilt(decoded: Decoded, instructions: list[CompiledInstruction], blockhash: Hash) -> VersionedTransaction | None:
    message: AnyMessage = decoded.message
    header = message.header
    if isinstance(message, Message):
        changed: AnyMessage = Message.new_with_compiled_instructions(
            header.num_required_signatures,
            header.num_readonly_signed_accounts,
            header.num_readonly_unsigned_accounts,
            message.account_keys,
            blockhash,
            instructions,
        )
    elif isinstance(message, MessageV0):
        changed = MessageV0(header, message.account_keys, blockhash, instructions, message.address_table_lookups)
    else:
        return None
    return VersionedTransaction.populate(changed, list(decoded.tx.signatures))

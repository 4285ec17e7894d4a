"""The account in which Anchor keeps a program's IDL on the chain, and the instructions that write it (lang/src/idl.rs).

A program that has them answers instruction data that begins with `IDL_TAG` and the number of an `IdlOperation`.
"""

from __future__ import annotations

from enum import IntEnum
from hashlib import sha256

from seahorse.ir.addresses import find_program_address

# Anchor's IDL_IX_TAG, which is the first 8 bytes of sha256("anchor:idl") read as a big-endian number.
IDL_TAG = sha256(b"anchor:idl").digest()[:8][::-1]
IDL_SEED = b"anchor:idl"
# Of `#[account("internal")] struct IdlAccount`.
IDL_DISCRIMINATOR = sha256(b"internal:IdlAccount").digest()[:8]
# Where the authority, the length of the IDL and the compressed IDL itself begin in the account's data.
IDL_AUTHORITY, IDL_LENGTH, IDL_DATA = 8, 40, 44
# The most bytes that an account has when it is created, and that one resizing adds.
IDL_STEP = 10_000


class IdlOperation(IntEnum):
    """The numbers behind the tag, in the order of Anchor's enum."""

    CREATE = 0  # from, to, base, system program, program; u64: bytes of the IDL
    CREATE_BUFFER = 1  # buffer, authority
    WRITE = 2  # idl, authority; u32 and bytes: what is added
    SET_BUFFER = 3  # buffer, idl, authority
    SET_AUTHORITY = 4  # idl, authority; 32 bytes
    CLOSE = 5  # idl, authority, who gets the lamports
    RESIZE = 6  # idl, authority, system program; u64: bytes of the account


def idl_base(program: bytes) -> tuple[bytes, int]:
    """The address that signs when the account is created, and its bump."""
    return find_program_address([], program)


def idl_address(program: bytes) -> bytes:
    """The address of a program's IDL account."""
    return sha256(idl_base(program)[0] + IDL_SEED + program).digest()

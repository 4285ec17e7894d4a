"""BPFLoaderUpgradeable: its instructions and its accounts."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey
from solders.system_program import CreateAccountParams, create_account

from seahorse.deploy.metas import readonly, signer, writable, writable_signer
from seahorse.deploy.rpc import DeployError, Rpc

LOADER = Pubkey.from_string("BPFLoaderUpgradeab1e11111111111111111111111")
SYSTEM = Pubkey.default()
RENT = Pubkey.from_string("SysvarRent111111111111111111111111111111111")
CLOCK = Pubkey.from_string("SysvarC1ock11111111111111111111111111111111")

BUFFER_HEADER = 37
"""State tag (4) and an optional authority (33), before a buffer's bytes."""
PROGRAM_DATA_HEADER = 45
"""State tag (4), slot (8) and an optional authority (33), before a program's bytes."""
PROGRAM_BYTES = 36
MINIMUM_EXTENSION = 10_240
"""The loader extends by at least this many bytes."""

_INITIALIZE_BUFFER, _WRITE, _DEPLOY, _UPGRADE, _CLOSE, _EXTEND, _EXTEND_CHECKED = 0, 1, 2, 3, 5, 6, 9
_BUFFER_TAG = 1


@dataclass(frozen=True)
class OnChainProgram:
    """A program as the loader keeps it. `code` has the length that the program can grow to without an extension."""

    address: Pubkey
    slot: int
    authority: Pubkey | None
    code: bytes

    @property
    def capacity(self) -> int:
        return len(self.code)

    def runs(self, code: bytes) -> bool:
        """Whether `code` is what is deployed; the rest of the account is zeros."""
        return self.code[: len(code)] == code and not any(self.code[len(code) :])


@dataclass(frozen=True)
class Buffer:
    """A buffer account: who may write it, and what is written so far."""

    authority: Pubkey | None
    code: bytes


def program_data_address(program: Pubkey) -> Pubkey:
    """Where the loader keeps the code of a program."""
    return Pubkey.find_program_address([bytes(program)], LOADER)[0]


async def read_program(rpc: Rpc, program: Pubkey) -> OnChainProgram | None:
    """The program at an address, or None. Raises DeployError when something else is there, or a closed program."""
    account, data = await rpc.accounts([program, program_data_address(program)])
    if account is None:
        return None
    if account[0] != LOADER:
        raise DeployError(f"{program} is not an upgradeable program, but an account of {account[0]}; use another key")
    if data is None or len(data[1]) < PROGRAM_DATA_HEADER:
        raise DeployError(f"the program {program} was closed, which is for ever; use another key")
    raw = data[1]
    authority = Pubkey.from_bytes(raw[13:45]) if raw[12] else None
    return OnChainProgram(program, int.from_bytes(raw[4:12], "little"), authority, raw[PROGRAM_DATA_HEADER:])


async def read_buffer(rpc: Rpc, buffer: Pubkey) -> Buffer | None:
    """The buffer at an address, or None."""
    account = (await rpc.accounts([buffer]))[0]
    if account is None:
        return None
    owner, data = account
    if owner != LOADER or int.from_bytes(data[:4], "little") != _BUFFER_TAG:
        raise DeployError(f"{buffer} is not a buffer; use another key for it")
    return Buffer(Pubkey.from_bytes(data[5:37]) if data[4] else None, data[BUFFER_HEADER:])


def create_buffer(payer: Pubkey, buffer: Pubkey, size: int, rent: int) -> list[Instruction]:
    """A new buffer for `size` bytes of code; signed by `payer`, its authority, and by `buffer`."""
    initialize = _loader(_INITIALIZE_BUFFER, b"", [writable(buffer), readonly(payer)])
    return [_create(payer, buffer, BUFFER_HEADER + size, rent), initialize]


def write(buffer: Pubkey, authority: Pubkey, offset: int, chunk: bytes) -> Instruction:
    """Write `chunk` at `offset` of a buffer."""
    data = struct.pack("<IQ", offset, len(chunk)) + chunk
    return _loader(_WRITE, data, [writable(buffer), signer(authority)])


def deploy(payer: Pubkey, program: Pubkey, buffer: Pubkey, max_len: int, rent: int) -> list[Instruction]:
    """Make the buffer a program with room for `max_len` bytes; signed by `payer`, its authority, and by `program`."""
    accounts = [
        writable_signer(payer),
        writable(program_data_address(program)),
        writable(program),
        writable(buffer),
        readonly(RENT),
        readonly(CLOCK),
        readonly(SYSTEM),
        signer(payer),
    ]
    made = _create(payer, program, PROGRAM_BYTES, rent)
    return [made, _loader(_DEPLOY, struct.pack("<Q", max_len), accounts)]


def upgrade(program: Pubkey, buffer: Pubkey, authority: Pubkey) -> Instruction:
    """Replace the program's code by the buffer's; the buffer's rent goes to `authority`."""
    accounts = [
        writable(program_data_address(program)),
        writable(program),
        writable(buffer),
        writable(authority),
        readonly(RENT),
        readonly(CLOCK),
        signer(authority),
    ]
    return _loader(_UPGRADE, b"", accounts)


def extend(program: Pubkey, authority: Pubkey, additional: int, *, checked: bool) -> Instruction:
    """Give the program room for more bytes, paid by `authority`. `checked`: the newer form, signed by it."""
    start = [writable(program_data_address(program)), writable(program)]
    data = struct.pack("<I", additional)
    if checked:
        return _loader(_EXTEND_CHECKED, data, [*start, signer(authority), readonly(SYSTEM), writable_signer(authority)])
    return _loader(_EXTEND, data, [*start, readonly(SYSTEM), writable_signer(authority)])


def close(buffer: Pubkey, authority: Pubkey) -> Instruction:
    """Close a buffer; its rent goes to `authority`."""
    return _loader(_CLOSE, b"", [writable(buffer), writable(authority), signer(authority)])


def _create(payer: Pubkey, new: Pubkey, space: int, rent: int) -> Instruction:
    return create_account(
        CreateAccountParams(from_pubkey=payer, to_pubkey=new, lamports=rent, space=space, owner=LOADER)
    )


def _loader(tag: int, payload: bytes, accounts: Sequence[AccountMeta]) -> Instruction:
    return Instruction(LOADER, struct.pack("<I", tag) + payload, list(accounts))

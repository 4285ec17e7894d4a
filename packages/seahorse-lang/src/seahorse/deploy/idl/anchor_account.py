"""The account in which a program keeps its own IDL, by Anchor's instructions (ir/idl_account.py)."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.system_program import CreateAccountParams, create_account

from seahorse.deploy.loader import SYSTEM
from seahorse.deploy.metas import readonly, signer, writable, writable_signer
from seahorse.deploy.rpc import DeployError, Rpc
from seahorse.ir import idl_account as layout
from seahorse.ir.idl_account import IDL_AUTHORITY, IDL_DATA, IDL_LENGTH, IDL_STEP, IDL_TAG, IdlOperation

CHUNK = 800
"""Bytes of an IDL that one transaction writes."""
LARGEST = 60_000 - IDL_DATA
"""Anchor's own command makes no larger account: a transaction has room for so many resizings."""
_MAX_TEXT = 16 << 20


def idl_address(program: Pubkey) -> Pubkey:
    """Where Anchor (`IdlAccount::address`) keeps a program's IDL."""
    return Pubkey(layout.idl_address(bytes(program)))


def pack_idl(text: str) -> bytes:
    """The text as the account holds it."""
    return zlib.compress(text.encode())


def unpack_idl(data: bytes) -> str:
    """The text in the data of an IDL account. Raises DeployError."""
    length = int.from_bytes(data[IDL_LENGTH:IDL_DATA], "little")
    try:
        unpacking = zlib.decompressobj()
        text = unpacking.decompress(data[IDL_DATA : IDL_DATA + length], _MAX_TEXT)
        if not unpacking.eof:
            raise DeployError("the IDL account is incomplete, or holds more than 16 MB")
        return text.decode("utf-8")
    except (zlib.error, UnicodeDecodeError) as error:
        raise DeployError(f"the account holds no compressed IDL: {error}") from None


async def fetch_idl(rpc: Rpc, program: Pubkey) -> str | None:
    """The text of a program's IDL; None when it keeps none. Raises DeployError when what it keeps cannot be read."""
    found = (await rpc.accounts([idl_address(program)]))[0]
    return None if found is None else unpack_idl(found[1])


async def upload_idl(rpc: Rpc, program: Pubkey, text: str, authority: Keypair) -> Pubkey:
    """Put an IDL on the chain, or replace the one there. Returns its address. Raises DeployError.

    A new IDL is written to a buffer and takes the other's place in one step. Only when it needs more room than the
    account has, the account is made anew, and holds no whole IDL until all of it is written.
    """
    packed = pack_idl(text)
    if len(packed) > LARGEST:
        raise DeployError(f"the IDL has {len(packed):,} bytes when compressed; the most is {LARGEST:,}")
    address = idl_address(program)
    found = (await rpc.accounts([address]))[0]
    if found is not None:
        _check_authority(found[1], authority.pubkey(), program)
    if found is None or len(found[1]) - IDL_DATA < len(packed):
        # Room for twice as much, so that the next one fits.
        room = min(2 * len(packed), LARGEST)
        closing = [] if found is None else [_close(program, address, authority.pubkey())]
        await rpc.send([*closing, *_create(program, authority.pubkey(), room)], authority)
        await _write(rpc, program, address, packed, authority)
    else:
        await _replace(rpc, program, packed, authority)
    return address


def _check_authority(data: bytes, authority: Pubkey, program: Pubkey) -> None:
    held = Pubkey.from_bytes(data[IDL_AUTHORITY:IDL_LENGTH])
    if held == Pubkey.default():
        raise DeployError(f"the IDL of {program} has no authority any more: it stays as it is")
    if held != authority:
        raise DeployError(f"{authority} may not change the IDL of {program}; use the wallet of {held}")


async def _replace(rpc: Rpc, program: Pubkey, packed: bytes, authority: Keypair) -> None:
    buffer, owner = Keypair(), authority.pubkey()
    size = IDL_DATA + len(packed)
    params = CreateAccountParams(
        from_pubkey=owner, to_pubkey=buffer.pubkey(), lamports=await rpc.rent(size), space=size, owner=program
    )
    written = _idl(program, IdlOperation.CREATE_BUFFER, [writable(buffer.pubkey()), signer(owner)])
    await rpc.send([create_account(params), written], authority, buffer)
    close = _close(program, buffer.pubkey(), owner)
    try:
        await _write(rpc, program, buffer.pubkey(), packed, authority)
        accounts = [writable(buffer.pubkey()), writable(idl_address(program)), signer(owner)]
        await rpc.send([_idl(program, IdlOperation.SET_BUFFER, accounts), close], authority)
    except DeployError:
        # Its rent comes back.
        await rpc.send([close], authority)
        raise


async def _write(rpc: Rpc, program: Pubkey, account: Pubkey, packed: bytes, authority: Keypair) -> None:
    """One after the other: each adds to what is there."""
    accounts = [writable(account), signer(authority.pubkey())]
    for start in range(0, len(packed), CHUNK):
        part = packed[start : start + CHUNK]
        data = len(part).to_bytes(4, "little") + part
        await rpc.send([_idl(program, IdlOperation.WRITE, accounts, data)], authority)


def _create(program: Pubkey, payer: Pubkey, room: int) -> list[Instruction]:
    """The account with so much room, which it gets in steps."""
    address, size = idl_address(program), IDL_DATA + room
    base = Pubkey(layout.idl_base(bytes(program))[0])
    accounts = [
        writable_signer(payer),
        writable(address),
        readonly(base),
        readonly(SYSTEM),
        readonly(program),
    ]
    growing = [writable(address), writable_signer(payer), readonly(SYSTEM)]
    steps = range(IDL_STEP, size, IDL_STEP)
    return [
        _idl(program, IdlOperation.CREATE, accounts, room.to_bytes(8, "little")),
        *(_idl(program, IdlOperation.RESIZE, growing, size.to_bytes(8, "little")) for _ in steps),
    ]


def _close(program: Pubkey, account: Pubkey, owner: Pubkey) -> Instruction:
    return _idl(program, IdlOperation.CLOSE, [writable(account), signer(owner), writable(owner)])


def _idl(program: Pubkey, which: IdlOperation, accounts: Sequence[AccountMeta], data: bytes = b"") -> Instruction:
    return Instruction(program, IDL_TAG + bytes([which]) + data, list(accounts))

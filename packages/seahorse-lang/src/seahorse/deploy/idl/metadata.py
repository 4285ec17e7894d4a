"""The Program Metadata program, which keeps IDLs for programs of Anchor 1 and others: its instructions and accounts.

As its published client has them, @solana-program/program-metadata 0.7.0.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.system_program import CreateAccountParams, TransferParams, create_account, transfer

from seahorse.deploy.loader import SYSTEM, program_data_address, read_program
from seahorse.deploy.metas import readonly, signer, writable
from seahorse.deploy.rpc import DeployError, Rpc

PROGRAM_METADATA = Pubkey.from_string("ProgM6JCCvbYkfKqJYHePx4xxSUSqJp7rh8Lyv7nk7S")
RENT = Pubkey.from_string("SysvarRent111111111111111111111111111111111")
IDL = b"idl".ljust(16, b"\0")
"""The seed of the account that holds a program's IDL."""
HEADER = 96
"""Bytes before the data: its kind, program, authority, whether mutable and canonical, seed, four kinds, its length."""
GROWTH = 10_240
"""The most bytes that one instruction adds to an account."""
CHUNK = 800
_WRITE, _INITIALIZE, _SET_AUTHORITY, _SET_DATA, _TRIM, _CLOSE, _ALLOCATE, _EXTEND = 0, 1, 2, 3, 5, 6, 7, 8
# Of text that is JSON, compressed by zlib, in the account itself: encoding, compression, format, source.
_UTF8, _ZLIB, _JSON, _DIRECT = 1, 2, 1, 0
_KINDS = bytes([_UTF8, _ZLIB, _JSON, _DIRECT])
_METADATA = 2
_KINDS_AT, _LENGTH_AT, _MUTABLE_AT = 83, 87, 65
_MAX_TEXT = 16 << 20


def metadata_address(program: Pubkey) -> Pubkey:
    """Where the IDL is that whoever may upgrade a program has written."""
    return Pubkey.find_program_address([bytes(program), IDL], PROGRAM_METADATA)[0]


# --- instructions -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Instructions:
    """The instructions for one program's IDL, by its upgrade authority."""

    program: Pubkey
    authority: Pubkey

    @property
    def metadata(self) -> Pubkey:
        return metadata_address(self.program)

    @property
    def _program(self) -> list[AccountMeta]:
        return [readonly(self.program), readonly(program_data_address(self.program))]

    @property
    def _nothing(self) -> AccountMeta:
        """The program's own address: it stands in the place of an optional account that the call omits."""
        return readonly(PROGRAM_METADATA)

    def _head(self, account: Pubkey) -> list[AccountMeta]:
        return [writable(account), signer(self.authority)]

    def allocate(self) -> Instruction:
        """Make the account of the IDL, whose rent is there."""
        return _call([*self._head(self.metadata), *self._program, readonly(SYSTEM)], _ALLOCATE, IDL)

    def extend(self, size: int) -> Instruction:
        """Give it `size` bytes more, GROWTH at most."""
        return _call([*self._head(self.metadata), *self._program], _EXTEND, size.to_bytes(2, "little"))

    def write(self, account: Pubkey, offset: int, part: bytes) -> Instruction:
        """Write bytes of the data, into a buffer or an account that is not initialized yet."""
        return _call([*self._head(account), self._nothing], _WRITE, offset.to_bytes(4, "little") + part)

    def initialize(self) -> Instruction:
        """Make the written data the IDL."""
        accounts = [*self._head(self.metadata), *self._program, self._nothing]
        return _call(accounts, _INITIALIZE, IDL + _KINDS)

    def allocate_buffer(self, buffer: Pubkey) -> Instruction:
        """A new account is a buffer; it signs for itself."""
        accounts = [writable(buffer), signer(buffer)]
        return _call([*accounts, self._nothing, self._nothing, readonly(SYSTEM)], _ALLOCATE)

    def give_buffer(self, buffer: Pubkey) -> Instruction:
        """The buffer's authority becomes the upgrade authority."""
        accounts = [writable(buffer), signer(buffer)]
        data = b"\1" + bytes(self.authority)
        return _call([*accounts, self._nothing, self._nothing], _SET_AUTHORITY, data)

    def set_data(self, buffer: Pubkey) -> Instruction:
        """Make the data of the buffer the IDL."""
        head = self._head(self.metadata)
        return _call([*head, writable(buffer), *self._program], _SET_DATA, _KINDS)

    def close(self, buffer: Pubkey) -> Instruction:
        """The buffer's rent goes to the authority."""
        accounts = [*self._head(buffer), self._nothing, self._nothing, writable(self.authority)]
        return _call(accounts, _CLOSE)

    def trim(self) -> Instruction:
        """Return lamports that the account does not need to the authority."""
        accounts = [*self._head(self.metadata), *self._program, writable(self.authority), readonly(RENT)]
        return _call(accounts, _TRIM)


def _call(accounts: Sequence[AccountMeta], number: int, data: bytes = b"") -> Instruction:
    return Instruction(PROGRAM_METADATA, bytes([number]) + data, list(accounts))


# --- reading and writing ------------------------------------------------------------------------------------------


async def require_program(rpc: Rpc) -> None:
    """Raises DeployError where the cluster has no Program Metadata program."""
    if (await rpc.accounts([PROGRAM_METADATA]))[0] is None:
        raise DeployError(
            f"{rpc.url} has no Program Metadata program ({PROGRAM_METADATA}); "
            "use `--to anchor`, or a cluster that has it"
        )


def unpack_metadata(data: bytes) -> str:
    """The text in an account. Raises DeployError when it is no IDL in the account itself."""
    if len(data) < HEADER or data[0] != _METADATA:
        raise DeployError("the account holds no metadata yet: an upload was broken off; upload again")
    encoding, compression, _, source = data[_KINDS_AT:_LENGTH_AT]
    if source != _DIRECT or encoding != _UTF8 or compression not in (0, 1, _ZLIB):
        raise DeployError("the IDL is not text in the account itself; read it with the program-metadata command")
    length = int.from_bytes(data[_LENGTH_AT : _LENGTH_AT + 4], "little")
    raw = data[HEADER : HEADER + length]
    try:
        if compression:
            # Both forms of deflate: gzip's and zlib's.
            raw = zlib.decompressobj(wbits=47).decompress(raw, _MAX_TEXT)
        return raw.decode("utf-8")
    except (zlib.error, UnicodeDecodeError) as error:
        raise DeployError(f"the account holds no IDL: {error}") from None


async def fetch_metadata(rpc: Rpc, program: Pubkey) -> str | None:
    """The text of a program's IDL; None when it has none. Raises DeployError."""
    await require_program(rpc)
    found = (await rpc.accounts([metadata_address(program)]))[0]
    return None if found is None else unpack_metadata(found[1])


async def upload_metadata(rpc: Rpc, program: Pubkey, text: str, authority: Keypair) -> Pubkey:
    """Put an IDL on the chain, or replace the one there, by a program's upgrade authority. Returns its address.

    An existing IDL stays until the new one is complete. Raises DeployError.
    """
    await require_program(rpc)
    present = await read_program(rpc, program)
    if present is None or present.authority != authority.pubkey():
        raise DeployError(f"{authority.pubkey()} may not upgrade {program}: only who may writes its IDL")
    packed = zlib.compress(text.encode())
    make = Instructions(program, authority.pubkey())
    found = (await rpc.accounts([make.metadata]))[0]
    if found is None or found[1][:1] != bytes([_METADATA]):
        await _upload_new(rpc, make, packed, authority, found[1] if found is not None else None)
    else:
        if not found[1][_MUTABLE_AT]:
            raise DeployError(f"the IDL of {program} was made immutable: it stays as it is")
        await _replace(rpc, make, packed, authority, len(found[1]) - HEADER)
    return make.metadata


async def _upload_new(rpc: Rpc, make: Instructions, packed: bytes, authority: Keypair, begun: bytes | None) -> None:
    """`begun`: what an upload left that was broken off."""
    size = HEADER + len(packed)
    held = await rpc.balance(make.metadata)
    missing = max(await rpc.rent(size) - held, 0)
    params = TransferParams(from_pubkey=make.authority, to_pubkey=make.metadata, lamports=missing)
    instructions = [transfer(params)] if missing else []
    if begun is None:
        instructions.append(make.allocate())
    has = max(len(begun or b""), HEADER)
    while size - has > 0:
        step = min(size - has, GROWTH)
        instructions.append(make.extend(step))
        has += step
    if instructions:
        await rpc.send(instructions, authority)
    await _write(rpc, make, make.metadata, packed, authority)
    await rpc.send([make.initialize()], authority)


async def _replace(rpc: Rpc, make: Instructions, packed: bytes, authority: Keypair, held: int) -> None:
    buffer, size = Keypair(), HEADER + len(packed)
    params = CreateAccountParams(
        from_pubkey=make.authority,
        to_pubkey=buffer.pubkey(),
        lamports=await rpc.rent(size),
        space=size,
        owner=PROGRAM_METADATA,
    )
    begun = [create_account(params), make.allocate_buffer(buffer.pubkey()), make.give_buffer(buffer.pubkey())]
    await rpc.send(begun, authority, buffer)
    try:
        await _write(rpc, make, buffer.pubkey(), packed, authority)
        more = len(packed) - held
        instructions: list[Instruction] = []
        if more > 0:
            lamports = await rpc.rent(size) - await rpc.rent(HEADER + held)
            params = TransferParams(from_pubkey=make.authority, to_pubkey=make.metadata, lamports=lamports)
            instructions.append(transfer(params))
            steps = range(0, more if more > GROWTH else 0, GROWTH)
            instructions += [make.extend(min(more - at, GROWTH)) for at in steps]
        instructions += [make.set_data(buffer.pubkey()), make.close(buffer.pubkey())]
        await rpc.send(instructions + ([make.trim()] if more < 0 else []), authority)
    except DeployError:
        # Its rent comes back.
        await rpc.send([make.close(buffer.pubkey())], authority)
        raise


async def _write(rpc: Rpc, make: Instructions, account: Pubkey, packed: bytes, authority: Keypair) -> None:
    starts = range(0, len(packed), CHUNK)
    parts = [[make.write(account, at, packed[at : at + CHUNK])] for at in starts]
    while parts:
        lost = await rpc.send_all(parts, authority, lambda _: None)
        parts = [parts[index] for index in lost]

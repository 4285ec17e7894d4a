"""Real deployment through BPFLoaderUpgradeable: a buffer, its chunks in parallel, then deploy or upgrade."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.system_program import CreateAccountParams, create_account

from gridtokenx.addresses import (
    CLOCK_SYSVAR,
    RENT_SYSVAR,
    SYSTEM_PROGRAM,
    UPGRADEABLE_LOADER,
    program_data_address,
)
from gridtokenx.client import Client
from gridtokenx.errors import StateError
from gridtokenx.failures import TransactionFailed

BUFFER_HEADER = 37
"""State tag (4) and an optional authority (33) before a buffer's bytes."""
PROGRAM_DATA_HEADER = 45
"""State tag (4), slot (8) and an optional authority (33) before a program's bytes."""
PROGRAM_BYTES = 36
CHUNK_BYTES = 950
"""What fits into a transaction of 1,232 bytes beside its overhead of 220, with room for a priority fee."""
WRITES_IN_FLIGHT = 16
HEADROOM = 2
"""A new program gets room for this many times its size, so that upgrades need no extension."""
LATER_SLOT_SECONDS = 20.0
"""How long to wait for the slot after a deployment, in which the next one is allowed."""

INITIALIZE_BUFFER, WRITE, DEPLOY, UPGRADE, CLOSE, EXTEND = 0, 1, 2, 3, 5, 6

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class OnChainProgram:
    """A program as the loader keeps it. `capacity` is what it can grow to, in bytes."""

    address: Pubkey
    slot: int
    authority: Pubkey | None
    code: bytes

    @property
    def capacity(self) -> int:
        return len(self.code)

    def runs(self, code: bytes) -> bool:
        """Whether `code` is what is deployed (the rest of the account is zeros)."""
        return self.code[: len(code)] == code and not any(self.code[len(code) :])


@dataclass(frozen=True, slots=True)
class Deployment:
    """What was done: 'deployed', 'upgraded' or 'unchanged'; `signature` is the last transaction's."""

    program: Pubkey
    action: str
    bytes: int
    writes: int
    signature: Signature | None


async def read_program(client: Client, program: Pubkey) -> OnChainProgram | None:
    """The program at an address, or None. Raises StateError when it cannot be upgraded by this loader."""
    account, data = await client.raw_accounts([program, program_data_address(program)])
    if account is None:
        return None
    if account.owner != UPGRADEABLE_LOADER or data is None:
        raise StateError(f"{program} is not an upgradeable program, but an account of {account.owner}")
    slot = int.from_bytes(data.data[4:12], "little")
    authority = Pubkey.from_bytes(data.data[13:45]) if data.data[12] else None
    return OnChainProgram(program, slot, authority, data.data[PROGRAM_DATA_HEADER:])


async def deploy(
    client: Client,
    program: Pubkey,
    code: bytes,
    authority: Keypair,
    *,
    program_keypair: Keypair | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> Deployment:
    """Puts `code` at the address `program`; `authority` pays and stays (or becomes) its upgrade authority.

    The first deployment at an address needs its keypair. Code that is there already is left alone, unless `force`.
    `progress` is told (chunks written, chunks in all). A buffer whose program is refused is closed again, so that
    its rent comes back. Raises StateError when the address or the authority does not allow it.
    """
    present = await read_program(client, program)
    _check(program, present, authority.pubkey(), program_keypair)
    if present is not None and present.runs(code) and not force:
        return Deployment(program, "unchanged", len(code), 0, None)
    buffer = Keypair()
    writes = await _write_buffer(client, buffer, code, authority, progress)
    try:
        if present is None:
            assert program_keypair is not None
            signature = await _deploy_new(client, program_keypair, buffer.pubkey(), len(code), authority)
            return Deployment(program, "deployed", len(code), writes, signature)
        signature = await _upgrade(client, present, buffer.pubkey(), len(code), authority)
        return Deployment(program, "upgraded", len(code), writes, signature)
    except TransactionFailed:
        await client.send(_close_buffer(buffer.pubkey(), authority.pubkey()), authority)
        raise


def _check(program: Pubkey, present: OnChainProgram | None, authority: Pubkey, program_keypair: Keypair | None) -> None:
    if present is None:
        if program_keypair is None:
            raise StateError(f"{program} is not on this cluster yet: its first deployment needs its keypair")
        if program_keypair.pubkey() != program:
            raise StateError(f"the program keypair is that of {program_keypair.pubkey()}, not of {program}")
    elif present.authority is None:
        raise StateError(f"{program} is final: it has no upgrade authority")
    elif present.authority != authority:
        raise StateError(
            f"{authority} may not upgrade {program}; use the wallet of its upgrade authority {present.authority}"
        )


async def _write_buffer(
    client: Client, buffer: Keypair, code: bytes, authority: Keypair, progress: Progress | None
) -> int:
    """Creates and fills a buffer account; how many chunks that took."""
    rent = (await client.connection.get_minimum_balance_for_rent_exemption(BUFFER_HEADER + len(code))).value
    account = CreateAccountParams(
        from_pubkey=authority.pubkey(),
        to_pubkey=buffer.pubkey(),
        lamports=rent,
        space=BUFFER_HEADER + len(code),
        owner=UPGRADEABLE_LOADER,
    )
    initialize = _loader(INITIALIZE_BUFFER, b"", [_writable(buffer.pubkey()), _readonly(authority.pubkey())])
    await client.send([create_account(account), initialize], authority, buffer, payer=authority)
    offsets = range(0, len(code), CHUNK_BYTES)
    window, done = asyncio.Semaphore(WRITES_IN_FLIGHT), 0

    async def write(offset: int) -> None:
        nonlocal done
        async with window:
            chunk = code[offset : offset + CHUNK_BYTES]
            await client.send(write_chunk(buffer.pubkey(), authority.pubkey(), offset, chunk), payer=authority)
        done += 1
        if progress is not None:
            progress(done, len(offsets))

    async with asyncio.TaskGroup() as group:
        for offset in offsets:
            group.create_task(write(offset))
    return len(offsets)


async def _deploy_new(client: Client, program: Keypair, buffer: Pubkey, size: int, authority: Keypair) -> Signature:
    rent = (await client.connection.get_minimum_balance_for_rent_exemption(PROGRAM_BYTES)).value
    account = CreateAccountParams(
        from_pubkey=authority.pubkey(),
        to_pubkey=program.pubkey(),
        lamports=rent,
        space=PROGRAM_BYTES,
        owner=UPGRADEABLE_LOADER,
    )
    payload = struct.pack("<Q", size * HEADROOM)
    accounts = [
        AccountMeta(authority.pubkey(), is_signer=True, is_writable=True),
        _writable(program_data_address(program.pubkey())),
        _writable(program.pubkey()),
        _writable(buffer),
        _readonly(RENT_SYSVAR),
        _readonly(CLOCK_SYSVAR),
        _readonly(SYSTEM_PROGRAM),
        AccountMeta(authority.pubkey(), is_signer=True, is_writable=False),
    ]
    deploy_it = _loader(DEPLOY, payload, accounts)
    receipt = await client.send([create_account(account), deploy_it], authority, program, payer=authority)
    return receipt.signature


async def _upgrade(client: Client, present: OnChainProgram, buffer: Pubkey, size: int, authority: Keypair) -> Signature:
    await _later_slot(client, present.slot)
    if size > present.capacity:
        await client.send(_extend(present.address, authority.pubkey(), size - present.capacity), payer=authority)
        extended = await read_program(client, present.address)
        await _later_slot(client, present.slot if extended is None else extended.slot)
    accounts = [
        _writable(program_data_address(present.address)),
        _writable(present.address),
        _writable(buffer),
        _writable(authority.pubkey()),
        _readonly(RENT_SYSVAR),
        _readonly(CLOCK_SYSVAR),
        AccountMeta(authority.pubkey(), is_signer=True, is_writable=False),
    ]
    return (await client.send(_loader(UPGRADE, b"", accounts), payer=authority)).signature


async def _later_slot(client: Client, slot: int) -> None:
    """The loader refuses to touch a program in the slot of its last deployment."""
    deadline = asyncio.get_running_loop().time() + LATER_SLOT_SECONDS
    while (await client.connection.get_slot()).value <= slot:
        if asyncio.get_running_loop().time() > deadline:
            raise StateError(f"the cluster does not get past slot {slot}; is its clock paused?")
        await asyncio.sleep(0.05)


def write_chunk(buffer: Pubkey, authority: Pubkey, offset: int, chunk: bytes) -> Instruction:
    """Writes `chunk` at `offset` of a buffer. Signed by the buffer's authority."""
    payload = struct.pack("<IQ", offset, len(chunk)) + chunk
    return _loader(WRITE, payload, [_writable(buffer), AccountMeta(authority, is_signer=True, is_writable=False)])


def _extend(program: Pubkey, payer: Pubkey, additional: int) -> Instruction:
    accounts = [
        _writable(program_data_address(program)),
        _writable(program),
        _readonly(SYSTEM_PROGRAM),
        AccountMeta(payer, is_signer=True, is_writable=True),
    ]
    return _loader(EXTEND, struct.pack("<I", additional), accounts)


def _close_buffer(buffer: Pubkey, authority: Pubkey) -> Instruction:
    accounts = [_writable(buffer), _writable(authority), AccountMeta(authority, is_signer=True, is_writable=False)]
    return _loader(CLOSE, b"", accounts)


def _loader(tag: int, payload: bytes, accounts: Sequence[AccountMeta]) -> Instruction:
    return Instruction(UPGRADEABLE_LOADER, struct.pack("<I", tag) + payload, list(accounts))


def _writable(key: Pubkey) -> AccountMeta:
    return AccountMeta(key, is_signer=False, is_writable=True)


def _readonly(key: Pubkey) -> AccountMeta:
    return AccountMeta(key, is_signer=False, is_writable=False)

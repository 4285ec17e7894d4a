"""The whole deployment: a buffer, its chunks at the same time, then deploy or upgrade; resumable, no rent lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from solders.hash import Hash
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.signature import Signature

from seahorse.deploy import loader
from seahorse.deploy.loader import Buffer, OnChainProgram, read_buffer, read_program
from seahorse.deploy.rpc import DeployError, DeployTransactionFailed, Expired, Rpc

PACKET_BYTES = 1_232
"""The largest transaction."""
ROUNDS = 5
"""How often chunks that did not get through are sent again."""
LATER_SLOT_SECONDS = 30.0
FEE_LAMPORTS = 5_000
"""For each signature."""

ChunkProgress = Callable[[int, int], None]


@dataclass(frozen=True)
class Deployment:
    """The result of a deployment. action: 'deployed', 'upgraded' or 'unchanged'; writes: chunks written; signature: the
    last one."""

    program: Pubkey
    action: str
    bytes: int
    writes: int
    signature: Signature | None


class DeploymentRefused(DeployError):
    """The cluster refused the program. Its buffer is closed and the rent returned."""


class Unfinished(DeployError):
    """The deployment broke off halfway. `buffer`: pass it again, and only what is missing is written."""

    def __init__(self, buffer: Keypair, cause: BaseException) -> None:
        super().__init__(f"the deployment broke off: {cause}")
        self.buffer = buffer


async def deploy_program(
    rpc: Rpc,
    code: bytes,
    authority: Keypair,
    program: Keypair | Pubkey,
    *,
    force: bool = False,
    buffer: Keypair | None = None,
    max_len: int | None = None,
    progress: ChunkProgress | None = None,
) -> Deployment:
    """Put `code` at an address. `authority` pays and is, or becomes, the program's upgrade authority.

    A first deployment needs the program's Keypair; later ones its Pubkey. Code that is deployed already is not written
    again, unless `force`. `buffer`: the key of an unfinished deployment's buffer, or a new one. `max_len`: room for
    later upgrades, in bytes (the code's length when left out). `progress` gets the number of chunks written and of all
    chunks.

    Raises DeployError when the keys do not allow it or money is short, Refused when the cluster does not accept the
    code, Unfinished when it broke off and can be resumed.
    """
    address = program if isinstance(program, Pubkey) else program.pubkey()
    present = await read_program(rpc, address)
    _check_keys(present, program, authority.pubkey())
    if present is not None and present.runs(code) and not force:
        return Deployment(address, "unchanged", len(code), 0, None)
    room = max(max_len or 0, len(code))
    buffer = buffer or Keypair()
    found = await read_buffer(rpc, buffer.pubkey())
    if found is not None and (found.authority != authority.pubkey() or len(found.code) != len(code)):
        raise DeployError(f"the buffer {buffer.pubkey()} is of another deployment; leave it out to start afresh")
    await _check_balance(rpc, authority, found, present, len(code), room)
    try:
        writes = await _fill_buffer(rpc, buffer, found, code, authority, progress)
        signature = await _finish(rpc, program, present, buffer.pubkey(), len(code), room, authority)
    except DeployTransactionFailed as error:
        await close_buffer(rpc, buffer.pubkey(), authority)
        raise DeploymentRefused(
            f"the cluster refused the program; its buffer is closed, the rent returned: {error}"
        ) from error
    except (DeployError, asyncio.CancelledError) as error:
        raise Unfinished(buffer, error) from error
    return Deployment(address, "deployed" if present is None else "upgraded", len(code), writes, signature)


async def write_buffer(rpc: Rpc, code: bytes, authority: Keypair, *, progress: ChunkProgress | None = None) -> Pubkey:
    """Write `code` to a new buffer, for an upgrade that somebody else makes; its address. `authority` pays and owns it.

    Raises DeployError, after it has closed the buffer, so that the rent comes back.
    """
    buffer = Keypair()
    try:
        await _fill_buffer(rpc, buffer, None, code, authority, progress)
    except DeployError:
        await close_buffer(rpc, buffer.pubkey(), authority)
        raise
    return buffer.pubkey()


async def close_buffer(rpc: Rpc, buffer: Pubkey, authority: Keypair) -> None:
    """Close a buffer, if it is there; its rent goes to its authority."""
    if await read_buffer(rpc, buffer) is not None:
        await rpc.send([loader.close(buffer, authority.pubkey())], authority)


def _check_keys(present: OnChainProgram | None, program: Keypair | Pubkey, authority: Pubkey) -> None:
    if present is None:
        if isinstance(program, Pubkey):
            raise DeployError(f"{program} is not on this cluster yet: its first deployment needs its keypair")
    elif present.authority is None:
        raise DeployError(f"{present.address} is final: it has no upgrade authority; deploy under another key")
    elif present.authority != authority:
        raise DeployError(
            f"{authority} may not upgrade {present.address}; use its upgrade authority's wallet, {present.authority}"
        )


async def _check_balance(
    rpc: Rpc, authority: Keypair, found: Buffer | None, present: OnChainProgram | None, size: int, room: int
) -> None:
    """Raise an error before anything is paid when the wallet has too little."""
    needed = (size // 900 + 8) * FEE_LAMPORTS
    if found is None:
        needed += await rpc.rent(loader.BUFFER_HEADER + size)
    if present is None:
        # The buffer's lamports come back when the program is deployed, but a moment after these are paid.
        needed += await rpc.rent(loader.PROGRAM_BYTES) + await rpc.rent(loader.PROGRAM_DATA_HEADER + room)
    elif room > present.capacity:
        old, new = loader.PROGRAM_DATA_HEADER + present.capacity, loader.PROGRAM_DATA_HEADER + _extended(present, room)
        needed += await rpc.rent(new) - await rpc.rent(old)
    have = await rpc.balance(authority.pubkey())
    if have < needed:
        raise DeployError(
            f"{authority.pubkey()} has {have / 1e9:.4f} SOL, the deployment needs {needed / 1e9:.4f}; fund it first"
        )


def _chunk_bytes(rpc: Rpc, authority: Keypair) -> int:
    """How many bytes of code fit into a transaction."""
    empty = rpc.sign([loader.write(Pubkey.default(), authority.pubkey(), 0, b"")], authority, [], Hash.default())
    # The data's length takes a second byte once it is over 127.
    return PACKET_BYTES - len(bytes(empty)) - 1


async def _fill_buffer(
    rpc: Rpc, buffer: Keypair, found: Buffer | None, code: bytes, authority: Keypair, progress: ChunkProgress | None
) -> int:
    """Create the buffer unless it is `found`, write what it lacks. Returns the number of chunks written."""
    if found is None:
        rent = await rpc.rent(loader.BUFFER_HEADER + len(code))
        await rpc.send(loader.create_buffer(authority.pubkey(), buffer.pubkey(), len(code), rent), authority, buffer)
    size = _chunk_bytes(rpc, authority)
    written = bytes(len(code)) if found is None else found.code
    offsets = range(0, len(code), size)
    missing = [o for o in offsets if written[o : o + size] != code[o : o + size]]
    total, done = len(offsets), len(offsets) - len(missing)

    def count(_: int) -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)

    if progress is not None:
        progress(done, total)
    writes = len(missing)
    for _ in range(ROUNDS):
        batch = [[loader.write(buffer.pubkey(), authority.pubkey(), o, code[o : o + size])] for o in missing]
        missing = [missing[index] for index in await rpc.send_all(batch, authority, count)]
        if not missing:
            return writes
    raise DeployError(f"{len(missing)} of {total} chunks were not taken in {ROUNDS} rounds; the cluster is busy")


async def _finish(
    rpc: Rpc,
    program: Keypair | Pubkey,
    present: OnChainProgram | None,
    buffer: Pubkey,
    size: int,
    room: int,
    authority: Keypair,
) -> Signature:
    key = authority.pubkey()
    if present is None:
        assert isinstance(program, Keypair)
        rent = await rpc.rent(loader.PROGRAM_BYTES)
        return await rpc.send(loader.deploy(key, program.pubkey(), buffer, room, rent), authority, program)
    await _later_slot(rpc, present.slot)
    if room > present.capacity:
        await _extend(rpc, present, room, authority)
    return await rpc.send([loader.upgrade(present.address, buffer, key)], authority)


def _extended(present: OnChainProgram, room: int) -> int:
    return present.capacity + max(room - present.capacity, loader.MINIMUM_EXTENSION)


async def _extend(rpc: Rpc, present: OnChainProgram, room: int, authority: Keypair) -> None:
    additional = _extended(present, room) - present.capacity
    for checked in (True, False):
        try:
            await rpc.send([loader.extend(present.address, authority.pubkey(), additional, checked=checked)], authority)
            break
        except DeployTransactionFailed as error:
            # A cluster knows one of the two forms; older clusters do not know the checked one.
            if not checked or "InvalidInstructionData" not in str(error.error):
                raise
    extended = await read_program(rpc, present.address)
    await _later_slot(rpc, present.slot if extended is None else extended.slot)


async def _later_slot(rpc: Rpc, slot: int) -> None:
    """The loader does not touch a program in the slot of its last deployment."""
    deadline = asyncio.get_running_loop().time() + LATER_SLOT_SECONDS
    while await rpc.slot() <= slot:
        if asyncio.get_running_loop().time() > deadline:
            raise Expired(f"the cluster does not get past slot {slot}; is its clock paused?")
        await asyncio.sleep(0.1)

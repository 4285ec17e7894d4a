"""Deployment of the five programs: the language's deployment, on a client's cluster."""

from __future__ import annotations

from collections.abc import Callable

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.errors import StateError
from seahorse.deploy import DeployError, Deployment, OnChainProgram, Rpc, deploy_program
from seahorse.deploy import close_buffer as close
from seahorse.deploy import read_program as read
from seahorse.deploy import write_buffer as write

__all__ = ["Deployment", "OnChainProgram", "close_buffer", "deploy", "read_program", "write_buffer"]

HEADROOM = 2
"""A new program gets room for this many times its size, so that upgrades need no extension."""


async def read_program(client: Client, program: Pubkey) -> OnChainProgram | None:
    """The program at an address, or None. Raises StateError when it cannot be upgraded by the loader."""
    async with Rpc(client.url) as rpc:
        try:
            return await read(rpc, program)
        except DeployError as error:
            raise StateError(str(error)) from error


async def deploy(
    client: Client,
    program: Pubkey,
    code: bytes,
    authority: Keypair,
    *,
    program_keypair: Keypair | None = None,
    force: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Deployment:
    """Puts `code` at the address `program`; `authority` pays and stays (or becomes) its upgrade authority.

    The first deployment at an address needs its keypair. Code that is there already is left alone, unless `force`.
    `progress` gets (chunks written, all chunks). When the cluster refuses the program, the buffer is closed, so that
    its rent comes back. Raises StateError when the address, the authority or the cluster does not allow it.
    """
    if program_keypair is not None and program_keypair.pubkey() != program:
        raise StateError(f"the program keypair is that of {program_keypair.pubkey()}, not of {program}")
    async with Rpc(client.url) as rpc:
        try:
            return await deploy_program(
                rpc,
                code,
                authority,
                program_keypair or program,
                force=force,
                max_len=len(code) * HEADROOM if program_keypair is not None else None,
                progress=progress,
            )
        except DeployError as error:
            raise StateError(str(error)) from error


async def write_buffer(
    client: Client, code: bytes, authority: Keypair, *, progress: Callable[[int, int], None] | None = None
) -> Pubkey:
    """Writes `code` to a new buffer that belongs to `authority`, who pays; its address. Raises StateError."""
    async with Rpc(client.url) as rpc:
        try:
            return await write(rpc, code, authority, progress=progress)
        except DeployError as error:
            raise StateError(str(error)) from error


async def close_buffer(client: Client, buffer: Pubkey, authority: Keypair) -> None:
    """Deletes a buffer; its rent goes to its authority. Raises StateError."""
    async with Rpc(client.url) as rpc:
        try:
            await close(rpc, buffer, authority)
        except DeployError as error:
            raise StateError(str(error)) from error

"""The IDL that an Anchor program keeps on the chain, in an account whose address follows from the program's."""

from __future__ import annotations

from solders.pubkey import Pubkey

from seahorse.deploy.idl import anchor_account
from seahorse.deploy.rpc import DeployError, Rpc
from seahorse.stubs.document import StubError


async def fetch_idl(url: str, program: Pubkey) -> str:
    """The text of a program's IDL. Raises StubError when it has none there, or it cannot be read."""
    try:
        async with Rpc(url) as rpc:
            found = await anchor_account.fetch_idl(rpc, program)
    except DeployError as error:
        raise StubError(str(error)) from None
    if found is None:
        place = anchor_account.idl_address(program)
        raise StubError(f"{program} keeps no IDL at {place}; save it from its documentation and give the file")
    return found

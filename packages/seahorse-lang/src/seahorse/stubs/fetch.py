"""The IDL that an Anchor program keeps on the chain, in an account whose address follows from the program's."""

from __future__ import annotations

import base64
import zlib
from typing import Any

from solders.pubkey import Pubkey

from seahorse.deploy.rpc import DeployError, Rpc
from seahorse.stubs.document import StubError

# Anchor's `IdlAccount`: discriminator, authority, length of what follows, the IDL compressed by zlib.
_HEADER = 8 + 32 + 4
_MAX_IDL_BYTES = 16 << 20


def idl_address(program: Pubkey) -> Pubkey:
    """Where Anchor (`IdlAccount::address`) keeps a program's IDL."""
    base, _ = Pubkey.find_program_address([], program)
    return Pubkey.create_with_seed(base, "anchor:idl", program)


async def fetch_idl(url: str, program: Pubkey) -> str:
    """The text of a program's IDL. Raises StubError when it has none there, or it cannot be read."""
    place = idl_address(program)
    try:
        async with Rpc(url) as rpc:
            found: Any = await rpc.call("getAccountInfo", str(place), {"encoding": "base64"})
    except DeployError as error:
        raise StubError(str(error)) from None
    if found["value"] is None:
        raise StubError(f"{program} keeps no IDL at {place}; save it from its documentation and give the file")
    return unpack_idl(base64.b64decode(found["value"]["data"][0]))


def unpack_idl(data: bytes) -> str:
    """The text in the data of an IDL account. Raises StubError."""
    length = int.from_bytes(data[_HEADER - 4 : _HEADER], "little")
    try:
        unpacking = zlib.decompressobj()
        text = unpacking.decompress(data[_HEADER : _HEADER + length], _MAX_IDL_BYTES)
        if not unpacking.eof:
            raise StubError("the IDL account is incomplete, or holds more than 16 MB")
        return text.decode("utf-8")
    except (zlib.error, UnicodeDecodeError) as error:
        raise StubError(f"the account holds no compressed IDL: {error}") from None

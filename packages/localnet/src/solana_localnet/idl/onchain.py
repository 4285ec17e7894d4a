"""The two places on a chain where programs publish their IDL: Anchor's account, and the Program Metadata program."""

import base64
import gzip
import json
import zlib
from functools import lru_cache
from typing import Any

from solders.account import Account
from solders.pubkey import Pubkey

from solana_localnet.chain.decoded import AccountReader
from solana_localnet.codec import base58

ANCHOR_SEED = "anchor:idl"
ANCHOR_HEADER = 8 + 32 + 4
METADATA_PROGRAM = Pubkey.from_string("ProgM6JCCvbYkfKqJYHePx4xxSUSqJp7rh8Lyv7nk7S")
METADATA_SEED = b"idl".ljust(16, b"\0")
METADATA_HEADER = 96
METADATA_TAG = 2
MAX_DOCUMENT = 8 << 20
"""Bytes of an unpacked IDL; a few compressed bytes can claim to be gigabytes."""
MAX_BASE58 = 1 << 16
"""Digits of a base58 IDL: twice as many take three times as long to read."""


@lru_cache(4096)
def anchor_address(program: Pubkey) -> Pubkey:
    """Where `anchor idl init` puts the IDL of `program`."""
    base = Pubkey.find_program_address([], program)[0]
    return Pubkey.create_with_seed(base, ANCHOR_SEED, program)


@lru_cache(4096)
def metadata_address(program: Pubkey) -> Pubkey:
    """Where the Program Metadata program keeps the IDL that the authority of `program` published."""
    return Pubkey.find_program_address([bytes(program), METADATA_SEED], METADATA_PROGRAM)[0]


def read_published(program: Pubkey, read: AccountReader) -> Any:
    """The JSON document that `program` published, or None."""
    account = read(anchor_address(program))
    if account is not None and account.owner == program:
        return _document(lambda: _anchor(account))
    account = read(metadata_address(program))
    if account is not None and account.owner == METADATA_PROGRAM:
        return _document(lambda: _metadata(account))
    return None


def _document(unpack: Any) -> Any:
    try:
        return json.loads(unpack())
    except (ValueError, IndexError, EOFError, OSError, zlib.error):
        return None


def _anchor(account: Account) -> bytes:
    """Header: discriminator, authority, length (u32); then the document, deflated."""
    length = int.from_bytes(account.data[40:ANCHOR_HEADER], "little")
    return _inflate(account.data[ANCHOR_HEADER : ANCHOR_HEADER + length], zlib.MAX_WBITS)


def _metadata(account: Account) -> bytes:
    """Header: tag, program, authority, two flags, seed, encoding, compression, format, source, length (u32)."""
    data = account.data
    encoding, compression, _, source = data[83:87]
    if data[0] != METADATA_TAG or source != 0:
        raise ValueError("the document is somewhere else")
    length = int.from_bytes(data[87:91], "little")
    packed = bytes(data[METADATA_HEADER : METADATA_HEADER + length])
    if compression:
        packed = _inflate(packed, zlib.MAX_WBITS | 16 if compression == 1 else zlib.MAX_WBITS)
    if encoding == 2:
        if len(packed) > MAX_BASE58:
            raise ValueError("so much base58 takes too long to read")
        return base58.decode(packed.decode())
    return base64.b64decode(packed) if encoding == 3 else packed


def _inflate(packed: bytes, window: int) -> bytes:
    unpacker = zlib.decompressobj(window)
    document = unpacker.decompress(packed, MAX_DOCUMENT)
    if not unpacker.eof:
        raise ValueError("the document is cut off or too large")
    return document


def pack_anchor(authority: Pubkey, document: bytes, discriminator: bytes) -> bytes:
    """The data of an account that `anchor idl init` writes."""
    packed = zlib.compress(document)
    return discriminator + bytes(authority) + len(packed).to_bytes(4, "little") + packed


def pack_metadata(program: Pubkey, document: bytes) -> bytes:
    """The data of a canonical metadata account with a gzipped JSON document."""
    packed = gzip.compress(document)
    head = bytes([METADATA_TAG]) + bytes(program) + bytes(32) + b"\1\1" + METADATA_SEED + bytes([1, 1, 1, 0])
    return (head + len(packed).to_bytes(4, "little")).ljust(METADATA_HEADER, b"\0") + packed

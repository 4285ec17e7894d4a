"""Addresses known at compile time: base58, well-known program ids, and program-derived addresses."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
MAX_SEEDS = 16
MAX_SEED_LEN = 32
PDA_MARKER = b"ProgramDerivedAddress"


def decode_base58(text: str) -> bytes:
    """Decode base58. Raises ValueError on a character outside the alphabet."""
    number = 0
    for c in text:
        number = number * 58 + ALPHABET.index(c)
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def encode_base58(data: bytes) -> str:
    number = int.from_bytes(data, "big")
    out = ""
    while number:
        number, digit = divmod(number, 58)
        out = ALPHABET[digit] + out
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + out


SYSTEM_PROGRAM_ID = bytes(32)
TOKEN_PROGRAM_ID = decode_base58("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
TOKEN_2022_PROGRAM_ID = decode_base58("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb")
ASSOCIATED_TOKEN_PROGRAM_ID = decode_base58("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")
BPF_LOADER_UPGRADEABLE_ID = decode_base58("BPFLoaderUpgradeab1e11111111111111111111111")

# Curve25519 in Edwards form, RFC 8032 section 5.1: p and d of -x^2 + y^2 = 1 + d x^2 y^2.
_P = 2**255 - 19
_D = (-121665 * pow(121666, _P - 2, _P)) % _P


@lru_cache(4096)
def is_on_curve(point: bytes) -> bool:
    """Whether 32 bytes decompress to an ed25519 point, as curve25519-dalek decides it (no check for canonical y)."""
    y = int.from_bytes(point, "little") & ((1 << 255) - 1)
    u = (y * y - 1) % _P
    v = (_D * y * y + 1) % _P
    # x^2 = u/v has a root exactly when u*v is a square or zero (v is never zero: -1/d is not a square).
    return u == 0 or pow(u * v % _P, (_P - 1) // 2, _P) == 1


def create_program_address(seeds: list[bytes], program_id: bytes) -> bytes | None:
    """The address of exactly these seeds (bump included), or None when it lies on the curve."""
    digest = sha256(b"".join(seeds) + program_id + PDA_MARKER).digest()
    return None if is_on_curve(digest) else digest


def find_program_address(seeds: list[bytes], program_id: bytes) -> tuple[bytes, int]:
    """The canonical address and bump. Raises ValueError when seeds exceed Solana's limits."""
    if len(seeds) >= MAX_SEEDS or any(len(s) > MAX_SEED_LEN for s in seeds):
        raise ValueError("a PDA takes at most 15 seeds (and a bump) of at most 32 bytes each")
    for bump in range(255, -1, -1):
        address = create_program_address([*seeds, bytes([bump])], program_id)
        if address is not None:
            return address, bump
    raise ValueError("no bump gives an address off the curve")

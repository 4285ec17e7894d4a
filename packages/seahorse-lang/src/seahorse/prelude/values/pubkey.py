"""Addresses: `Pubkey`, program-derived addresses, and the addresses of the standard programs."""

import hashlib
import sys
from typing import Any

from seahorse.prelude.values.numbers import u8

__all__ = [
    "ASSOCIATED_TOKEN_PROGRAM_ID",
    "BPF_LOADER_UPGRADEABLE_ID",
    "Pubkey",
    "SYSTEM_PROGRAM_ID",
    "TOKEN_2022_PROGRAM_ID",
    "TOKEN_PROGRAM_ID",
]

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PRIME = 2**255 - 19
_EDWARDS_D = -121665 * pow(121666, -1, _PRIME) % _PRIME
_MAX_SEED_BYTES = 32
_PDA_MARKER = b"ProgramDerivedAddress"


class Pubkey:
    """A 32-byte account address. `Pubkey('...')` makes one of base58 text, which must be a literal."""

    def __init__(self, base58: str) -> None:
        number = 0
        for character in base58:
            digit = _ALPHABET.find(character)
            if digit < 0:
                raise ValueError(f"{base58!r} is not base58: {character!r} is not in its alphabet")
            number = number * 58 + digit
        zeros = len(base58) - len(base58.lstrip("1"))
        raw = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
        if len(raw) != 32:
            raise ValueError(f"{base58!r} is {len(raw)} bytes; an address has 32")
        self._raw = raw

    @classmethod
    def _of(cls, raw: bytes) -> "Pubkey":
        key = cls.__new__(cls)
        key._raw = raw
        return key

    def to_bytes(self) -> bytes:
        """The 32 bytes of the address."""
        return self._raw

    __bytes__ = to_bytes

    def __lt__(self, other: "Pubkey") -> bool:
        """Keys are ordered by their bytes."""
        return self._raw < other._raw

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pubkey) and self._raw == other._raw

    def __hash__(self) -> int:
        return hash(self._raw)

    def __str__(self) -> str:
        number, text = int.from_bytes(self._raw, "big"), ""
        while number:
            number, digit = divmod(number, 58)
            text = _ALPHABET[digit] + text
        return "1" * (32 - len(self._raw.lstrip(b"\0"))) + text

    def __repr__(self) -> str:
        return f"Pubkey('{self}')"

    @staticmethod
    def find_program_address(seeds: list[Any], program_id: "Pubkey | None" = None) -> tuple["Pubkey", u8]:
        """The program-derived address of some seeds, with its canonical bump.

        Args:
            seeds: strings (UTF-8), accounts and keys (32 bytes), integers (little-endian, own width), lists
                of bytes; each at most 32 bytes.
            program_id: the program the address belongs to; this program when left out.
        """
        owner = program_id or sys._getframe(1).f_globals["ID"]  # pyright: ignore[reportPrivateUsage]
        parts = [seed_bytes(seed) for seed in seeds]
        for bump in range(255, -1, -1):
            raw = _derive([*parts, bytes([bump])], owner)
            if not _on_curve(raw):
                return Pubkey._of(raw), u8(bump)
        raise ValueError("these seeds have no program-derived address")

    @staticmethod
    def create_program_address(seeds: list[Any], program_id: "Pubkey | None" = None) -> "Pubkey":
        """The program-derived address of seeds whose last is the bump. Fails when it is on the curve."""
        owner = program_id or sys._getframe(1).f_globals["ID"]  # pyright: ignore[reportPrivateUsage]
        raw = _derive([seed_bytes(seed) for seed in seeds], owner)
        if _on_curve(raw):
            raise ValueError("these seeds do not give a program-derived address: wrong bump")
        return Pubkey._of(raw)


def seed_bytes(seed: Any) -> bytes:
    """The bytes that a seed stands for."""
    if isinstance(seed, str):
        return seed.encode()
    if isinstance(seed, int):
        bits = getattr(seed, "bits", 8)
        return int(seed).to_bytes(bits // 8, "little", signed=getattr(seed, "signed", False))
    return bytes(seed.key() if hasattr(seed, "key") else seed)


def _derive(parts: list[bytes], owner: Pubkey) -> bytes:
    if any(len(part) > _MAX_SEED_BYTES for part in parts):
        raise ValueError(f"a seed has at most {_MAX_SEED_BYTES} bytes: pass a long one in chunks")
    return hashlib.sha256(b"".join(parts) + bytes(owner) + _PDA_MARKER).digest()


def _on_curve(raw: bytes) -> bool:
    """Whether 32 bytes decompress to a point of edwards25519: then they could be somebody's public key."""
    y2 = pow(int.from_bytes(raw, "little") & (2**255 - 1), 2, _PRIME)
    x2 = (y2 - 1) * pow(_EDWARDS_D * y2 + 1, -1, _PRIME) % _PRIME
    return x2 == 0 or pow(x2, (_PRIME - 1) // 2, _PRIME) == 1


SYSTEM_PROGRAM_ID = Pubkey("11111111111111111111111111111111")
"""The system program: creates accounts, moves lamports. Its 32 zero bytes are also the default key."""
TOKEN_PROGRAM_ID = Pubkey("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
"""The SPL token program."""
TOKEN_2022_PROGRAM_ID = Pubkey("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb")
"""Token-2022: the token program with extensions."""
ASSOCIATED_TOKEN_PROGRAM_ID = Pubkey("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")
"""The SPL associated token account program."""
BPF_LOADER_UPGRADEABLE_ID = Pubkey("BPFLoaderUpgradeab1e11111111111111111111111")
"""The loader that owns upgradeable programs and their ProgramData accounts."""

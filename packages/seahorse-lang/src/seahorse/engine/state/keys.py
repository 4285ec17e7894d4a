"""Addresses as programs see them."""

from __future__ import annotations

from seahorse.ir.addresses import decode_base58, encode_base58


class Pubkey:
    """A 32-byte address: equal by its bytes, its text is base58 wherever it stands."""

    __slots__ = ("_raw",)
    _raw: bytes

    def __init__(self, base58: str) -> None:
        self._raw = decode_base58(base58)

    @classmethod
    def of(cls, raw: bytes | bytearray) -> Pubkey:
        made = cls.__new__(cls)
        made._raw = bytes(raw)
        return made

    def to_bytes(self) -> bytes:
        return self._raw

    __bytes__ = to_bytes

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pubkey) and self._raw == other._raw

    def __lt__(self, other: Pubkey) -> bool:
        return self._raw < other._raw

    def __le__(self, other: Pubkey) -> bool:
        return self._raw <= other._raw

    def __gt__(self, other: Pubkey) -> bool:
        return self._raw > other._raw

    def __ge__(self, other: Pubkey) -> bool:
        return self._raw >= other._raw

    def __hash__(self) -> int:
        return hash(self._raw)

    def __str__(self) -> str:
        return encode_base58(self._raw)

    __repr__ = __str__

"""Base58 of addresses, with Bitcoin's alphabet."""

from __future__ import annotations

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_INDEX = {c: i for i, c in enumerate(ALPHABET)}


def decode_address(text: str) -> bytes | None:
    """The 32 bytes of an address, or None when the text is not one.

    >>> decode_address("11111111111111111111111111111111") == bytes(32)
    True
    """
    if not 32 <= len(text) <= 44 or any(c not in _INDEX for c in text):
        return None
    number = 0
    for c in text:
        number = number * 58 + _INDEX[c]
    leading = len(text) - len(text.lstrip("1"))
    body = number.to_bytes((number.bit_length() + 7) // 8, "big")
    data = bytes(leading) + body
    return data if len(data) == 32 else None

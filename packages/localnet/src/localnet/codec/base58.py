"""Base58 with the Bitcoin alphabet, for byte strings of any length (solders only does keys and signatures)."""

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGIT = {char: index for index, char in enumerate(ALPHABET)}
# Ten digits at a time: 58**10 fits a machine word, so the loop divides big integers ten times less often.
_CHUNK = 10
_CHUNK_BASE = 58**_CHUNK


def encode(data: bytes) -> str:
    """Base58 text of `data`; leading zero bytes become leading `1`s."""
    zeros = len(data) - len(data.lstrip(b"\0"))
    number = int.from_bytes(data, "big")
    digits: list[str] = []
    while number:
        number, rest = divmod(number, _CHUNK_BASE)
        for _ in range(_CHUNK):
            rest, digit = divmod(rest, 58)
            digits.append(ALPHABET[digit])
    text = "".join(reversed(digits)).lstrip("1")
    return "1" * zeros + text


def decode(text: str) -> bytes:
    """The bytes that `text` stands for. Raises ValueError on a character outside the alphabet."""
    number = 0
    for char in text:
        digit = _DIGIT.get(char)
        if digit is None:
            raise ValueError(f"{char!r} is not a base58 character")
        number = number * 58 + digit
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")

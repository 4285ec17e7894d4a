"""Base58 with the Bitcoin alphabet, for byte strings of any length (solders only does keys and signatures).

Long numbers are halved until the parts fit a machine word. Digit by digit, the ten kilobytes that one program may pass
to another would take a tenth of a second, and everybody would wait for them.
"""

from functools import cache

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGIT = {char: index for index, char in enumerate(ALPHABET)}
_PAIRS = [high + low for high in ALPHABET for low in ALPHABET]
_WORD = 10
"""Digits of a machine word: 58**10 < 2**64."""


@cache
def _power(level: int) -> int:
    return 58 ** (_WORD << level)


def encode(data: bytes) -> str:
    """Base58 text of `data`; leading zero bytes become leading `1`s."""
    zeros = len(data) - len(data.lstrip(b"\0"))
    number, level = int.from_bytes(data, "big"), 0
    while number >= _power(level):
        level += 1
    return "1" * zeros + _digits(number, level).lstrip("1")


def _digits(number: int, level: int) -> str:
    """`number` in `_WORD << level` digits."""
    if number == 0:
        return "1" * (_WORD << level)
    if level > 0:
        high, low = divmod(number, _power(level - 1))
        return _digits(high, level - 1) + _digits(low, level - 1)
    pairs: list[str] = []
    for _ in range(0, _WORD, 2):
        number, pair = divmod(number, len(_PAIRS))
        pairs.append(_PAIRS[pair])
    return "".join(reversed(pairs))


def decode(text: str) -> bytes:
    """The bytes that `text` stands for. Raises ValueError on a character outside the alphabet."""
    words: list[int] = []
    for end in range(len(text), 0, -_WORD):
        word = 0
        for char in text[max(0, end - _WORD) : end]:
            digit = _DIGIT.get(char)
            if digit is None:
                raise ValueError(f"{char!r} is not a base58 character")
            word = word * 58 + digit
        words.append(word)
    level = 0
    while len(words) > 1:
        power = _power(level)
        words = [low + high * power for low, high in zip(words[::2], [*words[1::2], 0], strict=False)]
        level += 1
    number = words[0] if words else 0
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")

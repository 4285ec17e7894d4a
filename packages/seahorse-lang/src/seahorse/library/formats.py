"""Formats of f-strings, `format` and `str.format`, written in the language itself."""

from seahorse.library.raw import padding
from seahorse.library.text import in_base, magnitude
from seahorse.prelude.values import *


def padded(text: str, fill: str, align: str, width: i128) -> str:
    missing = padding(len(text), width)
    if align == "<":
        return text + fill * missing
    if align == "^":
        return fill * (missing // 2) + text + fill * (missing - missing // 2)
    return fill * missing + text


def format_text(text: str, fill: str, align: str, width: i128, most: i128) -> str:
    return padded(text[:most] if most >= 0 else text, fill, align, width)


def grouped(digits: str, comma: str, every: u64) -> str:
    """The digits with a separator before each group of `every`, counted from the right."""
    out: List[str] = []
    left = len(digits)
    for digit in digits:
        if left % every == 0 and left < len(digits):
            out.append(comma)
        out.append(digit)
        left -= 1
    return "".join(out)


def zeros_for(width: i128, digits: str, taken: u64, comma: str, every: u64) -> str:
    """The digits with as many zeros before them as a width asks for, where separators count too."""
    out = digits
    while len(grouped(out, comma, every) if comma != "" else out) + taken < width:
        out = "0" + out
    return out


def format_integer(
    size: u128,
    negative: bool,
    base: u8,
    prefix: str,
    sign: str,
    fill: str,
    align: str,
    width: i128,
    comma: str,
    upper: bool,
) -> str:
    """`align` "=": the fill stands between the sign and the digits."""
    every: u64 = 3 if base == 10 else 4
    before = ("-" if negative else sign) + prefix
    digits = in_base(size, False, base, "")
    if align == "=" and fill == "0":
        digits = zeros_for(width, digits, len(before), comma, every)
    if comma != "":
        digits = grouped(digits, comma, every)
    if upper:
        before, digits = before.upper(), digits.upper()
    if align == "=":
        return before + fill * padding(len(before) + len(digits), width) + digits
    return padded(before + digits, fill, align, width)


def format_signed(
    n: i128, base: u8, prefix: str, sign: str, fill: str, align: str, width: i128, comma: str, upper: bool
) -> str:
    return format_integer(magnitude(n), n < 0, base, prefix, sign, fill, align, width, comma, upper)

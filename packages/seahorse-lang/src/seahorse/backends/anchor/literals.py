"""Literals as Rust writes them."""

from __future__ import annotations

import math
import struct

from seahorse.semantics.types import IntType

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}


def integer(value: int, t: IntType | None = None) -> str:
    """With underscores by thousands from five digits on, and with a type suffix when a type is given."""
    digits = f"{abs(value):_}" if abs(value) >= 10_000 else str(abs(value))
    return ("-" if value < 0 else "") + digits + (f"_{t}" if t is not None else "")


def text(value: str) -> str:
    out = ""
    for c in value:
        if c in _ESCAPES:
            out += _ESCAPES[c]
        elif c.isprintable():
            out += c
        else:
            out += f"\\u{{{ord(c):x}}}"
    return f'"{out}"'


def data(value: bytes) -> str:
    """A byte string."""
    out = ""
    for b in value:
        c = chr(b)
        if c in _ESCAPES:
            out += _ESCAPES[c]
        else:
            out += c if 32 <= b < 127 else f"\\x{b:02x}"
    return f'b"{out}"'


def number(value: float) -> str:
    """An f64 that Rust reads back to the same bits."""
    if math.isnan(value):
        return "f64::NAN" if math.copysign(1, value) > 0 else f"f64::from_bits(0x{_bits(value):x})"
    if math.isinf(value):
        return "f64::INFINITY" if value > 0 else "f64::NEG_INFINITY"
    out = repr(value)
    if "e" in out:
        mantissa, exponent = out.split("e")
        return f"{mantissa}e{int(exponent)}"
    return out


def _bits(value: float) -> int:
    return struct.unpack("<Q", struct.pack("<d", value))[0]

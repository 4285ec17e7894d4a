"""Literals as Rust writes them."""

from __future__ import annotations

import math
import re
import struct

from seahorse.backends.anchor.rust.calls import Macro, RustArray
from seahorse.backends.anchor.rust.exprs import Atom, Prefix, RustExpr
from seahorse.backends.anchor.rust.shape import columns
from seahorse.semantics.tree.types import IntType

# A longer literal is written in parts, which a line of any depth has room for.
_WIDEST = 68

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}


def integer(value: int, t: IntType | None = None) -> str:
    """With underscores by thousands from five digits on, and with a type suffix when a type is given."""
    digits = f"{abs(value):_}" if abs(value) >= 10_000 else str(abs(value))
    return ("-" if value < 0 else "") + digits + (f"_{t}" if t is not None else "")


def text(value: str) -> RustExpr:
    """A string literal; a long one as `concat!` of parts, cut behind spaces where it has some."""
    if columns(_quoted(value)) <= _WIDEST:
        return Atom(_quoted(value))
    parts = [""]
    for word in re.findall(r"\S*\s+|\S+", value):
        for piece in (word[i : i + _WIDEST // 2] for i in range(0, len(word), _WIDEST // 2)):
            if columns(_quoted(parts[-1] + piece)) > _WIDEST:
                parts.append("")
            parts[-1] += piece
    return Macro("concat", [Atom(_quoted(p)) for p in parts])


def _quoted(value: str) -> str:
    return '"' + "".join(_ESCAPES.get(c) or (c if c.isprintable() else f"\\u{{{ord(c):x}}}") for c in value) + '"'


def data(value: bytes) -> RustExpr:
    """A byte string; a long one as its numbers."""
    out = 'b"'
    for b in value:
        c = chr(b)
        out += _ESCAPES.get(c) or (c if 32 <= b < 127 else f"\\x{b:02x}")
    return Atom(out + '"') if len(out) < _WIDEST else Prefix("&", RustArray([Atom(str(b)) for b in value]))


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

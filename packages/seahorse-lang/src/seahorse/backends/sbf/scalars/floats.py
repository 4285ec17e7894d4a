"""f64: IEEE 754 binary64 held as its 64 bits; the operations are runtime helpers (`softfloat.py`), correctly
rounded.
"""

from __future__ import annotations

import struct

from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.llvm.values import Value
from seahorse.diagnostics import Span
from seahorse.semantics.tree.types import IntType


def literal(frame: Frame, value: float) -> Value:
    return frame.f.i64(int.from_bytes(struct.pack("<d", value), "little"))


def arith(frame: Frame, op: str, a: Value, b: Value, span: Span) -> Value:
    """Python's operators; a zero divisor is ArithmeticOverflow where Python raises ZeroDivisionError."""
    f = frame.f
    match op:
        case "+":
            return f.runtime("f64_add", a, b)
        case "-":
            return f.runtime("f64_add", a, b ^ (1 << 63))
        case "*":
            return f.runtime("f64_mul", a, b)
        case "/":
            frame.overflow((b << 1).eq(0), span)
            return f.runtime("f64_div", a, b)
        case "//":
            frame.overflow((b << 1).eq(0), span)
            return f.runtime("f64_floor_div", a, b)
        case "%":
            frame.overflow((b << 1).eq(0), span)
            return f.runtime("f64_mod", a, b)
        case "**":
            return _power(frame, a, b, span)
        case _:
            raise TypeError(f"{op} is not defined for f64")


_MAGNITUDE = (1 << 63) - 1
_INFINITY = 0x7FF << 52


def _power(frame: Frame, a: Value, b: Value, span: Span) -> Value:
    """As Python: of finite operands, what is infinite is an OverflowError or a ZeroDivisionError, and NaN would be a
    complex number."""
    f = frame.f
    result = f.runtime("f64_pow", a, b)
    size, x, y = result & _MAGNITUDE, a & _MAGNITUDE, b & _MAGNITUDE
    frame.overflow(size.eq(_INFINITY) & x.ult(_INFINITY) & y.ult(_INFINITY), span)
    frame.invalid(size.ugt(_INFINITY) & x.ule(_INFINITY) & y.ule(_INFINITY), span)
    return result


def from_int(frame: Frame, t: IntType, value: Value) -> Value:
    """The nearest f64, ties to even."""
    f = frame.f
    if t.bits == 128:
        low, high = value.trunc("i64"), (value >> 64).trunc("i64")
        return f.runtime("f64_from_i128" if t.signed else "f64_from_u128", low, high)
    if t.signed:
        return f.runtime("f64_from_i64", value.sext("i64"))
    return f.runtime("f64_from_u64", value.zext("i64"))


def to_int(frame: Frame, t: IntType, value: Value, span: Span) -> Value:
    """Toward zero; NaN and what does not fit: ArithmeticOverflow."""
    f = frame.f
    out = f.alloca(16)
    # The magnitude as u128; 1 when even that does not hold it.
    bad = f.runtime("f64_magnitude", out, value)
    frame.overflow(bad.ne(0), span)
    magnitude = f.load("i128", out)
    negative = value.slt(0)
    limit = f.select(negative, f.const("i128", -t.min), f.const("i128", t.max))
    frame.overflow(magnitude.ugt(limit), span)
    signed = f.select(negative, f.const("i128", 0) - magnitude, magnitude)
    return signed.trunc(f"i{t.bits}")

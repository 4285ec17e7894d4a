"""Format specs of f-strings: `{n:05}`, `{n:x}`, `{n:08b}`, `{x:.2f}`."""

from __future__ import annotations

import re

from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.layout import Parts
from seahorse.backends.sbf.llvm.values import Value
from seahorse.semantics.tree.types import FloatType, IntType, Type

_SPEC = re.compile(r"(0?)(\d*)([dxXb]?)")
# The most characters that any value takes without its width: binary digits of an i128; all digits of the largest f64.
WIDEST = 330


def width(spec: str) -> int:
    """An upper bound of the characters that the spec adds to a value's own."""
    return WIDEST + sum(int(d) for d in re.findall(r"\d+", spec))


def put_with_spec(frame: Frame, t: Type, parts: Parts, spec: str, at: Value) -> Value:
    """Write a number as the spec says; the address after it."""
    f = frame.f
    if isinstance(t, FloatType):
        places = int(spec[1:-1])
        return f.at(at, f.runtime("put_f64_fixed", at, parts[0], f.i64(places)))
    assert isinstance(t, IntType)
    match = _SPEC.fullmatch(spec)
    assert match is not None
    zeros, least, kind = match[1] == "0", int(match[2] or 0), match[3] or "d"
    negative, magnitude = _magnitude(frame, t, parts[0])
    low, high = magnitude.trunc("i64"), (magnitude >> 64).trunc("i64")
    digits = f.alloca(136)
    if kind == "d":
        count = f.runtime("put_u128", digits, low, high)
    else:
        bits = 1 if kind == "b" else 4
        letters = f.i64(ord("A" if kind == "X" else "a") - 10)
        count = f.runtime("put_radix", digits, low, high, f.i64(bits), letters)
    end = f.slot("ptr", at)
    sign = negative.zext("i64")
    missing = f.i64(least) - count - sign
    padding = f.select(missing.slt(0), f.i64(0), missing)

    def put(c: str) -> None:
        f.store(f.const("i8", ord(c)), end.get())
        end.set(f.at(end.get(), 1))

    def pad(c: str) -> None:
        left = f.slot("i64", padding)

        def one() -> None:
            put(c)
            left.set(left.get() - 1)

        f.while_(lambda: left.get().ne(0), one)

    if not zeros:
        pad(" ")
    f.if_(negative, lambda: put("-"))
    if zeros:
        pad("0")
    f.copy_bytes(end.get(), digits, count)
    return f.at(end.get(), count)


def _magnitude(frame: Frame, t: IntType, value: Value) -> tuple[Value, Value]:
    f = frame.f
    if not t.signed:
        return f.bool(False), value.zext("i128")
    wide = value.sext("i128")
    negative = wide.slt(0)
    return negative, f.select(negative, f.const("i128", 0) - wide, wide)

"""Text values: slices counted in characters."""

from __future__ import annotations

from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.layout import Parts
from seahorse.backends.sbf.llvm.values import Value
from seahorse.semantics.tree.types import BytesType, Type


def bound(frame: Frame, t: Type, parts: Parts, index: int | Value) -> Value:
    """The byte offset of a character position: clamped to the length; negative counts from the end."""
    f = frame.f
    index = f.i64(index) if isinstance(index, int) else index
    if isinstance(t, BytesType):
        return clamp(frame, index, parts[1])
    return f.runtime("char_offset", parts[0], parts[1], index)


def clamp(frame: Frame, index: Value, size: Value) -> Value:
    """Python's clamping of a slice bound: -n is size - n, and the result lies in 0..size."""
    f = frame.f
    negative = index.slt(0)
    wrapped = f.select(negative, index + size, index)
    low = f.select(wrapped.slt(0), f.i64(0), wrapped)
    return f.select(low.ugt(size), size, low)


def slice_text(frame: Frame, t: Type, parts: Parts, start: int | Value | None, stop: int | Value | None) -> Parts:
    """`text[start:stop]`, without a copy."""
    f = frame.f
    begin = f.i64(0) if start is None else bound(frame, t, parts, start)
    end = parts[1] if stop is None else bound(frame, t, parts, stop)
    size = f.select(end.ugt(begin), end - begin, f.i64(0))
    return (f.at(parts[0], begin), size)

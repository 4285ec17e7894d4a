"""Slices of text and bytes, `text[start:stop:step]`, counted in characters; bounds as Python cuts them off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.heap import allocate
from seahorse.backends.sbf.frame.layout import Parts
from seahorse.backends.sbf.helpers.text import HIGH_BITS
from seahorse.backends.sbf.llvm.module import LlvmModule
from seahorse.backends.sbf.llvm.values import StackSlot, Value
from seahorse.semantics.tree.types import BytesType, StrType, Type


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


@dataclass(frozen=True)
class Steps:
    """The positions that `start:stop:step` goes through: `more()` says whether `at` is one of them."""

    at: StackSlot
    step: Value
    more: Callable[[], Value]

    def go_on(self) -> None:
        self.at.set(self.at.get() + self.step)


def steps(frame: Frame, count: Value, start: Value | None, stop: Value | None, step: Value) -> Steps:
    """Python's `slice.indices(count)`, for a step that is not 0; a negative one goes backwards."""
    f = frame.f
    down = step.slt(0)
    lowest = f.select(down, f.i64(-1), f.i64(0))
    highest = f.select(down, count - 1, count)

    def cut_off(value: Value | None, default: Value) -> Value:
        if value is None:
            return default
        wrapped = f.select(value.slt(0), value + count, value)
        low = f.select(wrapped.slt(lowest), lowest, wrapped)
        return f.select(low.cmp("sgt", highest), highest, low)

    first = cut_off(start, f.select(down, highest, lowest))
    last = cut_off(stop, f.select(down, lowest, highest))
    at = f.slot("i64", first)
    return Steps(at, step, lambda: f.select(down, at.get().cmp("sgt", last), at.get().slt(last)))


def step_text(frame: Frame, t: Type, parts: Parts, start: Value | None, stop: Value | None, step: Value) -> Parts:
    """`text[start:stop:step]`: a new text."""
    f = frame.f
    count = f.runtime("char_count", *parts) if isinstance(t, StrType) else parts[1]
    places = steps(frame, count, start, stop, step)
    out = allocate(frame, parts[1])
    size = f.slot("i64", 0)

    def put() -> None:
        at = places.at
        piece = slice_text(frame, t, parts, at.get(), at.get() + 1)
        f.copy_bytes(f.at(out, size.get()), *piece)
        size.set(size.get() + piece[1])
        places.go_on()

    f.while_(places.more, put)
    return (out, size.get())


def write_char_offset(module: LlvmModule) -> None:
    """`char_offset(text, size, index)`: the byte offset of a character, clamped as Python clamps slice bounds."""
    f = module.function("char_offset", ["ptr", "i64", "i64"], attributes="noinline")
    text, size, index = f.params
    target = f.slot("i64", index)

    def from_end() -> None:
        f.module.use_runtime("char_count")
        target.set(index + f.call("char_count", text, size))
        f.if_(target.get().slt(0), lambda: f.ret(0))

    f.if_(index.slt(0), from_end)
    # There are no more characters than bytes, so this bound is at or behind the end.
    f.if_(target.get().uge(size), lambda: f.ret(size))
    at = f.slot("i64", 0)

    def step() -> None:
        end, byte, full, ascii8 = f.new_label(), f.new_label(), f.new_label(), f.new_label()
        wide = (size - at.get()).cmp("sge", 8) & target.get().uge(8)
        f.branch(wide, full, byte)
        f.start(full)
        f.branch((f.load("i64", f.at(text, at.get())) & HIGH_BITS).eq(0), ascii8, byte)
        f.start(ascii8)
        at.set(at.get() + 8)
        target.set(target.get() - 8)
        f.jump(end)
        f.start(byte)
        at.set(at.get() + 1)
        inside = f.new_label()
        f.start(inside)

        def continues() -> Value:
            more = at.get().ult(size)
            result = f.slot("i1", more)
            f.if_(more, lambda: result.set(f.load("i8", f.at(text, at.get())).cmp("sle", -65)))
            return result.get()

        f.while_(continues, lambda: at.set(at.get() + 1))
        target.set(target.get() - 1)
        f.start(end)

    f.while_(lambda: target.get().ne(0) & at.get().ult(size), step)
    f.ret(at.get())

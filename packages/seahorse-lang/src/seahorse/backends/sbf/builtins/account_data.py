"""What every account has: its flags, and its data as bytes."""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf.accounts.account_records import DATA, DATA_LEN, EXECUTABLE, SIGNER, WRITABLE
from seahorse.backends.sbf.builtins.tokens import record_of
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.layout import Parts
from seahorse.backends.sbf.invoke.typed_cpi import before_call
from seahorse.backends.sbf.objects.lists import bound_value
from seahorse.backends.sbf.objects.places import checked_position
from seahorse.backends.sbf.scalars.text_slices import clamp
from seahorse.semantics import tree


def _flag(offset: int) -> Callable[[Frame, tree.Builtin], Parts]:
    return lambda cx, e: (cx.f.load("i8", record_of(cx, e.args[0]), offset).ne(0),)


def _data(cx: Frame, e: tree.Builtin) -> Parts:
    record = record_of(cx, e.args[0])
    before_call(cx)
    return (cx.f.at(record, DATA), cx.f.load("i64", record, DATA_LEN))


def _set(cx: Frame, e: tree.Builtin) -> Parts:
    """One byte. Out of range: InvalidArgument."""
    f = cx.f
    account, byte, index = e.args
    value = cx.one(byte)
    record = record_of(cx, account)
    at = checked_position(cx, cx.one(index), index, f.load("i64", record, DATA_LEN), e.span)
    f.store(value, f.at(record, at + DATA))
    return ()


def _write(cx: Frame, e: tree.Builtin) -> Parts:
    """As many bytes as the slice has; else InvalidArgument."""
    f = cx.f
    start, stop = e.kwargs.get("start"), e.kwargs.get("stop")
    source, size = cx.eval(e.args[1])
    record = record_of(cx, e.args[0])
    length = f.load("i64", record, DATA_LEN)
    begin = f.i64(0) if start is None else clamp(cx, bound_value(cx, start), length)
    end = length if stop is None else clamp(cx, bound_value(cx, stop), length)
    room = f.select(end.ugt(begin), end - begin, f.i64(0))
    cx.invalid(size.ne(room), e.span)
    f.call("sol_memmove_", f.at(record, begin + DATA), source, size)
    return ()


BUILTINS: dict[str, Callable[[Frame, tree.Builtin], Parts]] = {
    "is_signer": _flag(SIGNER),
    "is_writable": _flag(WRITABLE),
    "executable": _flag(EXECUTABLE),
    "data": _data,
    "set_byte": _set,
    "set_bytes": _write,
}

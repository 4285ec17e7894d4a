"""Flags and data of accounts: every kind of account has them."""

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
    return lambda frame, e: (frame.f.load("i8", record_of(frame, e.args[0]), offset).ne(0),)


def _data(frame: Frame, e: tree.Builtin) -> Parts:
    record = record_of(frame, e.args[0])
    before_call(frame)
    return (frame.f.at(record, DATA), frame.f.load("i64", record, DATA_LEN))


def _set(frame: Frame, e: tree.Builtin) -> Parts:
    """One byte. Out of range: InvalidArgument."""
    f = frame.f
    account, byte, index = e.args
    value = frame.one(byte)
    record = record_of(frame, account)
    at = checked_position(frame, frame.one(index), index, f.load("i64", record, DATA_LEN), e.span)
    f.store(value, f.at(record, at + DATA))
    return ()


def _write(frame: Frame, e: tree.Builtin) -> Parts:
    """As many bytes as the slice has; else InvalidArgument."""
    f = frame.f
    start, stop = e.kwargs.get("start"), e.kwargs.get("stop")
    source, size = frame.eval(e.args[1])
    record = record_of(frame, e.args[0])
    length = f.load("i64", record, DATA_LEN)
    begin = f.i64(0) if start is None else clamp(frame, bound_value(frame, start), length)
    end = length if stop is None else clamp(frame, bound_value(frame, stop), length)
    room = f.select(end.ugt(begin), end - begin, f.i64(0))
    frame.invalid(size.ne(room), e.span)
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

"""Byte buffers for data that the runtime reads immediately: events, instruction data, return data."""

from __future__ import annotations

from seahorse.backends.sbf.accounts.borsh import encode, encoded_size
from seahorse.backends.sbf.frame import heap
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.layout import Parts
from seahorse.backends.sbf.llvm.values import Value
from seahorse.semantics.tree.types import Type

# Largest buffer that is taken from the stack.
_ON_STACK = 1024


def serialize(
    frame: Frame, prefix: bytes, values: list[tuple[Type, Parts]], *, head: int = 0
) -> tuple[Value, Value, Value | None]:
    """Borsh of the values after `prefix`, with `head` bytes of room before them.

    The buffer is shared: it is valid until the next one is made. Returns the buffer (at the room), the size of prefix
    and values, and the heap mark to release when done, if any.
    """
    f = frame.f
    limit = head + len(prefix)
    bounded = True
    for t, _ in values:
        size = t.max_size
        if size is None:
            bounded = False
        else:
            limit += size
    marked: Value | None = None
    if bounded and limit <= _ON_STACK:
        buffer = f.scratch(limit, "data")
    else:
        size = f.i64(head + len(prefix))
        for t, parts in values:
            size = encoded_size(frame, t, parts) + size
        marked = heap.mark(frame)
        buffer = heap.allocate(frame, size)
    start = f.at(buffer, head)
    if prefix:
        f.store_bytes(prefix, start)
    end = f.at(start, len(prefix))
    fixed = len(prefix)
    for t, parts in values:
        end = encode(frame, t, parts, end)
        fixed = fixed + t.fixed_size if fixed >= 0 and t.fixed_size is not None else -1
    size = f.i64(fixed) if fixed >= 0 else f.address(end) - f.address(start)
    return buffer, size, marked


def done(frame: Frame, marked: Value | None) -> None:
    if marked is not None:
        heap.release(frame, marked)

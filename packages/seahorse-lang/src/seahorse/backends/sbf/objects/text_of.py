"""Text from values: f-strings, `str(...)` and `print`, spelled as Python spells them."""

from __future__ import annotations

from seahorse.backends.sbf.frame import heap
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.layout import (
    Parts,
    is_text,
)
from seahorse.backends.sbf.objects import format_spec
from seahorse.backends.sbf.objects.spelling import spelling
from seahorse.semantics import tree
from seahorse.semantics.tree.types import (
    BytesType,
    Type,
)


def log(frame: Frame, e: tree.Expr) -> None:
    """Log the text of an expression."""
    f = frame.f
    constant = _constant(e)
    if constant is not None:
        f.call("sol_log_", f.bytes(constant), f.i64(len(constant)))
        return
    pieces = _pieces(frame, e)
    marked = heap.mark(frame)
    text = _join(frame, pieces)
    f.call("sol_log_", *text)
    heap.release(frame, marked)


def _constant(e: tree.Expr) -> bytes | None:
    if isinstance(e, tree.StrLit):
        return e.value.encode()
    if isinstance(e, tree.FString):
        parts = [_constant(p) if spec is None else None for p, spec in e.parts]
        if all(p is not None for p in parts):
            return b"".join(p for p in parts if p is not None)
    return None


def build(frame: Frame, e: tree.FString) -> Parts:
    """The text of an f-string, on the heap."""
    return _join(frame, _pieces(frame, e))


def text_of(frame: Frame, e: tree.Expr) -> Parts:
    """`str(value)`."""
    if is_text(e.type) and not isinstance(e.type, BytesType):
        return frame.eval(e)
    return _join(frame, [(e.type, frame.eval(e), None)])


_Piece = tuple[Type, Parts, str | None]


def _pieces(frame: Frame, e: tree.Expr) -> list[_Piece]:
    if isinstance(e, tree.FString):
        return [(part.type, frame.eval(part), spec) for part, spec in e.parts]
    return [(e.type, frame.eval(e), None)]


def _join(frame: Frame, pieces: list[_Piece]) -> Parts:
    """Allocate what the pieces can need at most, write them, and give back the rest."""
    f = frame.f
    size = f.i64(0)
    for t, parts, spec in pieces:
        size = spelling(frame, t).bound(parts, quoted=False) + size
        if spec:
            size = size + format_spec.width(spec)
    start = heap.allocate(frame, size)
    at = start
    for t, parts, spec in pieces:
        at = (
            format_spec.put_with_spec(frame, t, parts, spec, at)
            if spec
            else spelling(frame, t).put(parts, at, quoted=False)
        )
    used = ((f.address(at) + 7) & -8) - heap.FIRST_ADDRESS
    heap.release(frame, used)
    return (start, f.address(at) - f.address(start))

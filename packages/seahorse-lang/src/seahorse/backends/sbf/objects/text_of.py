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


def log(cx: Frame, e: tree.Expr) -> None:
    """Log the text of an expression."""
    f = cx.f
    constant = _constant(e)
    if constant is not None:
        f.call("sol_log_", f.bytes(constant), f.i64(len(constant)))
        return
    pieces = _pieces(cx, e)
    marked = heap.mark(cx)
    text = _join(cx, pieces)
    f.call("sol_log_", *text)
    heap.release(cx, marked)


def _constant(e: tree.Expr) -> bytes | None:
    if isinstance(e, tree.StrLit):
        return e.value.encode()
    if isinstance(e, tree.FString):
        parts = [_constant(p) if spec is None else None for p, spec in e.parts]
        if all(p is not None for p in parts):
            return b"".join(p for p in parts if p is not None)
    return None


def build(cx: Frame, e: tree.FString) -> Parts:
    """The text of an f-string, on the heap."""
    return _join(cx, _pieces(cx, e))


def text_of(cx: Frame, e: tree.Expr) -> Parts:
    """`str(value)`."""
    if is_text(e.type) and not isinstance(e.type, BytesType):
        return cx.eval(e)
    return _join(cx, [(e.type, cx.eval(e), None)])


_Piece = tuple[Type, Parts, str | None]


def _pieces(cx: Frame, e: tree.Expr) -> list[_Piece]:
    if isinstance(e, tree.FString):
        return [(part.type, cx.eval(part), spec) for part, spec in e.parts]
    return [(e.type, cx.eval(e), None)]


def _join(cx: Frame, pieces: list[_Piece]) -> Parts:
    """Allocate what the pieces can need at most, write them, and give back the rest."""
    f = cx.f
    size = f.i64(0)
    for t, parts, spec in pieces:
        size = spelling(cx, t).bound(parts, quoted=False) + size
        if spec:
            size = size + format_spec.width(spec)
    start = heap.allocate(cx, size)
    at = start
    for t, parts, spec in pieces:
        at = format_spec.put_with_spec(cx, t, parts, spec, at) if spec else spelling(cx, t).put(parts, at, quoted=False)
    used = ((f.address(at) + 7) & -8) - heap.FIRST_ADDRESS
    heap.release(cx, used)
    return (start, f.address(at) - f.address(start))

"""Builtins of numbers: abs, min, max, sum, divmod, round, floor, ceil."""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.heap import allocate
from seahorse.backends.sbf.frame.layout import Parts, part_types
from seahorse.backends.sbf.llvm.values import WORD
from seahorse.backends.sbf.objects import comparisons
from seahorse.backends.sbf.objects.iteration import each, iterator
from seahorse.backends.sbf.scalars import floats, integers
from seahorse.semantics import tree
from seahorse.semantics.tree.types import FloatType, IntType, TupleType, Type


def _abs(frame: Frame, e: tree.Builtin) -> Parts:
    f = frame.f
    value = frame.one(e.args[0])
    if isinstance(e.type, FloatType):
        return (value & ((1 << 63) - 1),)
    assert isinstance(e.type, IntType)
    if not e.type.signed:
        return (value,)
    smallest = value.eq(e.type.min)
    frame.overflow(smallest, e.span)
    return (f.select(value.slt(0), f.const(value.ty, 0) - value, value),)


def _extreme(op: str) -> Callable[[Frame, tree.Builtin], Parts]:
    """min or max: of several arguments, or of the items of one sequence (empty: InvalidArgument). The first of
    equals wins.
    """

    def emit(frame: Frame, e: tree.Builtin) -> Parts:
        if len(e.args) == 1:
            return _of_sequence(frame, e, op)
        best = frame.eval(e.args[0])
        for arg in e.args[1:]:
            best = _better(frame, e.type, op, best, frame.eval(arg))
        return best

    return emit


def _better(frame: Frame, t: Type, op: str, best: Parts, other: Parts) -> Parts:
    wins = comparisons.ordered(frame, t, op, other, best)
    if isinstance(t, IntType) and t.bits <= 64:
        # Hidden: otherwise LLVM makes `a - min(a, b)` a saturating subtraction, which takes many instructions in eBPF.
        return (integers.hide(frame.f.select(wins, other[0], best[0])),)
    return tuple(frame.f.select(wins, o, b) for o, b in zip(other, best, strict=True))


def _of_sequence(frame: Frame, e: tree.Builtin, op: str) -> Parts:
    f = frame.f
    items = iterator(frame, e.args[0])
    slots = [f.slot(ty) for ty in part_types(items.type)]

    def keep(parts: Parts) -> None:
        for slot, part in zip(slots, parts, strict=True):
            slot.set(part)

    empty, done = f.new_label(), f.new_label()
    keep(items.next(empty))
    each(frame, items, lambda item: keep(_better(frame, items.type, op, tuple(s.get() for s in slots), item)))
    f.jump(done)
    f.start(empty)
    f.raise_(frame.errors.program_error("InvalidArgument", e.span))
    f.start(done)
    return tuple(s.get() for s in slots)


def _sum(frame: Frame, e: tree.Builtin) -> Parts:
    f = frame.f
    items = iterator(frame, e.args[0])
    t = e.type
    total = f.slot(part_types(t)[0], frame.one(e.args[1]) if len(e.args) > 1 else 0)

    def add(parts: Parts) -> None:
        item = parts[0]
        if isinstance(t, FloatType):
            total.set(floats.arith(frame, "+", total.get(), item, e.span))
        else:
            assert isinstance(t, IntType)
            total.set(integers.arith(frame, t, "+", total.get(), item, e.span))

    each(frame, items, add)
    return (total.get(),)


def _divmod(frame: Frame, e: tree.Builtin) -> Parts:
    assert isinstance(e.type, TupleType)
    t = e.type.elems[0]
    a, b = frame.one(e.args[0]), frame.one(e.args[1])
    if isinstance(t, FloatType):
        return tuple(floats.arith(frame, op, a, b, e.span) for op in ("//", "%"))
    assert isinstance(t, IntType)
    return tuple(integers.arith(frame, t, op, a, b, e.span) for op in ("//", "%"))


def _sqrt(frame: Frame, e: tree.Builtin) -> Parts:
    """The square root; of a negative number InvalidArgument, as Python has a ValueError. NaN stays."""
    f = frame.f
    value = frame.one(e.args[0])
    frame.invalid(f.runtime("f64_compare", value, f.i64(0)).eq(-1), e.span)
    return (f.runtime("f64_sqrt", value),)


def _rounded(how: str) -> Callable[[Frame, tree.Builtin], Parts]:
    def emit(frame: Frame, e: tree.Builtin) -> Parts:
        value = frame.one(e.args[0])
        assert isinstance(e.type, IntType)
        source = e.args[0].type
        if isinstance(source, IntType):
            return (integers.convert(frame, source, e.type, value, e.span),)
        whole = frame.f.runtime(f"f64_{how}", value)
        return (floats.to_int(frame, e.type, whole, e.span),)

    return emit


def _quantifier(name: str) -> Callable[[Frame, tree.Builtin], Parts]:
    """all and any, which stop at the first item that decides."""
    decides = name == "any"

    def emit(frame: Frame, e: tree.Builtin) -> Parts:
        f = frame.f
        items = iterator(frame, e.args[0])
        result = f.slot("i1", 0 if decides else 1)
        head, found, end = f.new_label(), f.new_label(), f.new_label()
        f.start(head)
        item = items.next(end)[0]
        f.branch(item, found if decides else head, head if decides else found)
        f.start(found)
        result.set(1 if decides else 0)
        f.start(end)
        return (result.get(),)

    return emit


def _u256_of(frame: Frame, e: tree.Builtin) -> Parts:
    parts = [frame.one(a) for a in e.args]
    out = allocate(frame, 32)
    for i, part in enumerate(parts):
        frame.f.store(part, out, WORD * i)
    return (out,)


def _u256_part(frame: Frame, e: tree.Builtin) -> Parts:
    number = frame.one(e.args[0])
    assert isinstance(e.args[1], tree.IntLit)
    return (frame.f.load("i64", number, WORD * e.args[1].value),)


BUILTINS: dict[str, Callable[[Frame, tree.Builtin], Parts]] = {
    "u256_of": _u256_of,
    "u256_part": _u256_part,
    "abs": _abs,
    "min": _extreme("<"),
    "max": _extreme(">"),
    "sum": _sum,
    "divmod": _divmod,
    "sqrt": _sqrt,
    "round": _rounded("round"),
    "floor": _rounded("floor"),
    "ceil": _rounded("ceil"),
    "all": _quantifier("all"),
    "any": _quantifier("any"),
}

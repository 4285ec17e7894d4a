"""Places: what can be assigned, indexing, and values that must outlive a change of where they came from."""

from __future__ import annotations

from seahorse.backends.sbf.accounts import account_records
from seahorse.backends.sbf.accounts.known_data import PriceData
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.heap import allocate
from seahorse.backends.sbf.frame.layout import (
    KEY_SIZE,
    LIST_DATA,
    LIST_LEN,
    Parts,
    class_offset,
    is_text,
    load,
    memory_size,
    split,
    store,
)
from seahorse.backends.sbf.llvm.values import Value
from seahorse.backends.sbf.scalars.text_slices import slice_text
from seahorse.diagnostics import Span
from seahorse.semantics import tree
from seahorse.semantics.tree.types import (
    AccountType,
    ArrayType,
    BytesType,
    ClassType,
    IntType,
    ListType,
    OptionType,
    PriceFeedType,
    PubkeyType,
    StrType,
    TupleType,
    Type,
)
from seahorse.semantics.tree.view_types import holds_key, is_view
from seahorse.semantics.tree.walk import walk


def copied_items(frame: Frame, loop: object, t: Type, parts: Parts) -> Parts:
    """An item of a loop, clause or iterator, copied when the analysis says so."""
    return copied(frame, t, parts) if is_view(t) and frame.unit.views.copies(loop) else parts


def copied(frame: Frame, t: Type, parts: Parts) -> Parts:
    """A value whose bytes nothing else owns: keys in the frame, text and prices on the heap."""
    f = frame.f
    if isinstance(t, PubkeyType):
        copy = f.alloca(KEY_SIZE)
        f.copy(copy, parts[0], KEY_SIZE)
        return (copy,)
    if is_text(t):
        copy = allocate(frame, parts[1])
        f.copy_bytes(copy, parts[0], parts[1])
        return (copy, parts[1])
    if isinstance(t, PriceFeedType):
        copy = allocate(frame, f.i64(PriceData.LEAST_SIZE))
        f.copy(copy, parts[0], PriceData.LEAST_SIZE)
        return (copy,)
    if isinstance(t, TupleType):
        return tuple(part for e, own in zip(t.elems, split(t, parts), strict=True) for part in copied(frame, e, own))
    if isinstance(t, OptionType):
        return (parts[0], *_copied_if(frame, t.inner, parts[0], parts[1:]))
    return parts


def _copied_if(frame: Frame, t: Type, some: Value, parts: Parts) -> Parts:
    """A copy of an Option's payload; when it is None there may be nothing to read."""
    f = frame.f
    slots = [f.slot(p.ty, p) for p in parts]

    def copy() -> None:
        for slot, part in zip(slots, copied(frame, t, parts), strict=True):
            slot.set(part)

    f.if_(some, copy)
    return tuple(s.get() for s in slots)


# --- indexing ---


def element_address(frame: Frame, e: tree.GetIndex) -> Value:
    """Where an element of a list or array is. Out of range: InvalidArgument."""
    t = e.obj.type
    obj = frame.one(e.obj)
    index = frame.one(e.index)
    return element(frame, t, obj, index, e.index, e.span)


def element(frame: Frame, t: Type, obj: Value, index: Value, index_expr: tree.Expr | None, span: Span) -> Value:
    f = frame.f
    if isinstance(t, ListType):
        count = f.load("i64", obj, LIST_LEN)
        data = f.load("ptr", obj, LIST_DATA)
        elem = t.elem
    else:
        assert isinstance(t, ArrayType)
        count, data, elem = f.i64(t.length), obj, t.elem
    if isinstance(index_expr, tree.IntLit) and isinstance(t, ArrayType) and -t.length <= index_expr.value < t.length:
        return f.at(data, index_expr.value % t.length * memory_size(elem))
    position = checked_position(frame, index, index_expr, count, span)
    return f.at(data, position * memory_size(elem))


def checked_position(frame: Frame, index: Value, index_expr: tree.Expr | None, count: Value, span: Span) -> Value:
    """A checked index in 0 .. count - 1 from one that may count from the end."""
    signed = index_expr is None or not isinstance(index_expr.type, IntType) or index_expr.type.signed
    if index.ty == "i128":
        low = index.trunc("i64")
        frame.invalid((low.sext("i128") if signed else low.zext("i128")).ne(index), span)
        index = low
    if isinstance(index_expr, tree.IntLit):
        signed = index_expr.value < 0
    wide = index.sext("i64") if signed else index.zext("i64")
    if signed:
        wide = frame.f.select(wide.slt(0), wide + count, wide)
    frame.invalid(wide.uge(count), span)
    return wide


def read_index(frame: Frame, e: tree.GetIndex) -> Parts:
    t = e.obj.type
    f = frame.f
    if isinstance(t, TupleType):
        index = e.index
        assert isinstance(index, tree.IntLit)
        return split(t, frame.eval(e.obj))[index.value]
    if isinstance(t, StrType):
        return _character(frame, e)
    if isinstance(t, BytesType):
        parts = frame.eval(e.obj)
        position = checked_position(frame, frame.one(e.index), e.index, parts[1], e.span)
        return (
            f.load("i8", f.at(parts[0], position)).zext(f"i{e.type.bits}" if isinstance(e.type, IntType) else "i8"),
        )
    assert isinstance(t, ListType | ArrayType)
    return load(t.elem, element_address(frame, e))


def _character(frame: Frame, e: tree.GetIndex) -> Parts:
    """`text[i]`: one character, as text."""
    f = frame.f
    parts = frame.eval(e.obj)
    index = frame.one(e.index)
    count = f.runtime("char_count", *parts)
    position = checked_position(frame, index, e.index, count, e.span)
    return slice_text(frame, e.obj.type, parts, position, position + 1)


# --- assignment ---


def assign(frame: Frame, target: tree.Target, t: Type, parts: Parts, span: Span) -> None:
    """Store a value to a variable, a place, or the targets of a tuple."""
    match target:
        case tree.VarTarget():
            frame.declare(target.local, parts)
        case tree.PlaceTarget():
            assign_place(frame, target.place, parts, span)
        case tree.TupleTarget():
            _assign_items(frame, target, t, parts, span)


def _assign_items(frame: Frame, target: tree.TupleTarget, t: Type, parts: Parts, span: Span) -> None:
    if isinstance(t, TupleType):
        for item, x, own in zip(target.items, t.elems, split(t, parts), strict=True):
            assign(frame, item, x, own, span)
        return
    assert isinstance(t, ListType | ArrayType)
    if isinstance(t, ListType):
        frame.invalid(frame.f.load("i64", parts[0], LIST_LEN).ne(len(target.items)), span)
    # All items first: a target may be one of them.
    places = [element(frame, t, parts[0], frame.f.i64(i), None, span) for i in range(len(target.items))]
    values = [load(t.elem, place) for place in places]
    if any(isinstance(node, tree.PlaceTarget) for node in walk(target)):
        values = [copied(frame, t.elem, value) for value in values] if holds_key(t.elem) else values
    for item, value in zip(target.items, values, strict=True):
        assign(frame, item, t.elem, value, span)


def assign_place(frame: Frame, place: tree.Expr, parts: Parts, span: Span) -> None:
    match place:
        case tree.GetField():
            write_field(frame, place, frame.one(place.obj), parts, span)
        case tree.GetIndex():
            t = place.obj.type
            assert isinstance(t, ListType | ArrayType)
            store(t.elem, parts, element_address(frame, place))
        case tree.Unwrap() | tree.Coerce():
            assign_place(frame, place.value, parts, span)
        case _:
            raise TypeError(f"{type(place).__name__} is not a place")


def read_field(frame: Frame, e: tree.GetField, obj: Value) -> Parts:
    """A field of an account or of an object whose value is known."""
    t = e.obj.type
    if isinstance(t, AccountType):
        return account_records.read_field(frame, t, obj, e.name)
    assert isinstance(t, ClassType)
    offset, field = class_offset(t, e.name)
    return load(field, frame.f.at(obj, offset))


def write_field(frame: Frame, e: tree.GetField, obj: Value, parts: Parts, span: Span) -> None:
    t = e.obj.type
    if isinstance(t, AccountType):
        account_records.write_field(frame, t, obj, e.name, parts, span)
        return
    assert isinstance(t, ClassType)
    offset, field = class_offset(t, e.name)
    store(field, parts, frame.f.at(obj, offset))

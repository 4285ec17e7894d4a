"""Comparisons of values of every type."""

from __future__ import annotations

from seahorse.backends.sbf.accounts.account_records import same_key
from seahorse.backends.sbf.accounts.borsh import of_member
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.layout import (
    KEY_SIZE,
    LIST_DATA,
    LIST_LEN,
    Parts,
    class_offset,
    is_flat,
    is_text,
    load,
    memory_size,
    split,
)
from seahorse.backends.sbf.llvm.values import Value
from seahorse.semantics import tree
from seahorse.semantics.tree.types import (
    ArrayType,
    BoolType,
    ClassType,
    EnumType,
    FloatType,
    IntType,
    ListType,
    NoneType,
    OptionType,
    PubkeyType,
    TupleType,
    Type,
    UnionType,
)

_UNSIGNED = {"<": "ult", "<=": "ule", ">": "ugt", ">=": "uge"}
_SIGNED = {"<": "slt", "<=": "sle", ">": "sgt", ">=": "sge"}


def compare(frame: Frame, e: tree.Compare) -> Value:
    t = e.left.type
    if isinstance(t, PubkeyType):
        # A constant is compared by immediate values, without a load.
        for constant, other in ((e.right, e.left), (e.left, e.right)):
            if isinstance(constant, tree.PubkeyLit):
                same = same_key(frame, frame.one(other), constant.value)
                return same if e.op == "==" else same.not_()
    left = frame.eval(e.left)
    right = frame.eval(e.right)
    if e.op in ("==", "!="):
        same = equal(frame, t, left, right)
        return same if e.op == "==" else same.not_()
    return ordered(frame, t, e.op, left, right)


def equal(frame: Frame, t: Type, a: Parts, b: Parts) -> Value:
    f = frame.f
    match t:
        case NoneType():
            return f.bool(True)
        case IntType() | BoolType() | EnumType():
            return a[0].eq(b[0])
        case FloatType():
            return f.runtime("f64_compare", a[0], b[0]).eq(0)
        case PubkeyType():
            return same_key(frame, a[0], b[0])
        case OptionType():
            return _equal_options(frame, t, a, b)
        case UnionType():
            result = f.slot("i1", a[0].eq(b[0]))

            def members() -> None:
                def one(member: ClassType, obj: Value) -> None:
                    result.set(equal(frame, member, (obj,), (b[1],)))

                of_member(frame, t, a, one)

            f.if_(result.get(), members)
            return result.get()
        case TupleType():
            return _all(frame, [(e, x, y) for e, x, y in zip(t.elems, split(t, a), split(t, b), strict=True)])
        case ListType():
            return _equal_lists(frame, t, a[0], b[0])
        case ArrayType():
            return _equal_elements(frame, t.elem, a[0], b[0], f.i64(t.length))
        case ClassType():
            if is_flat(t) and not any(isinstance(x.type, FloatType) for x in t.decl.all_fields()):
                return bytes_equal(frame, a[0], b[0], f.i64(t.fixed_size or 0))
            fields = [
                (x.type, _field(frame, t, a[0], x.name), _field(frame, t, b[0], x.name)) for x in t.decl.all_fields()
            ]
            return _all(frame, fields)
        case _ if is_text(t):
            return text_equal(frame, a, b)
        case _:
            # Accounts and the like: one and the same.
            return f.value("i1", f"icmp eq ptr {a[0].ref}, {b[0].ref}")


def _field(frame: Frame, t: ClassType, obj: Value, name: str) -> Parts:
    offset, type_ = class_offset(t, name)
    return load(type_, frame.f.at(obj, offset))


def _all(frame: Frame, pairs: list[tuple[Type, Parts, Parts]]) -> Value:
    result = frame.f.slot("i1", 1)
    done = frame.f.new_label()
    for t, x, y in pairs:
        more = frame.f.new_label()
        result.set(equal(frame, t, x, y))
        frame.f.branch(result.get(), more, done)
        frame.f.start(more)
    frame.f.start(done)
    return result.get()


def _equal_options(frame: Frame, t: OptionType, a: Parts, b: Parts) -> Value:
    f = frame.f
    result = f.slot("i1", a[0].eq(b[0]))
    f.if_(a[0] & b[0], lambda: result.set(equal(frame, t.inner, a[1:], b[1:])))
    return result.get()


def bytes_equal(frame: Frame, a: Value, b: Value, size: Value) -> Value:
    """Whether two runs of bytes of one length are equal."""
    return frame.f.runtime("bytes_compare", a, b, size).eq(0)


def text_equal(frame: Frame, a: Parts, b: Parts) -> Value:
    f = frame.f
    result = f.slot("i1", a[1].eq(b[1]))
    f.if_(result.get(), lambda: result.set(bytes_equal(frame, a[0], b[0], a[1])))
    return result.get()


def _equal_lists(frame: Frame, t: ListType, a: Value, b: Value) -> Value:
    f = frame.f
    count = f.load("i64", a, LIST_LEN)
    result = f.slot("i1", count.eq(f.load("i64", b, LIST_LEN)))

    def elements() -> None:
        result.set(_equal_elements(frame, t.elem, f.load("ptr", a, LIST_DATA), f.load("ptr", b, LIST_DATA), count))

    f.if_(result.get(), elements)
    return result.get()


def _equal_elements(frame: Frame, elem: Type, a: Value, b: Value, count: Value) -> Value:
    f = frame.f
    step = memory_size(elem)
    if isinstance(elem, IntType | BoolType | EnumType | PubkeyType):
        return bytes_equal(frame, a, b, count * step)
    result = f.slot("i1", 1)
    index = f.slot("i64", 0)

    def one() -> None:
        offset = index.get() * step
        result.set(equal(frame, elem, load(elem, f.at(a, offset)), load(elem, f.at(b, offset))))
        index.set(index.get() + 1)

    f.while_(lambda: result.get() & index.get().ult(count), one)
    return result.get()


def ordered(frame: Frame, t: Type, op: str, a: Parts, b: Parts) -> Value:
    """<, <=, >, >= as in Python. A comparison with NaN is false."""
    f = frame.f
    if isinstance(t, IntType):
        return a[0].cmp((_SIGNED if t.signed else _UNSIGNED)[op], b[0])
    if isinstance(t, EnumType | BoolType):
        return a[0].cmp(_UNSIGNED[op], b[0])
    if isinstance(t, FloatType):
        # -1, 0, 1; 2 when unordered, which must be false either way.
        order = f.runtime("f64_compare", a[0], b[0])
        if op in ("<", "<="):
            return order.cmp(_SIGNED[op], 0)
        return order.cmp(_SIGNED[op], 0) & order.ne(2)
    return three_way(frame, t, a, b).cmp(_SIGNED[op], 0)


def three_way(frame: Frame, t: Type, a: Parts, b: Parts) -> Value:
    """-1, 0 or 1: text by bytes (which is by code point), tuples and lists by the first difference."""
    f = frame.f
    if is_text(t):
        return f.runtime("text_compare", *a, *b)
    if isinstance(t, PubkeyType):
        return f.runtime("text_compare", a[0], f.i64(KEY_SIZE), b[0], f.i64(KEY_SIZE))
    if isinstance(t, IntType | EnumType | BoolType):
        less = ordered(frame, t, "<", a, b)
        more = ordered(frame, t, ">", a, b)
        return f.select(less, f.i64(-1), more.zext("i64"))
    if isinstance(t, FloatType):
        return f.runtime("f64_compare", a[0], b[0])
    result = f.slot("i64", 0)
    if isinstance(t, TupleType):
        done = f.new_label()
        for e, x, y in zip(t.elems, split(t, a), split(t, b), strict=True):
            more = f.new_label()
            result.set(three_way(frame, e, x, y))
            f.branch(result.get().eq(0), more, done)
            f.start(more)
        f.start(done)
        return result.get()
    if isinstance(t, ListType):
        return _order_lists(frame, t, a[0], b[0])
    raise TypeError(f"{t} has no order")


def _order_lists(frame: Frame, t: ListType, a: Value, b: Value) -> Value:
    f = frame.f
    counts = [f.load("i64", x, LIST_LEN) for x in (a, b)]
    datas = [f.load("ptr", x, LIST_DATA) for x in (a, b)]
    shorter = f.select(counts[0].ult(counts[1]), counts[0], counts[1])
    result = f.slot("i64", 0)
    index = f.slot("i64", 0)
    step = memory_size(t.elem)

    def one() -> None:
        x, y = (load(t.elem, f.at(d, index.get() * step)) for d in datas)
        result.set(three_way(frame, t.elem, x, y))
        index.set(index.get() + 1)

    f.while_(lambda: result.get().eq(0) & index.get().ult(shorter), one)
    lengths = f.select(counts[0].ult(counts[1]), f.i64(-1), counts[0].ugt(counts[1]).zext("i64"))
    return f.select(result.get().eq(0), lengths, result.get())

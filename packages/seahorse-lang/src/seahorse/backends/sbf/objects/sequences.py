"""Lists, arrays and what is common to all sequences: literals, slices, concatenation, comprehensions, list methods."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.heap import allocate
from seahorse.backends.sbf.frame.layout import LIST_LEN, Parts, is_text, load, memory_size, store
from seahorse.backends.sbf.llvm.values import Value
from seahorse.backends.sbf.objects import comparisons
from seahorse.backends.sbf.objects.iteration import Iterator, Sequence, collect, each, iterator
from seahorse.backends.sbf.objects.lists import (
    METHODS,
    append,
    append_in_place,
    bound_value,
    elements,
    new_list,
    position,
    slice_list,
)
from seahorse.backends.sbf.objects.places import assign, copied_items
from seahorse.backends.sbf.objects.sorting import sort_in_place, sort_new
from seahorse.backends.sbf.scalars import integers
from seahorse.backends.sbf.scalars.text_slices import slice_text, step_text, steps
from seahorse.semantics import tree
from seahorse.semantics.tree.types import ArrayType, BytesType, IntType, IterType, ListType, StrType, Type


def list_literal(frame: Frame, e: tree.ListLit) -> Parts:
    assert isinstance(e.type, ListType)
    elem = e.type.elem
    values = [frame.eval(item) for item in e.items]
    obj, data = new_list(frame, elem, frame.f.i64(len(values)))
    for i, parts in enumerate(values):
        store(elem, parts, frame.f.at(data, i * memory_size(elem)))
    return (obj,)


def array_literal(frame: Frame, e: tree.ArrayLit) -> Parts:
    assert isinstance(e.type, ArrayType)
    elem = e.type.elem
    values = [frame.eval(item) for item in e.items]
    data = allocate(frame, max(memory_size(elem) * len(values), 1))
    for i, parts in enumerate(values):
        store(elem, parts, frame.f.at(data, i * memory_size(elem)))
    return (data,)


def comprehension(frame: Frame, e: tree.ListComp) -> Parts:
    assert isinstance(e.type, ListType)
    elem = e.type.elem
    f, clauses = frame.f, list(e.clauses)
    source = clauses[0].iterable.type
    if len(clauses) == 1 and not clauses[0].conditions and isinstance(source, ListType | ArrayType) and not f.small:
        # As many items as there are now, unless the element's own code changes the source.
        items = frame.one(clauses[0].iterable)
        obj, _ = new_list(frame, elem, elements(frame, source, items)[0])
        f.store(f.i64(0), obj, LIST_LEN)
        again = Sequence(frame, source, items)
        _clauses(frame, e, clauses, lambda: append_in_place(frame, elem, obj, frame.eval(e.element)), again)
        return (obj,)
    obj, _ = new_list(frame, elem, f.i64(0))
    _clauses(frame, e, clauses, lambda: append(frame, elem, obj, frame.eval(e.element)))
    return (obj,)


def _clauses(
    frame: Frame,
    e: tree.ListComp,
    clauses: list[tree.CompClause],
    body: Callable[[], None],
    items: Iterator | None = None,
) -> None:
    """`items`: of the first clause, when its iterable is evaluated already."""
    if not clauses:
        body()
        return
    f = frame.f
    clause = clauses[0]
    items = items or iterator(frame, clause.iterable)
    head, end = f.new_label(), f.new_label()
    f.start(head)
    item = copied_items(frame, clause, items.type, items.next(end))
    assign(frame, clause.target, items.type, item, e.span)
    for condition in clause.conditions:
        passes = f.new_label()
        f.branch(frame.one(condition), passes, head)
        f.start(passes)
    _clauses(frame, e, clauses[1:], body)
    f.jump(head)
    f.start(end)


# --- slices, concatenation, repetition ---


def slice_(frame: Frame, e: tree.GetSlice) -> Parts:
    t = e.obj.type
    parts = frame.eval(e.obj)
    start, stop = (bound_value(frame, b) if b is not None else None for b in (e.start, e.stop))
    if e.step is not None:
        step = bound_value(frame, e.step)
        frame.invalid(step.eq(0), e.span)
        if isinstance(t, StrType | BytesType):
            return step_text(frame, t, parts, start, stop, step)
        return _step_list(frame, t, parts, start, stop, step)
    if isinstance(t, StrType | BytesType):
        return slice_text(frame, t, parts, start, stop)
    assert isinstance(t, ListType | ArrayType)
    return (slice_list(frame, t, parts[0], start, stop),)


def _step_list(frame: Frame, t: Type, parts: Parts, start: Value | None, stop: Value | None, step: Value) -> Parts:
    """`items[start:stop:step]`: a new list of the chosen elements."""
    f = frame.f
    assert isinstance(t, ListType | ArrayType)
    count = f.load("i64", parts[0], LIST_LEN) if isinstance(t, ListType) else f.i64(t.length)
    places = steps(frame, count, start, stop, step)
    elem = t.elem
    obj, _ = new_list(frame, elem, f.i64(0))
    _, data = elements(frame, t, parts[0])

    def take() -> None:
        append(frame, elem, obj, load(elem, f.at(data, places.at.get() * memory_size(elem))))
        places.go_on()

    f.while_(places.more, take)
    return (obj,)


def concat(frame: Frame, e: tree.Concat) -> Parts:
    if isinstance(e.type, BytesType):
        return _join_bytes(frame, [_piece(frame, e.left), _piece(frame, e.right)])
    left = frame.eval(e.left)
    right = frame.eval(e.right)
    return concatenate(frame, e.type, left, right, e.left.type, e.right.type)


@dataclass
class _Piece:
    """Bytes that are to be written somewhere: how many, and what writes them to an address."""

    size: Value
    write: Callable[[Value], None]


def _piece(frame: Frame, e: tree.Expr) -> _Piece:
    """The code has evaluated the expression; an integer's bytes are not in memory yet."""
    f = frame.f
    number = int_of_bytes(e)
    if number is not None:
        value = frame.one(number.args[0])
        return _Piece(f.i64(int_size(number)), lambda to: store_int_bytes(frame, number, value, to))
    source, size = frame.eval(e)
    if size.ref.isdigit():
        return _Piece(size, lambda to: f.copy(to, source, int(size.ref)))
    return _Piece(size, lambda to: f.copy_bytes(to, source, size))


def _join_bytes(frame: Frame, pieces: list[_Piece]) -> Parts:
    f = frame.f
    total = f.i64(0)
    for piece in pieces:
        both = piece.size.ref.isdigit() and total.ref.isdigit()
        total = f.i64(int(total.ref) + int(piece.size.ref)) if both else piece.size + total
    out = allocate(frame, total)
    to = out
    for piece in pieces:
        piece.write(to)
        to = f.at(to, int(piece.size.ref) if piece.size.ref.isdigit() else piece.size)
    return (out, total)


def concatenate(frame: Frame, t: Type, left: Parts, right: Parts, left_type: Type, right_type: Type) -> Parts:
    f = frame.f
    if is_text(t):
        out = allocate(frame, left[1] + right[1])
        f.copy_bytes(out, left[0], left[1])
        f.copy_bytes(f.at(out, left[1]), right[0], right[1])
        return (out, left[1] + right[1])
    assert isinstance(t, ListType)
    step = memory_size(t.elem)
    n1, d1 = elements(frame, left_type, left[0])
    n2, d2 = elements(frame, right_type, right[0])
    obj, data = new_list(frame, t.elem, n1 + n2)
    f.copy_bytes(data, d1, n1 * step)
    f.copy_bytes(f.at(data, n1 * step), d2, n2 * step)
    return (obj,)


def repeat(frame: Frame, e: tree.Repeat) -> Parts:
    seq = frame.eval(e.seq)
    f = frame.f
    count = integers.as_index(frame, e.count, frame.one(e.count), e.span)
    count = f.select(count.slt(0), f.i64(0), count)
    # More than the heap can hold fails in the allocation; the limit keeps the product from wrapping.
    count = f.select(count.ugt(1 << 20), f.i64(1 << 20), count)
    if is_text(e.type):
        out = allocate(frame, seq[1] * count)
        _copies(frame, out, seq[0], seq[1], count)
        return (out, seq[1] * count)
    assert isinstance(e.type, ListType)
    step = memory_size(e.type.elem)
    size, data = elements(frame, e.seq.type, seq[0])
    obj, target = new_list(frame, e.type.elem, size * count)
    _copies(frame, target, data, size * step, count)
    return (obj,)


def _copies(frame: Frame, out: Value, source: Value, size: Value, count: Value) -> None:
    f = frame.f
    at = f.slot("ptr", out)
    # A program may repeat an empty sequence very often; the code copies it no times.
    left = f.slot("i64", f.select(size.eq(0), f.i64(0), count))

    def one() -> None:
        f.copy_bytes(at.get(), source, size)
        at.set(f.at(at.get(), size))
        left.set(left.get() - 1)

    f.while_(lambda: left.get().ne(0), one)


def augment(frame: Frame, s: tree.AugAssign, old: Parts) -> Parts:
    """`text += text` and `text *= n`; a list grows in place, as in Python."""
    right = frame.eval(s.value)
    if isinstance(s.type, ListType) and s.op == "+":
        _extend(frame, s.type, old[0], s.value.type, right[0])
        return old
    return concatenate(frame, s.type, old, right, s.type, s.value.type)


# --- membership ---


def contains(frame: Frame, e: tree.Contains) -> Parts:
    found = _contains(frame, e)
    return (found.not_() if e.negate else found,)


def _contains(frame: Frame, e: tree.Contains) -> Value:
    f = frame.f
    item = frame.eval(e.item)
    if isinstance(e.seq.type, StrType | BytesType) and is_text(e.item.type):
        text = frame.eval(e.seq)
        out = f.alloca(8)
        return f.runtime("text_find", out, *text, *item).eq(0)
    items = iterator(frame, e.seq)
    result = f.slot("i1", 0)
    head, hit, end = f.new_label(), f.new_label(), f.new_label()
    f.start(head)
    f.branch(comparisons.equal(frame, e.item.type, item, items.next(end)), hit, head)
    f.start(hit)
    result.set(1)
    f.start(end)
    return result.get()


# --- builtins ---


def _len(frame: Frame, e: tree.Builtin) -> Parts:
    f = frame.f
    t = e.args[0].type
    if isinstance(t, IterType):
        return (f.load("i64", collect(frame, iterator(frame, e.args[0])), LIST_LEN),)
    parts = frame.eval(e.args[0])
    if isinstance(t, StrType):
        return (f.runtime("char_count", *parts),)
    if isinstance(t, BytesType):
        return (parts[1],)
    return (elements(frame, t, parts[0])[0],)


def _list(frame: Frame, e: tree.Builtin) -> Parts:
    return (_collector(frame, e.args[0])(),)


def _collector(frame: Frame, e: tree.Expr) -> Callable[[], Value]:
    """Evaluates a sequence, and gives what makes a new list of its items."""
    t = e.type
    if isinstance(t, ListType | ArrayType):
        obj = frame.one(e)
        return lambda: slice_list(frame, t, obj, None, None)
    items = iterator(frame, e)
    return lambda: collect(frame, items)


def _array_from(frame: Frame, e: tree.Builtin) -> Parts:
    """`Array(iterable, n)`: exactly n items, or InvalidArgument."""
    f = frame.f
    t = e.type
    assert isinstance(t, ArrayType)
    source = e.args[0]
    if isinstance(source.type, ListType | ArrayType):
        count, data = elements(frame, source.type, frame.one(source))
        frame.invalid(count.ne(t.length), e.span)
        made = allocate(frame, max(memory_size(t.elem) * t.length, 1))
        f.copy(made, data, memory_size(t.elem) * t.length)
        return (made,)
    count, data = elements(frame, ListType(t.elem), collect(frame, iterator(frame, source)))
    frame.invalid(count.ne(t.length), e.span)
    return (data,)


def _sorted(frame: Frame, e: tree.Builtin) -> Parts:
    assert isinstance(e.type, ListType)
    return (sort_new(frame, e.type.elem, _collector(frame, e.args[0]), e),)


def _sort(frame: Frame, e: tree.Builtin) -> Parts:
    t = e.args[0].type
    assert isinstance(t, ListType)
    sort_in_place(frame, t.elem, frame.one(e.args[0]), e)
    return ()


def _append(frame: Frame, e: tree.Builtin) -> Parts:
    t = e.args[0].type
    assert isinstance(t, ListType)
    obj = frame.one(e.args[0])
    append(frame, t.elem, obj, frame.eval(e.args[1]))
    return ()


def _extend_method(frame: Frame, e: tree.Builtin) -> Parts:
    t = e.args[0].type
    assert isinstance(t, ListType)
    obj = frame.one(e.args[0])
    source = e.args[1]
    if isinstance(source.type, ListType | ArrayType):
        _extend(frame, t, obj, source.type, frame.one(source))
        return ()
    items = iterator(frame, source)
    each(frame, items, lambda item: append(frame, t.elem, obj, item))
    return ()


def _extend(frame: Frame, t: ListType, obj: Value, source_type: Type, source: Value) -> None:
    """The number of items is read first: `items.extend(items)` doubles the list."""
    f = frame.f
    count, _ = elements(frame, source_type, source)
    at = f.slot("i64", 0)

    def one() -> None:
        _, data = elements(frame, source_type, source)
        append(frame, t.elem, obj, load(t.elem, f.at(data, at.get() * memory_size(t.elem))))
        at.set(at.get() + 1)

    f.while_(lambda: at.get().ult(count), one)


def _index(frame: Frame, e: tree.Builtin) -> Parts:
    t = e.args[0].type
    assert isinstance(t, ListType | ArrayType)
    obj = frame.one(e.args[0])
    found = position(frame, t, obj, frame.eval(e.args[1]))
    frame.invalid(found.eq(elements(frame, t, obj)[0]), e.span)
    return (found,)


def _count(frame: Frame, e: tree.Builtin) -> Parts:
    f = frame.f
    items = iterator(frame, e.args[0])
    wanted = frame.eval(e.args[1])
    total = f.slot("i64", 0)

    def one(item: Parts) -> None:
        total.set(total.get() + comparisons.equal(frame, items.type, item, wanted).zext("i64"))

    each(frame, items, one)
    return (total.get(),)


def _copy(frame: Frame, e: tree.Builtin) -> Parts:
    t = e.args[0].type
    assert isinstance(t, ListType | ArrayType)
    return (slice_list(frame, t, frame.one(e.args[0]), None, None),)


def int_of_bytes(e: tree.Expr) -> tree.Builtin | None:
    """The `int_bytes` of `bytes(int_bytes(...))`, whose list nobody else sees."""
    if isinstance(e, tree.Builtin) and e.name == "bytes" and isinstance(e.args[0], tree.Builtin):
        return e.args[0] if e.args[0].name == "int_bytes" else None
    return None


def int_size(e: tree.Builtin) -> int:
    t = e.args[0].type
    assert isinstance(t, IntType)
    return t.bits // 8


def store_int_bytes(frame: Frame, e: tree.Builtin, value: Value, to: Value) -> None:
    """The bytes of an integer, of its own width; little-endian unless `be`."""
    f = frame.f
    big = e.args[1] if len(e.args) > 1 else e.kwargs.get("be")
    size = int_size(e)
    if isinstance(big, tree.BoolLit) and big.value:
        for i in range(size):
            f.store((value >> (8 * (size - 1 - i))).trunc("i8") if size > 1 else value, to, i)
    else:
        f.store(value, to)


def _int_bytes(frame: Frame, e: tree.Builtin) -> Parts:
    value = frame.one(e.args[0])
    obj, data = new_list(frame, IntType(8, False), frame.f.i64(int_size(e)))
    store_int_bytes(frame, e, value, data)
    return (obj,)


BUILTINS: dict[str, Callable[[Frame, tree.Builtin], Parts]] = {
    "len": _len,
    "list": _list,
    "array_from": _array_from,
    "sorted": _sorted,
    "int_bytes": _int_bytes,
    "list.append": _append,
    "list.extend": _extend_method,
    "list.index": _index,
    "list.count": _count,
    "list.copy": _copy,
    "list.sort": _sort,
    **{f"list.{name}": make for name, make in METHODS.items()},
}

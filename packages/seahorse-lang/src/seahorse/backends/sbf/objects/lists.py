"""The list object: growth, insertion, removal, search."""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.heap import allocate
from seahorse.backends.sbf.frame.layout import (
    KEY_SIZE,
    LIST_CAP,
    LIST_DATA,
    LIST_LEN,
    LIST_SIZE,
    Parts,
    load,
    memory_size,
    store,
)
from seahorse.backends.sbf.llvm.module import LlvmModule
from seahorse.backends.sbf.llvm.values import Value
from seahorse.backends.sbf.objects import comparisons
from seahorse.backends.sbf.objects.places import element
from seahorse.backends.sbf.scalars import integers
from seahorse.backends.sbf.scalars.text_slices import clamp
from seahorse.semantics import tree
from seahorse.semantics.tree.types import ArrayType, IntType, ListType, PubkeyType, Type

_FIRST_CAPACITY = 4


def new_list(frame: Frame, elem: Type, count: Value) -> tuple[Value, Value]:
    """A list of `count` elements that are not set yet: the object and where its elements go."""
    f = frame.f
    if count.ref.isdigit():
        # A count from the program's text: the product is small, and one block holds both.
        obj = allocate(frame, LIST_SIZE + int(count.ref) * memory_size(elem))
        data = f.at(obj, LIST_SIZE)
    else:
        obj = allocate(frame, LIST_SIZE)
        data = allocate(frame, count * memory_size(elem))
    f.store(data, obj, LIST_DATA)
    f.store(count, obj, LIST_LEN)
    f.store(count, obj, LIST_CAP)
    return obj, data


def elements(frame: Frame, t: Type, obj: Value) -> tuple[Value, Value]:
    """Number of elements and where they are."""
    f = frame.f
    if isinstance(t, ListType):
        return f.load("i64", obj, LIST_LEN), f.load("ptr", obj, LIST_DATA)
    assert isinstance(t, ArrayType)
    return f.i64(t.length), obj


def append(frame: Frame, elem: Type, obj: Value, parts: Parts) -> None:
    f = frame.f
    place = f.slot("ptr")
    f.check(f.status("list_grow", obj, f.i64(memory_size(elem)), place.ptr))
    store(elem, parts, place.get())


def append_in_place(frame: Frame, elem: Type, obj: Value, parts: Parts) -> None:
    """`append` to a list that most likely has room: without a call then."""
    f = frame.f
    place = f.slot("ptr")
    full, room, done = f.new_label(), f.new_label(), f.new_label()
    count, data = f.load("i64", obj, LIST_LEN), f.load("ptr", obj, LIST_DATA)
    f.branch(count.eq(f.load("i64", obj, LIST_CAP)), full, room, likely=False)
    f.start(full)
    f.check(f.status("list_grow", obj, f.i64(memory_size(elem)), place.ptr))
    f.jump(done)
    f.start(room)
    f.store(count + 1, obj, LIST_LEN)
    place.set(f.at(data, count * memory_size(elem)))
    f.start(done)
    store(elem, parts, place.get())


def write_list_grow(module: LlvmModule) -> None:
    """`list_grow(list, step, out) -> status`: room for one element more, counted; its address at out.

    The capacity doubles, and the old elements stay where they were: addresses of elements remain readable.
    """
    f = module.function("list_grow", ["ptr", "i64", "ptr"], attributes="noinline")
    obj, step, out = f.params
    count = f.load("i64", obj, LIST_LEN)
    data = f.slot("ptr", f.load("ptr", obj, LIST_DATA))

    def grow() -> None:
        room = count << 1
        room = f.select(room.ult(_FIRST_CAPACITY), f.i64(_FIRST_CAPACITY), room)
        made = f.alloca(8)
        f.check(f.status("allocate", room * step, made))
        larger = f.load("ptr", made)
        f.copy_bytes(larger, data.get(), count * step)
        f.store(larger, obj, LIST_DATA)
        f.store(room, obj, LIST_CAP)
        data.set(larger)

    f.if_(count.eq(f.load("i64", obj, LIST_CAP)), grow)
    f.store(count + 1, obj, LIST_LEN)
    f.store(f.at(data.get(), count * step), out)
    f.ret()


def slice_list(frame: Frame, t: ListType | ArrayType, obj: Value, start: Value | None, stop: Value | None) -> Value:
    """A new list of the elements between two bounds, clamped as in Python."""
    f = frame.f
    count, data = elements(frame, t, obj)
    begin = f.i64(0) if start is None else clamp(frame, start, count)
    end = count if stop is None else clamp(frame, stop, count)
    size = f.select(end.ugt(begin), end - begin, f.i64(0))
    step = memory_size(t.elem)
    made, target = new_list(frame, t.elem, size)
    f.copy_bytes(target, f.at(data, begin * step), size * step)
    return made


def bound_value(frame: Frame, e: tree.Expr) -> Value:
    """A bound as i64. A bound beyond every length stays beyond every length."""
    if isinstance(e, tree.IntLit):
        return frame.f.i64(max(min(e.value, (1 << 62) - 1), -(1 << 62)))
    value = frame.one(e)
    t = e.type
    assert isinstance(t, IntType)
    if t.bits < 64:
        return value.sext("i64") if t.signed else value.zext("i64")
    f = frame.f
    limit = f.const(value.ty, 1 << 62)
    high = value.cmp("sgt" if t.signed else "ugt", limit)
    value = f.select(high, limit, value)
    if t.signed:
        low = f.const(value.ty, -(1 << 62))
        value = f.select(value.slt(low), low, value)
    return value.trunc("i64")


def position(frame: Frame, t: ListType | ArrayType, obj: Value, wanted: Parts) -> Value:
    """The index of the first equal element; the number of elements when there is none."""
    f = frame.f
    at = f.slot("i64", 0)
    head, body, following, end = f.new_label(), f.new_label(), f.new_label(), f.new_label()
    f.start(head)
    count, data = elements(frame, t, obj)
    f.branch(at.get().ult(count), body, end)
    f.start(body)
    item = load(t.elem, f.at(data, at.get() * memory_size(t.elem)))
    f.branch(comparisons.equal(frame, t.elem, item, wanted), end, following)
    f.start(following)
    at.set(at.get() + 1)
    f.jump(head)
    f.start(end)
    return at.get()


def _remove_at(frame: Frame, t: ListType, obj: Value, place: Value) -> None:
    """Close the gap of the element at `place`."""
    f = frame.f
    step = memory_size(t.elem)
    count, data = elements(frame, t, obj)
    after = f.at(place, step)
    end = f.at(data, count * step)
    f.call("sol_memmove_", place, after, f.address(end) - f.address(after))
    f.store(count - 1, obj, LIST_LEN)


def _pop(frame: Frame, e: tree.Builtin) -> Parts:
    """The last element, or the one at an index. Of an empty list: InvalidArgument."""
    f = frame.f
    t = e.args[0].type
    assert isinstance(t, ListType)
    obj = frame.one(e.args[0])
    index = frame.one(e.args[1]) if len(e.args) > 1 else f.i64(-1)
    if len(e.args) > 1 and e.name == "list.pop":
        index = integers.as_index(frame, e.args[1], index, e.span)
    place = element(frame, t, obj, index, e.args[1] if len(e.args) > 1 else None, e.span)
    parts = load(t.elem, place)
    if isinstance(t.elem, PubkeyType):
        copy = f.alloca(KEY_SIZE)
        f.copy(copy, place, KEY_SIZE)
        parts = (copy,)
    elif len(e.args) > 1:
        # Read before the gap is closed: memory holds the value's bytes until then only.
        parts = tuple(_held(frame, p) for p in parts)
    _remove_at(frame, t, obj, place)
    return parts


def _held(frame: Frame, part: Value) -> Value:
    slot = frame.f.slot(part.ty, part)
    return slot.get()


def _insert(frame: Frame, e: tree.Builtin) -> Parts:
    f = frame.f
    t = e.args[0].type
    assert isinstance(t, ListType)
    step = memory_size(t.elem)
    obj = frame.one(e.args[0])
    raw = frame.one(e.args[1])
    parts = frame.eval(e.args[2])
    index = integers.as_index(frame, e.args[1], raw, e.span)
    count, _ = elements(frame, t, obj)
    at = clamp(frame, index, count)
    last = f.slot("ptr")
    f.check(f.status("list_grow", obj, f.i64(step), last.ptr))
    _, data = elements(frame, t, obj)
    place = f.at(data, at * step)
    f.call("sol_memmove_", f.at(place, step), place, (count - at) * step)
    store(t.elem, parts, place)
    return ()


def _remove(frame: Frame, e: tree.Builtin) -> Parts:
    """The first equal element; when there is none: InvalidArgument."""
    f = frame.f
    t = e.args[0].type
    assert isinstance(t, ListType)
    obj = frame.one(e.args[0])
    found = position(frame, t, obj, frame.eval(e.args[1]))
    count, data = elements(frame, t, obj)
    frame.invalid(found.eq(count), e.span)
    _remove_at(frame, t, obj, f.at(data, found * memory_size(t.elem)))
    return ()


def _clear(frame: Frame, e: tree.Builtin) -> Parts:
    frame.f.store(frame.f.i64(0), frame.one(e.args[0]), LIST_LEN)
    return ()


def _reverse(frame: Frame, e: tree.Builtin) -> Parts:
    f = frame.f
    t = e.args[0].type
    assert isinstance(t, ListType | ArrayType)
    step = memory_size(t.elem)
    count, data = elements(frame, t, frame.one(e.args[0]))
    low = f.slot("ptr", data)
    high = f.slot("ptr", f.at(data, count * step - step))
    spare = f.alloca(step)

    def swap() -> None:
        f.copy(spare, low.get(), step)
        f.call("sol_memmove_", low.get(), high.get(), f.i64(step))
        f.copy(high.get(), spare, step)
        low.set(f.at(low.get(), step))
        high.set(f.at(high.get(), -step))

    f.while_(lambda: f.address(low.get()).slt(f.address(high.get())), swap)
    return ()


METHODS: dict[str, Callable[[Frame, tree.Builtin], Parts]] = {
    "pop": _pop,
    "delete": _pop,
    "insert": _insert,
    "remove": _remove,
    "clear": _clear,
    "reverse": _reverse,
}

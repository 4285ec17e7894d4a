"""Stable sorting of lists: a merge sort, which calls the key once for each item, in order.

The code first makes a record for each item, with its bytes and its key, and then sorts the addresses of the records.
One function for each type of key merges them, so that a comparison stands in the program once.
"""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf.frame import heap
from seahorse.backends.sbf.frame.frame import Ending, Frame, class_key
from seahorse.backends.sbf.frame.layout import LIST_CAP, LIST_DATA, LIST_LEN, Parts, load, memory_size, store
from seahorse.backends.sbf.llvm.values import StackSlot, Value
from seahorse.backends.sbf.objects import comparisons
from seahorse.backends.sbf.objects.iteration import apply
from seahorse.backends.sbf.objects.lists import elements
from seahorse.semantics import tree
from seahorse.semantics.tree.types import ListType, Type

_ADDRESS = 8


def sort_in_place(frame: Frame, elem: Type, obj: Value, e: tree.Builtin) -> None:
    """`list.sort`. As in Python the list is empty while keys are made, and one that they change is an error."""
    f = frame.f
    descending = _descending(frame, e)
    count, data = elements(frame, ListType(elem), obj)
    if "key" in e.kwargs:
        room = f.load("i64", obj, LIST_CAP)
        for offset in (LIST_LEN, LIST_CAP):
            f.store(f.i64(0), obj, offset)
        sort(frame, elem, count, data, e, descending)
        frame.invalid(f.load("i64", obj, LIST_LEN).ne(0), e.span)
        for value, offset in ((data, LIST_DATA), (count, LIST_LEN), (room, LIST_CAP)):
            f.store(value, obj, offset)
    else:
        sort(frame, elem, count, data, e, descending)


def sort_new(frame: Frame, elem: Type, make: Callable[[], Value], e: tree.Builtin) -> Value:
    """`sorted`: of what `make` gives when the arguments are evaluated."""
    descending = _descending(frame, e)
    obj = make()
    count, data = elements(frame, ListType(elem), obj)
    sort(frame, elem, count, data, e, descending)
    return obj


def _descending(frame: Frame, e: tree.Builtin) -> Value:
    reverse = e.kwargs.get("reverse")
    return frame.one(reverse) if reverse is not None else frame.f.bool(False)


def sort(frame: Frame, elem: Type, count: Value, data: Value, e: tree.Builtin, descending: Value) -> None:
    """Sort the items at `data`; both directions keep the order of equals."""
    f = frame.f
    key = e.kwargs.get("key")
    size = memory_size(elem)
    key_type = key.body.type if isinstance(key, tree.Lambda) else elem
    at_key = size if key is not None else 0
    step = size + (memory_size(key_type) if key is not None else 0)
    marked = heap.mark(frame)
    records = heap.allocate(frame, count * step)
    at = f.slot("i64", 0)

    def record() -> None:
        here = f.at(records, at.get() * step)
        f.copy(here, f.at(data, at.get() * size), size)
        if key is not None:
            store(key_type, apply(frame, key, [load(elem, here)]), f.at(here, at_key))
        at.set(at.get() + 1)

    f.while_(lambda: at.get().ult(count), record)
    if key is not None:
        # Memory that the keys allocated may be in use for longer.
        marked = heap.mark(frame)
    addresses = heap.allocate(frame, count * (2 * _ADDRESS))
    spare = f.at(addresses, count * _ADDRESS)
    at.set(0)

    def address() -> None:
        f.store(f.address(f.at(records, at.get() * step)), f.at(addresses, at.get() * _ADDRESS))
        at.set(at.get() + 1)

    f.while_(lambda: at.get().ult(count), address)
    wanted = f.select(descending, f.i64(1), f.i64(-1))
    in_order = f.pointer(f.call(_merger(frame, key_type, at_key), addresses, spare, count, wanted))
    at.set(0)

    def back() -> None:
        f.copy(f.at(data, at.get() * size), f.load("ptr", f.at(in_order, at.get() * _ADDRESS)), size)
        at.set(at.get() + 1)

    f.while_(lambda: at.get().ult(count), back)
    heap.release(frame, marked)


def _merger(frame: Frame, t: Type, at_key: int) -> str:
    """`merge_sort(addresses, spare, count, wanted) -> where they are in order`: one of the two. The later of two
    records goes first when it compares to the earlier as `wanted`: -1 for less, 1 for greater."""
    mergers = frame.unit.mergers
    name = (class_key(t), at_key)
    if name not in mergers:
        mergers[name] = f"merge_sort{len(mergers)}"
        f = frame.unit.module.function(mergers[name], ["ptr", "ptr", "i64", "i64"], attributes="noinline")
        _write_merger(Frame(frame.unit, f, frame.eval_expr, Ending(lambda _parts, _e: None)), t, at_key)
    return mergers[name]


def _write_merger(frame: Frame, t: Type, at_key: int) -> None:
    f = frame.f
    addresses, spare, count, wanted = f.params
    source, target = f.slot("ptr", addresses), f.slot("ptr", spare)
    run = f.slot("i64", _ADDRESS)
    size = count * _ADDRESS

    def runs() -> None:
        low = f.slot("i64", 0)

        def two_runs() -> None:
            middle = _least(low.get() + run.get(), size)
            high = _least(low.get() + run.get() * 2, size)
            ends = [f.at(source.get(), at) for at in (low.get(), middle, high)]
            _merge(frame, lambda record: load(t, f.at(record, at_key)), t, ends, f.at(target.get(), low.get()), wanted)
            low.set(high)

        f.while_(lambda: low.get().ult(size), two_runs)
        merged = target.get()
        target.set(source.get())
        source.set(merged)
        run.set(run.get() * 2)

    f.while_(lambda: run.get().ult(size), runs)
    f.ret(f.address(source.get()))


def _least(a: Value, b: Value) -> Value:
    return a.f.select(a.ult(b), a, b)


def _merge(
    frame: Frame, key: Callable[[Value], Parts], t: Type, ends: list[Value], target: Value, wanted: Value
) -> None:
    """Merge two runs of addresses, `ends[0]..ends[1]` and `ends[1]..ends[2]`, into `target`."""
    f = frame.f
    left, right, out = f.slot("ptr", ends[0]), f.slot("ptr", ends[1]), f.slot("ptr", target)
    head, some_left, both, from_left, from_right, last, end = (f.new_label() for _ in range(7))

    def move(source: StackSlot) -> None:
        f.store(f.load("ptr", source.get()), out.get())
        source.set(f.at(source.get(), _ADDRESS))
        out.set(f.at(out.get(), _ADDRESS))
        f.jump(head)

    f.start(head)
    f.branch(f.address(left.get()).ult(f.address(ends[1])), some_left, last)
    f.start(some_left)
    f.branch(f.address(right.get()).ult(f.address(ends[2])), both, from_left)
    f.start(both)
    order = comparisons.three_way(frame, t, key(f.load("ptr", right.get())), key(f.load("ptr", left.get())))
    f.branch(order.eq(wanted), from_right, from_left)
    f.start(from_left)
    move(left)
    f.start(from_right)
    move(right)
    f.start(last)
    f.branch(f.address(right.get()).ult(f.address(ends[2])), from_right, end)
    f.start(end)

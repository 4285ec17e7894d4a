"""Stable sorting of lists: insertion by binary search would need random keys, so this is a merge-free insertion sort.

Lists on a chain are short (the heap holds 32 KiB); insertion sort is stable, in place, and the smallest in code.
"""

from __future__ import annotations

from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.layout import Parts, load, memory_size
from seahorse.backends.sbf.llvm.values import Value
from seahorse.backends.sbf.objects import comparisons
from seahorse.backends.sbf.objects.iteration import apply
from seahorse.backends.sbf.objects.lists import elements
from seahorse.semantics import tree
from seahorse.semantics.tree.types import ListType, Type


def sort(cx: Frame, elem: Type, obj: Value, e: tree.Builtin) -> None:
    """Sort a list in place; `key` and `reverse` as in Python, both keeping the order of equals."""
    f = cx.f
    key = e.kwargs.get("key")
    reverse = e.kwargs.get("reverse")
    descending = cx.one(reverse) if reverse is not None else f.bool(False)
    step = memory_size(elem)
    count, data = elements(cx, ListType(elem), obj)
    spare = f.alloca(step)
    at = f.slot("i64", 1)

    def key_of(place: Value) -> tuple[Type, Parts]:
        parts = load(elem, place)
        if key is None:
            return elem, parts
        return key.type, apply(cx, key, [parts])

    def insert() -> None:
        f.copy(spare, f.at(data, at.get() * step), step)
        hole = f.slot("i64", at.get())
        head, look, move, end = f.new_label(), f.new_label(), f.new_label(), f.new_label()
        f.start(head)
        f.branch(hole.get().ne(0), look, end)
        f.start(look)
        before = f.at(data, (hole.get() - 1) * step)
        t, moving = key_of(spare)
        _, standing = key_of(before)
        less = comparisons.ordered(cx, t, "<", moving, standing)
        more = comparisons.ordered(cx, t, ">", moving, standing)
        f.branch(f.select(descending, more, less), move, end)
        f.start(move)
        f.copy(f.at(before, step), before, step)
        hole.set(hole.get() - 1)
        f.jump(head)
        f.start(end)
        f.copy(f.at(data, hole.get() * step), spare, step)
        at.set(at.get() + 1)

    f.while_(lambda: at.get().ult(count), insert)

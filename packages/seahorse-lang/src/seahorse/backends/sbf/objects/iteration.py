"""Iteration: `for`, comprehensions and the sequence builtins all go through these compile-time iterators."""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.layout import LIST_DATA, LIST_LEN, Parts, load, memory_size, part_types
from seahorse.backends.sbf.llvm.values import Value
from seahorse.backends.sbf.objects import comparisons
from seahorse.backends.sbf.objects.lists import append, new_list
from seahorse.backends.sbf.objects.places import copied_items
from seahorse.backends.sbf.scalars.text_slices import slice_text
from seahorse.semantics import tree
from seahorse.semantics.tree.types import (
    U8,
    ArrayType,
    BytesType,
    DictType,
    IntType,
    IterType,
    ListType,
    StrType,
    TupleType,
    Type,
)


class Iterator:
    """Code that reads a sequence one item at a time, as Python's `next` does."""

    def __init__(self, frame: Frame, type_: Type) -> None:
        self.frame = frame
        self.f = frame.f
        self.type = type_

    def next(self, end: str) -> Parts:
        """The next item; when there is none, a jump to the label `end`."""
        raise NotImplementedError


class _Counted(Iterator):
    """An iterator that knows how many items are left without searching."""

    def next(self, end: str) -> Parts:
        more = self.f.new_label()
        self.f.branch(self.more(), more, end)
        self.f.start(more)
        return self.take()

    def more(self) -> Value:
        raise NotImplementedError

    def take(self) -> Parts:
        raise NotImplementedError


class _Range(_Counted):
    def __init__(self, frame: Frame, e: tree.Builtin) -> None:
        assert isinstance(e.type, IterType)
        assert isinstance(e.type.elem, IntType)
        super().__init__(frame, e.type.elem)
        self.int = e.type.elem
        ty = f"i{self.int.bits}"
        values = [frame.one(a) for a in e.args]
        start, stop = (values[0], values[1]) if len(values) > 1 else (frame.f.const(ty, 0), values[0])
        self.at = frame.f.slot(ty, start)
        self.stop = stop
        self.step = values[2] if len(values) > 2 else frame.f.const(ty, 1)
        self.literal = e.args[2] if len(e.args) > 2 else None
        self.up = self._goes_up(e)
        # Past the last item the counter would overflow its type: the range is then finished for good.
        self.finished = frame.f.slot("i1", 0)

    def _goes_up(self, e: tree.Builtin) -> Value | bool:
        if self.literal is None:
            return True
        value = _literal(self.literal)
        if value is not None and value != 0:
            return value > 0
        self.frame.invalid(self.step.eq(0), e.span)
        return True if not self.int.signed else self.step.cmp("sgt", 0)

    def more(self) -> Value:
        signed = self.int.signed
        below = self.at.get().cmp("slt" if signed else "ult", self.stop)
        above = self.at.get().cmp("sgt" if signed else "ugt", self.stop)
        left = below if self.up is True else above if self.up is False else self.f.select(self.up, below, above)
        if self.literal is None:
            return left
        return left & self.finished.get().not_()

    def take(self) -> Parts:
        value = self.at.get()
        following = value + self.step
        if self.literal is not None:
            down = following.cmp("slt" if self.int.signed else "ult", value)
            if self.up is True:
                wrapped = down
            elif self.up is False:
                wrapped = following.cmp("sgt" if self.int.signed else "ugt", value)
            else:
                wrapped = self.f.select(self.up, down, following.cmp("sgt", value))
            self.finished.set(wrapped)
        self.at.set(following)
        return (value,)


def _literal(e: tree.Expr) -> int | None:
    if isinstance(e, tree.IntLit):
        return e.value
    if isinstance(e, tree.Negate) and isinstance(e.value, tree.IntLit):
        return -e.value.value
    return None


class Sequence(_Counted):
    """A list or array. A list may grow or shrink during the loop: the code reads its length each time, as in Python."""

    def __init__(self, frame: Frame, t: ListType | ArrayType, obj: Value, *, backwards: bool = False) -> None:
        super().__init__(frame, t.elem)
        self.t = t
        self.obj = obj
        self.backwards = backwards
        self.at = frame.f.slot("i64", self._count() if backwards else 0)

    def _count(self) -> Value:
        return self.f.load("i64", self.obj, LIST_LEN) if isinstance(self.t, ListType) else self.f.i64(self.t.length)

    def more(self) -> Value:
        if self.backwards:
            # From 0 it is -1, which is more than any length. A list that has become shorter than that ends it.
            return (self.at.get() - 1).ult(self._count())
        return self.at.get().ult(self._count())

    def take(self) -> Parts:
        f = self.f
        index = self.at.get() - 1 if self.backwards else self.at.get()
        self.at.set(index if self.backwards else index + 1)
        data = f.load("ptr", self.obj, LIST_DATA) if isinstance(self.t, ListType) else self.obj
        return load(self.type, f.at(data, index * memory_size(self.type)))


class _Entries(Sequence):
    """The items of a dict or set. As in Python, it is an error when the dict or set has another size at the next item.
    It is also an error when an item is missing that the loop has passed: then the others have moved."""

    def __init__(self, frame: Frame, e: tree.Builtin) -> None:
        t = e.args[0].type
        assert isinstance(t, ListType)
        super().__init__(frame, t, frame.one(e.args[0]))
        self.size = self._count()
        self.e = e
        self.key = t.elem.elems[0] if isinstance(t, DictType) and isinstance(t.elem, TupleType) else t.elem
        self.before = [frame.f.slot(ty) for ty in part_types(self.key)]

    def more(self) -> Value:
        f = self.f
        self.frame.invalid(self._count().ne(self.size), self.e.span)
        started = self.at.get().ne(0)

        def moved() -> None:
            now = self._at(self.at.get() - 1)[: len(self.before)]
            kept = tuple(slot.get() for slot in self.before)
            self.frame.invalid(comparisons.equal(self.frame, self.key, now, kept).not_(), self.e.span)

        f.if_(started & self.at.get().ule(self.size), moved)
        return super().more()

    def _at(self, index: Value) -> Parts:
        data = self.f.load("ptr", self.obj, LIST_DATA)
        return load(self.type, self.f.at(data, index * memory_size(self.type)))

    def take(self) -> Parts:
        parts = super().take()
        for slot, part in zip(self.before, parts, strict=False):
            slot.set(part)
        return parts


class _Text(_Counted):
    """The characters of a string, or the bytes of `bytes`."""

    def __init__(self, frame: Frame, t: StrType | BytesType, parts: Parts) -> None:
        super().__init__(frame, t if isinstance(t, StrType) else U8)
        self.t = t
        self.text = parts
        self.at = frame.f.slot("i64", 0)

    def more(self) -> Value:
        return self.at.get().ult(self.text[1])

    def take(self) -> Parts:
        f = self.f
        here = f.at(self.text[0], self.at.get())
        if isinstance(self.t, BytesType):
            self.at.set(self.at.get() + 1)
            return (f.load("i8", here),)
        rest = (here, self.text[1] - self.at.get())
        character = slice_text(self.frame, self.t, rest, None, 1)
        self.at.set(self.at.get() + character[1])
        return character


class _Enumerate(Iterator):
    def __init__(self, frame: Frame, e: tree.Builtin) -> None:
        assert isinstance(e.type, IterType)
        super().__init__(frame, e.type.elem)
        assert isinstance(self.type, TupleType)
        self.inner = iterator(frame, e.args[0])
        count = self.type.elems[0]
        assert isinstance(count, IntType)
        start = e.args[1] if len(e.args) > 1 else e.kwargs.get("start")
        self.count = frame.f.slot(f"i{count.bits}", frame.one(start) if start is not None else 0)

    def next(self, end: str) -> Parts:
        item = self.inner.next(end)
        count = self.count.get()
        self.count.set(count + 1)
        return (count, *item)


class _Zip(Iterator):
    """An item of each, in order. The first one without an item ends the loop; the ones before it have lost an item, as
    in Python."""

    def __init__(self, frame: Frame, e: tree.Builtin) -> None:
        assert isinstance(e.type, IterType)
        super().__init__(frame, e.type.elem)
        self.e = e
        self.inner = [iterator(frame, a) for a in e.args]

    def next(self, end: str) -> Parts:
        out: Parts = ()
        for i in self.inner:
            out += copied_items(self.frame, self.e, i.type, i.next(end))
        return out


class _Map(Iterator):
    def __init__(self, frame: Frame, e: tree.Builtin) -> None:
        assert isinstance(e.type, IterType)
        super().__init__(frame, e.type.elem)
        self.function = e.args[0]
        self.inner = [iterator(frame, a) for a in e.args[1:]]

    def next(self, end: str) -> Parts:
        return apply(self.frame, self.function, [i.next(end) for i in self.inner])


class _Filter(Iterator):
    """Goes on until an item passes."""

    def __init__(self, frame: Frame, e: tree.Builtin) -> None:
        self.inner = iterator(frame, e.args[1])
        super().__init__(frame, self.inner.type)
        self.e = e

    def next(self, end: str) -> Parts:
        f = self.f
        head, keep = f.new_label(), f.new_label()
        f.start(head)
        item = copied_items(self.frame, self.e, self.type, self.inner.next(end))
        f.branch(apply(self.frame, self.e.args[0], [item])[0], keep, head)
        f.start(keep)
        return item


def apply(frame: Frame, function: tree.Expr, args: list[Parts]) -> Parts:
    """The value of a lambda for arguments."""
    assert isinstance(function, tree.Lambda)
    for param, parts in zip(function.params, args, strict=True):
        frame.declare(param, parts)
    return frame.eval(function.body)


_BUILTINS: dict[str, Callable[[Frame, tree.Builtin], Iterator]] = {
    "range": _Range,
    "enumerate": _Enumerate,
    "zip": _Zip,
    "map": _Map,
    "entries": _Entries,
    "filter": _Filter,
}


def iterator(frame: Frame, e: tree.Expr) -> Iterator:
    """An iterator over the items of any iterable expression."""
    if isinstance(e, tree.Builtin) and isinstance(e.type, IterType):
        if e.name == "reversed":
            return _reversed(frame, e.args[0])
        return _BUILTINS[e.name](frame, e)
    if isinstance(e, tree.Coerce) and isinstance(e.type, IterType):
        return iterator(frame, e.value)
    t = e.type
    if isinstance(t, ListType | ArrayType):
        return Sequence(frame, t, frame.one(e))
    assert isinstance(t, StrType | BytesType)
    return _Text(frame, t, frame.eval(e))


def each(frame: Frame, items: Iterator, body: Callable[[Parts], None]) -> None:
    """Run `body` with each item."""
    head, end = frame.f.new_label(), frame.f.new_label()
    frame.f.start(head)
    body(items.next(end))
    frame.f.jump(head)
    frame.f.start(end)


def collect(frame: Frame, items: Iterator) -> Value:
    """A new list of all items."""
    obj, _ = new_list(frame, items.type, frame.f.i64(0))
    each(frame, items, lambda item: append(frame, items.type, obj, item))
    return obj


def _reversed(frame: Frame, e: tree.Expr) -> Iterator:
    t = e.type
    if isinstance(t, ListType | ArrayType):
        return Sequence(frame, t, frame.one(e), backwards=True)
    items = iterator(frame, e)
    return Sequence(frame, ListType(items.type), collect(frame, items), backwards=True)

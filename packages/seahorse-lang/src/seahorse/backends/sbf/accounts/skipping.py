"""Where a value ends that stands in an account."""

from __future__ import annotations

from seahorse.backends.sbf.accounts.borsh import of_member
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.layout import BORSH_LENGTH, BORSH_TAG, is_text
from seahorse.backends.sbf.llvm.values import Value
from seahorse.semantics.tree.types import (
    ArrayType,
    ClassType,
    ListType,
    OptionType,
    TupleType,
    Type,
    UnionType,
)


def skip(frame: Frame, t: Type, ptr: Value) -> Value:
    """The address after a valid value that stands at `ptr`."""
    f = frame.f
    if t.fixed_size is not None:
        return f.at(ptr, t.fixed_size)
    if is_text(t):
        return f.at(f.at(ptr, BORSH_LENGTH), f.load("i32", ptr).zext("i64"))
    if isinstance(t, OptionType):
        size = t.inner.fixed_size
        if size is not None:
            tag = f.load("i8", ptr).zext("i64")
            return f.at(f.at(ptr, BORSH_TAG), tag * size)
        end = f.slot("ptr", f.at(ptr, BORSH_TAG))
        f.if_(f.load("i8", ptr).ne(0), lambda: end.set(skip(frame, t.inner, f.at(ptr, BORSH_TAG))))
        return end.get()
    if isinstance(t, TupleType):
        for e in t.elems:
            ptr = skip(frame, e, ptr)
        return ptr
    if isinstance(t, UnionType):
        end = f.slot("ptr")
        start = f.at(ptr, BORSH_TAG)

        def over(member: ClassType, _: Value) -> None:
            end.set(skip(frame, member, start))

        tag = f.load("i8", ptr)
        of_member(frame, t, (tag, tag), over)
        return end.get()
    if isinstance(t, ClassType):
        for field in t.decl.all_fields():
            ptr = skip(frame, field.type, ptr)
        return ptr
    if isinstance(t, ListType | ArrayType):
        listed = isinstance(t, ListType)
        count = f.load("i32", ptr).zext("i64") if listed else f.i64(t.length)
        start = f.at(ptr, BORSH_LENGTH) if listed else ptr
        if t.elem.fixed_size is not None:
            return f.at(start, count * t.elem.fixed_size)
        cursor = f.slot("ptr", start)
        left = f.slot("i64", count)

        def one() -> None:
            cursor.set(skip(frame, t.elem, cursor.get()))
            left.set(left.get() - 1)

        f.while_(lambda: left.get().ne(0), one)
        return cursor.get()
    raise TypeError(f"{t} has no Borsh form")

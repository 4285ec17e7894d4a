"""Borsh: writing values out, and reading them from bytes that may be wrong."""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.heap import allocate
from seahorse.backends.sbf.frame.layout import (
    BORSH_LENGTH,
    BORSH_TAG,
    LIST_CAP,
    LIST_DATA,
    LIST_LEN,
    LIST_SIZE,
    Parts,
    class_size,
    is_flat,
    is_scalar,
    load,
    memory_size,
    split,
    store,
    zero,
)
from seahorse.backends.sbf.llvm.function import FunctionBuilder
from seahorse.backends.sbf.llvm.values import StackSlot, Value
from seahorse.diagnostics import Span
from seahorse.ir.errors import AnchorError
from seahorse.semantics.tree.types import (
    ArrayType,
    BoolType,
    BytesType,
    ClassType,
    EnumType,
    FloatType,
    ListType,
    NoneType,
    OptionType,
    StrType,
    TupleType,
    Type,
    UnionType,
)

# --- sizes ---


def encoded_size(frame: Frame, t: Type, parts: Parts) -> Value:
    """Bytes that `encode` will write."""
    f = frame.f
    if t.fixed_size is not None:
        return f.i64(t.fixed_size)
    match t:
        case StrType() | BytesType():
            return parts[1] + 4
        case OptionType():
            total = f.slot("i64", 1)
            f.if_(parts[0], lambda: total.set(encoded_size(frame, t.inner, parts[1:]) + 1))
            return total.get()
        case UnionType():
            total = f.slot("i64", 1)

            def add(member: ClassType, obj: Value) -> None:
                total.set(encoded_size(frame, member, (obj,)) + 1)

            of_member(frame, t, parts, add)
            return total.get()
        case TupleType():
            size = f.i64(0)
            for e, own in zip(t.elems, split(t, parts), strict=True):
                size = encoded_size(frame, e, own) + size
            return size
        case ClassType():
            size = f.i64(0)
            offset = 0
            for field in t.decl.all_fields():
                size = encoded_size(frame, field.type, load(field.type, f.at(parts[0], offset))) + size
                offset += memory_size(field.type)
            return size
        case ListType() | ArrayType():
            elem = t.elem
            listed = isinstance(t, ListType)
            count = f.load("i64", parts[0], LIST_LEN) if listed else f.i64(t.length)
            head = 4 if listed else 0
            if elem.fixed_size is not None:
                return count * elem.fixed_size + head
            total = f.slot("i64", head)
            data = f.load("ptr", parts[0], LIST_DATA) if listed else parts[0]
            each(
                frame,
                data,
                memory_size(elem),
                count,
                lambda p: total.set(total.get() + encoded_size(frame, elem, load(elem, p))),
            )
            return total.get()
        case _:
            raise TypeError(f"{t} has no Borsh form")


def of_member(frame: Frame, t: UnionType, parts: Parts, body: Callable[[ClassType, Value], None]) -> None:
    """Run `body` for the class that an object of a union has, with the object."""
    for i, member in enumerate(t.members):
        frame.f.if_(parts[0].eq(i), lambda member=member: body(member, parts[1]))


def each(frame: Frame, data: Value, step: int, count: Value, body: Callable[[Value], None]) -> None:
    """Run `body` with the address of each of `count` elements."""
    f = frame.f
    cursor = f.slot("ptr", data)
    end = f.at(data, count * step)

    def inside() -> None:
        body(cursor.get())
        cursor.set(f.at(cursor.get(), step))

    f.while_(lambda: cursor.get().ne(end), inside)


# --- writing ---


def encode(frame: Frame, t: Type, parts: Parts, to: Value, *, nan: bool = False) -> Value:
    """Write a value; the address after it. `nan`: a NaN may stay for now, because the end of the call looks for it."""
    f = frame.f
    size = t.fixed_size
    if is_scalar(t):
        store(t, parts, to)
        if not nan:
            refuse_nan(frame, t, to, frame.span)
        return f.at(to, size or 0)
    match t:
        case NoneType():
            return to
        case StrType() | BytesType():
            limit = t.max_len if isinstance(t, StrType) else None
            if limit is not None and not (parts[1].ref.isdigit() and int(parts[1].ref) <= limit):
                # Buffers are sized by the limit.
                f.raise_if(
                    parts[1].ugt(limit), frame.errors.framework_at(AnchorError.AccountDidNotSerialize, frame.span)
                )
            f.store(parts[1].trunc("i32"), to)
            f.copy_bytes(f.at(to, BORSH_LENGTH), parts[0], parts[1])
            return f.at(f.at(to, BORSH_LENGTH), parts[1])
        case OptionType():
            f.store(parts[0].zext("i8"), to)
            end = f.slot("ptr", f.at(to, BORSH_TAG))
            f.if_(parts[0], lambda: end.set(encode(frame, t.inner, parts[1:], f.at(to, BORSH_TAG), nan=nan)))
            return end.get()
        case UnionType():
            f.store(parts[0], to)
            end = f.slot("ptr", f.at(to, BORSH_TAG))

            def write(member: ClassType, obj: Value) -> None:
                end.set(encode(frame, member, (obj,), f.at(to, BORSH_TAG)))

            of_member(frame, t, parts, write)
            return end.get()
        case TupleType():
            for e, own in zip(t.elems, split(t, parts), strict=True):
                to = encode(frame, e, own, to, nan=nan)
            return to
        case ClassType() | ArrayType() if is_flat(t):
            f.copy(to, parts[0], size or 0)
            if not nan:
                refuse_nan(frame, t, to, frame.span)
            return f.at(to, size or 0)
        case ClassType():
            offset = 0
            for field in t.decl.all_fields():
                to = encode(frame, field.type, load(field.type, f.at(parts[0], offset)), to)
                offset += memory_size(field.type)
            return to
        case ListType():
            count = f.load("i64", parts[0], LIST_LEN)
            if t.max_len is not None:
                f.raise_if(
                    count.ugt(t.max_len), frame.errors.framework_at(AnchorError.AccountDidNotSerialize, frame.span)
                )
            f.store(count.trunc("i32"), to)
            return _encode_elements(frame, t.elem, f.load("ptr", parts[0], LIST_DATA), count, f.at(to, BORSH_LENGTH))
        case ArrayType():
            return _encode_elements(frame, t.elem, parts[0], f.i64(t.length), to)
        case _:
            raise TypeError(f"{t} has no Borsh form")


def _encode_elements(frame: Frame, elem: Type, data: Value, count: Value, to: Value) -> Value:
    f = frame.f
    if is_scalar(elem):
        size = count * memory_size(elem)
        f.copy_bytes(to, data, size)
        if holds_float(elem):
            each(frame, to, memory_size(elem), count, lambda p: refuse_nan(frame, elem, p, frame.span))
        return f.at(to, size)
    end = f.slot("ptr", to)
    each(frame, data, memory_size(elem), count, lambda p: end.set(encode(frame, elem, load(elem, p), end.get())))
    return end.get()


# --- NaN ---


def holds_float(t: Type) -> bool:
    """Whether a value of a type may hold a NaN, which Borsh does not have."""
    match t:
        case FloatType():
            return True
        case OptionType():
            return holds_float(t.inner)
        case ListType() | ArrayType():
            return holds_float(t.elem)
        case TupleType():
            return any(map(holds_float, t.elems))
        case ClassType():
            return any(holds_float(x.type) for x in t.decl.all_fields())
        case UnionType():
            return any(map(holds_float, t.members))
        case _:
            return False


def refuse_nan(frame: Frame, t: Type, here: Value, span: Span) -> None:
    """AccountDidNotSerialize where a value that lies in Borsh form as in memory holds a NaN, as in Anchor."""
    f = frame.f
    if not holds_float(t):
        return
    match t:
        case FloatType():
            magnitude = f.load("i64", here) & ((1 << 63) - 1)
            f.raise_if(magnitude.ugt(0x7FF << 52), frame.errors.framework_at(AnchorError.AccountDidNotSerialize, span))
        case OptionType():
            f.if_(f.load("i8", here).ne(0), lambda: refuse_nan(frame, t.inner, f.at(here, BORSH_TAG), span))
        case ArrayType():
            each(frame, here, memory_size(t.elem), f.i64(t.length), lambda p: refuse_nan(frame, t.elem, p, span))
        case ClassType() | TupleType():
            offset = 0
            for part in [x.type for x in t.decl.all_fields()] if isinstance(t, ClassType) else t.elems:
                refuse_nan(frame, part, f.at(here, offset), span)
                offset += part.fixed_size or 0
        case _:
            raise TypeError(f"{t} does not lie in an account as it does in memory")


# --- reading ---


def leading_size(types: list[Type]) -> int:
    """The bytes of the values before the first one of variable size."""
    sizes = [t.fixed_size for t in types]
    return sum(size or 0 for size in (sizes[: sizes.index(None)] if None in sizes else sizes))


# Given a condition that must not hold.
Refuse = Callable[[Value], None]


class BorshReader:
    """Reads Borsh from `cursor` up to `end`. Bytes that do not fit or are not valid end the function with `error`: a
    number, or a function that writes the exit.

    `owned`: values must not point into the bytes that are read, because those may change. `zeros`: these are zeros, so
    every list is empty.
    """

    def __init__(
        self,
        frame: Frame,
        start: Value,
        end: Value,
        error: int | Refuse,
        *,
        owned: bool = False,
        utf8: bool = True,
        zeros: bool = False,
    ) -> None:
        self.frame = frame
        self.f = frame.f
        self.cursor: StackSlot = frame.f.slot("ptr", start)
        self.end = end
        self.refuse: Refuse = error if callable(error) else lambda bad: frame.f.raise_if(bad, error)
        self.owned = owned
        self.utf8 = utf8
        self.zeros = zeros

    def need(self, size: Value | int) -> None:
        """Check that so many bytes are left."""
        left = self.f.address(self.end) - self.f.address(self.cursor.get())
        self.refuse(left.ult(size))

    def advance(self, size: Value | int) -> Value:
        """The current address; the cursor moves on."""
        here = self.cursor.get()
        self.cursor.set(self.f.at(here, size))
        return here

    def read_all(self, types: list[Type], checked: int = 0) -> list[Parts]:
        """Read values one after the other, with one check of length for each run of fixed-size ones. `checked`: the
        `leading_size` of the types, when the caller knows that so many bytes are there."""
        out: list[Parts] = []
        for i, t in enumerate(types):
            if t.fixed_size is not None and checked == 0:
                checked = leading_size(types[i:])
                if checked:
                    self.need(checked)
            if t.fixed_size is not None:
                checked -= t.fixed_size
                out.append(self.fixed(t))
            else:
                out.append(self.read(t))
        return out

    def read(self, t: Type) -> Parts:
        if t.fixed_size is not None:
            if t.fixed_size:
                self.need(t.fixed_size)
            return self.fixed(t)
        match t:
            case StrType() | BytesType():
                return self.text(t)
            case OptionType():
                return self.option(t)
            case UnionType():
                return self.union(t)
            case ListType():
                return self.list(t)
            case TupleType():
                parts: Parts = ()
                for own in self.read_all(list(t.elems)):
                    parts += own
                return parts
            case ClassType() | ArrayType():
                return self.aggregate(t)
            case _:
                raise TypeError(f"{t} has no Borsh form")

    def fixed(self, t: Type) -> Parts:
        """A value of fixed size whose bytes are known to be there."""
        f = self.f
        if is_scalar(t):
            here = self.advance(t.fixed_size or 0)
            self.validate(t, here)
            if self.owned and t.fixed_size == 32:
                copy = f.alloca(32)
                f.copy(copy, here, 32)
                here = copy
            return load(t, here)
        if isinstance(t, TupleType):
            parts: Parts = ()
            for e in t.elems:
                parts += self.fixed(e)
            return parts
        if isinstance(t, NoneType):
            return ()
        if is_flat(t):
            here = self.advance(t.fixed_size or 0)
            self.validate(t, here)
            copy = allocate(self.frame, t.fixed_size or 0)
            f.copy(copy, here, t.fixed_size or 0)
            return (copy,)
        return self.aggregate(t)

    def validate(self, t: Type, here: Value) -> None:
        """Reject a bool, enum or f64 that Borsh does not know."""
        f = self.f
        match t:
            case BoolType():
                self.refuse(f.load("i8", here).ugt(1))
            case EnumType():
                self.refuse(f.load("i8", here).uge(len(t.decl.variants)))
            case FloatType():
                magnitude = f.load("i64", here) & ((1 << 63) - 1)
                self.refuse(magnitude.ugt(0x7FF << 52))
            case ArrayType() if isinstance(t.elem, BoolType | EnumType | FloatType):
                each(self.frame, here, memory_size(t.elem), f.i64(t.length), lambda p: self.validate(t.elem, p))
            case ClassType():
                offset = 0
                for field in t.decl.all_fields():
                    self.validate(field.type, f.at(here, offset))
                    offset += memory_size(field.type)
            case _:
                pass

    def text(self, t: StrType | BytesType) -> Parts:
        f = self.f
        self.need(4)
        size = f.load("i32", self.advance(4)).zext("i64")
        if isinstance(t, StrType) and t.max_len is not None:
            self.refuse(size.ugt(t.max_len))
        self.need(size)
        here = self.advance(size)
        if isinstance(t, StrType) and self.utf8:
            self.refuse(f.runtime("utf8_bad", here, size).ne(0))
        if self.owned:
            copy = allocate(self.frame, size)
            f.copy_bytes(copy, here, size)
            here = copy
        return (here, size)

    def option(self, t: OptionType) -> Parts:
        f = self.f
        self.need(1)
        tag = f.load("i8", self.advance(1))
        self.refuse(tag.ugt(1))
        none = zero(t.inner, tag)
        slots = [f.slot(p.ty, p) for p in none]

        def some() -> None:
            for slot, part in zip(slots, self.read(t.inner), strict=True):
                slot.set(part)

        f.if_(tag.ne(0), some)
        return (tag.ne(0), *[s.get() for s in slots])

    def union(self, t: UnionType) -> Parts:
        f = self.f
        self.need(1)
        tag = f.load("i8", self.advance(1))
        self.refuse(tag.uge(len(t.members)))
        obj = f.slot("ptr")

        def read(member: ClassType, _: Value) -> None:
            obj.set(self.read(member)[0])

        of_member(self.frame, t, (tag, tag), read)
        return (tag, obj.get())

    def list(self, t: ListType) -> Parts:
        f = self.f
        self.need(4)
        here = self.advance(4)
        if self.zeros:
            item = allocate(self.frame, LIST_SIZE)
            _fill_list(f, item, item, f.i64(0))
            return (item,)
        count = f.load("i32", here).zext("i64")
        if t.max_len is not None:
            self.refuse(count.ugt(t.max_len))
        # No element of the language has Borsh size 0, so the bytes that are left limit the count.
        left = f.address(self.end) - f.address(self.cursor.get())
        self.refuse(count.ugt(left))
        step = memory_size(t.elem)
        # Such a count makes no sum that wraps.
        item = allocate(self.frame, count * step + LIST_SIZE)
        data = f.at(item, LIST_SIZE)
        _fill_list(f, item, data, count)
        self.elements(t.elem, data, count)
        return (item,)

    def elements(self, elem: Type, data: Value, count: Value) -> None:
        f = self.f
        if is_scalar(elem):
            size = count * memory_size(elem)
            self.need(size)
            here = self.advance(size)
            if isinstance(elem, BoolType | EnumType | FloatType):
                each(self.frame, here, memory_size(elem), count, lambda p: self.validate(elem, p))
            f.copy_bytes(data, here, size)
            return
        each(self.frame, data, memory_size(elem), count, lambda p: store(elem, self.read(elem), p))

    def aggregate(self, t: Type) -> Parts:
        """A class instance or array that is not flat: a new object, its members read one by one."""
        f = self.f
        if isinstance(t, ArrayType):
            data = allocate(self.frame, memory_size(t.elem) * t.length)
            self.elements(t.elem, data, f.i64(t.length))
            return (data,)
        assert isinstance(t, ClassType)
        obj = allocate(self.frame, class_size(t))
        offset = 0
        fields = t.decl.all_fields()
        for field, parts in zip(fields, self.read_all([x.type for x in fields]), strict=True):
            store(field.type, parts, f.at(obj, offset))
            offset += memory_size(field.type)
        return (obj,)


def _fill_list(f: FunctionBuilder, item: Value, data: Value, count: Value) -> None:
    f.store(data, item, LIST_DATA)
    f.store(count, item, LIST_LEN)
    f.store(count, item, LIST_CAP)

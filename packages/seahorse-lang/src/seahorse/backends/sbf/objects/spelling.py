"""How a value of each type is spelled: one class for each kind of type says the most bytes and writes the text."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from seahorse.backends.sbf.accounts.borsh import each, of_member
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.layout import LIST_DATA, LIST_LEN, Parts, class_offset, load, memory_size, split
from seahorse.backends.sbf.frame.unit import BackendError
from seahorse.backends.sbf.llvm.values import Value
from seahorse.semantics.tree import Field
from seahorse.semantics.tree.types import (
    AccountType,
    ArrayType,
    BoolType,
    BytesType,
    ClassType,
    EnumType,
    FloatType,
    IntType,
    ListType,
    NoneType,
    OptionType,
    PubkeyType,
    StrType,
    TupleType,
    Type,
    UnionType,
)

T = TypeVar("T", bound=Type)
# The longest texts: i128 with its sign, base58 of 32 bytes, repr of a float.
_INT, _KEY, _FLOAT = 40, 44, 25
# An entry of a table of names: the offset of the name (16 bits), and its length (16 bits).
_NAME_LENGTH, _NAME_SIZE = 2, 4


class Spelling(Generic[T]):
    """The text of values of one type."""

    def __init__(self, frame: Frame, t: T) -> None:
        self.frame = frame
        self.f = frame.f
        self.t = t

    def bound(self, parts: Parts, *, quoted: bool) -> Value:
        """The most bytes that `put` can write."""
        raise NotImplementedError

    def put(self, parts: Parts, at: Value, *, quoted: bool) -> Value:
        """Write a value's text; the address after it. `quoted`: as `repr` writes it, inside of another value."""
        raise NotImplementedError

    def _literal(self, text: str, at: Value) -> Value:
        data = text.encode()
        self.f.store_bytes(data, at)
        return self.f.at(at, len(data))


def spelling(frame: Frame, t: Type) -> Spelling[Any]:
    """The spelling of a type. Raises `BackendError` for a type whose values have no text."""
    if isinstance(t, AccountType):
        raise BackendError(f"an account ({t.name}) has no text: print its fields or its key()", frame.span)
    kind = SPELLINGS.get(type(t))
    if kind is None:
        raise BackendError(f"{t} has no text", frame.span)
    return kind(frame, t)


class _None(Spelling[NoneType]):
    def bound(self, parts: Parts, *, quoted: bool) -> Value:
        return self.f.i64(4)

    def put(self, parts: Parts, at: Value, *, quoted: bool) -> Value:
        return self._literal("None", at)


class _Int(Spelling[IntType]):
    def bound(self, parts: Parts, *, quoted: bool) -> Value:
        return self.f.i64(_INT)

    def put(self, parts: Parts, at: Value, *, quoted: bool) -> Value:
        f, value = self.f, parts[0]
        if self.t.bits == 128:
            halves = value.trunc("i64"), (value >> 64).trunc("i64")
            return f.at(at, f.runtime("put_i128" if self.t.signed else "put_u128", at, *halves))
        if self.t.signed:
            return f.at(at, f.runtime("put_i64", at, value.sext("i64")))
        return f.at(at, f.runtime("put_u64", at, value.zext("i64")))


class _Float(Spelling[FloatType]):
    def bound(self, parts: Parts, *, quoted: bool) -> Value:
        return self.f.i64(_FLOAT)

    def put(self, parts: Parts, at: Value, *, quoted: bool) -> Value:
        return self.f.at(at, self.f.runtime("put_f64", at, parts[0]))


class _Key(Spelling[PubkeyType]):
    def bound(self, parts: Parts, *, quoted: bool) -> Value:
        return self.f.i64(_KEY)

    def put(self, parts: Parts, at: Value, *, quoted: bool) -> Value:
        return self.f.at(at, self.f.runtime("put_base58", at, parts[0]))


class _Named(Spelling[T]):
    """A value that is spelled by one of a few names."""

    def names(self) -> list[str]:
        raise NotImplementedError

    def index(self, value: Value) -> Value:
        return value.zext("i64")

    def bound(self, parts: Parts, *, quoted: bool) -> Value:
        return self.f.i64(max(len(n.encode()) for n in self.names()))

    def put(self, parts: Parts, at: Value, *, quoted: bool) -> Value:
        f = self.f
        blob, table = self._tables()
        entry = f.at(table, self.index(parts[0]) * _NAME_SIZE)
        size = f.load("i16", entry, _NAME_LENGTH).zext("i64")
        f.copy_bytes(at, f.at(blob, f.load("i16", entry).zext("i64")), size)
        return f.at(at, size)

    def _tables(self) -> tuple[Value, Value]:
        """The names as a blob, and a table of (offset, length) in 16 bits each."""
        blob, table = bytearray(), bytearray()
        for name in self.names():
            data = name.encode()
            table += len(blob).to_bytes(2, "little") + len(data).to_bytes(2, "little")
            blob += data
        return self.f.bytes(bytes(blob)), self.f.bytes(bytes(table), align=4)


class _Bool(_Named[BoolType]):
    def names(self) -> list[str]:
        return ["False", "True"]


class _Enum(_Named[EnumType]):
    def names(self) -> list[str]:
        return [f"{self.t.name}.{v}" for v in self.t.decl.variants]

    def index(self, value: Value) -> Value:
        # A tag read from an account may be any byte that validation did not look at.
        last, index = len(self.t.decl.variants) - 1, value.zext("i64")
        return self.f.select(index.ugt(last), self.f.i64(last), index)


class _Str(Spelling[StrType]):
    def bound(self, parts: Parts, *, quoted: bool) -> Value:
        # Quoted, a control character becomes four bytes.
        return parts[1] * 4 + 2 if quoted else parts[1]

    def put(self, parts: Parts, at: Value, *, quoted: bool) -> Value:
        if quoted:
            return self.f.at(at, self.f.runtime("put_quoted", at, *parts))
        self.f.copy_bytes(at, *parts)
        return self.f.at(at, parts[1])


class _Bytes(Spelling[BytesType]):
    def bound(self, parts: Parts, *, quoted: bool) -> Value:
        return parts[1] * 4 + 3

    def put(self, parts: Parts, at: Value, *, quoted: bool) -> Value:
        f = self.f
        f.store(f.const("i8", ord("b")), at)
        return f.at(f.at(at, 1), f.runtime("put_quoted_bytes", f.at(at, 1), *parts))


class _Option(Spelling[OptionType]):
    def bound(self, parts: Parts, *, quoted: bool) -> Value:
        total = self.f.slot("i64", 4)
        inner = spelling(self.frame, self.t.inner)
        self.f.if_(parts[0], lambda: total.set(inner.bound(parts[1:], quoted=quoted)))
        return total.get()

    def put(self, parts: Parts, at: Value, *, quoted: bool) -> Value:
        end = self.f.slot("ptr")
        inner = spelling(self.frame, self.t.inner)
        self.f.if_(
            parts[0],
            lambda: end.set(inner.put(parts[1:], at, quoted=quoted)),
            lambda: end.set(self._literal("None", at)),
        )
        return end.get()


class _Tuple(Spelling[TupleType]):
    def bound(self, parts: Parts, *, quoted: bool) -> Value:
        size = self.f.i64(4 + 2 * len(self.t.elems))
        for e, own in zip(self.t.elems, split(self.t, parts), strict=True):
            size = spelling(self.frame, e).bound(own, quoted=True) + size
        return size

    def put(self, parts: Parts, at: Value, *, quoted: bool) -> Value:
        at = self._literal("(", at)
        for i, (e, own) in enumerate(zip(self.t.elems, split(self.t, parts), strict=True)):
            if i:
                at = self._literal(", ", at)
            at = spelling(self.frame, e).put(own, at, quoted=True)
        return self._literal(",)" if len(self.t.elems) == 1 else ")", at)


class _SequenceSpelling(Spelling[T]):
    def elements(self, obj: Value) -> tuple[Value, Value]:
        """How many elements there are, and where they are."""
        raise NotImplementedError

    def elem(self) -> Type:
        raise NotImplementedError

    def bound(self, parts: Parts, *, quoted: bool) -> Value:
        count, data = self.elements(parts[0])
        total = self.f.slot("i64", count * 2 + 2)
        one = spelling(self.frame, self.elem())

        def add(p: Value) -> None:
            total.set(total.get() + one.bound(load(self.elem(), p), quoted=True))

        each(self.frame, data, memory_size(self.elem()), count, add)
        return total.get()

    def put(self, parts: Parts, at: Value, *, quoted: bool) -> Value:
        f = self.f
        count, data = self.elements(parts[0])
        end = f.slot("ptr", self._literal("[", at))
        one = spelling(self.frame, self.elem())

        def write(p: Value) -> None:
            first = f.value("i1", f"icmp eq ptr {p.ref}, {data.ref}")
            f.if_(first.not_(), lambda: end.set(self._literal(", ", end.get())))
            end.set(one.put(load(self.elem(), p), end.get(), quoted=True))

        each(self.frame, data, memory_size(self.elem()), count, write)
        return self._literal("]", end.get())


class _ListSpelling(_SequenceSpelling[ListType]):
    def elem(self) -> Type:
        return self.t.elem

    def elements(self, obj: Value) -> tuple[Value, Value]:
        return self.f.load("i64", obj, LIST_LEN), self.f.load("ptr", obj, LIST_DATA)


class _Array(_SequenceSpelling[ArrayType]):
    def elem(self) -> Type:
        return self.t.elem

    def elements(self, obj: Value) -> tuple[Value, Value]:
        return self.f.i64(self.t.length), obj


class _Class(Spelling[ClassType]):
    def _field(self, obj: Value, x: Field) -> Parts:
        return load(x.type, self.f.at(obj, class_offset(self.t, x.name)[0]))

    def bound(self, parts: Parts, *, quoted: bool) -> Value:
        size = self.f.i64(len(self.t.decl.label.encode()) + 2)
        for x in self.t.decl.all_fields():
            own = self._field(parts[0], x)
            size = spelling(self.frame, x.type).bound(own, quoted=True) + size + (len(x.name.encode()) + 3)
        return size

    def put(self, parts: Parts, at: Value, *, quoted: bool) -> Value:
        at = self._literal(f"{self.t.decl.label}(", at)
        for i, x in enumerate(self.t.decl.all_fields()):
            at = self._literal(f"{', ' if i else ''}{x.name}=", at)
            at = spelling(self.frame, x.type).put(self._field(parts[0], x), at, quoted=True)
        return self._literal(")", at)


class _Union(Spelling[UnionType]):
    def bound(self, parts: Parts, *, quoted: bool) -> Value:
        total = self.f.slot("i64", 0)

        def add(member: ClassType, obj: Value) -> None:
            total.set(spelling(self.frame, member).bound((obj,), quoted=quoted))

        of_member(self.frame, self.t, parts, add)
        return total.get()

    def put(self, parts: Parts, at: Value, *, quoted: bool) -> Value:
        end = self.f.slot("ptr", at)

        def write(member: ClassType, obj: Value) -> None:
            end.set(spelling(self.frame, member).put((obj,), at, quoted=quoted))

        of_member(self.frame, self.t, parts, write)
        return end.get()


SPELLINGS: dict[type[Type], type[Spelling[Any]]] = {
    NoneType: _None,
    IntType: _Int,
    BoolType: _Bool,
    EnumType: _Enum,
    FloatType: _Float,
    PubkeyType: _Key,
    StrType: _Str,
    BytesType: _Bytes,
    OptionType: _Option,
    TupleType: _Tuple,
    ListType: _ListSpelling,
    ArrayType: _Array,
    ClassType: _Class,
    UnionType: _Union,
}

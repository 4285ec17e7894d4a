"""Borsh by the types of the checked program: values of CPython to bytes and back, also into values that exist."""

from __future__ import annotations

import math
import struct
from typing import Any, Protocol, cast

from seahorse.engine.state.keys import Pubkey
from seahorse.engine.values.wide import U256
from seahorse.semantics.tree import AccountDecl, ClassDecl, EnumDecl
from seahorse.semantics.tree.types import (
    AccountType,
    ArrayType,
    BoolType,
    BytesType,
    ClassType,
    EnumType,
    Field,
    FloatType,
    IntType,
    ListType,
    NoneType,
    OptionType,
    PubkeyType,
    StrType,
    TupleType,
    Type,
    U256Type,
    UnionType,
)


class Misfit(Exception):
    """A value is longer than its type, or bytes are no value of it."""


class Overlong(str):
    """A text in an account that is longer than its type. It may stay: only new values are checked."""


class Classes(Protocol):
    """Where the program's own classes are found."""

    def class_of(self, decl: ClassDecl | AccountDecl | EnumDecl) -> type[Any]: ...


def zero(t: Type, classes: Classes) -> Any:
    """The value whose bytes are zeros."""
    return ByteReader(bytes(max(t.fixed_size or 0, 64)), classes).value(t)


class ByteReader:
    """Bytes and a position in them. `strict`: texts and lists may not be longer than declared."""

    def __init__(self, data: bytes | bytearray, classes: Classes, *, strict: bool = False) -> None:
        self._data, self._at, self._classes, self._strict = data, 0, classes, strict

    @property
    def at(self) -> int:
        """How many bytes are read."""
        return self._at

    def take(self, size: int) -> bytes:
        part = bytes(self._data[self._at : self._at + size])
        if len(part) < size:
            raise Misfit(f"the data ends in the middle of a value, at byte {len(self._data)}")
        self._at += size
        return part

    def number(self, size: int, signed: bool = False) -> int:
        return int.from_bytes(self.take(size), "little", signed=signed)

    def flag(self) -> bool:
        value = self.number(1)
        if value > 1:
            raise Misfit(f"{value} is neither 0 nor 1")
        return bool(value)

    def value(self, t: Type) -> Any:
        """The next value. Raises Misfit."""
        match t:
            case IntType():
                return self.number(t.fixed_size, t.signed)
            case FloatType():
                return number(struct.unpack("<d", self.take(8))[0])
            case BoolType():
                return self.flag()
            case StrType():
                return self._text(t)
            case BytesType():
                return self.take(self.number(4))
            case U256Type():
                return U256(self.number(32))
            case PubkeyType():
                return Pubkey.of(self.take(32))
            case EnumType():
                return self._enum(t)
            case OptionType():
                return self.value(t.inner) if self.flag() else None
            case UnionType():
                tag = self.number(1)
                if tag >= len(t.members):
                    raise Misfit(f"{t} has no class {tag}")
                return self.value(t.members[tag])
            case TupleType():
                return tuple(self.value(e) for e in t.elems)
            case ListType():
                return self._list(t)
            case ArrayType():
                return [self.value(t.elem) for _ in range(t.length)]
            case ClassType(decl=decl) if decl.flags is not None:
                return self._classes.class_of(decl)(self.value(decl.fields[0].type))
            case ClassType():
                made = object.__new__(self._classes.class_of(t.decl))
                self.fields(made, t.decl.all_fields())
                return made
            case NoneType():
                return None
            case _:
                raise TypeError(f"{t} has no bytes")

    def _text(self, t: StrType) -> str:
        raw = self.take(self.number(4))
        overlong = t.max_len is not None and len(raw) > t.max_len
        if self._strict and overlong:
            raise Misfit(f"{len(raw)} bytes of text in {t}")
        try:
            return Overlong(raw.decode()) if overlong else raw.decode()
        except UnicodeDecodeError as error:
            raise Misfit(str(error)) from None

    def _enum(self, t: EnumType) -> Any:
        tag = self.number(1)
        if tag >= len(t.decl.variants):
            raise Misfit(f"{t} has no variant {tag}")
        members: Any = self._classes.class_of(t.decl)
        return members[t.decl.variants[tag]]

    def _list(self, t: ListType) -> list[Any]:
        count = self.number(4)
        if self._strict and t.max_len is not None and count > t.max_len:
            raise Misfit(f"{count} elements in {t}")
        out: list[Any] = []
        for _ in range(count):
            out.append(self.value(t.elem))
        return out

    def fields(self, made: Any, fields: list[Field]) -> None:
        """Read fields into an object."""
        for field in fields:
            made.__dict__[field.name] = self.value(field.type)

    @property
    def position(self) -> int:
        return self._at


def number(value: float) -> float:
    """A float that Borsh has. Raises Misfit for what is not a number."""
    if math.isnan(value):
        raise Misfit("Borsh has no NaN")
    return value


class _NoClasses:
    def class_of(self, decl: ClassDecl | AccountDecl | EnumDecl) -> type[Any]:
        raise KeyError(decl.name)


def decode(t: Type, data: bytes | bytearray) -> Any:
    """A value of a type that no program declares. Raises Misfit."""
    return ByteReader(data, _NoClasses()).value(t)


def encode(t: Type, value: Any) -> bytes:
    """A value's bytes. Raises Misfit when it is longer than its type."""
    out = bytearray()
    put(t, value, out)
    return bytes(out)


def put(t: Type, value: Any, out: bytearray) -> None:
    match t:
        case IntType():
            out += value.to_bytes(t.fixed_size, "little", signed=t.signed)
        case FloatType():
            out += struct.pack("<d", number(value))
        case BoolType():
            out.append(bool(value))
        case StrType():
            raw = value.encode()
            if t.max_len is not None and len(raw) > t.max_len and not isinstance(value, Overlong):
                raise Misfit(f"{len(raw)} bytes of text in {t}")
            out += len(raw).to_bytes(4, "little") + raw
        case BytesType():
            out += len(value).to_bytes(4, "little") + bytes(value)
        case U256Type():
            out += value.to_bytes(32, "little")
        case PubkeyType():
            out += bytes(value)
        case EnumType():
            out.append(t.decl.variants.index(value.name))
        case OptionType():
            out.append(value is not None)
            if value is not None:
                put(t.inner, value, out)
        case UnionType():
            names = [m.decl.label for m in t.members]
            at = names.index(type(value).__name__)
            out.append(at)
            put(t.members[at], value, out)
        case TupleType():
            for e, item in zip(t.elems, value, strict=True):
                put(e, item, out)
        case ListType():
            if t.max_len is not None and len(value) > t.max_len:
                raise Misfit(f"{len(value)} elements in {t}")
            out += len(value).to_bytes(4, "little")
            for item in value:
                put(t.elem, item, out)
        case ArrayType():
            for item in value:
                put(t.elem, item, out)
        case ClassType(decl=decl) if decl.flags is not None:
            put(decl.fields[0].type, value.value, out)
        case ClassType():
            put_fields(t.decl.all_fields(), value, out)
        case AccountType():
            put_fields(t.decl.fields, value, out)
        case NoneType():
            pass
        case _:
            raise TypeError(f"{t} has no bytes")


def put_fields(fields: list[Field], value: Any, out: bytearray) -> None:
    for field in fields:
        put(field.type, value.__dict__[field.name], out)


def refreshed(t: Type, old: Any, new: Any) -> Any:
    """A value that was read again after another program wrote the account. Mutable objects stay the same objects with
    new contents, so that every name of them sees the change.
    """
    match t:
        case ListType() | ArrayType():
            held = cast("list[Any]", old)
            both = min(len(held), len(new))
            new[:both] = [refreshed(t.elem, a, b) for a, b in zip(held[:both], new[:both], strict=True)]
            held[:] = new
            return held
        case ClassType():
            if old is None or t.decl.flags is not None:
                return new
            refresh_fields(t.decl.all_fields(), old, new)
            return old
        case UnionType():
            member = next(m for m in t.members if m.decl.label == type(new).__name__)
            return refreshed(member, old, new) if type(old) is type(new) else new
        case OptionType():
            return new if old is None or new is None else refreshed(t.inner, old, new)
        case _:
            return new


def refresh_fields(fields: list[Field], old: Any, new: Any) -> None:
    for field in fields:
        old.__dict__[field.name] = refreshed(field.type, old.__dict__[field.name], new.__dict__[field.name])

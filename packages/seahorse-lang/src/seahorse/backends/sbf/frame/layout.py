"""How values are represented: which SSA parts a value of a type has, and its layout in memory.

A scalar (int, bool, enum, f64, Pubkey) has in memory the bytes that Borsh gives it, so that accounts and arrays of
scalars are read and written in place. A value that Python shares (list, array, class instance) is a pointer.
"""

from __future__ import annotations

from seahorse.backends.sbf.llvm.values import WORD, Value
from seahorse.semantics.tree.types import (
    AccountType,
    ArrayType,
    BoolType,
    BuiltinAccountType,
    BytesType,
    ClassType,
    CpiAccountType,
    EmptyType,
    EnumType,
    FloatType,
    IntType,
    ListType,
    NoneType,
    OptionType,
    PriceFeedType,
    PubkeyType,
    StrType,
    TupleType,
    Type,
    UnionType,
)

Parts = tuple[Value, ...]

# Bytes of a Pubkey.
KEY_SIZE = 32
# A list object on the heap: pointer to the elements, their number, and how many there is room for.
LIST_DATA, LIST_LEN, LIST_CAP, LIST_SIZE = 0, 8, 16, 24
# A str or bytes where another value holds it: address and number of bytes.
TEXT_DATA, TEXT_LEN, TEXT_SIZE = 0, 8, 16
# An option that another value holds: a byte that is 1 when there is a value, and the value. A union: the position of
# its class, and the address of the object.
OPTION_VALUE, UNION_OBJECT, UNION_SIZE = 1, 1, 9
# Borsh: bytes of the tag in front of an option or a union, and of the length in front of a str, bytes or list.
BORSH_TAG, BORSH_LENGTH = 1, 4


def is_scalar(t: Type) -> bool:
    return isinstance(t, IntType | BoolType | EnumType | FloatType | PubkeyType)


def is_text(t: Type) -> bool:
    return isinstance(t, StrType | BytesType)


def is_flat(t: Type) -> bool:
    """A shared type whose memory is exactly its Borsh form, so that an account can hold it in place."""
    if isinstance(t, ArrayType):
        return is_scalar(t.elem)
    if isinstance(t, ClassType):
        return all(is_scalar(f.type) for f in t.decl.all_fields())
    return False


def in_place(t: Type) -> bool:
    """Whether an account field of the type is read and written in the account itself."""
    if is_scalar(t) or is_text(t) or is_flat(t):
        return True
    if isinstance(t, OptionType):
        return is_scalar(t.inner) or is_text(t.inner)
    if isinstance(t, TupleType):
        return all(is_scalar(e) for e in t.elems)
    return False


def part_types(t: Type) -> list[str]:
    """LLVM types of the parts of a value."""
    match t:
        case NoneType():
            return []
        case BoolType():
            return ["i1"]
        case IntType():
            return [f"i{t.bits}"]
        case EnumType():
            return ["i8"]
        case FloatType():
            return ["i64"]
        case StrType() | BytesType():
            return ["ptr", "i64"]
        case OptionType():
            return ["i1", *part_types(t.inner)]
        case UnionType():
            # The position of the class, and the object.
            return ["i8", "ptr"]
        case TupleType():
            return [p for e in t.elems for p in part_types(e)]
        case CpiAccountType():
            # The address of the record, with the flags in its lowest bits.
            return ["i64"]
        case (
            PubkeyType()
            | ListType()
            | ArrayType()
            | ClassType()
            | AccountType()
            | EmptyType()
            | BuiltinAccountType()
            | PriceFeedType()
        ):
            return ["ptr"]
        case _:
            raise TypeError(f"{t} has no values at run time")


def memory_size(t: Type) -> int:
    """Bytes that a value of the type takes in an array, list, or class instance."""
    match t:
        case NoneType():
            return 0
        case BoolType() | EnumType():
            return 1
        case IntType():
            return t.bits // 8
        case PubkeyType():
            return KEY_SIZE
        case StrType() | BytesType():
            return TEXT_SIZE
        case OptionType():
            return OPTION_VALUE + memory_size(t.inner)
        case UnionType():
            return UNION_SIZE
        case TupleType():
            return sum(memory_size(e) for e in t.elems)
        case _:
            return WORD


def class_offset(t: ClassType, name: str) -> tuple[int, Type]:
    """Where a field of a class instance is, and its type."""
    offset = 0
    for f in t.decl.all_fields():
        if f.name == name:
            return offset, f.type
        offset += memory_size(f.type)
    raise KeyError(name)


def class_size(t: ClassType) -> int:
    return sum(memory_size(f.type) for f in t.decl.all_fields())


def load(t: Type, ptr: Value) -> Parts:
    """Read a value from memory. A Pubkey stays where it is: its part is the pointer itself."""
    f = ptr.f
    match t:
        case NoneType():
            return ()
        case BoolType():
            return (f.load("i8", ptr).ne(0),)
        case PubkeyType():
            return (ptr,)
        case StrType() | BytesType():
            return (f.load("ptr", ptr, TEXT_DATA), f.load("i64", ptr, TEXT_LEN))
        case OptionType():
            return (f.load("i8", ptr).ne(0), *load(t.inner, f.at(ptr, OPTION_VALUE)))
        case UnionType():
            return (f.load("i8", ptr), f.load("ptr", ptr, UNION_OBJECT))
        case TupleType():
            parts: Parts = ()
            offset = 0
            for e in t.elems:
                parts += load(e, f.at(ptr, offset))
                offset += memory_size(e)
            return parts
        case _:
            return (f.load(part_types(t)[0], ptr),)


def store(t: Type, parts: Parts, ptr: Value) -> None:
    """Write a value to memory."""
    f = ptr.f
    match t:
        case NoneType():
            return
        case BoolType():
            f.store(parts[0].zext("i8"), ptr)
        case PubkeyType():
            f.copy(ptr, parts[0], KEY_SIZE)
        case StrType() | BytesType():
            f.store(parts[0], ptr, TEXT_DATA)
            f.store(parts[1], ptr, TEXT_LEN)
        case OptionType():
            f.store(parts[0].zext("i8"), ptr)
            if isinstance(t.inner, PubkeyType):
                # There is nothing to copy from when it is None.
                f.if_(parts[0], lambda: store(t.inner, parts[1:], f.at(ptr, OPTION_VALUE)))
            else:
                store(t.inner, parts[1:], f.at(ptr, OPTION_VALUE))
        case UnionType():
            f.store(parts[0], ptr)
            f.store(parts[1], ptr, UNION_OBJECT)
        case TupleType():
            offset = 0
            for e, own in zip(t.elems, split(t, parts), strict=True):
                store(e, own, f.at(ptr, offset))
                offset += memory_size(e)
        case _:
            f.store(parts[0], ptr)


def field_size(t: Type) -> int | None:
    """Borsh size of a field whose bytes are all zero; None when that is no value of the type."""
    if t.fixed_size is not None:
        return t.fixed_size
    match t:
        case StrType() | BytesType() | ListType():
            return 4
        case OptionType():
            return 1
        case UnionType():
            sizes = [1, field_size(t.members[0])]
        case TupleType():
            sizes = [field_size(e) for e in t.elems]
        case ClassType():
            sizes = [field_size(x.type) for x in t.decl.all_fields()]
        case ArrayType():
            sizes = [field_size(t.elem)] * t.length
        case _:
            return None
    return None if any(s is None for s in sizes) else sum(s for s in sizes if s is not None)


def split(t: TupleType, parts: Parts) -> list[Parts]:
    """The parts of each element of a tuple."""
    out: list[Parts] = []
    at = 0
    for e in t.elems:
        n = len(part_types(e))
        out.append(parts[at : at + n])
        at += n
    return out


def zero(t: Type, like: Value) -> Parts:
    """A value that no code reads: the payload of None."""
    f = like.f
    zeros: list[Value] = []
    for p in part_types(t):
        # A Pubkey's bytes may be copied along with a None; the zero address is 32 readable bytes.
        zeros.append(f.bytes(bytes(32)) if p == "ptr" else f.const(p, 0))
    return tuple(zeros)

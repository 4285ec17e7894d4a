"""Which declared types an IDL must define, their shapes, and how types are written."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from seahorse.ir.layout import pascal_case
from seahorse.ir.nodes import LoweredProgram
from seahorse.semantics import tree
from seahorse.semantics.tree.types import (
    AccountType,
    ArrayType,
    BytesType,
    ClassType,
    EnumType,
    ListType,
    OptionType,
    PubkeyType,
    StrType,
    TupleType,
    Type,
    U256Type,
    UnionType,
)


@dataclass
class IdlShape:
    """A struct (`fields`), an enum (`variants`, in PascalCase) or a tuple struct (`elems`) of an IDL's types."""

    name: str
    docs: list[str]
    fields: list[tree.Field] = field(default_factory=list[tree.Field])
    variants: list[str] | None = None
    # Of an enum with data: the fields of each variant.
    contents: list[list[tree.Field]] | None = None
    elems: tuple[Type, ...] | None = None


@dataclass(frozen=True)
class IdlSpelling:
    """The differences between the two forms of an IDL: the name of a public key, and a reference to a defined type."""

    pubkey: str
    defined: Callable[[str], Any]


def type_name(t: Type, spelling: IdlSpelling) -> Any:
    """A type as an IDL writes it."""
    match t:
        case U256Type():
            return "u256"
        case PubkeyType():
            return spelling.pubkey
        case StrType():
            return "string"
        case BytesType():
            return "bytes"
        case OptionType():
            return {"option": type_name(t.inner, spelling)}
        case ListType():
            return {"vec": type_name(t.elem, spelling)}
        case ArrayType():
            return {"array": [type_name(t.elem, spelling), t.length]}
        case UnionType():
            return spelling.defined(union_name(t))
        case ClassType() | EnumType() | AccountType():
            return spelling.defined(t.name)
        case TupleType():
            return spelling.defined(tuple_name(t))
        case _:
            return str(t)


def union_name(t: UnionType) -> str:
    """The name under which an IDL defines a union: its own, or of all its classes: `Circle | Square` ->
    `CircleOrSquare`."""
    return t.name or "Or".join(m.name for m in t.members)


def tuple_name(t: TupleType) -> str:
    """The name under which an IDL defines a tuple, which has none of its own: `Tuple[u8, u64]` -> `TupleU8U64`."""
    return "".join(part[:1].upper() + part[1:] for part in re.findall(r"\w+", str(t)))


def foreign_accounts(program: LoweredProgram) -> list[tree.AccountDecl]:
    """Account types of other programs that instructions receive, by name: Anchor lists them with a program's own."""
    own = {d.name for d in program.accounts}
    found = {s.decl.name: s.decl for i in program.instructions for s in i.slots if s.decl is not None}
    return [found[name] for name in sorted(found) if name not in own]


def used_types(program: LoweredProgram, foreign: bool = False) -> list[IdlShape]:
    """Accounts, events, and every class and enum reachable from them, from arguments or from return values, by name.

    `foreign`: also account types of other programs.
    """
    found: dict[str, IdlShape] = {}

    def add(t: Type) -> None:
        match t:
            case OptionType():
                add(t.inner)
            case ListType() | ArrayType():
                add(t.elem)
            case TupleType():
                name = tuple_name(t)
                found[name] = IdlShape(name, [], elems=t.elems)
                for e in t.elems:
                    add(e)
            case EnumType() if t.name not in found:
                variants = [pascal_case(v) for v in t.decl.variants]
                found[t.name] = IdlShape(t.name, t.decl.docs, variants=variants)
            case UnionType() if union_name(t) not in found:
                name, fields = union_name(t), [m.decl.all_fields() for m in t.members]
                docs = t.base.docs if t.base is not None else []
                found[name] = IdlShape(name, docs, variants=[m.name for m in t.members], contents=fields)
                for field in (f for own in fields for f in own):
                    add(field.type)
            case ClassType() if t.name not in found:
                struct(t.name, t.decl.docs, t.decl.all_fields())
            case AccountType() if t.name not in found:
                struct(t.name, t.decl.docs, t.decl.fields)
            case _:
                pass

    def struct(name: str, docs: list[str], fields: list[tree.Field]) -> None:
        found[name] = IdlShape(name, docs, fields)
        for f in fields:
            add(f.type)

    for account in program.accounts:
        add(tree.account_type(account))
    for account in foreign_accounts(program) if foreign else []:
        add(tree.account_type(account))
    for event in program.events:
        add(tree.class_type(event))
    for instruction in program.instructions:
        if instruction.fallback:
            continue
        for arg in instruction.args:
            add(arg.type)
        if instruction.returns is not None:
            add(instruction.returns)
    return [found[name] for name in sorted(found)]

"""Which declared types an IDL must define, and their shapes."""

from __future__ import annotations

from dataclasses import dataclass, field

from seahorse.ir.layout import pascal_case
from seahorse.ir.nodes import Program
from seahorse.semantics import tree
from seahorse.semantics.types import (
    AccountType,
    ArrayType,
    ClassType,
    EnumType,
    ListType,
    OptionType,
    TupleType,
    Type,
)


@dataclass
class Shape:
    """A struct (`fields`) or an enum (`variants`, in PascalCase) of the IDL's types section."""

    name: str
    docs: list[str]
    fields: list[tree.Field] = field(default_factory=list[tree.Field])
    variants: list[str] | None = None


def foreign_accounts(program: Program) -> list[tree.AccountDecl]:
    """Account types of other programs that instructions receive, by name: Anchor lists them with a program's own."""
    own = {d.name for d in program.accounts}
    found = {s.decl.name: s.decl for i in program.instructions for s in i.slots if s.decl is not None}
    return [found[name] for name in sorted(found) if name not in own]


def used_types(program: Program, foreign: bool = False) -> list[Shape]:
    """Accounts, events, and every class and enum reachable from them, from arguments or from return values, by name.

    `foreign`: also account types of other programs.
    """
    found: dict[str, Shape] = {}

    def add(t: Type) -> None:
        match t:
            case OptionType():
                add(t.inner)
            case ListType() | ArrayType():
                add(t.elem)
            case TupleType():
                for e in t.elems:
                    add(e)
            case EnumType() if t.name not in found:
                variants = [pascal_case(v) for v in t.decl.variants]
                found[t.name] = Shape(t.name, t.decl.docs, variants=variants)
            case ClassType() if t.name not in found:
                struct(t.name, t.decl.docs, t.decl.all_fields())
            case AccountType() if t.name not in found:
                struct(t.name, t.decl.docs, t.decl.fields)
            case _:
                pass

    def struct(name: str, docs: list[str], fields: list[tree.Field]) -> None:
        found[name] = Shape(name, docs, fields)
        for f in fields:
            add(f.type)

    for account in program.accounts:
        add(tree.account_type(account))
    for account in foreign_accounts(program) if foreign else []:
        add(tree.account_type(account))
    for event in program.events:
        add(tree.class_type(event))
    for instruction in program.instructions:
        for arg in instruction.args:
            add(arg.type)
        if instruction.returns is not None:
            add(instruction.returns)
    return [found[name] for name in sorted(found)]

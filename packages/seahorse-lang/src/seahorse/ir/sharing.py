"""Kinds of objects: the parts of a value that can change, and that two values can therefore share."""

from __future__ import annotations

from seahorse.semantics import tree
from seahorse.semantics.tree.types import (
    AccountType,
    ArrayType,
    ClassType,
    IterType,
    ListType,
    OptionType,
    TupleType,
    Type,
    UnionType,
    root_of,
)


def kind_of(t: Type) -> str | None:
    """The name under which changes of objects of a type are recorded; None for values that cannot change."""
    match t:
        case UnionType(members=members):
            return kind_of(members[0])
        case ClassType(decl=decl):
            decl = root_of(decl)
            return f"class {decl.module}.{decl.name}"
        case AccountType(decl=decl):
            return f"account {decl.program}.{decl.module}.{decl.name}"
        case ListType(elem=elem):
            return f"list {kind_of(elem) or elem}"
        case ArrayType(elem=elem):
            return f"array {kind_of(elem) or elem}"
        case _:
            return None


def kinds_within(t: Type) -> set[str]:
    """The kinds of a value and of everything that it holds."""
    kind = kind_of(t)
    found = {kind} if kind is not None else set[str]()
    match t:
        case OptionType(inner=inner) | ListType(elem=inner) | ArrayType(elem=inner) | IterType(elem=inner):
            found |= kinds_within(inner)
        case UnionType(members=members):
            found |= {k for m in members for k in kinds_within(m)}
        case TupleType(elems=elems):
            found |= {k for e in elems for k in kinds_within(e)}
        case ClassType(decl=decl) | AccountType(decl=decl):
            fields = decl.all_fields() if isinstance(decl, tree.ClassDecl) else decl.fields
            found |= {k for f in fields for k in kinds_within(f.type)}
        case _:
            pass
    return found


def items_of(t: Type) -> set[str]:
    """The kinds of what a sequence holds."""
    return kinds_within(t.elem) if isinstance(t, ListType | ArrayType | IterType) else set[str]()

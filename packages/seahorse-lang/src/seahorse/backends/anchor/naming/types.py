"""The language's types as Rust's."""

from __future__ import annotations

from seahorse.backends.anchor.naming.errors import UnsupportedError
from seahorse.diagnostics import Span
from seahorse.semantics import tree
from seahorse.semantics.tree.account_kinds import SYSVARS
from seahorse.semantics.tree.types import (
    AccountType,
    ArrayType,
    BoolType,
    BuiltinAccountType,
    BytesType,
    ClassType,
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
    is_account,
)

# The types that a program declares. Two are the same when they are the same declaration.
DeclaredType = tree.EnumDecl | tree.ClassDecl | tree.AccountDecl


def is_copy(t: Type) -> bool:
    """Whether the Rust type is Copy and its values have no identity that a program could see."""
    match t:
        case IntType() | FloatType() | BoolType() | PubkeyType() | EnumType() | NoneType() | PriceFeedType():
            return True
        case OptionType():
            return not is_account(t) and is_copy(t.inner)
        case TupleType():
            return all(map(is_copy, t.elems))
        case _:
            return False


def is_sysvar(t: Type) -> bool:
    """Whether the type is that of a sysvar: what it says is a value, though an account may hold it."""
    return isinstance(t, BuiltinAccountType) and t.name in SYSVARS


def is_aggregate(t: Type) -> bool:
    """Whether values are mutable and passed by reference."""
    return isinstance(t, ListType | ArrayType | ClassType | AccountType)


def derives_copy(t: Type) -> bool:
    """Whether Rust copies a value of the type when it is assigned."""
    match t:
        case ClassType():
            return all(is_copy(f.type) for f in t.decl.all_fields())
        case ArrayType():
            return derives_copy(t.elem)
        case OptionType():
            return not is_account(t) and derives_copy(t.inner)
        case TupleType():
            return all(map(derives_copy, t.elems))
        case _:
            return is_copy(t)


def declarations_in(t: Type) -> list[tree.ClassDecl | tree.EnumDecl | tree.AccountDecl]:
    """The declared types that a type names."""
    match t:
        case ClassType() | EnumType() | AccountType():
            return [t.decl]
        case OptionType(inner=inner) | ArrayType(elem=inner) | ListType(elem=inner):
            return declarations_in(inner)
        case TupleType():
            return [d for e in t.elems for d in declarations_in(e)]
        case _:
            return []


def has_float(t: Type) -> bool:
    match t:
        case FloatType():
            return True
        case OptionType():
            return has_float(t.inner)
        case ListType() | ArrayType():
            return has_float(t.elem)
        case TupleType():
            return any(map(has_float, t.elems))
        case ClassType():
            return any(has_float(f.type) for f in t.decl.all_fields())
        case _:
            return False


def can_default(t: Type) -> bool:
    match t:
        case OptionType() | IntType() | FloatType() | BoolType() | PubkeyType() | StrType() | BytesType() | ListType():
            return True
        case ArrayType():
            return t.length <= 32 and can_default(t.elem)
        case TupleType():
            return all(map(can_default, t.elems))
        case ClassType():
            return all(can_default(f.type) for f in t.decl.all_fields())
        case EnumType():
            return True
        case _:
            return False


class TypeNames:
    """Rust names of types, given which declarations the program owns. `used` collects what must be imported:
    (module path, name)."""

    def __init__(self, own: dict[DeclaredType, str], foreign: dict[DeclaredType, str], called: set[str]) -> None:
        self.own = own
        self.foreign = foreign
        self.called = called
        self.used: set[tuple[str, str]] = set()

    def program(self, name: str) -> str:
        """The module that `declare_program!` makes of another program."""
        self.used.add(("crate", name))
        self.called.add(name)
        return name

    def declared(self, decl: tree.EnumDecl | tree.ClassDecl | tree.AccountDecl, span: Span | None = None) -> str:
        """The name of a declared type, with its path when it is another program's."""
        module = self.own.get(decl)
        if module is not None:
            self.used.add((f"crate::{module}", decl.name))
            return decl.name
        program = self.foreign.get(decl)
        if program is None:
            raise UnsupportedError(
                f"`{decl.name}` belongs to module `{decl.module}`, which Rust sees as another type in each program",
                span or decl.span,
                "declare it in the program that uses it",
            )
        self.program(program)
        return f"{program}::{'accounts' if isinstance(decl, tree.AccountDecl) else 'types'}::{decl.name}"

    def name(self, t: Type, span: Span | None = None) -> str:
        match t:
            case IntType() | FloatType() | BoolType() | PubkeyType():
                return str(t)
            case StrType():
                return "String"
            case BytesType():
                return "Vec<u8>"
            case OptionType():
                return f"Option<{self.name(t.inner, span)}>"
            case ListType():
                return f"Vec<{self.name(t.elem, span)}>"
            case ArrayType():
                return f"[{self.name(t.elem, span)}; {t.length}]"
            case TupleType():
                inner = ", ".join(self.name(e, span) for e in t.elems)
                return f"({inner},)" if len(t.elems) == 1 else f"({inner})"
            case EnumType() | ClassType() | AccountType():
                return self.declared(t.decl, span)
            case NoneType():
                return "()"
            case BuiltinAccountType(name=name) if name in SYSVARS:
                return name
            case PriceFeedType():
                self.used.add(("crate", "pyth"))
                return f"pyth::{t.name}"
            case _:
                raise UnsupportedError(
                    f"a value of type {t} cannot be kept in Rust",
                    span or Span("<program>", 1, 1, 1, 1),
                    "use it where it is made",
                )

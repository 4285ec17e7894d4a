"""What a module-level name stands for."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from seahorse.semantics.tree import AccountDecl, ClassDecl, EnumDecl, ErrorDecl, Function
from seahorse.semantics.types import Type
from seahorse.syntax import Package

if TYPE_CHECKING:
    from seahorse.semantics.modules import ModuleScope


@dataclass(frozen=True)
class Address:
    """A constant public key."""

    value: bytes


@dataclass(frozen=True)
class ConstValue:
    """A folded constant. `type` is None for an untyped integer."""

    value: int | float | bool | str | bytes | Address
    type: Type | None


@dataclass(eq=False)
class ClassInfo:
    """A class of the program while it is being checked: its declaration and the syntax that it came from.

    `methods` has the methods of the bases too, each with the class that defines it. `functions`: the methods made so
    far; an inherited method is checked again for each class, so that a call through `self` finds the override.
    """

    kind: Literal["class", "event", "account"]
    decl: ClassDecl | AccountDecl
    scope: ModuleScope
    node: ast.ClassDef
    base: ClassInfo | None = None
    methods: dict[str, tuple[ast.FunctionDef, ClassInfo]] = field(
        default_factory=dict[str, "tuple[ast.FunctionDef, ClassInfo]"]
    )
    defaults: dict[str, ast.expr] = field(default_factory=dict[str, ast.expr])
    functions: dict[tuple[str, str], Function] = field(default_factory=dict[tuple[str, str], Function])
    # Fields whose declaration is wrong: reported there, and their uses stay quiet.
    broken: set[str] = field(default_factory=set[str])
    is_dataclass: bool = False
    complete: bool = False


@dataclass(eq=False)
class ModuleSymbol:
    scope: ModuleScope


@dataclass(eq=False)
class PackageSymbol:
    package: Package
    scope: ModuleScope


@dataclass(eq=False)
class ConstSymbol:
    name: str
    scope: ModuleScope
    node: ast.expr
    annotation: ast.expr | None
    folded: ConstValue | None = None
    is_folded: bool = False
    in_progress: bool = False


@dataclass(eq=False)
class EnumSymbol:
    """`counts_from_zero`: the Python values are the positions, so that a conversion to an integer means the same."""

    decl: EnumDecl
    counts_from_zero: bool


@dataclass(eq=False)
class ClassSymbol:
    info: ClassInfo


@dataclass(eq=False)
class ErrorSymbol:
    decl: ErrorDecl
    program: str


@dataclass(eq=False)
class FunctionSymbol:
    scope: ModuleScope
    node: ast.FunctionDef


@dataclass(eq=False)
class InstructionSymbol:
    scope: ModuleScope
    node: ast.FunctionDef


@dataclass(eq=False)
class AliasSymbol:
    """`Name = Annotated[...]` or another type expression."""

    name: str
    scope: ModuleScope
    node: ast.expr


@dataclass(frozen=True)
class PreludeSymbol:
    name: str


Symbol = (
    ModuleSymbol
    | PackageSymbol
    | ConstSymbol
    | EnumSymbol
    | ClassSymbol
    | ErrorSymbol
    | FunctionSymbol
    | InstructionSymbol
    | AliasSymbol
    | PreludeSymbol
)

"""Symbols: the meanings of module-level names; and the interfaces of modules and of the whole program that the checker
uses."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeGuard

from seahorse.diagnostics import CompileError, Diagnostic, Span
from seahorse.semantics.names.unions import Unions
from seahorse.semantics.tree import AccountDecl, CheckedInstruction, ClassDecl, EnumDecl, ErrorCode, ErrorDecl, Function
from seahorse.semantics.tree.types import Type, UnionType
from seahorse.syntax import Package, SourceModule, SourceWorkspace


@dataclass(frozen=True)
class AddressSymbol:
    """A constant public key."""

    value: bytes


@dataclass(frozen=True)
class ConstValue:
    """A folded constant. `type` is None for an untyped integer."""

    value: int | float | bool | str | bytes | AddressSymbol
    type: Type | None


@dataclass(eq=False)
class ClassInfo:
    """A class of the program while it is being checked: its declaration and the syntax that it came from.

    `methods` has the methods of the bases too, each with the class that defines it. `functions`: the methods made so
    far; an inherited method is checked again for each class, so that a call through `self` finds the override.
    """

    kind: Literal["class", "event", "account", "enum"]
    decl: ClassDecl | AccountDecl | EnumDecl
    scope: ModuleScope
    node: ast.ClassDef
    base: ClassInfo | None = None
    methods: dict[str, tuple[ast.FunctionDef, ClassInfo]] = field(
        default_factory=dict[str, "tuple[ast.FunctionDef, ClassInfo]"]
    )
    defaults: dict[str, ast.expr] = field(default_factory=dict[str, ast.expr])
    functions: dict[tuple[str, str], Function] = field(default_factory=dict[tuple[str, str], Function])
    # Values made anew for each object: `field(default_factory=...)`.
    factories: dict[str, ast.expr] = field(default_factory=dict[str, ast.expr])
    # Constants of the class and of its bases, each with the class that defines it.
    constants: dict[str, tuple[ConstSymbol, ClassInfo]] = field(
        default_factory=dict[str, "tuple[ConstSymbol, ClassInfo]"]
    )
    # Fields whose declaration is wrong. The compiler reports the declaration, and not each use.
    broken: set[str] = field(default_factory=set[str])
    is_dataclass: bool = False
    is_frozen: bool = False
    is_ordered: bool = False
    is_namedtuple: bool = False
    is_keyword_only: bool = False
    is_protocol: bool = False
    # The generic class that this is for certain types.
    generic: GenericSymbol | None = None
    complete: bool = False

    def symbol(self) -> ClassSymbol | EnumSymbol:
        """The meaning of the class's name."""
        if isinstance(self.decl, EnumDecl):
            return EnumSymbol(self.decl, self.decl.values == list(range(len(self.decl.values))), self)
        return ClassSymbol(self)


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
    info: ClassInfo


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


@dataclass(eq=False)
class TypeVarSymbol:
    """`T = TypeVar('T')`."""

    name: str


@dataclass(eq=False)
class GenericSymbol:
    """`class X(Generic[T])`. `made`: the classes that it has become, by the types that T stands for."""

    scope: ModuleScope
    node: ast.ClassDef
    parameters: list[str]
    made: dict[tuple[Type, ...], ClassSymbol] = field(default_factory=dict[tuple[Type, ...], "ClassSymbol"])


@dataclass(frozen=True)
class BoundSymbol:
    """The type that a type parameter stands for in one use of a generic function or class."""

    type: Type


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
    | BoundSymbol
    | PreludeSymbol
    | TypeVarSymbol
    | GenericSymbol
)

# --- what a part asks of the whole ---


class TypeStatement(ast.stmt):
    """`type Name = ...` of Python 3.12, as older versions describe it to us."""

    name: ast.Name
    value: ast.expr


def is_type_statement(node: object) -> TypeGuard[TypeStatement]:
    return type(node).__name__ == "TypeAlias" and isinstance(node, ast.stmt)


Entry = (
    TypeStatement
    | ast.ClassDef
    | ast.FunctionDef
    | ast.Assign
    | ast.AnnAssign
    | tuple[ast.Import | ast.ImportFrom, ast.alias]
)
Declaration = AccountDecl | ClassDecl | EnumDecl | ErrorDecl


class ModuleScope(Protocol):
    """The module-level names of one module, as part of one program (`modules.py`)."""

    checker: Checker
    module: SourceModule
    program: str
    entries: dict[str, Entry]

    @property
    def name(self) -> str: ...

    def span(self, node: ast.AST) -> Span: ...

    def name_span(self, node: ast.AST, name: str) -> Span: ...

    def lookup(self, name: str) -> Symbol | None: ...

    def member(self, name: str) -> Symbol | None: ...

    def from_stars(self, name: str, seen: set[ModuleScope]) -> Symbol | None: ...

    def check_stars(self) -> None: ...

    def parts(self) -> list[ModuleScope]: ...

    def register(self, name: str, symbol: Symbol) -> None: ...

    def symbol(self, node: ast.expr) -> Symbol | None: ...

    def attribute(self, base: Symbol, node: ast.Attribute) -> Symbol | None: ...

    def unknown(self, node: ast.Name, others: list[str]) -> CompileError: ...


class FunctionLookup(Protocol):
    """The functions of the program, made when they are first named (`functions.py`)."""

    calls: dict[Function | CheckedInstruction, list[tuple[Function, Span]]]
    open_constants: list[ConstSymbol]
    generic: dict[ast.FunctionDef | ast.Lambda, list[Function]]
    taking: dict[tuple[object, ...], Function]
    named: dict[tuple[object, ...], ast.Lambda]

    def function(self, symbol: FunctionSymbol) -> Function: ...

    def instance(self, symbol: FunctionSymbol, types: dict[str, Type], of: dict[str, Type]) -> Function: ...

    def method(self, info: ClassInfo, name: str) -> Function: ...

    def generic_method(
        self, info: ClassInfo, definer: ClassInfo, node: ast.FunctionDef, types: dict[str, Type], of: dict[str, Type]
    ) -> Function: ...

    def base_method(self, info: ClassInfo, definer: ClassInfo, name: str) -> Function: ...

    def check_later(self, function: Function, body: object, node: ast.FunctionDef) -> None: ...


class Checker(Protocol):
    """The check of one program (`program.py`)."""

    name: str
    module: SourceModule
    workspace: SourceWorkspace
    diagnostics: list[Diagnostic]
    # How often something was wrong, also where no diagnostic says so because its cause has one.
    mistakes: int
    unions: Unions
    infos: dict[ClassDecl | AccountDecl | EnumDecl, ClassInfo]
    open_aliases: list[ast.expr]
    enums: list[EnumSymbol]

    @property
    def functions(self) -> FunctionLookup: ...

    def derived(self, scope: ModuleScope, decl: ClassDecl) -> UnionType | None: ...

    def report(self, error: CompileError) -> None: ...

    def library(self, module: str, types: dict[str, Type]) -> ModuleScope: ...

    def scope_of(self, module: SourceModule, importer: ModuleScope | None) -> ModuleScope: ...

    def program_id(self, scope: ModuleScope) -> ConstSymbol: ...

    def id_of(self, program: str) -> bytes: ...

    def type_of(self, scope: ModuleScope, node: ast.expr) -> Type: ...

    def declare_class(self, scope: ModuleScope, node: ast.ClassDef) -> Symbol: ...

    def class_for(self, symbol: GenericSymbol, types: list[Type]) -> ClassSymbol: ...

    def collect(self, scope: ModuleScope, decl: Declaration) -> None: ...

    def claim_code(self, scope: ModuleScope, code: ErrorCode, span: Span) -> None: ...

    def use_error(self, program: str, code: ErrorCode) -> None: ...

    def is_foreign(self, decl: ClassDecl | AccountDecl) -> bool: ...

    def instruction(self, symbol: InstructionSymbol) -> CheckedInstruction: ...

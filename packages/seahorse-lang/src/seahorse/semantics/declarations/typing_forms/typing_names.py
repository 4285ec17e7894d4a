"""Names of Python's `typing` that say a type: `Final`, `Literal`, `NewType`, `TypeAlias`, and types with remarks."""

from __future__ import annotations

import ast

from seahorse.diagnostics import fail
from seahorse.semantics.names.symbols import EnumSymbol, ModuleScope, PreludeSymbol
from seahorse.semantics.tree import enum_type
from seahorse.semantics.tree.types import BOOL, BYTES, I64, STR, U64, Type


def head(scope: ModuleScope, node: ast.expr) -> str | None:
    """The prelude's name of an annotation without its brackets."""
    node = node.value if isinstance(node, ast.Subscript) else node
    symbol = scope.symbol(node) if isinstance(node, ast.Name | ast.Attribute) else None
    return symbol.name if isinstance(symbol, PreludeSymbol) else None


def without_final(scope: ModuleScope, annotation: ast.expr) -> ast.expr | None:
    """`u64` of `Final[u64]` and `ClassVar[u64]`; None for the bare word; other annotations unchanged."""
    if head(scope, annotation) not in ("Final", "ClassVar"):
        return annotation
    return annotation.slice if isinstance(annotation, ast.Subscript) else None


def literal_type(scope: ModuleScope, node: ast.Subscript) -> Type:
    """The type that all values of `Literal[...]` have."""
    values = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    found = [_type_of_literal(scope, value) for value in values]
    if any(t != found[0] for t in found) and {*found} != {I64, U64}:
        raise fail(scope.span(node), "the values of a Literal have different types", "use values of one type")
    return I64 if I64 in found else found[0]


def _type_of_literal(scope: ModuleScope, node: ast.expr) -> Type:
    match node:
        case ast.Constant(value=bool()):
            return BOOL
        case ast.Constant(value=int()):
            return U64
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int())):
            return I64
        case ast.Constant(value=str()):
            return STR
        case ast.Constant(value=bytes()):
            return BYTES
        case ast.Attribute():
            symbol = scope.symbol(node.value)
            if isinstance(symbol, EnumSymbol) and node.attr in symbol.decl.variants:
                return enum_type(symbol.decl)
        case _:
            pass
    raise fail(scope.span(node), "this is not a literal", "write numbers, texts, True, False or members of an enum")


def is_callable(node: ast.expr | None) -> bool:
    """Whether an annotation is `Callable[...]`: a parameter that takes a function."""
    match node:
        case ast.Subscript(value=ast.Name(id="Callable") | ast.Attribute(attr="Callable")):
            return True
        case _:
            return False


def takes_functions(node: ast.FunctionDef) -> bool:
    """Whether a parameter of a function takes a function."""
    return any(is_callable(a.annotation) for a in (*node.args.args, *node.args.kwonlyargs))


def callable_parts(scope: ModuleScope, node: ast.expr) -> tuple[list[ast.expr], ast.expr]:
    """The parameters and the result of `Callable[[A, B], R]`."""
    match node:
        case ast.Subscript(
            value=ast.Name(id="Callable") | ast.Attribute(attr="Callable"),
            slice=ast.Tuple(elts=[ast.List(elts=params), result]),
        ):
            return params, result
        case _:
            raise fail(
                scope.span(node), "this is a function", "write for example `Callable[[u64], u64]`, or no annotation"
            )


def new_type(scope: ModuleScope, node: ast.expr) -> ast.expr | None:
    """The type that `NewType('Name', T)` is made of; None for other expressions."""
    if not isinstance(node, ast.Call) or head(scope, node.func) != "NewType":
        return None
    match node.args:
        case [ast.Constant(value=str()), inner] if not node.keywords:
            return inner
        case _:
            raise fail(
                scope.span(node), "`NewType` takes a name and a type", "write for example `Name = NewType('Name', u64)`"
            )

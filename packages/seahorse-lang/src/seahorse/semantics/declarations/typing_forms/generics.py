"""Type parameters: what the arguments of a call say that they stand for, and classes made for certain types."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from seahorse.diagnostics import fail
from seahorse.semantics.declarations.typing_forms.typing_names import head
from seahorse.semantics.names.symbols import ClassSymbol, ModuleScope, Symbol, TypeVarSymbol
from seahorse.semantics.tree.types import ArrayType, ListType, OptionType, TupleType, Type
from seahorse.syntax.walk import walk_syntax


def parameter(scope: ModuleScope, node: ast.expr) -> str | None:
    """The name of a type parameter, or of a Protocol, which stands for a type just so."""
    symbol = _symbol(scope, node)
    if isinstance(symbol, TypeVarSymbol):
        return symbol.name
    if isinstance(symbol, ClassSymbol) and symbol.info.is_protocol:
        return symbol.info.decl.name
    return None


def _symbol(scope: ModuleScope, node: ast.expr) -> Symbol | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
        return scope.lookup(node.value)
    return scope.symbol(node) if isinstance(node, ast.Name | ast.Attribute) else None


def is_generic(scope: ModuleScope, node: ast.FunctionDef) -> bool:
    """Whether a parameter of a function is of a type that its calls decide."""
    arguments = [*node.args.args, *node.args.kwonlyargs, *([node.args.vararg] if node.args.vararg else [])]
    return any(a.annotation is not None and any(parameters_in(scope, a.annotation)) for a in arguments)


def parameters_in(scope: ModuleScope, node: ast.expr) -> Iterator[str]:
    """The type parameters and protocols that an annotation names."""
    for part in walk_syntax(node):
        if isinstance(part, ast.Name | ast.Constant):
            found = parameter(scope, part) if isinstance(part, ast.Name) or isinstance(part.value, str) else None
            if found is not None:
                yield found


def note(scope: ModuleScope, node: ast.expr, t: Type, found: dict[str, Type]) -> None:
    """Note what the parameters in an annotation stand for, given the type of an argument."""
    name = parameter(scope, node)
    if name is not None:
        found.setdefault(name, t)
        return
    match node, t:
        case ast.BinOp(op=ast.BitOr(), left=left, right=right), _:
            inner = t.inner if isinstance(t, OptionType) else t
            for side in (left, right):
                note(scope, side, inner, found)
        case ast.Subscript(slice=part), OptionType(inner) if head(scope, node) == "Optional":
            note(scope, part, inner, found)
        case ast.Subscript(slice=part), _ if head(scope, node) == "Optional":
            note(scope, part, t, found)
        case ast.Subscript(slice=part), ListType(elem) | ArrayType(elem):
            first = part.elts[0] if isinstance(part, ast.Tuple) else part
            note(scope, first, elem, found)
        case ast.Subscript(slice=ast.Tuple(elts=parts)), TupleType(elems):
            for part, elem in zip(parts, elems, strict=False):
                note(scope, part, elem, found)
        case _:
            pass


def type_parameters(scope: ModuleScope, node: ast.ClassDef) -> list[str]:
    """The names in `Generic[T, U]` among the bases of a class."""
    for base in node.bases:
        if isinstance(base, ast.Subscript) and head(scope, base) == "Generic":
            parts = base.slice.elts if isinstance(base.slice, ast.Tuple) else [base.slice]
            names = [parameter(scope, p) for p in parts]
            if None in names:
                raise fail(
                    scope.span(base), "`Generic` takes type parameters", "write `T = TypeVar('T')` above the class"
                )
            return [n for n in names if n is not None]
    return []


def made_name(name: str, types: list[Type]) -> str:
    """The name of a generic class for certain types: `StackU64`."""
    words = "".join(c if c.isalnum() else " " for t in types for c in f"{t} ").split()
    return name + "".join(w[0].upper() + w[1:] for w in words)

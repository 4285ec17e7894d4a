"""Functions of the language's own library (`seahorse/library`), which become part of a program that uses them."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

from seahorse.diagnostics import Span
from seahorse.semantics.declarations.declare import default_nodes
from seahorse.semantics.names.symbols import FunctionSymbol, ModuleScope
from seahorse.semantics.scope.body import BodyChecker, Deferred
from seahorse.semantics.tree import Call, Expr, Function
from seahorse.semantics.tree.types import NONE, Type

# The modules whose functions are methods, by the kind of their receiver.
METHODS_OF = {"str": "text", "bytes": "raw"}


@dataclass(frozen=True)
class LibraryFunction:
    """A function of the library as one program has it."""

    function: Function
    scope: ModuleScope
    syntax: ast.FunctionDef


def find(body: BodyChecker, module: str, name: str, types: dict[str, Type] | None = None) -> LibraryFunction | None:
    """A function of a module of the library, with its type parameters bound; None when there is none."""
    scope = body.checker.library(module, types or {})
    if name not in scope.entries:
        return None
    symbol = scope.lookup(name)
    if not isinstance(symbol, FunctionSymbol):
        return None
    return LibraryFunction(body.checker.functions.function(symbol), symbol.scope, symbol.node)


def method(body: BodyChecker, kind: str, name: str) -> LibraryFunction | None:
    """The function of the library that is a method of a type; None when there is none."""
    module = METHODS_OF.get(kind)
    return find(body, module, f"{kind}_{name}") if module is not None else None


def method_names(body: BodyChecker, kind: str) -> list[str]:
    module = METHODS_OF.get(kind)
    if module is None:
        return []
    entries = body.checker.library(module, {}).entries
    return [name[len(kind) + 1 :] for name in entries if name.startswith(f"{kind}_")]


def apply(
    body: BodyChecker,
    node: ast.AST,
    module: str,
    name: str,
    args: list[Expr],
    types: dict[str, Type] | None = None,
    label: str | None = None,
) -> Call:
    """A call with arguments that are checked already; parameters that get none have their defaults. `label`: what the
    program wrote, for the engine of CPython."""
    found = find(body, module, name, types)
    assert found is not None, name
    function = found.function
    converted = [
        body.coerce(value, param.type, node, f"parameter `{param.name}`")
        for value, param in zip(args, function.params, strict=False)
    ]
    defaults = default_nodes(found.syntax)
    for param in function.params[len(args) :]:
        with body.inside(found.scope):
            converted.append(body.typed(defaults[param.name], param.type, f"parameter `{param.name}`"))
    span = body.span(node)
    body.calls.append((function, span))
    body.forget_fields()
    return Call(function.returns or NONE, span, function, converted, label)


def later(
    body: BodyChecker,
    span: Span,
    module: str,
    name: str,
    args: list[Expr],
    returns: Type,
    types: dict[str, Type],
    label: str | None = None,
    check: Callable[[Span, dict[str, Type]], None] | None = None,
) -> Call:
    """A call of a generic function whose types are only known when the body is checked. `check` raises CompileError
    for types that it does not take."""
    call = Call(returns, span, PENDING, args, label)

    def finish(final: dict[str, Type]) -> None:
        if check is not None:
            check(span, final)
        found = find(body, module, name, final)
        assert found is not None, name
        call.function = found.function
        body.calls.append((found.function, span))

    body.deferred.append(Deferred(types, finish))
    body.forget_fields()
    return call


PENDING = Function("pending", "library", Span("", 0, 0, 0, 0))

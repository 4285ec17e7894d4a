"""Where functions of the language register what checks a call of them."""

from __future__ import annotations

import ast
from collections.abc import Callable

from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.tree import Expr
from seahorse.semantics.tree.types import Type

BuiltinFunction = Callable[[BodyChecker, ast.Call, Type | None], Expr]
TABLE: dict[str, BuiltinFunction] = {}
# Functions that a program calls by a path (`math.isqrt`), and forms of functions of the table that have a checker of
# their own.
PATHS: dict[str, BuiltinFunction] = {}


def builtin(name: str) -> Callable[[BuiltinFunction], BuiltinFunction]:
    """Register the checker of a prelude function: (body, call, expected type) -> expression."""

    def register(function: BuiltinFunction) -> BuiltinFunction:
        (TABLE if name.isidentifier() else PATHS)[name] = function
        return function

    return register


def one(body: BodyChecker, node: ast.Call, label: str) -> ast.expr:
    """The single positional argument of a call."""
    if node.keywords:
        raise body.error(node.keywords[0].value, f"`{label}` takes no keyword arguments", f"write `{label}(value)`")
    if len(node.args) != 1:
        raise body.error(node, f"`{label}` takes one argument, not {len(node.args)}", f"write `{label}(value)`")
    return node.args[0]

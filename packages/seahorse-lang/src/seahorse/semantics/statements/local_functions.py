"""`def` inside a function, and `name = lambda ...`: the name stands for a function from here on."""

from __future__ import annotations

import ast

from seahorse.semantics.declarations.typing_forms.typing_names import callable_parts
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.local_functions import LocalFunction
from seahorse.semantics.tree import Stmt


def define(body: BodyChecker, node: ast.FunctionDef) -> list[Stmt]:
    """A function inside a function."""
    if node.decorator_list:
        raise body.error(node.decorator_list[0], "a function inside a function takes no decorator", "remove it")
    return _note(body, node, LocalFunction(node.name, node))


def keep_lambda(body: BodyChecker, node: ast.Assign | ast.AnnAssign) -> list[Stmt] | None:
    """`name = lambda ...`; None for other assignments."""
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    if not isinstance(target, ast.Name) or not isinstance(node.value, ast.Lambda):
        return None
    signature = callable_parts(body.scope, node.annotation) if isinstance(node, ast.AnnAssign) else None
    return _note(body, node, LocalFunction(target.id, node.value, signature))


def _note(body: BodyChecker, node: ast.stmt, function: LocalFunction) -> list[Stmt]:
    if function.name in body.local_functions or body.find(function.name) is not None:
        raise body.error(node, f"`{function.name}` already means something else", "choose another name")
    body.local_functions[function.name] = function
    return []

"""Operations that `library/operations.py` declares: a call has the parameters and the result of the declaration."""

from __future__ import annotations

import ast

from seahorse.semantics.calls.builtins.registry import BuiltinFunction, builtin
from seahorse.semantics.calls.functions.arguments import bind, require_order
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.tree import Builtin, Expr
from seahorse.semantics.tree.declared import DECLARED, DeclaredOperation
from seahorse.semantics.tree.types import Type


def _rule(operation: DeclaredOperation) -> BuiltinFunction:
    def check(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
        bound = bind(body, node, list(operation.parameters), [], operation.name)
        made = {name: body.typed(bound[name], t, f"parameter `{name}`") for name, t in operation.parameters.items()}
        require_order(body, bound, list(operation.parameters), made)
        return Builtin(operation.returns, body.span(node), operation.name, list(made.values()))

    return check


for _operation in DECLARED.values():
    builtin(_operation.name)(_rule(_operation))

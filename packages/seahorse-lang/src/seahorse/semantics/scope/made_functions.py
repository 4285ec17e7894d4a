"""Functions that the compiler makes for an expression: once for each key and the types that it is given."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.tree import Call, Expr, Function, Local
from seahorse.semantics.tree.types import NONE, Type


def call_made(
    body: BodyChecker,
    node: ast.expr,
    key: tuple[object, ...],
    name: str,
    given: Sequence[tuple[str, Expr]],
    fill: Callable[[Function], None],
    first: Type | None = None,
) -> Expr:
    """A call of a made function with these values, by parameter.

    `fill` gives a new one its result type and its body. `first`: the type of the first parameter, else its value's.
    """
    span = body.span(node)
    types = [body.infer.final(value.type) or value.type for _, value in given]
    types[0] = first or types[0]
    key = (*key, tuple(types), body.scope.program)
    function = body.checker.functions.taking.get(key)
    if function is None:
        function = Function(name, body.scope.name, span, made=True)
        function.params = [Local(i, n, t) for i, ((n, _), t) in enumerate(zip(given, types, strict=True))]
        body.checker.functions.taking[key] = function
        fill(function)
    body.calls.append((function, span))
    body.forget_fields()
    return Call(function.returns or NONE, span, function, [value for _, value in given])

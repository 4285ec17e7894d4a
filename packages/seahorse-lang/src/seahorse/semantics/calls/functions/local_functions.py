"""Calls of functions inside functions: each becomes a function of its own, which is given what it sees around it."""

from __future__ import annotations

import ast

from seahorse.semantics.calls.functions.arguments import argument, bind, default_nodes, require_order
from seahorse.semantics.declarations.annotations import type_of
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.finished import finish
from seahorse.semantics.scope.local_functions import LocalFunction, seen_by
from seahorse.semantics.tree import Call, Expr, Function, Lambda, Local, Return, Var
from seahorse.semantics.tree.types import NONE, Type


def call_local(body: BodyChecker, node: ast.Call, local: LocalFunction) -> Expr:
    """`helper(...)` of a function of this body."""
    names = [p.arg for p in local.parameters]
    defaults = _defaults(local)
    bound = bind(body, node, names, list(defaults), local.name)
    wanted = _parameter_types(body, local)
    made: dict[str, Expr] = {}
    for name, t in zip(names, wanted, strict=True):
        given = bound.get(name, defaults.get(name))
        assert given is not None
        what = f"parameter `{name}`"
        made[name] = body.expr(given) if t is None else argument(body, given, t, what)
    require_order(body, bound, names, {name: made[name] for name in bound})
    return _call(body, node, local, list(made.values()))


def as_lambda(body: BodyChecker, node: ast.expr, local: LocalFunction, params: list[Type], what: str) -> Lambda:
    """A local function given to `map`, `filter` or a sort."""
    optional = _defaults(local)
    if not len(local.parameters) - len(optional) <= len(params) <= len(local.parameters):
        raise body.error(node, f"the function for {what} takes {len(params)} parameters", f"`{local.name}` does not")
    span = body.span(node)
    with body.block():
        items = [body.declare(p.arg, t, span) for p, t in zip(local.parameters, params, strict=False)]
    args: list[Expr] = [Var(i.type, span, i) for i in items]
    wanted = _parameter_types(body, local)
    args = [
        a if t is None else body.coerce(a, t, node, f"parameter `{p.arg}`")
        for a, t, p in zip(args, wanted, local.parameters, strict=False)
    ]
    for param, t in list(zip(local.parameters, wanted, strict=True))[len(params) :]:
        value = body.expr(optional[param.arg], t)
        args.append(value if t is None else body.coerce(value, t, node, f"parameter `{param.arg}`"))
    result = _call(body, node, local, args)
    if body.type_of(result) == NONE:
        raise body.error(node, f"`{local.name}` returns no value", "use a `for` loop")
    return Lambda(result.type, span, items, result)


def _defaults(local: LocalFunction) -> dict[str, ast.expr]:
    if isinstance(local.node, ast.FunctionDef):
        return default_nodes(local.node)
    args = local.node.args
    return dict(zip([a.arg for a in args.args[len(args.args) - len(args.defaults) :]], args.defaults, strict=True))


def _parameter_types(body: BodyChecker, local: LocalFunction) -> list[Type | None]:
    """The declared types; None for a parameter of a lambda, which has that of its argument."""
    if isinstance(local.node, ast.Lambda):
        if local.signature is None:
            return [None] * len(local.parameters)
        if len(local.signature[0]) != len(local.parameters):
            raise body.error(local.node, "the lambda and its annotation differ in their parameters", "correct one")
        return [type_of(body.scope, a) for a in local.signature[0]]
    types: list[Type | None] = []
    for param in local.parameters:
        if param.annotation is None:
            name = param.arg
            raise body.error(param, f"parameter `{name}` has no type", f"write `{name}: u64`, or another type")
        types.append(type_of(body.scope, param.annotation))
    return types


def _call(body: BodyChecker, node: ast.expr, local: LocalFunction, args: list[Expr]) -> Expr:
    seen: list[Expr] = []
    for name in seen_by(local, body.local_functions):
        found = body.find(name)
        if found is None and name in body.hoisting.assigned:
            raise body.undefined(ast.copy_location(ast.Name(name, ast.Load()), node))
        if found is not None:
            binding = body.variable(ast.copy_location(ast.Name(name, ast.Load()), node))
            assert binding is not None
            seen.append(Var(binding.local.type, body.span(node), binding.local))
    given = [*seen, *args]
    captured = tuple(s.local.name for s in seen if isinstance(s, Var))
    types = tuple(body.infer.final(a.type) or a.type for a in given)
    function = local.made.get((captured, types))
    if function is None:
        function = _make(body, local, captured, types)
    body.calls.append((function, body.span(node)))
    body.forget_fields()
    return Call(function.returns or NONE, body.span(node), function, given)


def _make(body: BodyChecker, local: LocalFunction, captured: tuple[str, ...], types: tuple[Type, ...]) -> Function:
    """The function of the tree for arguments of some types."""
    names = [*captured, *(p.arg for p in local.parameters)]
    function = Function(f"{body.name}_{local.name}", body.scope.name, body.span(local.node))
    function.params = [Local(i, n, t) for i, (n, t) in enumerate(zip(names, types, strict=True))]
    local.made[captured, types] = function
    inner = BodyChecker(body.checker, body.scope, NONE, None, body.owner, body.definer)
    inner.name = function.name
    inner.local_functions = dict(body.local_functions)
    for param in function.params:
        inner.declare(param.name, param.type, function.span)
    if isinstance(local.node, ast.FunctionDef):
        returns = local.node.returns
        function.returns = None if returns is None else type_of(body.scope, returns)
        inner.returns = function.returns or NONE
        body.checker.functions.check_later(function, inner, local.node)
        return function
    expected = None if local.signature is None else type_of(body.scope, local.signature[1])
    result = inner.expr(local.node.body, expected)
    if expected is not None:
        result = inner.coerce(result, expected, local.node.body, "the result")
    result_type = inner.infer.final(result.type) or result.type
    function.returns = result_type
    function.body = [Return(function.span, inner.coerce(result, result_type, local.node.body, "the result"))]
    body.checker.functions.calls[function] = inner.calls
    finish(inner, function)
    return function

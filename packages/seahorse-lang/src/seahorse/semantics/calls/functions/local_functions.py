"""Calls of functions inside functions: each becomes a function of its own, which is given what it sees around it."""

from __future__ import annotations

import ast
from dataclasses import replace

from seahorse.diagnostics import CALLED
from seahorse.semantics.calls.functions.arguments import argument, bind, default_nodes, require_order
from seahorse.semantics.declarations.annotations import type_of
from seahorse.semantics.inference.unknowns import Unknown
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.finished import finish
from seahorse.semantics.scope.local_functions import LocalFunction, captured_by
from seahorse.semantics.tree import Call, Expr, ExprStmt, Function, Lambda, Local, Return, Stmt, Var
from seahorse.semantics.tree.types import NONE, IntType, Type


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
        made[name] = _of_lambda(body, local, given, len(made)) if t is None else argument(body, given, t, what)
    require_order(body, bound, names, {name: made[name] for name in bound})
    return _call(body, node, local, list(made.values()))


def _of_lambda(body: BodyChecker, local: LocalFunction, node: ast.expr, at: int) -> Expr:
    """The argument number `at` of a lambda. A number without a type gets that of an earlier call."""
    value = body.expr(node)
    t = body.type_of(value)
    if not isinstance(t, Unknown) or not t.numeric:
        return value
    for _, types in local.made:
        earlier = types[len(types) - len(local.parameters) + at]
        if isinstance(earlier, IntType):
            return body.coerce(value, earlier, node, "the argument")
    return value


def as_lambda(body: BodyChecker, node: ast.expr, local: LocalFunction, params: list[Type], what: str) -> Lambda:
    """A local function given to `map`, `filter` or a sort."""
    optional = _defaults(local)
    if not len(local.parameters) - len(optional) <= len(params) <= len(local.parameters):
        raise body.error(node, f"the function for {what} takes {len(params)} parameters", f"`{local.name}` does not")
    span = body.span(node)
    with body.block():
        items = [body.declare(p.arg, t, span) for p, t in zip(local.parameters, params, strict=False)]
    args: list[Expr] = [Var(item.type, replace(span, part=(CALLED, i)), item) for i, item in enumerate(items)]
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
    scope = local.scope or body.scope
    if isinstance(local.node, ast.Lambda):
        if local.types is not None:
            return [*local.types[0]]
        if local.signature is None:
            return [None] * len(local.parameters)
        if len(local.signature[0]) != len(local.parameters):
            raise body.error(local.node, "the lambda and its annotation differ in their parameters", "correct one")
        return [type_of(scope, a) for a in local.signature[0]]
    types: list[Type | None] = []
    for param in local.parameters:
        if param.annotation is None:
            name = param.arg
            hint, typed = f"write `{name}: u64`, or another type", body.source.around(param, "", ": u64")
            raise body.error(param, f"parameter `{name}` has no type", hint, typed)
        types.append(type_of(scope, param.annotation))
    return types


def _call(body: BodyChecker, node: ast.expr, local: LocalFunction, args: list[Expr]) -> Expr:
    seen: list[Expr] = []
    captured: list[str] = []
    for name, variable in captured_by(local, body.local_functions):
        place = ast.copy_location(ast.Name(variable, ast.Load()), node)
        found = body.find(variable)
        if found is None and variable in body.hoisting.assigned:
            raise body.undefined(place)
        if found is not None:
            binding = body.variable(place)
            assert binding is not None
            seen.append(Var(binding.local.type, body.span(node), binding.local))
            captured.append(name)
    given = [*seen, *args]
    types = tuple(body.infer.final(a.type) or a.type for a in given)
    function = local.made.get((tuple(captured), types))
    if function is None:
        function = _make(body, local, captured, types)
    body.calls.append((function, body.span(node)))
    body.forget_fields()
    return Call(function.returns or NONE, body.span(node), function, given)


def _make(body: BodyChecker, local: LocalFunction, captured: list[str], types: tuple[Type, ...]) -> Function:
    """The function of the tree for arguments of some types."""
    scope = local.scope or body.scope
    names = [*captured, *(p.arg for p in local.parameters)]
    function = Function(f"{body.name}_{local.name}", scope.name, scope.span(local.node))
    function.params = [Local(i, n, t) for i, (n, t) in enumerate(zip(names, types, strict=True))]
    local.made[tuple(captured), types] = function
    body.checker.functions.generic.setdefault(local.node, []).append(function)
    inner = BodyChecker(body.checker, scope, NONE, None, body.owner, body.definer)
    inner.name = function.name
    inner.local_functions = dict(body.local_functions if local.known is None else local.known)
    for param in function.params:
        inner.declare(param.name, param.type, function.span)
    if isinstance(local.node, ast.FunctionDef):
        returns = local.node.returns
        function.returns = None if returns is None else type_of(scope, returns)
        inner.returns = function.returns or NONE
        body.checker.functions.check_later(function, inner, local.node)
        return function
    expected = None if local.signature is None else type_of(scope, local.signature[1])
    expected = local.types[1] if local.types is not None else expected
    function.returns, function.body = _lambda_body(inner, local.node, expected)
    body.checker.functions.calls[function] = inner.calls
    finish(inner, function)
    return function


def _lambda_body(inner: BodyChecker, node: ast.Lambda, expected: Type | None) -> tuple[Type, list[Stmt]]:
    """The type of a lambda's result, and what its function does."""
    span = inner.span(node)
    result = inner.expr(node.body, expected)
    if NONE in (expected, inner.type_of(result)):
        return NONE, [ExprStmt(span, result)]
    if expected is not None:
        result = inner.coerce(result, expected, node.body, "the result")
    found = inner.infer.final(result.type) or result.type
    return found, [Return(span, inner.coerce(result, found, node.body, "the result"))]

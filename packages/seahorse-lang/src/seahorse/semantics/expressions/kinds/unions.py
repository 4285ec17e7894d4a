"""Objects of several classes: what is done for each class becomes a function that asks for the class."""

from __future__ import annotations

import ast
from collections.abc import Callable

from seahorse.semantics.inference.final_types import zonk_function
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.known import Known
from seahorse.semantics.tree import (
    AsMember,
    BoolLit,
    Call,
    ClassDecl,
    Expr,
    ExprStmt,
    Function,
    If,
    IsMember,
    Local,
    Return,
    Stmt,
    Var,
)
from seahorse.semantics.tree.types import BOOL, NONE, Type, UnionType

# (body, the object as one of its class, the other arguments) -> the value
OfClass = Callable[[BodyChecker, Known, list[Known]], Expr]


def common_field(t: UnionType, name: str) -> tuple[ClassDecl, Type] | None:
    """The base class that gives a field to all members, and the field's type."""
    base = t.base
    while base is not None:
        if any(f.name == name for f in base.fields):
            return base, next(f.type for f in base.fields if f.name == name)
        base = base.base
    return None


def dispatched(
    body: BodyChecker,
    node: ast.expr,
    value: Expr,
    t: UnionType,
    name: str,
    arguments: list[tuple[str, Expr]],
    one: OfClass,
    returns: Type | None = None,
) -> Expr:
    """What `one` gives for the class that an object turns out to have. `returns`: its type, else that of the first."""
    span = body.span(node)
    given = [("value", value), *arguments]
    types = [t, *(body.infer.final(a.type) or a.type for _, a in arguments)]
    key = ("of each class", t, name, tuple(types), body.scope.program)
    function = body.checker.functions.taking.get(key)
    if function is None:
        function = Function(f"{name.strip('_')}_of_{t.members[0].name}", body.scope.name, span, made=True)
        function.params = [Local(i, n, p) for i, ((n, _), p) in enumerate(zip(given, types, strict=True))]
        body.checker.functions.taking[key] = function
        function.returns = returns
        _fill(body, node, function, t, one)
    body.calls.append((function, span))
    body.forget_fields()
    return Call(function.returns or NONE, span, function, [v for _, v in given])


def _fill(body: BodyChecker, node: ast.expr, function: Function, t: UnionType, one: OfClass) -> None:
    span = function.span
    inner = BodyChecker(body.checker, body.scope, function.returns or NONE)
    inner.name = function.name
    held = [inner.declare(p.name, p.type, span) for p in function.params]
    values = [Known(Var(p.type, span, p), node) for p in held]
    last = len(t.members) - 1
    for i, member in enumerate(t.members):
        subject = Var(t, span, held[0])
        found = one(inner, Known(AsMember(member, span, subject), node), values[1:])
        if function.returns is None:
            function.returns = inner.infer.final(found.type) or found.type
        done: list[Stmt]
        if function.returns == NONE:
            done = [ExprStmt(span, found), Return(span, None)]
        else:
            done = [Return(span, inner.coerce(found, function.returns, node, f"what `{member}` gives"))]
        test: Expr = BoolLit(BOOL, span, True) if i == last else IsMember(BOOL, span, subject, member)
        function.body += done if i == last else [If(span, test, done, [])]
    body.checker.functions.calls[function] = inner.calls
    zonk_function(inner.infer, function)

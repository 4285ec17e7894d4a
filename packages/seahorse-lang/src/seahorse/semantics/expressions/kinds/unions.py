"""Objects of several classes: what is done for each class becomes a function that asks for the class."""

from __future__ import annotations

import ast
from collections.abc import Callable

from seahorse.semantics.inference.final_types import zonk_function
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.known import Known
from seahorse.semantics.scope.made_functions import call_made
from seahorse.semantics.tree import (
    AsMember,
    BoolLit,
    ClassDecl,
    Expr,
    ExprStmt,
    Function,
    If,
    IsMember,
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
    """The result of `one` for the class that an object has at run time. `returns`: its type, else that of the first."""

    def fill(function: Function) -> None:
        function.returns = returns
        _fill(body, node, function, t, one)

    made = f"{name.strip('_')}_of_{t.members[0].name}"
    return call_made(body, node, ("of each class", t, name), made, [("value", value), *arguments], fill, first=t)


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
            done = [Return(span, inner.coerce(found, function.returns, node, f"the result of `{member}`"))]
        test: Expr = BoolLit(BOOL, span, True) if i == last else IsMember(BOOL, span, subject, member)
        function.body += done if i == last else [If(span, test, done, [])]
    body.checker.functions.calls[function] = inner.calls
    zonk_function(inner.infer, function)

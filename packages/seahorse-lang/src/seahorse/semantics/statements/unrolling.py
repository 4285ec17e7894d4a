"""Loops over a display of accounts, or of values of different types: the body is checked once for each of them."""

from __future__ import annotations

import ast
from collections.abc import Callable

from seahorse.diagnostics import CompileError, Span
from seahorse.semantics.scope.body import BodyChecker, Unrolled
from seahorse.semantics.scope.known import Known
from seahorse.semantics.statements.assignments.assignment import assign
from seahorse.semantics.tree import Assign, BoolLit, Break, Expr, If, Not, Stmt, Var, VarTarget, While
from seahorse.semantics.tree.types import BOOL, TupleType, is_account


def unrolls(body: BodyChecker, node: ast.For) -> bool:
    """Whether a loop goes through a display that holds accounts."""
    if not isinstance(node.iter, ast.Tuple | ast.List) or not node.iter.elts:
        return False
    return any(_is_account(body, item) for item in node.iter.elts)


def _is_account(body: BodyChecker, node: ast.expr) -> bool:
    if isinstance(node, ast.Tuple):
        return any(_is_account(body, item) for item in node.elts)
    try:
        t = body.type_of(body.expr(node)) if isinstance(node, ast.Name | ast.Attribute) else None
    except CompileError:
        return False
    if isinstance(t, TupleType):
        return any(is_account(body.infer.prune(e)) for e in t.elems)
    return t is not None and is_account(t)


def unroll(
    body: BodyChecker, node: ast.For, check_block: Callable[[BodyChecker, list[ast.stmt]], list[Stmt]]
) -> list[Stmt]:
    """The rounds of the loop, and what `else` does."""
    assert isinstance(node.iter, ast.Tuple | ast.List)
    span = body.span(node)
    loop = Unrolled(body.hidden("left", BOOL))
    kept: list[Stmt] = []
    items = [_evaluated(body, item, kept) for item in node.iter.elts]
    rounds: list[Stmt] = []
    for at, item in enumerate(items):
        loop.leaves = False
        body.unrolled.append(loop)
        body.loops += 1
        try:
            with body.block():
                first = assign(body, ast.copy_location(ast.Assign([node.target], item), node))
                statements = [*first, *check_block(body, node.body)]
        finally:
            body.loops -= 1
            body.unrolled.pop()
        if loop.leaves:
            # One round, which `continue` and `break` leave.
            statements = list[Stmt]([While(span, BoolLit(BOOL, span, True), [*statements, Break(span)])])
        # Those behind a round with a `break` may not be reached.
        guarded = loop.breaks and at > 0
        rounds.append(If(span, _still(loop, span) if guarded else BoolLit(BOOL, span, True), statements, []))
    with body.block():
        orelse = check_block(body, node.orelse)
    if orelse:
        rounds.append(If(span, _still(loop, span) if loop.breaks else BoolLit(BOOL, span, True), orelse, []))
    if loop.breaks:
        rounds.insert(0, Assign(span, VarTarget(loop.left, True), BoolLit(BOOL, span, False)))
    return [*kept, *rounds]


def _evaluated(body: BodyChecker, node: ast.expr, kept: list[Stmt]) -> ast.expr:
    """An item with what it has beside accounts in variables: Python evaluates all items before the first round."""
    if isinstance(node, ast.Tuple):
        return ast.copy_location(ast.Tuple([_evaluated(body, e, kept) for e in node.elts], ast.Load()), node)
    if isinstance(node, ast.Constant | ast.Starred) or _is_account(body, node):
        return node
    value = body.expr(node)
    if is_account(body.type_of(value)):
        return Known(value, node)
    local = body.hidden("item", value.type)
    kept.append(Assign(body.span(node), VarTarget(local, True), value))
    return Known(Var(value.type, value.span, local), node)


def _still(loop: Unrolled, span: Span) -> Expr:
    return Not(BOOL, span, Var(BOOL, span, loop.left))


def leave(body: BodyChecker, node: ast.Break | ast.Continue) -> list[Stmt] | None:
    """`break` and `continue` of an unrolled loop; None for those of other loops."""
    loop = body.unrolled[-1] if body.unrolled else None
    if loop is None:
        return None
    loop.leaves = True
    out: list[Stmt] = [Break(body.span(node))]
    if isinstance(node, ast.Break):
        loop.breaks = True
        out.insert(0, Assign(body.span(node), VarTarget(loop.left, False), BoolLit(BOOL, body.span(node), True)))
    return out

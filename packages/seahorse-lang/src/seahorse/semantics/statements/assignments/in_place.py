"""`op=`: what changes the object itself, and what gives a new value."""

from __future__ import annotations

import ast

from seahorse.semantics.calls.containers import bytearrays, tables
from seahorse.semantics.expressions.objects import in_place_method
from seahorse.semantics.expressions.operators import arithmetic
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.statements.assignments.once import Once
from seahorse.semantics.tree import ArithOp, Builtin, Expr, ExprStmt, Stmt
from seahorse.semantics.tree.types import NONE, BytearrayType, ClassType, DictType, ListType, SetType, Type


def is_changed_in_place(body: BodyChecker, t: Type, op: ArithOp) -> bool:
    """Whether `x op= value` changes the object of type `t` that `x` is a name of."""
    kind = body.infer.prune(t)
    if isinstance(kind, DictType | SetType):
        return True
    return isinstance(kind, ListType | BytearrayType) and op in ("+", "*")


def changed_in_place(body: BodyChecker, node: ast.AugAssign, op: ArithOp, items: Expr) -> list[Stmt]:
    """The statements that change it. `items` must be of a type that is changed in place."""
    kind, span = body.infer.prune(items.type), body.span(node)
    if isinstance(kind, DictType | SetType):
        return [ExprStmt(span, tables.operate_in_place(body, node, op, items, kind))]
    body.forget_fields()
    if op == "*":
        once = Once(body)
        repeated = once.put(arithmetic(body, _binary(node), "*", items, body.expr(node.value)))
        changes = [Builtin(NONE, span, "list.clear", [items]), Builtin(NONE, span, "list.extend", [items, repeated])]
        return [*once.before, *(ExprStmt(span, change) for change in changes)]
    if isinstance(kind, BytearrayType):
        return [ExprStmt(span, bytearrays.extend(body, node, items, node.value))]
    assert isinstance(kind, ListType)
    value = body.typed(node.value, ListType(kind.elem), "the right side of `+=`")
    return [ExprStmt(span, Builtin(NONE, span, "list.extend", [items, value]))]


def augmented(body: BodyChecker, node: ast.AugAssign, op: ArithOp, old: Expr, value: Expr) -> Expr:
    """The value that `x op= value` of another type stores: that of the class's `__iop__`, else `old op value`."""
    if isinstance(body.type_of(old), ClassType):
        own = in_place_method(body, node, op, old, value)
        if own is not None:
            return own
    return arithmetic(body, _binary(node), op, old, value)


def _binary(node: ast.AugAssign) -> ast.BinOp:
    """The operation as an expression, for messages."""
    target = node.target
    left = ast.copy_location(ast.Name(target.id, ast.Load()), target) if isinstance(target, ast.Name) else target
    return ast.copy_location(ast.BinOp(left, node.op, node.value), node)

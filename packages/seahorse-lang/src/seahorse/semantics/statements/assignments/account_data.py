"""Assignments to the bytes of an account: `account.data[i] = x` and `account.data[i:j] = part`."""

from __future__ import annotations

import ast

from seahorse.semantics.expressions.indexes import index_expr
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.tree import Builtin, Expr, ExprStmt, Stmt
from seahorse.semantics.tree.types import BYTES, NONE, U8, UNCHECKED


def written_data(body: BodyChecker, target: ast.expr) -> Expr | None:
    """The account whose bytes a target names; None when the target is something else."""
    if not isinstance(target, ast.Subscript) or not isinstance(target.value, ast.Attribute):
        return None
    if target.value.attr != "data" or body.symbol(target.value) is not None:
        return None
    value = body.expr(target.value)
    if not (isinstance(value, Builtin) and value.name == "data"):
        return None
    account = value.args[0]
    if body.type_of(account) != UNCHECKED:
        label = ast.unparse(target.value.value)
        raise body.error(
            target,
            f"`{label}` is {body.show(account.type)}, whose bytes cannot be assigned",
            "assign to its fields; bytes are written of an `UncheckedAccount` that the program owns",
        )
    return account


def write_data(body: BodyChecker, target: ast.expr, account: Expr, value: ast.expr) -> Stmt:
    """The statement. It has the place of `account.data`, which it changes."""
    assert isinstance(target, ast.Subscript)
    span = body.written(target.value)
    bounds = target.slice
    if not isinstance(bounds, ast.Slice):
        byte = body.typed(value, U8, "a byte of the data")
        return ExprStmt(span, Builtin(NONE, span, "set_byte", [account, byte, index_expr(body, bounds)]))
    if bounds.step is not None:
        raise body.error(bounds.step, "a slice with a step cannot be assigned", "write `data[start:stop] = ...`")
    part = body.typed(value, BYTES, "this part of the data")
    given = {"start": bounds.lower, "stop": bounds.upper}
    ends = {name: index_expr(body, end) for name, end in given.items() if end is not None}
    return ExprStmt(span, Builtin(NONE, span, "set_bytes", [account, part], ends))

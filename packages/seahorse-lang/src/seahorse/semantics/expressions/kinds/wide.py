"""u256: its operators are functions of the language's library (`library/wide.py`)."""

from __future__ import annotations

import ast

from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.library import apply
from seahorse.semantics.tree import ArithOp, Expr, Not
from seahorse.semantics.tree.types import BOOL, U32, U256, FloatType, U256Type

_OPERATIONS: dict[str, str] = {
    "+": "add",
    "-": "sub",
    "*": "mul",
    "//": "floordiv",
    "%": "mod",
    "**": "power",
    "&": "and_",
    "|": "or_",
    "^": "xor",
    "<<": "lshift",
    ">>": "rshift",
}


def is_wide(body: BodyChecker, *values: Expr) -> bool:
    return any(isinstance(body.type_of(v), U256Type) for v in values)


def wide_arithmetic(body: BodyChecker, node: ast.BinOp, op: ArithOp, left: Expr, right: Expr) -> Expr:
    """An operation with a u256 on one side."""
    name = _OPERATIONS.get(op)
    if name is None or any(isinstance(body.type_of(v), FloatType) for v in (left, right)):
        divided = body.source.between(node.left, node.right, "/", "//") if op == "/" else None
        raise body.error(
            node, f"`{op}` does not work on u256", "write `//`, or convert to a smaller type first", divided
        )
    left = body.coerce(left, U256, node.left, f"the left side of `{op}`")
    if op in ("**", "<<", ">>"):
        what = "the exponent" if op == "**" else "the distance of a shift"
        return apply(body, node, "wide", name, [left, body.coerce(right, U32, node.right, what)])
    return apply(body, node, "wide", name, [left, body.coerce(right, U256, node.right, f"the right side of `{op}`")])


def wide_order(
    body: BodyChecker, node: ast.expr, op: str, left: Expr, right: Expr, nodes: tuple[ast.expr, ast.expr]
) -> Expr:
    """`<`, `<=`, `>` and `>=` with a u256 on one side."""
    a = body.coerce(left, U256, nodes[0], "the left side")
    b = body.coerce(right, U256, nodes[1], "the right side")
    pair = [a, b] if op in ("<", ">=") else [b, a]
    found = apply(body, node, "wide", "less", pair)
    return Not(BOOL, found.span, found) if op in (">=", "<=") else found


def wide_text(body: BodyChecker, node: ast.expr, value: Expr) -> Expr:
    return apply(body, node, "wide", "text", [value])

"""Which variables an expression is a part of, and which a target assigns."""

from __future__ import annotations

from typing import Any

from seahorse.semantics import tree
from seahorse.semantics.tree.walk import walk


def roots(expr: Any) -> set[int]:
    """Variables whose memory an expression is a part of."""
    match expr:
        case tree.Var():
            return {expr.local.id}
        case tree.InitAccount():
            return {expr.param.id}
        case tree.GetField() | tree.GetIndex():
            return roots(expr.obj)
        case tree.Unwrap() | tree.Coerce():
            return roots(expr.value)
        case tree.IfExp():
            return roots(expr.then) | roots(expr.orelse)
        case _:
            return set()


def variables_of(target: tree.Target) -> set[int]:
    """The variables that a target assigns."""
    return {n.local.id for n in walk(target) if isinstance(n, tree.VarTarget)}


def iterated(target: tree.Target, e: tree.Expr) -> list[tuple[tree.Target, tree.Expr]]:
    """The sequences that a loop goes through itself, not copies of them, each with the target of its items."""
    match e:
        case tree.Builtin(name="enumerate", args=[inner, *_]):
            return iterated(target.items[1] if isinstance(target, tree.TupleTarget) else target, inner)
        case tree.Builtin(name="reversed", args=[inner]):
            return iterated(target, inner)
        case tree.Builtin(name="zip"):
            parts = target.items if isinstance(target, tree.TupleTarget) else [target] * len(e.args)
            return [pair for part, arg in zip(parts, e.args, strict=False) for pair in iterated(part, arg)]
        case _:
            return [(target, e)] if roots(e) else []

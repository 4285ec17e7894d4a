"""Narrowing of options: what a test proves about places that may be None."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from seahorse.semantics.scope.body import BodyChecker, Path

Facts = tuple[set[Path], set[Path]]


def facts(body: BodyChecker, test: ast.expr) -> Facts:
    """The places that are not None when a test holds, and when it does not."""
    match test:
        case ast.Compare(left=left, ops=[ast.IsNot() | ast.NotEq()], comparators=[ast.Constant(value=None)]):
            return _place(body, left), set()
        case ast.Compare(left=left, ops=[ast.Is() | ast.Eq()], comparators=[ast.Constant(value=None)]):
            return set(), _place(body, left)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yes, no = facts(body, operand)
            return no, yes
        case ast.BoolOp(op=ast.And(), values=values):
            parts = [facts(body, v) for v in values]
            return set[Path]().union(*(p[0] for p in parts)), _common(p[1] for p in parts)
        case ast.BoolOp(op=ast.Or(), values=values):
            parts = [facts(body, v) for v in values]
            return _common(p[0] for p in parts), set[Path]().union(*(p[1] for p in parts))
        case ast.Call(func=ast.Name(id="isinstance"), args=[left, _]) if body.find("isinstance") is None:
            return _place(body, left), set()
        case ast.Name() | ast.Attribute():
            # What is true is not None.
            return _place(body, test), set()
        case _:
            return set(), set()


def _place(body: BodyChecker, node: ast.expr) -> set[Path]:
    path = body.path(node)
    return set() if path is None else {path}


def _common(sets: Iterable[set[Path]]) -> set[Path]:
    return set[Path].intersection(*sets)

"""Code that never runs, and conditions that are always true or always false."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from seahorse.diagnostics import Diagnostic, Replacement, Span
from seahorse.semantics import tree
from seahorse.semantics.tree.types import IntType
from seahorse.semantics.tree.walk import walk
from seahorse.warnings.kinds import warning

_ENDS = (tree.Return, tree.Raise, tree.Break, tree.Continue)


def flow_warnings(body: Sequence[tree.Stmt]) -> list[Diagnostic]:
    """Warnings of one body: of an instruction, a function or a method."""
    found = _after_an_end(body)
    for node in walk(list(body)):
        match node:
            case tree.Compare():
                found += _comparison(node)
            case tree.If(test=tree.BoolLit(value=value)) | tree.Assert(test=tree.BoolLit(value=True as value)):
                # A round of a loop over accounts stands below a condition with the span of the whole loop.
                if node.test.span != node.span:
                    found.append(_constant(node.test, value))
            case tree.While(test=tree.BoolLit(value=False)):
                found.append(_constant(node.test, False))
            case _:
                pass
    return found


def _after_an_end(body: Sequence[tree.Stmt]) -> list[Diagnostic]:
    """The first statement of each block that stands behind one that never goes on."""
    found: list[Diagnostic] = []
    for block in _blocks(body):
        for statement, following in pairwise(block):
            if _ends(statement):
                what, rest = "the statement before it never goes on", _between(statement.span, block[-1].span)
                found.append(warning("unreachable", following.span, f"this never runs: {what}", "remove it", rest))
                break
    return found


def _between(last: Span, end: Span) -> Replacement | None:
    """Nothing in the place of what stands behind a statement, up to the end of another; None where that is no range."""
    if last.file != end.file or (last.end_line, last.end_col) >= (end.end_line, end.end_col):
        return None
    return Replacement(Span(last.file, last.end_line, last.end_col, end.end_line, end.end_col), "")


def _blocks(body: Sequence[tree.Stmt]) -> list[Sequence[tree.Stmt]]:
    found: list[Sequence[tree.Stmt]] = [body]
    for statement in body:
        match statement:
            case tree.If(then=first, orelse=second) | tree.While(body=first, orelse=second):
                found += [*_blocks(first), *_blocks(second)]
            case tree.For(body=first, orelse=second):
                found += [*_blocks(first), *_blocks(second)]
            case _:
                pass
    return found


def _ends(statement: tree.Stmt) -> bool:
    """Whether what follows a statement in its block never runs."""
    match statement:
        case tree.If(then=then, orelse=orelse):
            return bool(orelse) and _last_ends(then) and _last_ends(orelse)
        case tree.While(test=tree.BoolLit(value=True), body=body):
            return not any(isinstance(n, tree.Break) for n in _of_this_loop(body))
        case tree.Assert(test=tree.BoolLit(value=False)):
            return True
        case _:
            return isinstance(statement, _ENDS)


def _last_ends(block: Sequence[tree.Stmt]) -> bool:
    return any(_ends(s) for s in block)


def _of_this_loop(body: Sequence[tree.Stmt]) -> list[tree.Stmt]:
    """Statements of a loop's body, without those of loops in it."""
    found: list[tree.Stmt] = []
    for statement in body:
        found.append(statement)
        if isinstance(statement, tree.If):
            found += [*_of_this_loop(statement.then), *_of_this_loop(statement.orelse)]
        elif isinstance(statement, tree.While | tree.For):
            found += _of_this_loop(statement.orelse)
    return found


def _comparison(node: tree.Compare) -> list[Diagnostic]:
    always = _same(node) if _is_place(node.left) and _equal(node.left, node.right) else _outside(node)
    return [] if always is None else [_constant(node, always)]


def _constant(node: tree.Expr, value: bool) -> Diagnostic:
    always = "true" if value else "false"
    return warning("constant-condition", node.span, f"this is always {always}", "compare with the value that you mean")


def _same(node: tree.Compare) -> bool | None:
    """The result of a comparison of a value with itself; None for a float, which may be NaN."""
    if not isinstance(node.left.type, IntType) and node.op not in ("==", "!="):
        return None
    return None if str(node.left.type) == "f64" else node.op in ("==", "<=", ">=")


def _outside(node: tree.Compare) -> bool | None:
    """The result of a comparison with a number that the other side's type cannot reach."""
    left, right, op = _plain(node.left), _plain(node.right), node.op
    if isinstance(left, tree.IntLit):
        left, right = right, left
        op = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(op, op)
    if isinstance(left, tree.IntLit) or not isinstance(right, tree.IntLit) or not isinstance(left.type, IntType):
        return None
    low, high, n = left.type.min, left.type.max, right.value
    match op:
        case "<":
            return True if high < n else False if low >= n else None
        case "<=":
            return True if high <= n else False if low > n else None
        case ">":
            return True if low > n else False if high <= n else None
        case ">=":
            return True if low >= n else False if high < n else None
        case "==":
            return False if not low <= n <= high else None
        case _:
            return True if not low <= n <= high else None


def _plain(value: tree.Expr) -> tree.Expr:
    while isinstance(value, tree.Coerce):
        value = value.value
    return value


def _is_place(value: tree.Expr) -> bool:
    return isinstance(value, tree.Var) or (isinstance(value, tree.GetField) and _is_place(value.obj))


def _equal(a: Any, b: Any) -> bool:
    match a, b:
        case tree.Var(), tree.Var():
            return a.local == b.local
        case tree.GetField(), tree.GetField():
            return a.name == b.name and _equal(a.obj, b.obj)
        case _:
            return False

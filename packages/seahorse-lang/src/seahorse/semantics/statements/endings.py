"""Where control ends: whether statements return, leave their loop, or run through."""

from __future__ import annotations

import ast

from seahorse.diagnostics import CompileError
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.tree import (
    Assert,
    BoolLit,
    Break,
    Continue,
    For,
    If,
    Raise,
    Return,
    Stmt,
    While,
)
from seahorse.semantics.tree.types import NONE, OptionType


def terminates(statements: list[Stmt]) -> bool:
    """Whether control never reaches the end of the statements."""
    return any(_terminates(s) for s in statements)


def _terminates(statement: Stmt) -> bool:
    match statement:
        case Return() | Raise() | Break() | Continue():
            return True
        case If(test=BoolLit(value=True)):
            return terminates(statement.then)
        case If():
            return terminates(statement.then) and terminates(statement.orelse)
        case While(test=BoolLit(value=True)):
            return not has_break(statement.body)
        case While() | For():
            # Without a `break`, the `else` comes at the end.
            return terminates(statement.orelse) and not has_break(statement.body)
        case Assert(test=BoolLit(value=False)):
            return True
        case _:
            return False


def has_break(statements: list[Stmt]) -> bool:
    """Whether a `break` leaves the loop that these statements are the body of."""
    for statement in statements:
        match statement:
            case Break():
                return True
            case If() if has_break(statement.then) or has_break(statement.orelse):
                return True
            case While() | For() if has_break(statement.orelse):
                return True
            case _:
                pass
    return False


def check_returns(body: BodyChecker, node: ast.FunctionDef, statements: list[Stmt]) -> None:
    """A function that returns a value returns on every path."""
    if body.returns == NONE or terminates(statements):
        return
    if isinstance(body.returns, OptionType) and body.name != "__next__":
        # As in Python: falling off the end gives None.
        end = ast.copy_location(ast.Constant(None), node)
        statements.append(Return(body.span(node), body.typed(end, body.returns, "the returned value")))
        return
    body.checker.report(
        CompileError(
            body.error(
                node, f"`{node.name}` may end without returning a {body.returns}", "return a value on every path"
            ).diagnostics
        )
    )

"""Helpers for all rewriting: a new node has the place of the old one, and errors point there."""

import ast
from collections.abc import Callable
from typing import TypeVar

from seahorse.diagnostics import CompileError

# (node, message, hint) -> the error to raise.
Fail = Callable[[ast.AST, str, str], CompileError]
SyntaxNode = TypeVar("SyntaxNode", bound=ast.AST)


def placed(place: ast.AST, node: SyntaxNode) -> SyntaxNode:
    """A new node at the place of another."""
    return ast.copy_location(node, place)


def in_place_of(written: ast.expr, made: ast.expr) -> ast.expr:
    """A new expression that gives what the program's own one gives: what is converted there is this value."""
    made.__dict__["part"] = ()
    return placed(written, made)

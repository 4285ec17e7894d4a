"""Nodes that replace refused constructs, so that the checker can still check the rest of the file."""

from __future__ import annotations

import ast

from seahorse.syntax.walk import walk_syntax


class Refused(ast.expr):
    """An expression that was refused. Every phase treats it as a node that it does not know."""

    _fields = ()


class RefusedStatement(ast.stmt):
    """A statement that was refused. `names`: what it would have defined; the compiler does not report their uses."""

    _fields = ()
    names: tuple[str, ...] = ()


def refused_form(node: ast.expr | ast.stmt) -> Refused | RefusedStatement:
    """The node that replaces a refused one."""
    if isinstance(node, ast.expr):
        return ast.copy_location(Refused(), node)
    statement = RefusedStatement()
    statement.names = tuple(dict.fromkeys(_defined(node)))
    return ast.copy_location(statement, node)


def _defined(node: ast.stmt) -> list[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            return names
        case _:
            return [n.id for n in walk_syntax(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]

"""Loops over objects of the program that have `__iter__` and `__next__`: written as `while` loops."""

from __future__ import annotations

import ast

from seahorse.semantics.expressions.kinds.iterators import is_iterated, iterator_of
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.known import ImplicitCall, Known
from seahorse.semantics.statements.rewriting.made_nodes import placed
from seahorse.semantics.tree import Assign, Expr, Stmt, Var, VarTarget
from seahorse.semantics.tree.types import ListType
from seahorse.syntax.walk import walk_syntax


def by_next(body: BodyChecker, node: ast.For) -> tuple[Stmt, ast.While] | ast.For:
    """A loop over an object whose iterator has `__next__`: asked anew for each round, until it has nothing more: the
    statement that makes the iterator, and the loop. Of anything else the loop itself, over what has been checked.
    """
    if not isinstance(node.iter, ast.Name | ast.Attribute | ast.Call) or body.symbol(node.iter) is not None:
        return node
    value = body.expr(node.iter)
    if not is_iterated(body, body.type_of(value)):
        # The compiler must not check an expression twice.
        return node if isinstance(node.iter, ast.Name | ast.Attribute) else _over(node, value)
    iterator = iterator_of(body, node.iter, value)
    if isinstance(body.type_of(iterator), ListType):
        return _over(node, iterator)
    if any(isinstance(n, ast.Break) for s in node.orelse for n in walk_syntax(s)):
        raise body.error(node.orelse[0], "`break` in the `else` of this loop", "set a variable, and test it afterwards")
    at = node.iter
    local = body.declare(body.hidden("source", iterator.type).name, iterator.type, body.span(at))
    found = body.hidden("found", iterator.type).name
    source = Known(Var(local.type, body.span(at), local), at)
    asked = ImplicitCall(placed(at, ast.Attribute(source, "__next__", ast.Load())), [], [])
    name = placed(at, ast.Name(found, ast.Load()))
    none = placed(at, ast.Compare(name, [ast.Is()], [placed(at, ast.Constant(None))]))
    steps: list[ast.stmt] = [
        placed(node, ast.Assign([placed(at, ast.Name(found, ast.Store()))], placed(at, asked))),
        placed(node, ast.If(none, [*node.orelse, placed(node, ast.Break())], [])),
        placed(node, ast.Assign([node.target], name)),
        *node.body,
    ]
    loop = placed(node, ast.While(placed(at, ast.Constant(True)), steps, []))
    return Assign(body.span(at), VarTarget(local, True), iterator), loop


def _over(node: ast.For, value: Expr) -> ast.For:
    """The same loop; the tree of the source stays as it is."""
    return placed(node, ast.For(node.target, Known(value, node.iter), node.body, node.orelse))

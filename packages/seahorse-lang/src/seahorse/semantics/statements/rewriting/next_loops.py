"""`next((x for x in items if test), default)`: a loop that leaves at the first item."""

from __future__ import annotations

import ast
from collections.abc import Callable

from seahorse.semantics.statements.rewriting.made_nodes import placed
from seahorse.syntax.walk import walk_syntax


class NextLoop:
    """Writes the loops of one body. `temporary`: a new name; `plain`: statements without sugar."""

    def __init__(self, temporary: Callable[[str], str], plain: Callable[[list[ast.stmt]], list[ast.stmt]]) -> None:
        self._temporary = temporary
        self._plain = plain

    def of(self, node: ast.Call) -> tuple[list[ast.stmt], ast.expr]:
        """The statements that find the item, and the name that holds it."""
        found, default = node.args
        assert isinstance(found, ast.GeneratorExp)
        clause = found.generators[0]
        name = self._temporary("found")
        own = {n.id: self._temporary(n.id) for n in walk_syntax(clause.target) if isinstance(n, ast.Name)}
        renamed = Renamed(own)
        taken: list[ast.stmt] = [
            placed(node, ast.Assign([placed(node, ast.Name(name, ast.Store()))], renamed.visit(found.elt))),
            placed(node, ast.Break()),
        ]
        for test in reversed(clause.ifs):
            taken = [placed(node, ast.If(renamed.visit(test), taken, []))]
        start = placed(node, ast.Assign([placed(node, ast.Name(name, ast.Store()))], default))
        loop = placed(node, ast.For(renamed.visit(clause.target), clause.iter, taken, []))
        return self._plain([start, loop]), placed(node, ast.Name(name, ast.Load()))


class Renamed(ast.NodeTransformer):
    """Names that belong to a generator expression, under names that the function does not use."""

    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return placed(node, ast.Name(self._names.get(node.id, node.id), node.ctx))

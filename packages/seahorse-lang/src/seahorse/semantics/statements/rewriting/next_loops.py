"""`next((x for x in items if test), default)`: a loop that leaves at the first item."""

from __future__ import annotations

import ast
from collections.abc import Callable

from seahorse.semantics.statements.rewriting.made_nodes import Fail, in_place_of, placed
from seahorse.syntax.walk import walk_syntax


class NextLoop:
    """Writes the loops of one body. `temporary`: a new name; `plain`: statements without sugar."""

    def __init__(
        self, temporary: Callable[[str], str], plain: Callable[[list[ast.stmt]], list[ast.stmt]], fail: Fail
    ) -> None:
        self._temporary = temporary
        self._plain = plain
        self._fail = fail

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
        first, items = self._items(clause.iter, default)
        start = placed(node, ast.Assign([placed(node, ast.Name(name, ast.Store()))], default))
        loop = placed(node, ast.For(renamed.visit(clause.target), items, taken, []))
        return self._plain([*first, start, loop]), in_place_of(node, ast.Name(name, ast.Load()))

    def _items(self, items: ast.expr, default: ast.expr) -> tuple[list[ast.stmt], ast.expr]:
        """The statements that come before the default, and the sequence of the loop: Python evaluates the sequence
        before the default."""
        if isinstance(default, ast.Constant | ast.Name) or _is_path(items):
            return [], items
        if isinstance(items, ast.Call) and isinstance(items.func, ast.Name) and items.func.id in _IN_TURN:
            if not all(isinstance(a, ast.Lambda) or _is_path(a) for a in items.args):
                hint = "put the default in a variable before, or the items in a list"
                raise self._fail(items, "the default is evaluated after this, and before its first item", hint)
            return [], items
        name = self._temporary("items")
        first = placed(items, ast.Assign([placed(items, ast.Name(name, ast.Store()))], items))
        return [first], placed(items, ast.Name(name, ast.Load()))


# Functions whose result is no list: it makes its items one by one.
_IN_TURN = {"range", "enumerate", "zip", "map", "filter", "reversed"}


def _is_path(node: ast.expr) -> bool:
    """Of constants, names and fields: nobody can tell whether it is evaluated before or after another value."""
    if isinstance(node, ast.Attribute):
        return _is_path(node.value)
    if isinstance(node, ast.BinOp):
        return _is_path(node.left) and _is_path(node.right)
    return isinstance(node, ast.Constant | ast.Name)


class Renamed(ast.NodeTransformer):
    """Names that belong to a generator expression, under names that the function does not use."""

    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return placed(node, ast.Name(self._names.get(node.id, node.id), node.ctx))

"""Every class of node is known to the analysis of views."""

from __future__ import annotations

import ast
from pathlib import Path

from seahorse.ir.facts import view_statements, view_values
from seahorse.semantics.tree.nodes import Expr, Stmt


def classes(base: type) -> set[str]:
    found = {c.__name__ for c in base.__subclasses__()}
    assert len(found) > 10
    return found


def matched(path: Path) -> set[str]:
    """The classes that the `match` statements of a module have cases for."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {n.cls.attr for n in nodes if isinstance(n, ast.MatchClass) and isinstance(n.cls, ast.Attribute)}


def test_views_know_every_node() -> None:
    known = matched(Path(view_statements.__file__)) | matched(Path(view_values.__file__))
    assert (classes(Expr) | classes(Stmt)) - known - {"Lambda"} == set()

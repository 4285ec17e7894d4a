"""What to write for a statement that does nothing."""

from __future__ import annotations

import ast

from seahorse.diagnostics import Replacement
from seahorse.semantics.scope.body import BodyChecker


def assigned_instead(body: BodyChecker, node: ast.Compare) -> Replacement | None:
    """`a = b` of `a == b`; of other comparisons, which can only be required, `assert`."""
    if (
        len(node.ops) == 1
        and isinstance(node.ops[0], ast.Eq)
        and isinstance(node.left, ast.Name | ast.Attribute | ast.Subscript)
    ):
        return body.source.between(node.left, node.comparators[0], "==", "=")
    return body.source.before(node, "assert ")

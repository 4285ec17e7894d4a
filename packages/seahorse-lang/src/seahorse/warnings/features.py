"""Functions of the chain that need a feature which mainnet has not switched on."""

from __future__ import annotations

from collections.abc import Sequence

from seahorse.diagnostics import Diagnostic
from seahorse.semantics import tree
from seahorse.semantics.tree.walk import walk
from seahorse.warnings.kinds import warning

# By the name of the operation: the proposal that describes it.
_HELD = {"compute_units_left": "SIMD-0049"}


def feature_warnings(body: Sequence[tree.Stmt]) -> list[Diagnostic]:
    """Warnings of one body: of an instruction, a function or a method."""
    found: list[Diagnostic] = []
    for node in walk(list(body)):
        if isinstance(node, tree.Builtin) and node.name in _HELD:
            message = f"mainnet has no `{node.name}` ({_HELD[node.name]} is not active) and refuses the program"
            found.append(warning("not-on-mainnet", node.span, message, "only local validators have it"))
    return found

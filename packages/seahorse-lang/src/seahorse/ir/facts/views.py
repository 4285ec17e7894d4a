"""Which values of text, bytes and keys must be copied, because their bytes may be written while they are in use.

The code may use a value where it lies only when we prove that nobody writes there between its making and its last use.
The proof has three parts: where a value may lie (in the terms of `writes.py`), what runs while it is in use (each node
says it of its parts), and what that may write. A node that the analysis did not see is always copied.
"""

from __future__ import annotations

from typing import Any

from seahorse.ir import nodes as ir
from seahorse.ir.facts.view_state import ViewState
from seahorse.ir.facts.view_statements import BodyViews


class Views:
    """The analysis of one program. `copies(node)` is the question that back ends ask."""

    def __init__(self, program: ir.LoweredProgram) -> None:
        self._state = ViewState(program)
        self.writes = self._state.writes
        # The findings only grow, so the search ends.
        before = -1
        while before != (before := self._state.size()):
            for body in self._state.bodies:
                BodyViews(self._state, body).statements(body.statements)

    def copies(self, node: Any) -> bool:
        """Whether the value of an expression must be copied; of a loop, clause or iterator, whether its items must."""
        return node in self._state.copied or node not in self._state.seen

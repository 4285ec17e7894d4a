"""Parts of a statement that Python evaluates once and early: variables that stand before the statement."""

from __future__ import annotations

from dataclasses import replace

from seahorse.semantics.expressions.still import FIXED
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.tree import Assign, Expr, GetField, GetIndex, Stmt, Var, VarTarget


class Once:
    """The variables of one statement, in the order in which they were made. `before`: what sets them."""

    def __init__(self, body: BodyChecker) -> None:
        self._body = body
        self.before: list[Stmt] = []

    def kept(self, value: Expr) -> Expr:
        """The value in a variable, unless it is a literal or a variable already."""
        return value if isinstance(value, FIXED) else self.put(value)

    def put(self, value: Expr) -> Expr:
        """The value in a variable."""
        local = self._body.hidden("part", value.type)
        self.before.append(Assign(value.span, VarTarget(local, True), value))
        return Var(value.type, value.span, local)

    def place(self, place: Expr) -> Expr:
        """A place whose object and index are evaluated here."""
        match place:
            case GetField():
                return replace(place, obj=self.kept(place.obj))
            case GetIndex():
                return replace(place, obj=self.kept(place.obj), index=self.kept(place.index))
            case _:
                return place

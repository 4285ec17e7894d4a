"""Parts of a statement that Python evaluates once and early: variables that stand before the statement."""

from __future__ import annotations

from dataclasses import replace

from seahorse.semantics.expressions.still import is_still
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.tree import (
    Assign,
    BoolLit,
    BytesLit,
    EnumLit,
    Expr,
    GetField,
    GetIndex,
    IntLit,
    PubkeyLit,
    Stmt,
    StrLit,
    Var,
    VarTarget,
)

_FIXED = (IntLit, StrLit, BytesLit, BoolLit, EnumLit, PubkeyLit, Var)


class Once:
    """The variables of one statement, in the order in which they were made. `before`: what sets them."""

    def __init__(self, body: BodyChecker) -> None:
        self._body = body
        self.before: list[Stmt] = []

    def kept(self, value: Expr) -> Expr:
        """The value in a variable, unless it is a literal or a variable already."""
        return value if isinstance(value, _FIXED) else self.put(value)

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


def in_any_order(*values: Expr) -> bool:
    """Whether nobody can tell in which order values are evaluated."""
    return sum(not isinstance(v, _FIXED) for v in values) <= 1 or all(is_still(v) for v in values)

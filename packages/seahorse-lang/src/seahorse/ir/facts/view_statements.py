"""Goes through the statements of one body, with the values that they use."""

from __future__ import annotations

from collections.abc import Sequence

from seahorse.ir.facts.view_state import AT_ONCE, IN_FRAME, Use
from seahorse.ir.facts.view_values import ValueViews, holds_bytes, written_first
from seahorse.ir.facts.writes import NOWHERE
from seahorse.semantics import tree
from seahorse.semantics.tree.types import Type
from seahorse.semantics.tree.view_types import holds_text, is_view


class BodyViews(ValueViews):
    """Goes through one body."""

    def statements(self, body: Sequence[tree.Stmt]) -> None:
        for s in body:
            self.statement(s)

    def statement(self, s: tree.Stmt) -> None:
        match s:
            case tree.Assign():
                self.assign(s.target, s.value, AT_ONCE)
            case tree.AugAssign():
                self.aug_assign(s)
            case tree.ExprStmt() | tree.Print():
                self.value(s.value, AT_ONCE)
            case tree.If():
                self.value(s.test, AT_ONCE)
                self.statements(s.then)
                self.statements(s.orelse)
            case tree.While():
                self.value(s.test, AT_ONCE)
                self.statements(s.body)
                self.statements(s.orelse)
            case tree.For():
                self.for_loop(s, s.target, s.iterable, Use((s.body,)))
                self.statements(s.body)
                self.statements(s.orelse)
            case tree.Return():
                self.return_(s)
            case tree.Assert():
                self.value(s.test, AT_ONCE)
                if isinstance(s.error, tree.Expr):
                    self.value(s.error, AT_ONCE)
            case tree.Raise():
                if isinstance(s.error, tree.Expr):
                    self.value(s.error, AT_ONCE)
            case tree.Emit():
                self.emit(s.value)
            case tree.Break() | tree.Continue() | tree.Declare():
                pass
            case _:
                raise TypeError(f"{type(s).__name__} is not known to ir/facts/view_statements.py")

    def assign(self, target: tree.Target, value: tree.Expr, use: Use) -> None:
        """`use`: what is written before the target gets its value."""
        if isinstance(target, tree.TupleTarget):
            use = use.with_(places=written_first(target))
        if isinstance(target, tree.TupleTarget) and isinstance(value, tree.TupleLit):
            # All values first, then one target after the other.
            for i, (t, v) in enumerate(zip(target.items, value.items, strict=True)):
                self.assign(t, v, use.with_(value.items[i + 1 :], target))
            return
        places = self.value(value, self.kept_by(target, value.type, use.with_(target)))
        self.bind(target, places)

    def kept_by(self, target: tree.Target, t: Type, use: Use) -> Use:
        """The places that may be written while a target holds a value."""
        if isinstance(target, tree.TupleTarget):
            for item in target.items:
                use = self.kept_by(item, t, use)
            return use
        if not holds_text(t):
            # A variable, an object and an account hold the bytes of a key themselves.
            return use
        if isinstance(target, tree.VarTarget):
            return use.with_(places=self.body.written | IN_FRAME)
        return use if holds_bytes(target.place) else use.with_(places=self.stored.places)

    def aug_assign(self, s: tree.AugAssign) -> None:
        """The code reads the old value first. The result is a new object."""
        if isinstance(s.target, tree.PlaceTarget):
            self.value(s.target.place, Use((s.value, s.target)))
        elif is_view(s.type):
            self.variable(s.target.local, NOWHERE)
        self.value(s.value, Use((s.target,)))

    def return_(self, s: tree.Return) -> None:
        if s.value is None:
            return
        # Memory of the function ends with it.
        ends = Use(places=IN_FRAME) if self.body.is_function and holds_text(s.value.type) else AT_ONCE
        places = self.value(s.value, ends)
        self.body.returns |= places if holds_text(s.value.type) else set()

    def emit(self, e: tree.Expr) -> None:
        """An event that is constructed in the `emit` itself is written from its arguments, without an object."""
        if isinstance(e, tree.Construct) and e.constructor is None:
            self.in_turn(e.args)
        else:
            self.value(e, AT_ONCE)

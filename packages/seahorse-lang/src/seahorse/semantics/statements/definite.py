"""Definite assignment: a variable that is declared further out has a value wherever it is used (JLS chapter 16)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from seahorse.diagnostics import Span
from seahorse.semantics.tree import (
    Assert,
    Assign,
    AugAssign,
    BoolLit,
    Break,
    Continue,
    Declare,
    For,
    If,
    PlaceTarget,
    Raise,
    Return,
    Stmt,
    Target,
    TupleTarget,
    Var,
    VarTarget,
    While,
)
from seahorse.semantics.tree.walk import walk


@dataclass
class _State:
    """Variables that have a value on every path to here, and on some path. None stands for a place never reached."""

    surely: frozenset[int] = frozenset()
    maybe: frozenset[int] = frozenset()


_Reached = _State | None


def _joined(*states: _Reached) -> _Reached:
    """The assigned variables where several paths meet."""
    reached = [s for s in states if s is not None]
    if not reached:
        return None
    surely = frozenset[int].intersection(*(s.surely for s in reached))
    return _State(surely, frozenset[int]().union(*(s.maybe for s in reached)))


@dataclass
class _Loop:
    leaving: list[_State] = field(default_factory=list[_State])


class DefiniteAssignment:
    """Checks the statements of one body; `report` gets each use that may come before an assignment."""

    def __init__(self, report: Callable[[str, Span], None]) -> None:
        self._report = report
        self._declared: dict[int, Declare] = {}
        self._loops: list[_Loop] = []

    def check(self, statements: list[Stmt]) -> None:
        self._block(statements, _State())

    def _block(self, statements: list[Stmt], state: _Reached) -> _Reached:
        for statement in statements:
            if state is None:
                return None
            state = self._statement(statement, state)
        return state

    def _statement(self, s: Stmt, state: _State) -> _Reached:
        match s:
            case Declare():
                self._declared[s.local.id] = s
                return state
            case Assign():
                self._uses(s.value, state)
                return self._assigned(s.target, state)
            case AugAssign():
                if isinstance(s.target, VarTarget):
                    self._use(s.target.local.id, s.target.local.name, s.span, state)
                self._uses(s.value, state)
                return self._assigned(s.target, state)
            case If(test=BoolLit(value=True)):
                return self._block(s.then, state)
            case If():
                self._uses(s.test, state)
                return _joined(self._block(s.then, state), self._block(s.orelse, state))
            case While():
                return self._while(s, state)
            case For():
                return self._for(s, state)
            case Break():
                self._loops[-1].leaving.append(state)
                return None
            case Continue():
                return None
            case Return() | Raise():
                self._uses(s, state)
                return None
            case Assert():
                self._uses(s.test, state)
                self._uses(s.error, state)
                return None if isinstance(s.test, BoolLit) and not s.test.value else state
            case _:
                self._uses(s, state)
                return state

    def _while(self, s: While, state: _State) -> _Reached:
        self._uses(s.test, state)
        self._loop_body(s.body, state)
        leaving = self._loops.pop().leaving
        ends = None if isinstance(s.test, BoolLit) and s.test.value else state
        return _joined(self._block(s.orelse, ends), *leaving)

    def _for(self, s: For, state: _State) -> _Reached:
        self._uses(s.iterable, state)
        self._loops.append(_Loop())
        first = self._assigned(s.target, state)
        self._turn(s.body, first, s.target)
        leaving = self._loops.pop().leaving
        return _joined(self._block(s.orelse, state), *leaving)

    def _loop_body(self, statements: list[Stmt], state: _State) -> None:
        self._loops.append(_Loop())
        self._turn(statements, state, None)

    def _turn(self, statements: list[Stmt], state: _State, target: Target | None) -> None:
        """A loop's body: on a later turn, what it assigns may have a value already."""
        assigned = frozenset(_assigned_in([*statements, *([target] if target is not None else [])]))
        again = _State(state.surely, state.maybe | assigned)
        if target is not None:
            self._assigned(target, again)
        self._block(statements, again)

    # --- uses and assignments ---

    def _use(self, local: int, name: str, span: Span, state: _State) -> None:
        if local in self._declared and local not in state.surely:
            self._report(name, span)

    def _uses(self, node: object, state: _State) -> None:
        for part in walk(node):
            if isinstance(part, Var):
                self._use(part.local.id, part.local.name, part.span, state)

    def _assigned(self, target: Target, state: _State) -> _State:
        match target:
            case VarTarget(local=local):
                declared = self._declared.get(local.id)
                if declared is not None and local.id in state.maybe:
                    declared.again = True
                return _State(state.surely | {local.id}, state.maybe | {local.id})
            case PlaceTarget():
                self._uses(target.place, state)
                return state
            case TupleTarget():
                for item in target.items:
                    state = self._assigned(item, state)
                return state


def _assigned_in(nodes: list[Any]) -> Iterator[int]:
    for node in walk(nodes):
        if isinstance(node, VarTarget):
            yield node.local.id

"""Expressions in which one part changes a value that an earlier part has borrowed."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from seahorse.backends.anchor.facts.body_facts import BodyFacts
from seahorse.backends.anchor.facts.reach import roots
from seahorse.backends.anchor.naming.errors import UnsupportedError
from seahorse.backends.anchor.naming.types import is_aggregate, is_copy
from seahorse.semantics import tree
from seahorse.semantics.tree.operations import operation
from seahorse.semantics.tree.types import IterType
from seahorse.semantics.tree.walk import walk


def require_apart(facts: BodyFacts) -> None:
    """Raises UnsupportedError for expressions that change what they look at."""
    targets = {n.place for n in walk(facts.statements) if isinstance(n, tree.PlaceTarget)}
    for node in walk(facts.statements):
        if isinstance(node, tree.Expr):
            _parts(facts, node, _of_target(node) if node in targets else _operands(node))
        for sequence, inside in _gone_through(node):
            if _borrowed(facts, sequence) & _changed(facts, inside):
                message = "this changes the sequence that it loops over, or a value that contains it: Rust refuses that"
                raise UnsupportedError(message, sequence.span, "put a copy of it in a variable first")


def _parts(facts: BodyFacts, e: tree.Expr, parts: list[tree.Expr]) -> None:
    if len(parts) < 2:
        return
    for i, part in enumerate(parts):
        changed = _changed(facts, part)
        if not changed:
            continue
        for j, other in enumerate(parts[:i]):
            if changed & _used(facts, other) and not (_is_read(e, other) or _is_lent(facts, e, j, part)):
                raise _refused(part)


def _gone_through(node: Any) -> list[tuple[tree.Expr, Any]]:
    """The sequences that an expression loops over, each with the code that runs meanwhile."""
    match node:
        case tree.ListComp():
            parts = [(c.iterable, [c.conditions, node.clauses[i + 1 :]]) for i, c in enumerate(node.clauses)]
            return [(iterable, [*rest, node.element]) for iterable, rest in parts]
        case tree.Builtin():
            given = [*node.args, *node.kwargs.values()]
            functions = [a for a in given if isinstance(a, tree.Lambda)]
            return [(a, functions) for a in given if functions and not isinstance(a, tree.Lambda)]
        case _:
            return []


def _borrowed(facts: BodyFacts, e: tree.Expr) -> set[int]:
    """The variables that Rust borrows while it goes through a sequence."""
    match e:
        case tree.Var() | tree.GetField() | tree.GetIndex() | tree.Unwrap() | tree.Coerce():
            return _named(facts, roots(e))
        case tree.GetSlice():
            return _borrowed(facts, e.obj)
        case tree.Builtin() if isinstance(e.type, IterType) or operation(e.name).lies == "arguments":
            given = [a.body if isinstance(a, tree.Lambda) else a for a in e.args if not is_copy(a.type)]
            lambdas = [n for a in e.args if isinstance(a, tree.Lambda) for n in walk(a.body) if isinstance(n, tree.Var)]
            return {v for a in [*given, *lambdas] for v in _borrowed(facts, a)}
        case tree.Call() | tree.Construct() | tree.Builtin() | tree.ListComp() | tree.Concat() | tree.Repeat():
            # The code makes a new sequence before the loop.
            return set()
        case tree.ListLit() | tree.ArrayLit() | tree.TupleLit():
            # Its items are copies.
            return set()
        case _:
            return {v for part in _expressions(e) for v in _borrowed(facts, part)}


def _operands(e: tree.Expr) -> list[tree.Expr]:
    """The parts of an expression of which an earlier one is still in use when a later one is evaluated.

    Of a node that is not named here these are all its parts: one that is safe is named, with the reason.
    """
    parts = [part for part in _expressions(e) if not isinstance(part, tree.Lambda)]
    match e:
        case tree.FString():
            return [part for part, _ in e.parts]
        case tree.BoolOp() | tree.IfExp():
            # One part is evaluated to the end before the next one begins, and only the last one's value is used.
            return []
        case tree.Lambda() | tree.ListComp():
            # Code that runs during a loop over a sequence: `_gone_through`.
            return []
        case tree.Builtin():
            # Rust borrows the value that an operation changes after it has evaluated every argument.
            changed = {e.args[i] for i in operation(e.name).changes}
            return [p for p in parts if p not in changed or not _stays(p, [q for q in parts if q is not p])]
        case _:
            return parts


def _of_target(e: tree.Expr) -> list[tree.Expr]:
    """The same of a place that is assigned: Rust looks for its list when it has the index."""
    parts = _operands(e)
    return parts[1:] if isinstance(e, tree.GetIndex) and _stays(e.obj, parts[1:]) else parts


def _stays(place: tree.Expr, meanwhile: Any) -> bool:
    """Whether a place holds the same list before and after something is evaluated, whatever becomes of its items."""
    match place:
        case tree.Var():
            return True
        case tree.GetField():
            return place.name not in _stored_fields(meanwhile) and _stays(place.obj, meanwhile)
        case _:
            return False


def _stored_fields(nodes: Any) -> set[str]:
    """The names of fields that nodes assign, or functions that they call."""
    found: set[str] = set()
    pending, done = [nodes], set[tree.Function]()
    while pending:
        for node in walk(pending.pop()):
            if isinstance(node, tree.PlaceTarget) and isinstance(node.place, tree.GetField):
                found.add(node.place.name)
            elif isinstance(node, tree.Call) and node.function not in done:
                done.add(node.function)
                pending.append(node.function.body)
    return found


def _expressions(e: tree.Expr) -> list[tree.Expr]:
    """What stands right below an expression, in the order of its fields."""
    found: list[tree.Expr] = []
    for f in fields(e):
        value: Any = getattr(e, f.name)
        within = value if isinstance(value, list) else value.values() if isinstance(value, dict) else [value]  # pyright: ignore[reportUnknownVariableType]
        found += [v for v in within if isinstance(v, tree.Expr)]  # pyright: ignore[reportUnknownVariableType]
    return found


def _is_read(e: tree.Expr, part: tree.Expr) -> bool:
    """Whether Rust takes the value of a part when it comes to it, and does not borrow it."""
    if isinstance(e, tree.FString):
        return False
    if is_copy(part.type):
        return True
    if isinstance(e, tree.Call) and not any(isinstance(n, tree.GetIndex | tree.Unwrap) for n in walk(part)):
        # The code evaluates the part that changes it before the call.
        return True
    borrows = isinstance(
        e, tree.Concat | tree.Compare | tree.Contains | tree.Call | tree.Construct | tree.Repeat | tree.Builtin
    )
    # The place of an object may be another by the time that it is copied.
    return not borrows and not (is_aggregate(part.type) and roots(part))


def _is_lent(facts: BodyFacts, e: tree.Expr, position: int, part: tree.Expr) -> bool:
    """Whether a call borrows a variable to change it: then `calls.apart` evaluates the part before the call."""
    if not isinstance(e, tree.Call) or is_aggregate(part.type):
        return False
    info, given = facts.functions.info(e.function).params[position], e.args[position]
    return info.mutable and isinstance(given, tree.Var) and _named(facts, {given.local.id}) == {given.local.id}


def _changed(facts: BodyFacts, part: Any) -> set[int]:
    """The variables that a part changes, and those that name parts of them."""
    return _named(facts, facts.mutated_in(part))


def _used(facts: BodyFacts, part: tree.Expr) -> set[int]:
    return _named(facts, {n.local.id for n in walk(part) if isinstance(n, tree.Var)})


def _named(facts: BodyFacts, variables: set[int]) -> set[int]:
    """Variables, and those behind them: the analysis runs before names of parts are known to the translation."""
    found = set(variables)
    assigns = [n for n in walk(facts.statements) if isinstance(n, tree.Assign) and isinstance(n.target, tree.VarTarget)]
    before = -1
    while before != (before := len(found)):
        for s in assigns:
            assert isinstance(s.target, tree.VarTarget)
            if s.target.local.id in found and facts.keeps_place(s):
                found |= roots(s.value)
    return found


def _refused(part: tree.Expr) -> UnsupportedError:
    message = "this changes a value that another part of the expression reads: Rust refuses that"
    return UnsupportedError(message, part.span, "use a variable")

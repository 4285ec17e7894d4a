"""Assignments of several targets from one value: sequences of any length, and `*rest` among the targets."""

from __future__ import annotations

import ast

from seahorse.diagnostics import before, part_of
from seahorse.semantics.calls.builtins.iteration import mapped
from seahorse.semantics.expressions.literals import joined
from seahorse.semantics.expressions.objects import is_named_tuple, named_fields
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.known import Known, item_of
from seahorse.semantics.tree import (
    Assign,
    BoolLit,
    Builtin,
    Compare,
    Expr,
    GetIndex,
    GetSlice,
    IfExp,
    IntLit,
    ListLit,
    Stmt,
    TupleLit,
    Var,
    VarTarget,
)
from seahorse.semantics.tree.types import BOOL, U64, ArrayType, IterType, ListType, TupleType, Type

Targets = ast.Tuple | ast.List


def star_of(target: Targets) -> int | None:
    """The place of `*rest` among the targets."""
    return next((i for i, t in enumerate(target.elts) if isinstance(t, ast.Starred)), None)


def plain_targets(target: Targets) -> list[ast.expr]:
    return [t.value if isinstance(t, ast.Starred) else t for t in target.elts]


def spread(body: BodyChecker, target: Targets, value: Expr) -> tuple[list[Stmt], list[Expr]] | None:
    """Statements to run first, and one value for each target; None for what other rules unpack."""
    t = body.type_of(value)
    star = star_of(target)
    if isinstance(t, TupleType) and star is not None:
        return _tuple(body, target, value, t, star)
    if isinstance(t, ListType | ArrayType):
        return _sequence(body, target, value, t, star)
    return None


def _tuple(body: BodyChecker, target: Targets, value: Expr, t: TupleType, star: int) -> tuple[list[Stmt], list[Expr]]:
    """The parts of a tuple, whose number is known."""
    behind = len(target.elts) - star - 1
    if len(t.elems) < star + behind:
        raise body.error(
            target,
            f"this assigns {len(t.elems)} values to {star + behind} targets",
            "write as many targets as values",
        )
    first, held = _held(body, value)
    items = list(value.items) if isinstance(value, TupleLit) else [item_of(held, e, i) for i, e in enumerate(t.elems)]
    first = [] if isinstance(value, TupleLit) else first
    middle = items[star : len(items) - behind]
    nodes: list[ast.expr] = [Known(i, target) for i in middle]
    values, elem = joined(body, middle, nodes, None, "the values of this list")
    # Of no values: like those beside them.
    elem = elem if middle or not t.elems else t.elems[0]
    rest = ListLit(ListType(elem), value.span, values)
    return first, [*items[:star], rest, *items[len(items) - behind :]]


def _sequence(
    body: BodyChecker, target: Targets, value: Expr, t: ListType | ArrayType, star: int | None
) -> tuple[list[Stmt], list[Expr]]:
    """The elements of a list, whose number is checked while the program runs."""
    count = len(target.elts) - (star is not None)
    first, held = _held(body, value)
    span = before(value.span)
    if isinstance(t, ArrayType):
        if t.length < count or (star is None and t.length != count):
            raise body.error(target, f"this assigns {t.length} values to {count} targets", "make the numbers equal")
    else:
        first.append(_length_check(body, held, count, exact=star is None))
    values: list[Expr] = []
    for i in range(len(target.elts)):
        behind = len(target.elts) - i
        if i == star:
            stop = IntLit(body.infer.fresh_int(1 - behind), span, 1 - behind) if behind > 1 else None
            start = IntLit(U64, span, i)
            values.append(GetSlice(ListType(t.elem), span, held, start, stop))
        else:
            at = i if star is None or i < star else -behind
            index = IntLit(body.infer.fresh_int(at), span, at)
            values.append(GetIndex(t.elem, part_of(held.span, at), held, index))
    return first, values


def _held(body: BodyChecker, value: Expr) -> tuple[list[Stmt], Expr]:
    """The value under a name, so that it is evaluated once."""
    if isinstance(value, Var):
        return [], value
    local = body.hidden("values", value.type)
    return [Assign(value.span, VarTarget(local, True), value)], Var(value.type, value.span, local)


def _length_check(body: BodyChecker, held: Expr, count: int, *, exact: bool) -> Stmt:
    """Fails as an index that is out of range does, which is how Python's ValueError ends."""
    span = before(held.span)
    length = Builtin(U64, span, "len", [held])
    fits = Compare(BOOL, span, "==" if exact else ">=", length, IntLit(U64, span, count))
    index = IfExp(U64, span, fits, IntLit(U64, span, 0), IntLit(U64, span, 1))
    checked = GetIndex(BOOL, span, ListLit(ListType(BOOL), span, [BoolLit(BOOL, span, True)]), index)
    return Assign(span, VarTarget(body.hidden("_fits", BOOL), True), checked)


def tuples_of(body: BodyChecker, node: ast.expr, target: ast.expr, sequence: Expr, item: Type) -> tuple[Expr, Type]:
    """A sequence, and the type of its items, for a target that takes them apart: a NamedTuple becomes a plain tuple."""
    if not _takes_apart(body, target, item):
        return sequence, item
    made = mapped(body, node, sequence, item, lambda value: _as_tuples(body, target, value))
    assert isinstance(made.type, IterType)
    return made, made.type.elem


def _as_tuples(body: BodyChecker, target: ast.expr, value: Expr) -> Expr:
    """A value as tuples where the target has tuples: the fields of a NamedTuple, also within another tuple."""
    if not isinstance(target, ast.Tuple | ast.List):
        return value
    t = body.type_of(value)
    if is_named_tuple(body, t):
        parts = named_fields(body, value, target)
    elif isinstance(t, TupleType):
        held = [ast.Subscript(Known(value, target), ast.Constant(i), ast.Load()) for i in range(len(t.elems))]
        for node in held:
            ast.copy_location(node, target)
            ast.copy_location(node.slice, target)
        parts = [body.expr(node) for node in held]
    else:
        return value
    if len(parts) != len(target.elts):
        return value
    items = [_as_tuples(body, e, part) for e, part in zip(target.elts, parts, strict=True)]
    return TupleLit(TupleType(tuple(i.type for i in items)), value.span, items)


def _takes_apart(body: BodyChecker, target: ast.expr, t: Type) -> bool:
    """Whether a target takes a NamedTuple apart, at any depth."""
    t = body.infer.prune(t)
    if not isinstance(target, ast.Tuple | ast.List):
        return False
    if is_named_tuple(body, t):
        return True
    elems = t.elems if isinstance(t, TupleType) else ()
    return any(_takes_apart(body, e, elem) for e, elem in zip(target.elts, elems, strict=False))

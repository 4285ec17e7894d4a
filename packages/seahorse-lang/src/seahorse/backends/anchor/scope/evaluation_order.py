"""The order of evaluation: Rust must not evaluate first what comes later in a Python statement. Rust's borrow rules
force us to evaluate some parts of an expression before the statement, into variables. When something before such a part
can fail or has an effect, the statement gets a variable for each of its steps instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from seahorse.backends.anchor.facts.reach import roots
from seahorse.backends.anchor.naming.types import is_aggregate
from seahorse.backends.anchor.rust.blocks import Let, RustStmt
from seahorse.backends.anchor.rust.exprs import RustExpr
from seahorse.backends.anchor.scope.body_writer import BodyWriter
from seahorse.backends.anchor.scope.places import fixed_indexes
from seahorse.semantics import tree
from seahorse.semantics.tree.operations import operation
from seahorse.semantics.tree.types import (
    ArrayType,
    CpiAccountType,
    FloatType,
    IntType,
    IterType,
    ListType,
    NoneType,
    TupleType,
    is_account,
)
from seahorse.semantics.tree.walk import walk

# Translates an expression.
Translation = Callable[[BodyWriter, tree.Expr], RustExpr]

# --- what is out of order -------------------------------------------------------------------------------------


def is_disordered(body: BodyWriter, root: Any) -> bool:
    """Whether a part of a statement, or of an expression, was put before something that stands in front of it."""
    nodes = [n for n in walk(_evaluated(root)) if isinstance(n, tree.Expr)]
    return any(_overtakes(body, spot, nodes) for spot in body.output.spots)


def is_late(body: BodyWriter, root: Any) -> bool:
    """Whether a part looks at an account that a call in front of it wrote, before the account is decoded again."""
    return any(body.facts.is_touched_later(variables, call, root) for call, variables in body.output.late)


def require_in_time(body: BodyWriter, root: Any) -> None:
    """Raises UnsupportedError for an account that cannot be decoded again in time."""
    for call, variables in body.output.late:
        if body.facts.is_touched_later(variables, call, root):
            message = "this call writes an account that the same statement looks at afterwards, which Rust cannot"
            raise body.unsupported(call.span, message, "put the result of the call in a variable first")


def _evaluated(root: Any) -> Any:
    """The parts of a statement in the order of evaluation, without the place to store to, which comes last."""
    return root.value if isinstance(root, tree.Assign) else root


def _overtakes(body: BodyWriter, spot: tree.Expr, nodes: list[tree.Expr]) -> bool:
    low, _ = body.facts.extent(spot)
    writes = body.facts.mutated_in([spot])
    earlier = [n for n in nodes if 0 < body.facts.extent(n)[1] < low]
    return low > 0 and any(_matters(body, n) or (_reads(n) and _looked_at(n) & writes) for n in earlier)


def _reads(e: tree.Expr) -> bool:
    if isinstance(e, tree.Builtin):
        return operation(e.name).reads in ("record", "data")
    return isinstance(e, tree.GetField | tree.GetIndex) and not is_aggregate(e.type)


def _looked_at(e: tree.Expr) -> set[int]:
    return roots(e.args[0] if isinstance(e, tree.Builtin) else e)


def _matters(body: BodyWriter, e: tree.Expr) -> bool:
    """Whether the moment when an expression is evaluated makes a difference; its parts are not considered."""
    match e:
        case tree.Arith():
            return e.op not in ("&", "|", "^", ">>") and not (isinstance(e.type, FloatType) and e.op in ("+", "-", "*"))
        case tree.Negate():
            return isinstance(e.type, IntType)
        case tree.Convert():
            return isinstance(e.type, IntType) and not isinstance(e.value, tree.IntLit) and e.value.type != e.type
        case tree.Call() | tree.CpiCall():
            return True
        case tree.Construct():
            return body.crate.functions.has_constructor(e.decl)
        case tree.GetIndex():
            known = isinstance(e.obj.type, ArrayType) and isinstance(e.index, tree.IntLit)
            return not known and not isinstance(e.obj.type, TupleType)
        case tree.GetSlice():
            return e.step is not None
        case tree.Builtin():
            return not operation(e.name).calm
        case _:
            return False


def apart_from(body: BodyWriter, e: tree.Expr, make: Translation) -> tuple[list[RustStmt], RustExpr]:
    """An expression that may not be reached, or more than once, and what it needs evaluated before."""
    part = body.attempt()
    made = make(part, e)
    if is_disordered(part, e) or is_late(part, e):
        part = body.attempt()
        made = make(part, steps_of(part, e))
        require_in_time(part, e)
    body.adopt(part)
    body.output.add_inner(part.output)
    return part.output.before, made


# --- one step after the other ---------------------------------------------------------------------------------


def in_order(body: BodyWriter, s: tree.Stmt, *, late: bool = False) -> tree.Stmt:
    """A statement whose steps are variables, in their order, that stand before it.

    `late`: an account must be decoded again behind one of them, so that the statement itself has none.
    """
    steps = step if late else steps_of
    match s:
        case tree.AugAssign(target=tree.PlaceTarget(place=place)) if isinstance(s.type, IntType | FloatType):
            # The old value is read first.
            place = fixed_indexes(body, place, body.output.before, arrays=True)
            value = tree.Arith(s.type, s.span, s.op, place, s.value)
            return tree.Assign(s.span, tree.PlaceTarget(place), steps(body, value))
        case tree.AugAssign():
            return replace(s, value=step(body, s.value))
        case tree.Assign() | tree.ExprStmt() | tree.Emit() | tree.Print():
            return replace(s, value=steps(body, s.value))
        case tree.Return():
            return replace(s, value=None if s.value is None else steps(body, s.value))
        case tree.If() | tree.Assert():
            return replace(s, test=steps(body, s.test))
        case tree.For():
            return replace(s, iterable=steps(body, s.iterable))
        case _:
            return s


def steps_of(body: BodyWriter, e: tree.Expr) -> tree.Expr:
    """An expression with variables for its operands."""
    match e:
        case tree.ListComp() | tree.Lambda():
            return e
        case tree.IfExp():
            return replace(e, test=step(body, e.test))
        case tree.BoolOp():
            return replace(e, values=[step(body, e.values[0]), *e.values[1:]])
        case tree.CpiCall():
            return replace(e, args={name: step(body, value) for name, value in e.args.items()})
        case tree.GetIndex() if is_aggregate(e.type):
            return fixed_indexes(body, e, body.output.before, arrays=True)
        case _:
            changed = {f.name: _mapped(getattr(e, f.name), lambda x: step(body, x)) for f in fields(e)}
            new = {n: v for n, v in changed.items() if v is not getattr(e, n)}
            # A node that stays is known by its number.
            return replace(e, **new) if new else e


def _mapped(value: Any, change: Callable[[tree.Expr], tree.Expr]) -> Any:
    """A field of a node with every expression in it changed."""
    match value:
        case tree.SignerSeeds():
            return value
        case tree.Expr():
            return change(value)
        case list() | tuple():
            items: list[Any] = list(value)  # pyright: ignore[reportUnknownArgumentType]
            parts = [_mapped(v, change) for v in items]
            changed = any(new is not old for new, old in zip(parts, items, strict=True))
            return value if not changed else parts if isinstance(value, list) else tuple(parts)  # pyright: ignore[reportUnknownVariableType]
        case dict():
            found = {k: _mapped(v, change) for k, v in value.items()}  # pyright: ignore[reportUnknownVariableType]
            return value if all(found[k] is v for k, v in value.items()) else found  # pyright: ignore[reportUnknownVariableType]
        case _:
            return value


def step(body: BodyWriter, e: tree.Expr) -> tree.Expr:
    """An operand, as a variable when it matters when it is evaluated."""
    made = steps_of(body, e)
    if is_account(e.type) or isinstance(e.type, IterType | CpiAccountType | NoneType) or not _is_step(body, e):
        return made
    name = body.bindings.temporary("value")
    annotation = body.types.name(e.type) if isinstance(e.type, IntType | FloatType | ListType) else None
    part = body.apart()
    value = part.owned(made)
    require_in_time(part, e)
    again = part.output.take_after()
    body.output.add(part.output)
    body.output.before += [Let(("mut " if is_aggregate(e.type) else "") + name, value, annotation), *again]
    return body.bindings.made(name, e.type, e.span)


def _is_step(body: BodyWriter, e: tree.Expr) -> bool:
    if isinstance(e, tree.IfExp | tree.BoolOp | tree.ListComp):
        return any(isinstance(n, tree.Expr) and (_matters(body, n) or _reads(n)) for n in walk(e))
    if isinstance(e, tree.GetIndex | tree.GetField) and is_aggregate(e.type):
        return False
    return _matters(body, e) or _reads(e)

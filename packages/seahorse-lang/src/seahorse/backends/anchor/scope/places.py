"""Places that are written: their indexes are evaluated once, and before the list that holds them is borrowed."""

from __future__ import annotations

from dataclasses import replace

from seahorse.backends.anchor.naming import literals
from seahorse.backends.anchor.rust.blocks import Let, RustStmt
from seahorse.backends.anchor.rust.calls import RustCall
from seahorse.backends.anchor.rust.chains import Method
from seahorse.backends.anchor.rust.exprs import Atom, Cast, Paren, RustExpr, paren
from seahorse.backends.anchor.scope.body_writer import BodyWriter
from seahorse.semantics import tree
from seahorse.semantics.tree.types import ArrayType, IntType, ListType, TupleType, Type


def fixed_indexes(body: BodyWriter, place: tree.Expr, out: list[RustStmt], arrays: bool = False) -> tree.Expr:
    """A place to store to; indexes of lists are evaluated before, since they look at the list that is written.

    `arrays`: those of arrays too.
    """
    match place:
        case tree.GetField():
            return tree.GetField(place.type, place.span, fixed_indexes(body, place.obj, out, arrays), place.name)
        case tree.GetIndex() if isinstance(place.obj.type, TupleType):
            obj = fixed_indexes(body, place.obj, out, arrays)
            return tree.GetIndex(place.type, place.span, obj, place.index)
        case tree.GetIndex() if not body.bindings.is_position(place.index) and (
            arrays or isinstance(place.obj.type, ListType)
        ):
            obj = fixed_indexes(body, place.obj, out, arrays)
            inner = tree.GetIndex(place.type, place.span, obj, place.index)
            known = isinstance(place.obj.type, ArrayType) and isinstance(place.index, tree.IntLit)
            return inner if known else _fixed_index(body, inner, out)
        case tree.GetIndex():
            obj = fixed_indexes(body, place.obj, out, arrays)
            return tree.GetIndex(place.type, place.span, obj, place.index)
        case _:
            return place


def named(body: BodyWriter, e: tree.Expr) -> str | None:
    """The constant that a literal was written as."""
    name = body.crate.constant(e)
    return body.use("crate::constants", name) if name is not None else None


def receiver(body: BodyWriter, e: tree.Expr, t: Type) -> RustExpr:
    """An integer as the receiver of a method: a literal says its type."""
    if isinstance(e, tree.IntLit) and isinstance(t, IntType):
        name = named(body, e)
        if name is not None:
            return Atom(name)
        return typed_literal(e)
    if is_untyped(e):
        return paren(body.operand(_typed(e, t)), 18)
    return body.operand(e)


def is_untyped(e: tree.Expr) -> bool:
    """Whether an integer consists of bare numbers, whose type Rust knows only from the code around them."""
    if isinstance(e, tree.IfExp):
        return is_untyped(e.then) and is_untyped(e.orelse)
    if isinstance(e, tree.Arith) and e.op in ("&", "|", "^"):
        return is_untyped(e.left) and is_untyped(e.right)
    return isinstance(e, tree.IntLit)


def _typed(e: tree.Expr, t: Type) -> tree.Expr:
    """An integer of bare numbers; the first one names the type."""
    match e:
        case tree.IfExp():
            return replace(e, then=_typed(e.then, t))
        case tree.Arith():
            return replace(e, left=_typed(e.left, t))
        case _:
            return tree.Convert(t, e.span, e)


def typed_literal(e: tree.IntLit) -> RustExpr:
    """A literal that says its type, where nothing around it does."""
    assert isinstance(e.type, IntType)
    value = Atom(literals.integer(e.value, e.type))
    return Paren(value) if e.value < 0 else value


def wide(body: BodyWriter, e: tree.Expr) -> RustExpr:
    """An index or bound as an i128; one that is no i128 is beyond everything."""
    if isinstance(e, tree.IntLit):
        return Atom(str(e.value))
    if str(e.type) == "u128":
        return Method(RustCall("i128::try_from", [body.operand(e)]), "unwrap_or", [Atom("i128::MAX")])
    value = receiver(body, e, e.type)
    return value if str(e.type) == "i128" else Cast(paren(value, 15), "i128")


def index_operand(body: BodyWriter, e: tree.Expr) -> RustExpr:
    """An index as a function takes it that takes any integer."""
    if isinstance(e, tree.IntLit):
        return typed_literal(e) if abs(e.value) >= 2**31 else body.operand(e)
    return receiver(body, e, e.type)


def bounds(body: BodyWriter, e: tree.GetSlice) -> list[RustExpr]:
    """Start and stop of a slice, and its step when it has one."""
    ends: list[RustExpr] = [Atom("None") if b is None else RustCall("Some", [wide(body, b)]) for b in (e.start, e.stop)]
    return ends if e.step is None else [*ends, wide(body, e.step)]


def _fixed_index(body: BodyWriter, place: tree.GetIndex, out: list[RustStmt]) -> tree.GetIndex:
    """The place with its index evaluated once, into a variable."""
    seq = body.translate(place.obj).expr
    name = body.bindings.temporary("at")
    length = Atom(str(place.obj.type.length)) if isinstance(place.obj.type, ArrayType) else Method(seq, "len")
    out.append(Let(name, body.fail(RustCall(body.helper("index"), [index_operand(body, place.index), length]))))
    index = body.bindings.made(name, place.index.type, place.span, position=True)
    return tree.GetIndex(place.type, place.span, place.obj, index)

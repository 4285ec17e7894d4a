"""Places that are written: their indexes are evaluated once, and before the list that holds them is borrowed."""

from __future__ import annotations

from seahorse.backends.anchor.rust.blocks import Let, Stmt
from seahorse.backends.anchor.rust.calls import Call
from seahorse.backends.anchor.rust.chains import Method
from seahorse.backends.anchor.rust.exprs import Atom
from seahorse.backends.anchor.scope import Binding, Body
from seahorse.semantics import tree
from seahorse.semantics.types import ArrayType, ListType


def fixed_indexes(body: Body, place: tree.Expr, out: list[Stmt], arrays: bool = False) -> tree.Expr:
    """A place to store to; indexes of lists are evaluated before, since they look at the list that is written.

    `arrays`: those of arrays too.
    """
    match place:
        case tree.GetField():
            return tree.GetField(place.type, place.span, fixed_indexes(body, place.obj, out, arrays), place.name)
        case tree.GetIndex() if not _is_fixed(place.index) and (arrays or isinstance(place.obj.type, ListType)):
            obj = fixed_indexes(body, place.obj, out, arrays)
            inner = tree.GetIndex(place.type, place.span, obj, place.index)
            known = isinstance(place.obj.type, ArrayType) and isinstance(place.index, tree.IntLit)
            return inner if known else _fixed_index(body, inner, out)
        case tree.GetIndex():
            obj = fixed_indexes(body, place.obj, out, arrays)
            return tree.GetIndex(place.type, place.span, obj, place.index)
        case _:
            return place


def _is_fixed(index: tree.Expr) -> bool:
    return isinstance(index, tree.Var) and index.local.id < -1


def _fixed_index(body: Body, place: tree.GetIndex, out: list[Stmt]) -> tree.GetIndex:
    """The place with its index evaluated once, into a variable."""
    seq = body.ev(place.obj).expr
    name = body.temporary("at")
    length = Atom(str(place.obj.type.length)) if isinstance(place.obj.type, ArrayType) else Method(seq, "len")
    out.append(Let(name, body.fail(Call(body.helper("index"), [body.operand(place.index), length]))))
    local = tree.Local(-2 - len(body.bindings), name, place.index.type)
    body.bindings[local.id] = Binding(Atom(name), "place")
    return tree.GetIndex(place.type, place.span, place.obj, tree.Var(place.index.type, place.span, local))

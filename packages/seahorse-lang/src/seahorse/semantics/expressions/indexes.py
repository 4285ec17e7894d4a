"""Indexes, slices, and what can be iterated over."""

from __future__ import annotations

import ast
from collections.abc import Callable

from seahorse.semantics.inference.unknowns import Unknown
from seahorse.semantics.scope.body import BodyChecker, handles
from seahorse.semantics.tree import (
    Expr,
    GetIndex,
    GetSlice,
    IntLit,
)
from seahorse.semantics.tree.types import (
    BYTES,
    STR,
    U8,
    U64,
    ArrayType,
    BytesType,
    DictType,
    IntType,
    IterType,
    ListType,
    OptionType,
    SetType,
    StrType,
    TupleType,
    Type,
)

# The items, the keys or values, and one item of a dict or set: `calls/tables.py` registers them.
TABLE_ITEMS: list[Callable[..., Expr]] = []

# --- indexes and slices ---


@handles(ast.Subscript)
def subscript(body: BodyChecker, node: ast.Subscript, expected: Type | None) -> Expr:
    value = body.expr(node.value)
    t = body.type_of(value)
    if isinstance(t, OptionType):
        raise body.may_be_none(node.value)
    if isinstance(t, DictType):
        return TABLE_ITEMS[2](body, node, value, t)
    if isinstance(node.slice, ast.Slice):
        return _slice(body, node, node.slice, value, t)
    if isinstance(t, TupleType):
        return _tuple_index(body, node, value, t)
    elem = element_type(t)
    if elem is None or isinstance(t, IterType):
        raise body.error(node, f"{body.show(t)} cannot be indexed", "only lists, arrays, tuples, str and bytes can")
    index = index_expr(body, node.slice)
    if isinstance(t, ArrayType) and isinstance(index, IntLit) and not -t.length <= index.value < t.length:
        raise body.error(node.slice, f"index {index.value} is out of range for {t}", f"it has {t.length} elements")
    return GetIndex(elem, body.span(node), value, index)


def element_type(t: Type) -> Type | None:
    """What iterating over or indexing a sequence gives, or None."""
    match t:
        case DictType() | SetType():
            return None
        case ListType(elem) | ArrayType(elem) | IterType(elem):
            return elem
        case StrType():
            return STR
        case BytesType():
            return U8
        case _:
            return None


def index_expr(body: BodyChecker, node: ast.expr) -> Expr:
    """An integer of any width."""
    index = body.expr(node)
    t = body.type_of(index)
    if isinstance(t, IntType) or (isinstance(t, Unknown) and t.numeric):
        return index
    raise body.error(node, f"an index is an integer, but this is {body.show(t)}", "use an integer")


def _tuple_index(body: BodyChecker, node: ast.Subscript, value: Expr, t: TupleType) -> Expr:
    index = body.expr(node.slice)
    if not isinstance(index, IntLit):
        raise body.error(node.slice, "the index of a tuple must be a literal", "unpack it: `a, b = value`")
    if not -len(t.elems) <= index.value < len(t.elems):
        raise body.error(node.slice, f"index {index.value} is out of range", f"the tuple has {len(t.elems)} elements")
    position = index.value % len(t.elems)
    return GetIndex(t.elems[position], body.span(node), value, IntLit(U64, index.span, position))


def _slice(body: BodyChecker, node: ast.Subscript, parts: ast.Slice, value: Expr, t: Type) -> Expr:
    if isinstance(t, ArrayType):
        result: Type = ListType(t.elem)
    elif type(t) is ListType:
        result = ListType(t.elem)
    elif isinstance(t, StrType):
        result = STR
    elif isinstance(t, BytesType):
        result = BYTES
    else:
        raise body.error(node, f"{body.show(t)} cannot be sliced", "only lists, arrays, str and bytes can")
    start, stop, step = (index_expr(body, p) if p is not None else None for p in (parts.lower, parts.upper, parts.step))
    if isinstance(step, IntLit) and step.value == 0:
        raise body.error(node, "the step of a slice cannot be 0", "use 1, or -1 for backwards")
    return GetSlice(result, body.span(node), value, start, stop, step)


# --- loops ---


def iterate(body: BodyChecker, node: ast.expr) -> tuple[Expr, Type]:
    """Something to loop over, and the type of its items. A tuple that is written out is taken as a list."""
    if isinstance(node, ast.Tuple):
        node = ast.copy_location(ast.List(node.elts, ast.Load()), node)
    value = body.expr(node)
    t = body.type_of(value)
    if isinstance(t, DictType):
        return TABLE_ITEMS[1](body, value, t, 0), t.key
    if isinstance(t, SetType):
        return TABLE_ITEMS[0](body, value, t), t.elem
    elem = element_type(t)
    if elem is None:
        hint = (
            "write `range(n)`" if isinstance(t, IntType | Unknown) else "loop over a list, array, range, str or bytes"
        )
        raise body.error(node, f"{body.show(t)} cannot be looped over", hint)
    return value, elem

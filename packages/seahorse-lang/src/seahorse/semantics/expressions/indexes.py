"""Indexes, slices, and what can be iterated over."""

from __future__ import annotations

import ast

from seahorse.semantics.declarations.enums import OF_NAME
from seahorse.semantics.expressions.effects import has_effects
from seahorse.semantics.expressions.kinds.iterators import all_items, is_iterated, iterator_of
from seahorse.semantics.expressions.literals import joined
from seahorse.semantics.expressions.objects import is_named_tuple, named_fields, number_of
from seahorse.semantics.inference.unknowns import Unknown
from seahorse.semantics.names.symbols import ClassInfo, ClassSymbol, EnumSymbol
from seahorse.semantics.scope.body import BodyChecker, handles
from seahorse.semantics.scope.call_rules import RULES
from seahorse.semantics.scope.known import Known, call_own, has_method, item_of
from seahorse.semantics.tree import (
    ClassDecl,
    Construct,
    EnumDecl,
    EnumLit,
    Expr,
    GetIndex,
    GetSlice,
    IntLit,
    ListLit,
    TupleLit,
    enum_type,
)
from seahorse.semantics.tree.types import (
    BYTES,
    STR,
    U8,
    U64,
    ArrayType,
    BytearrayType,
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
    is_account,
)

# --- indexes and slices ---


@handles(ast.Subscript)
def subscript(body: BodyChecker, node: ast.Subscript, expected: Type | None) -> Expr:
    enum = body.symbol(node.value)
    if isinstance(enum, EnumSymbol):
        return _member_by_name(body, node)
    value = body.expr(node.value)
    t = body.type_of(value)
    if isinstance(t, OptionType):
        raise body.may_be_none(node.value)
    if has_method(body, t, "__getitem__"):
        if isinstance(node.slice, ast.Slice):
            raise body.error(node, f"{body.show(t)} cannot be sliced", "write a method with a plain name")
        return call_own(body, node, Known(value, node.value), "__getitem__", [Known(body.expr(node.slice), node.slice)])
    if is_named_tuple(body, t):
        return _named_index(body, node, value)
    if isinstance(t, DictType):
        return RULES.tables.get_item(body, node, value, t)
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


def _member_by_name(body: BodyChecker, node: ast.Subscript) -> Expr:
    """`Color['RED']`: known now for a literal, else found among the names."""
    if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
        return body.expr(ast.copy_location(ast.Attribute(node.value, node.slice.value, ast.Load()), node))
    finder = ast.copy_location(ast.Attribute(node.value, OF_NAME, ast.Load()), node)
    return body.expr(ast.copy_location(ast.Call(finder, [node.slice], []), node))


def _named_index(body: BodyChecker, node: ast.Subscript, value: Expr) -> Expr:
    """`point[0]` of a NamedTuple: a field by its place."""
    fields = named_fields(body, value, node.value)
    index = None if isinstance(node.slice, ast.Slice) else body.expr(node.slice)
    if not isinstance(index, IntLit):
        raise body.error(node.slice, "the index of a NamedTuple must be a literal", "name the field")
    if not -len(fields) <= index.value < len(fields):
        raise body.error(node.slice, f"index {index.value} is out of range", f"there are {len(fields)} fields")
    return fields[index.value]


def element_type(t: Type) -> Type | None:
    """The type of a sequence's items, for loops and indexes, or None."""
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
    index = number_of(body, body.expr(node), node)
    t = body.type_of(index)
    if isinstance(t, IntType) or (isinstance(t, Unknown) and t.numeric):
        return index
    if isinstance(t, OptionType):
        raise body.may_be_none(node)
    raise body.error(node, f"an index is an integer, but this is {body.show(t)}", "use an integer")


def _tuple_index(body: BodyChecker, node: ast.Subscript, value: Expr, t: TupleType) -> Expr:
    index = body.expr(node.slice)
    if not isinstance(index, IntLit):
        kinds = [body.infer.resolve(e) for e in t.elems]
        # The numbers of a tuple that is written out get one type here.
        free = isinstance(value, TupleLit) and all(isinstance(k, Unknown) and k.numeric for k in kinds)
        if not kinds or (not free and any(k != kinds[0] for k in kinds)):
            message = "the index of a tuple with values of different types must be a literal"
            raise body.error(node.slice, message, "unpack it: `a, b = value`")
        items = items_of_tuple(body, node.value, value, t)
        of = element_type(items.type) or t.elems[0]
        return GetIndex(of, body.span(node), items, index_expr(body, node.slice))
    if not -len(t.elems) <= index.value < len(t.elems):
        raise body.error(node.slice, f"index {index.value} is out of range", f"the tuple has {len(t.elems)} elements")
    position = index.value % len(t.elems)
    return GetIndex(t.elems[position], body.span(node), value, IntLit(U64, index.span, position))


def _slice(body: BodyChecker, node: ast.Subscript, parts: ast.Slice, value: Expr, t: Type) -> Expr:
    if isinstance(t, ArrayType):
        result: Type = ListType(t.elem)
    elif type(t) is ListType or isinstance(t, BytearrayType):
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
    found = GetSlice(result, body.span(node), value, start, stop, step)
    return RULES.bytearrays.slice_of(body, found) if isinstance(t, BytearrayType) else found


# --- loops ---


def items_of_tuple(body: BodyChecker, node: ast.expr, value: Expr, t: TupleType) -> Expr:
    """The values of a tuple, which have one type, as a list."""
    if not t.elems or any(is_account(body.infer.prune(e)) for e in t.elems):
        return value
    if isinstance(value, TupleLit):
        items: list[Expr] = value.items
    elif has_effects(value):
        raise body.error(node, "this tuple is evaluated once for each of its values", "assign it to a variable first")
    else:
        items = [item_of(value, e, i) for i, e in enumerate(t.elems)]
    nodes: list[ast.expr] = [Known(item, node) for item in items]
    values, elem = joined(body, list[Expr](items), nodes, None, "the values of this tuple")
    return ListLit(ListType(elem), value.span, values)


def members_of(body: BodyChecker, node: ast.expr, decl: EnumDecl) -> Expr:
    """The members of an enum, in the order of the source."""
    t, span = enum_type(decl), body.span(node)
    return ListLit(ListType(t), span, [EnumLit(t, span, decl, variant) for variant in decl.variants])


def _flags_of(body: BodyChecker, node: ast.expr, info: ClassInfo) -> Expr:
    """The members of a class of flags that are one flag."""
    items = [body.expr(ast.copy_location(ast.Attribute(node, n, ast.Load()), node)) for n in info.constants]
    single = [i for i in items if isinstance(i, Construct) and _one_bit(i.args[0])]
    return ListLit(ListType(single[0].type), body.span(node), list[Expr](single))


def _one_bit(value: Expr) -> bool:
    return isinstance(value, IntLit) and value.value.bit_count() == 1


class OneByOne(ast.ListComp):
    """A generator expression whose function takes all items. Each is made when the function asks for it."""


def iterate(body: BodyChecker, node: ast.expr) -> tuple[Expr, Type]:
    """Something to loop over, and the type of its items."""
    enum = body.symbol(node)
    if isinstance(enum, ClassSymbol) and isinstance(enum.info.decl, ClassDecl) and enum.info.decl.flags is not None:
        value = _flags_of(body, node, enum.info)
    else:
        value = members_of(body, node, enum.decl) if isinstance(enum, EnumSymbol) else body.expr(node)
    t = body.type_of(value)
    if is_iterated(body, t):
        value = all_items(body, node, iterator_of(body, node, value))
        t = body.type_of(value)
    if is_named_tuple(body, t):
        if has_effects(value):
            message = "this tuple is evaluated once for each of its values"
            raise body.error(node, message, "assign it to a variable first")
        fields = named_fields(body, value, node)
        value = TupleLit(TupleType(tuple(f.type for f in fields)), body.span(node), fields)
        t = value.type
    if isinstance(t, TupleType):
        value = items_of_tuple(body, node, value, t)
        t = body.type_of(value)
    if isinstance(t, DictType):
        return RULES.tables.part(body, value, t, 0), t.key
    if isinstance(t, SetType):
        return RULES.tables.items_of(body, value, t), t.elem
    elem = element_type(t)
    if elem is None:
        hint = (
            "write `range(...)`" if isinstance(t, IntType | Unknown) else "loop over a list, array, range, str or bytes"
        )
        counted = body.source.around(node, "range(", ")") if isinstance(t, IntType | Unknown) else None
        raise body.error(node, f"{body.show(t)} cannot be looped over", hint, counted)
    return value, elem

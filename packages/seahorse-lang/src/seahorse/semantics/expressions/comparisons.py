"""Comparisons: chained, with None, of one type after conversion, and `in`."""

from __future__ import annotations

import ast
from typing import Literal

from seahorse.diagnostics import Replacement
from seahorse.semantics.expressions.effects import has_effects
from seahorse.semantics.expressions.indexes import element_type, items_of_tuple
from seahorse.semantics.expressions.kinds.wide import is_wide, wide_order
from seahorse.semantics.expressions.literals import joined
from seahorse.semantics.expressions.objects import call_of_right, class_with, compare_method, number_of
from seahorse.semantics.expressions.operators import common_int, settle
from seahorse.semantics.inference.unknowns import Unknown
from seahorse.semantics.scope.body import BodyChecker, handles
from seahorse.semantics.scope.call_rules import RULES
from seahorse.semantics.scope.known import Known, has_method
from seahorse.semantics.scope.library import apply
from seahorse.semantics.tree import (
    ArrayLit,
    BoolLit,
    BoolOp,
    Builtin,
    Compare,
    Contains,
    Expr,
    IsNone,
    ListLit,
    NoneLit,
    Not,
    StrLit,
    TupleLit,
    Unwrap,
)
from seahorse.semantics.tree.types import (
    BOOL,
    STR,
    ArrayType,
    BoolType,
    BytearrayType,
    BytesType,
    ClassType,
    DictType,
    EnumType,
    FloatType,
    IntType,
    IterType,
    ListType,
    OptionType,
    PubkeyType,
    SetType,
    StrType,
    TupleType,
    Type,
    U256Type,
    UnionType,
    is_account,
)

COMPARES: dict[type[ast.cmpop], Literal["==", "!=", "<", "<=", ">", ">="]] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    # Of what has one object for each value.
    ast.Is: "==",
    ast.IsNot: "!=",
}


@handles(ast.Compare)
def compare(body: BodyChecker, node: ast.Compare, expected: Type | None) -> Expr:
    operands = [node.left, *node.comparators]
    values: dict[int, Expr] = {}

    def value(i: int) -> Expr:
        if i not in values:
            values[i] = body.expr(operands[i])
        return values[i]

    links: list[Expr] = []
    for i in range(len(node.ops)):
        links.append(_link(body, node, i, value(i), value(i + 1)))
    if len(links) == 1:
        return links[0]
    for i in range(1, len(operands) - 1):
        if has_effects(value(i)):
            return body.expr(_once_each(node, operands, i))
    return BoolOp(BOOL, body.span(node), "and", links)


def _once_each(node: ast.Compare, operands: list[ast.expr], middle: int) -> ast.expr:
    """A chain in which each operand is evaluated once: `(lambda m: a < m and m < b)(f())` of `a < f() < b`."""
    names = [f"middle{i}" for i in range(middle + 1)]
    held = [ast.copy_location(ast.Name(n, ast.Load()), o) for n, o in zip(names, operands, strict=False)]
    given = [(n, o) for n, o in zip(names, operands, strict=False) if not isinstance(o, ast.Constant)]
    first = [o if isinstance(o, ast.Constant) else h for h, o in zip(held, operands, strict=False)]
    parts: list[ast.expr] = [
        ast.copy_location(ast.Compare(first[i], [node.ops[i]], [first[i + 1]]), node) for i in range(middle)
    ]
    parts.append(ast.copy_location(ast.Compare(held[middle], node.ops[middle:], operands[middle + 1 :]), node))
    parameters = ast.arguments([], [ast.copy_location(ast.arg(n), o) for n, o in given], None, [], [], None, [])
    function = ast.copy_location(ast.Lambda(parameters, ast.copy_location(ast.BoolOp(ast.And(), parts), node)), node)
    return ast.copy_location(ast.Call(function, [o for _, o in given], []), node)


def _link(body: BodyChecker, node: ast.Compare, at: int, left: Expr, right: Expr) -> Expr:
    """The comparison of a chain's operands number `at` and `at + 1`."""
    op = node.ops[at]
    left_node, right_node = [node.left, *node.comparators][at : at + 2]
    if isinstance(op, ast.In | ast.NotIn):
        return contains(body, node, left_node, right_node, left, right, isinstance(op, ast.NotIn))
    none_sides = isinstance(right, NoneLit), isinstance(left, NoneLit)
    if isinstance(op, ast.Is | ast.IsNot) and not any(none_sides) and not _one_object_each(body, left, right):
        symbol = "==" if isinstance(op, ast.Is) else "!="
        word = "is" if isinstance(op, ast.Is) else "is not"
        compared = body.source.between(left_node, right_node, word, symbol)
        raise body.error(node, "`is` compares with None only", f"write `{symbol}`", compared)
    if any(none_sides) and isinstance(op, ast.Is | ast.IsNot | ast.Eq | ast.NotEq):
        tested, tested_node = (left, left_node) if none_sides[0] else (right, right_node)
        return _is_none(body, node, tested, tested_node, isinstance(op, ast.IsNot | ast.NotEq))
    symbol = COMPARES.get(type(op))
    assert symbol is not None
    return comparison(body, node, symbol, left, right, span_nodes=(left_node, right_node))


def _one_object_each(body: BodyChecker, left: Expr, right: Expr) -> bool:
    """Whether equal values are the same object in Python: members of an enum, True and False."""
    a, b = body.type_of(left), body.type_of(right)
    return a == b and isinstance(a, EnumType | BoolType)


def _is_none(body: BodyChecker, node: ast.expr, tested: Expr, tested_node: ast.expr, negate: bool) -> Expr:
    t = body.type_of(tested)
    if isinstance(t, Unknown) and not t.numeric:
        body.infer.unify(t, OptionType(body.infer.fresh()))
        t = body.type_of(tested)
    if not isinstance(t, OptionType):
        if isinstance(tested, Unwrap):
            # An earlier test has decided this one, and it has no effects.
            return IsNone(BOOL, body.span(node), tested.value, negate)
        shown = body.show(t)
        args = body.context.args if body.context is not None else {}
        param = args.get(tested_node.id) if isinstance(tested_node, ast.Name) else None
        named = body.source.parameter(param.span, f"{param.name}: {shown} | None") if param is not None else None
        raise body.error(node, f"{shown} is never None", f"declare it as `{shown} | None`, or remove the test", named)
    return IsNone(BOOL, body.span(node), tested, negate)


def comparison(
    body: BodyChecker,
    node: ast.expr,
    op: Literal["==", "!=", "<", "<=", ">", ">="],
    left: Expr,
    right: Expr,
    *,
    span_nodes: tuple[ast.expr, ast.expr],
) -> Expr:
    """`left op right` of one type."""
    own = compare_method(body, node, op, left, right, span_nodes)
    if own is not None:
        return own
    if op not in ("==", "!=") and is_wide(body, left, right):
        return wide_order(body, node, op, left, right, span_nodes)
    left, right = _numbers(body, op, left, right, span_nodes)
    settle(body, body.type_of(left), body.type_of(right))
    for value, side, other in ((left, span_nodes[0], right), (right, span_nodes[1], left)):
        t = body.type_of(value)
        if is_account(t) and not isinstance(t, OptionType):
            hint = (
                "compare its address: `.key()`"
                if isinstance(body.type_of(other), PubkeyType)
                else "compare `.key()` of both"
            )
            keyed = body.source.around(side, "", ".key()")
            raise body.error(side, f"a {t} cannot be compared", hint, keyed)
    if any(isinstance(body.type_of(side), BytearrayType) for side in (left, right)):
        return RULES.bytearrays.compare(body, node, op, left, right)
    if isinstance(body.type_of(left), DictType | SetType):
        return RULES.tables.compare(body, node, op, left, right)
    t = body.infer.join(left.type, right.type)
    if t is None:
        a, b = body.show(left.type), body.show(right.type)
        named = _address_named(body, left, right, span_nodes)
        raise body.error(node, f"`{op}` cannot compare {a} and {b}", _comparison_hint(body, left, right), named)
    left = body.coerce(left, t, span_nodes[0], "the left side")
    right = body.coerce(right, t, span_nodes[1], "the right side")
    t = body.infer.resolve(t)
    if op in ("==", "!="):
        no_own_equality(body, node, t, f"`{op}`")
    if not (ordered(t) if op not in ("==", "!=") else equatable(t)):
        raise body.error(node, f"`{op}` does not work on {body.show(t)}", "compare its contents")
    return Compare(BOOL, body.span(node), op, left, right)


def _numbers(
    body: BodyChecker, op: str, left: Expr, right: Expr, nodes: tuple[ast.expr, ast.expr]
) -> tuple[Expr, Expr]:
    """Members of IntEnums as the numbers that are compared."""
    a, b = body.type_of(left), body.type_of(right)
    if a == b and op in ("==", "!="):
        return left, right
    return number_of(body, left, nodes[0]), number_of(body, right, nodes[1])


def no_own_equality(body: BodyChecker, node: ast.AST, t: Type, what: str) -> None:
    """Refuse to compare values with parts whose class compares in its own way."""
    found = class_with(body, t, "__eq__")
    if found is not None:
        hint = "compare in a loop: `any(x == item for x in items)`"
        raise body.error(node, f"{what} would need the `__eq__` of `{found}` for its parts", hint)


def _address_named(body: BodyChecker, left: Expr, right: Expr, nodes: tuple[ast.expr, ast.expr]) -> Replacement | None:
    """A written address, which is compared with a key, as a Pubkey."""
    for text, key, at in ((left, right, nodes[0]), (right, left, nodes[1])):
        if isinstance(text, StrLit) and isinstance(body.type_of(key), PubkeyType):
            return body.source.around(at, "Pubkey(", ")")
    return None


def _comparison_hint(body: BodyChecker, left: Expr, right: Expr) -> str:
    a, b = body.type_of(left), body.type_of(right)
    if isinstance(a, IntType) and isinstance(b, IntType):
        return f"convert both, for example to `{common_int(a, b)}(...)`"
    if (isinstance(a, PubkeyType) and isinstance(b, StrType)) or (isinstance(a, StrType) and isinstance(b, PubkeyType)):
        return "write `Pubkey('...')` around the address"
    if isinstance(a, EnumType) or isinstance(b, EnumType):
        return "compare an enum with a variant of the same enum"
    if isinstance(a, OptionType) or isinstance(b, OptionType):
        return "test `is not None` first"
    return "compare values of one type"


def _goes_through_table(seq: Expr) -> bool:
    """Whether these are the keys, values or pairs of a dict."""
    match seq:
        case Builtin(name="entries") | Builtin(name="map", args=[_, Builtin(name="entries")]):
            return True
        case _:
            return False


def ordered(t: Type) -> bool:
    match t:
        case DictType() | SetType() | BytearrayType():
            return False
        case U256Type():
            return False
        case IntType() | FloatType() | BoolType() | StrType() | BytesType() | PubkeyType() | Unknown():
            return True
        case ListType(elem) | ArrayType(elem):
            return ordered(elem)
        case TupleType(elems):
            return all(ordered(e) for e in elems)
        case _:
            return False


def equatable(t: Type) -> bool:
    match t:
        case DictType() | SetType() | BytearrayType():
            return False
        case IntType() | FloatType() | BoolType() | StrType() | BytesType() | PubkeyType() | EnumType() | Unknown():
            return True
        case ListType(inner) | ArrayType(inner) | OptionType(inner):
            return equatable(inner)
        case TupleType(elems):
            return all(equatable(e) for e in elems)
        case UnionType(members=members):
            return all(map(equatable, members))
        case ClassType():
            return all(equatable(f.type) for f in t.decl.all_fields())
        case _:
            return False


def contains(
    body: BodyChecker, node: ast.expr, item_node: ast.expr, seq_node: ast.expr, item: Expr, seq: Expr, negate: bool
) -> Expr:
    """`item in seq`."""
    span = body.span(node)
    if has_method(body, seq.type, "__contains__"):
        found = call_of_right(body, node, Known(item, item_node), Known(seq, seq_node), "__contains__")
        return Not(BOOL, span, found) if negate else found
    if isinstance(seq, TupleLit | ListLit):
        nodes = seq_node.elts if isinstance(seq_node, ast.Tuple | ast.List) else list[ast.expr]()
        if len(nodes) != len(seq.items):
            nodes = [seq_node] * len(seq.items)
        if not seq.items:
            return BoolLit(BOOL, span, negate)
        items, elem = joined(body, [item, *seq.items], [item_node, *nodes], None, "the compared values")
        no_own_equality(body, node, elem, "`in`")
        if not equatable(body.infer.resolve(elem)):
            raise body.error(node, f"`in` does not work on {body.show(elem)}", "compare its contents")
        array = ArrayLit(ArrayType(elem, len(items) - 1), seq.span, items[1:])
        return Contains(BOOL, span, items[0], array, negate)
    t = body.type_of(seq)
    if isinstance(t, TupleType):
        seq = items_of_tuple(body, seq_node, seq, t)
        return contains(body, node, item_node, seq_node, item, seq, negate)
    if isinstance(t, DictType | SetType):
        found = RULES.tables.contains(body, node, item_node, item, seq, t)
        return Not(BOOL, span, found) if negate else found
    if isinstance(t, IterType) and _goes_through_table(seq):
        seq = Builtin(ListType(t.elem), seq.span, "list", [seq])
        t = seq.type
    elem = element_type(t)
    if elem is None:
        hint = "test `is not None` first" if isinstance(t, OptionType) else "use a list, array, range, str or bytes"
        raise body.error(seq_node, f"`in` does not work on {body.show(t)}", hint)
    if isinstance(t, StrType):
        return Contains(BOOL, span, body.coerce(item, STR, item_node, "the searched text"), seq, negate)
    if isinstance(t, BytesType) and isinstance(body.type_of(item), BytesType):
        found = apply(body, node, "raw", "contains", [seq, item])
        return Not(BOOL, span, found) if negate else found
    if isinstance(t, IterType) and not (isinstance(seq, Builtin) and seq.name == "range"):
        raise body.error(seq_node, "`in` does not work on this iterator", "make a list of it: `list(...)`")
    if is_account(body.type_of(item)):
        keyed = body.source.around(item_node, "", ".key()")
        raise body.error(item_node, "an account cannot be compared", "use its address: `.key()`", keyed)
    no_own_equality(body, node, elem, "`in`")
    converted = body.coerce(item, elem, item_node, "an element")
    if not equatable(body.infer.resolve(elem)):
        raise body.error(node, f"`in` does not work on elements of type {body.show(elem)}", "write a loop")
    return Contains(BOOL, span, converted, seq, negate)

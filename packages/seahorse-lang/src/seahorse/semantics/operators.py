"""Operators: arithmetic with its conversions, comparisons, logic, and conditional expressions."""

from __future__ import annotations

import ast
from typing import Literal, cast

from seahorse.semantics.body import Body, handles
from seahorse.semantics.constants import fold_binary
from seahorse.semantics.infer import Unknown
from seahorse.semantics.narrow import Facts, facts
from seahorse.semantics.tree import (
    Arith,
    ArithOp,
    ArrayLit,
    BoolLit,
    BoolOp,
    Builtin,
    Call,
    Compare,
    Concat,
    Contains,
    CpiCall,
    Expr,
    FloatLit,
    IfExp,
    IntLit,
    Invert,
    IsNone,
    ListLit,
    NoneLit,
    Not,
    Repeat,
    TupleLit,
)
from seahorse.semantics.types import (
    BOOL,
    BYTES,
    F64,
    STR,
    U32,
    U64,
    ArrayType,
    BoolType,
    BytesType,
    ClassType,
    EnumType,
    FloatType,
    IntType,
    IterType,
    ListType,
    OptionType,
    PubkeyType,
    StrType,
    TupleType,
    Type,
    is_account,
)
from seahorse.semantics.values import const_expr, const_of, element_type, joined, negated

OPS: dict[type[ast.operator], ArithOp] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Div: "/",
    ast.Pow: "**",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.LShift: "<<",
    ast.RShift: ">>",
}
COMPARES: dict[type[ast.cmpop], Literal["==", "!=", "<", "<=", ">", ">="]] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}


def is_integer(t: Type) -> bool:
    return isinstance(t, IntType) or isinstance(t, Unknown) and t.numeric


def is_number(t: Type) -> bool:
    return is_integer(t) or isinstance(t, FloatType)


# --- arithmetic ---


@handles(ast.BinOp)
def binary(body: Body, node: ast.BinOp, expected: Type | None) -> Expr:
    left = body.expr(node.left, expected if isinstance(node.op, ast.Add | ast.Mult) else None)
    right = body.expr(node.right, expected if isinstance(node.op, ast.Add) else None)
    a, b = const_of(body, left), const_of(body, right)
    if a is not None and b is not None:
        folded = fold_binary(body.scope, node, node.op, a, b)
        if folded is not None:
            return const_expr(body, folded, body.span(node))
    return arithmetic(body, node, OPS[type(node.op)], left, right)


def arithmetic(body: Body, node: ast.BinOp, op: ArithOp, left: Expr, right: Expr) -> Expr:
    """An arithmetic operation of two checked operands."""
    a, b = body.type_of(left), body.type_of(right)
    _settle(body, a, b)
    a, b = body.type_of(left), body.type_of(right)
    span = body.span(node)
    if op == "+" and isinstance(a, StrType | BytesType | ListType):
        return concat(body, node, left, right)
    if op == "*" and isinstance(a, StrType | BytesType | ListType) and is_integer(b):
        return Repeat(repeated(a), span, left, right)
    if op == "*" and isinstance(b, StrType | BytesType | ListType) and is_integer(a):
        return Repeat(repeated(b), span, right, left)
    for t, side in ((a, node.left), (b, node.right)):
        if not is_number(t):
            raise body.error(side, f"`{op}` does not work on {body.show(t)}", _operand_hint(op, t))
    if op == "/":
        return Arith(
            F64, span, op, body.coerce(left, F64, node.left, "`/`"), body.coerce(right, F64, node.right, "`/`")
        )
    if op in ("**", "<<", ">>") and not (op == "**" and isinstance(a, FloatType)):
        if isinstance(a, FloatType):
            raise body.error(node, f"`{op}` does not work on f64", "use integers")
        what = "the exponent of an integer" if op == "**" else "the distance of a shift"
        return Arith(left.type, span, op, left, body.coerce(right, U32, node.right, what))
    left, right, t = promote(body, node, op, left, right)
    if isinstance(t, FloatType) and op in ("&", "|", "^"):
        raise body.error(node, f"`{op}` does not work on f64", "use integers")
    if op in ("//", "%") and isinstance(right, IntLit) and right.value == 0:
        raise body.error(node.right, "this divides by zero", "correct the divisor")
    return Arith(t, span, op, left, right)


def _settle(body: Body, a: Type, b: Type) -> None:
    """An operand of unknown type (an element of a list that is still empty) is taken to be like the other."""
    for x, y in ((a, b), (b, a)):
        if isinstance(x, Unknown) and not x.numeric and not isinstance(y, Unknown):
            body.infer.unify(x, y)


def repeated(t: Type) -> Type:
    return ListType(t.elem) if isinstance(t, ListType) else STR if isinstance(t, StrType) else BYTES


def _operand_hint(op: str, t: Type) -> str:
    if isinstance(t, OptionType):
        return "it may be None: test `is not None` first"
    if isinstance(t, BoolType) and op in ("&", "|"):
        return "use `and`, `or`"
    if isinstance(t, StrType) and op == "%":
        return "use an f-string"
    if isinstance(t, StrType):
        return "convert with `str(...)`, or use an f-string"
    return "use numbers of the same kind"


def promote(body: Body, node: ast.expr, op: str, left: Expr, right: Expr) -> tuple[Expr, Expr, Type]:
    """Convert two numbers to the less strict of their types."""
    t = body.infer.join(left.type, right.type)
    if t is None:
        a, b = body.show(left.type), body.show(right.type)
        wider = _common_int(body.type_of(left), body.type_of(right))
        raise body.error(
            node,
            f"`{op}` of {a} and {b}: neither converts to the other",
            f"convert both, for example to `{wider}(...)`",
        )
    return body.coerce(left, t, node, "the operand"), body.coerce(right, t, node, "the operand"), t


def _common_int(a: Type, b: Type) -> str:
    if not isinstance(a, IntType) or not isinstance(b, IntType):
        return "f64"
    bits = max(t.bits if t.signed else t.bits * 2 for t in (a, b))
    return f"i{min(bits, 128)}"


def concat(body: Body, node: ast.BinOp, left: Expr, right: Expr) -> Expr:
    """`+` of strings, bytes or lists."""
    a = body.type_of(left)
    span = body.span(node)
    if isinstance(a, StrType):
        if not isinstance(body.type_of(right), StrType):
            shown = body.show(right.type)
            raise body.error(node.right, f"`+` of str and {shown}", "convert it with `str(...)`, or use an f-string")
        return Concat(STR, span, body.coerce(left, STR, node, "`+`"), body.coerce(right, STR, node, "`+`"))
    if isinstance(a, BytesType):
        return Concat(BYTES, span, left, body.coerce(right, BYTES, node.right, "the right side of `+`"))
    assert isinstance(a, ListType)
    right_type = body.type_of(right)
    if isinstance(left, ListLit) and isinstance(right_type, ListType):
        left = body.coerce(left, ListType(right_type.elem), node.left, "the left side of `+`")
        a = ListType(right_type.elem)
    return Concat(
        ListType(a.elem), span, left, body.coerce(right, ListType(a.elem), node.right, "the right side of `+`")
    )


@handles(ast.UnaryOp)
def unary(body: Body, node: ast.UnaryOp, expected: Type | None) -> Expr:
    if isinstance(node.op, ast.Not):
        return Not(BOOL, body.span(node), condition(body, node.operand)[0])
    if isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        from seahorse.semantics.constants import fold

        folded = fold(body.scope, node)
        if folded is not None:
            return const_expr(body, folded, body.span(node))
    value = body.expr(node.operand)
    t = body.type_of(value)
    if isinstance(node.op, ast.USub):
        if isinstance(value, IntLit) and isinstance(t, Unknown):
            return IntLit(body.infer.fresh_int(-value.value), body.span(node), -value.value)
        if isinstance(value, FloatLit):
            return FloatLit(F64, body.span(node), -value.value)
        return negated(body, node, value)
    if not is_number(t):
        raise body.error(node, f"this operator does not work on {body.show(t)}", "use a number")
    if isinstance(node.op, ast.UAdd):
        return value
    if not is_integer(t):
        raise body.error(node, "`~` does not work on f64", "use an integer")
    return Invert(value.type, body.span(node), value)


# --- logic ---


def condition(body: Body, node: ast.expr) -> tuple[Expr, Facts]:
    """A condition as a bool, by Python's truth of numbers, strings and lists; and what it proves."""
    effects = body.effects
    value = truth(body, node, body.expr(node))
    yes, no = facts(body, node)
    if body.effects != effects:
        # A call in the condition may have changed the fields that it tested.
        yes, no = {p for p in yes if len(p) == 1}, {p for p in no if len(p) == 1}
    return value, (yes, no)


def truth(body: Body, node: ast.expr, value: Expr) -> Expr:
    """`bool(value)`."""
    t, span = body.type_of(value), body.span(node)
    if isinstance(t, BoolType):
        return value
    if is_integer(t):
        return Compare(BOOL, span, "!=", value, IntLit(value.type, span, 0))
    if isinstance(t, FloatType):
        return Compare(BOOL, span, "!=", value, FloatLit(F64, span, 0.0))
    if isinstance(t, StrType | BytesType | ListType):
        return Compare(BOOL, span, "!=", Builtin(U64, span, "len", [value]), IntLit(U64, span, 0))
    if isinstance(t, OptionType) and is_account(t):
        return IsNone(BOOL, span, value, negate=True)
    if isinstance(t, OptionType):
        label = ast.unparse(node)
        raise body.error(node, f"{body.show(t)} is not a condition", f"write `{label} is not None`")
    if isinstance(t, Unknown):
        body.infer.unify(t, BOOL)
        return value
    raise body.error(node, f"{body.show(t)} is not a condition", "compare it with something")


@handles(ast.BoolOp)
def bool_op(body: Body, node: ast.BoolOp, expected: Type | None) -> Expr:
    is_and = isinstance(node.op, ast.And)
    before = set(body.narrowed)
    values: list[Expr] = []
    for part in node.values:
        raw, (yes, no) = _logical(body, part, "and" if is_and else "or")
        values.append(raw)
        body.narrowed |= yes if is_and else no
    body.narrowed &= before
    return BoolOp(BOOL, body.span(node), "and" if is_and else "or", values)


def _logical(body: Body, node: ast.expr, op: str) -> tuple[Expr, Facts]:
    value, found = condition(body, node)
    return value, found


@handles(ast.IfExp)
def if_expression(body: Body, node: ast.IfExp, expected: Type | None) -> Expr:
    value, (yes, no) = condition(body, node.test)
    before = set(body.narrowed)
    body.narrowed = before | yes
    then = body.expr(node.body, expected)
    body.narrowed = before | no
    orelse = body.expr(node.orelse, expected)
    body.narrowed &= before
    if expected is not None:
        a, b = body.infer.coerce(then, expected), body.infer.coerce(orelse, expected)
        if a is not None and b is not None:
            return IfExp(a.type, body.span(node), value, a, b)
    items, t = joined(body, [then, orelse], [node.body, node.orelse], None, "the two values")
    return IfExp(t, body.span(node), value, items[0], items[1])


# --- comparisons ---


@handles(ast.Compare)
def compare(body: Body, node: ast.Compare, expected: Type | None) -> Expr:
    operands = [node.left, *node.comparators]
    values: dict[int, Expr] = {}

    def value(i: int) -> Expr:
        if i not in values:
            values[i] = body.expr(operands[i])
        return values[i]

    links: list[Expr] = []
    for i, op in enumerate(node.ops):
        links.append(_link(body, node, op, operands[i], operands[i + 1], value(i), i + 1, value))
    if len(links) == 1:
        return links[0]
    for i in range(1, len(operands) - 1):
        if has_effects(value(i)):
            raise body.error(
                operands[i], "a call in the middle of a chained comparison", "assign it to a variable first"
            )
    return BoolOp(BOOL, body.span(node), "and", links)


def has_effects(value: Expr) -> bool:
    """Whether evaluating an expression twice could differ from once."""
    stack: list[object] = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, Call | CpiCall | Builtin):
            pure = isinstance(item, Builtin) and item.name in PURE
            if not pure:
                return True
        if isinstance(item, Expr):
            stack.extend(v for k, v in vars(item).items() if k not in ("type", "span"))
        elif isinstance(item, list | tuple):
            stack.extend(cast("list[object]", item))
    return False


PURE = {
    "key",
    "lamports",
    "owner",
    "len",
    "token.amount",
    "mint.supply",
    "min",
    "max",
    "abs",
    "clock.get",
    "clock.unix_timestamp",
}


def _link(
    body: Body,
    node: ast.Compare,
    op: ast.cmpop,
    left_node: ast.expr,
    right_node: ast.expr,
    left: Expr,
    i: int,
    value: object,
) -> Expr:
    span = body.span(node)
    right = value(i)  # type: ignore[operator]
    assert isinstance(right, Expr)
    if isinstance(op, ast.In | ast.NotIn):
        return contains(body, node, left_node, right_node, left, right, isinstance(op, ast.NotIn))
    none_sides = isinstance(right, NoneLit), isinstance(left, NoneLit)
    if isinstance(op, ast.Is | ast.IsNot) and not any(none_sides):
        symbol = "==" if isinstance(op, ast.Is) else "!="
        raise body.error(node, "`is` compares with None only", f"write `{symbol}`")
    if any(none_sides) and isinstance(op, ast.Is | ast.IsNot | ast.Eq | ast.NotEq):
        tested, tested_node = (left, left_node) if none_sides[0] else (right, right_node)
        return _is_none(body, node, tested, tested_node, isinstance(op, ast.IsNot | ast.NotEq))
    symbol = COMPARES.get(type(op))
    assert symbol is not None
    return comparison(body, node, symbol, left, right, span_nodes=(left_node, right_node), span_of=span)


def _is_none(body: Body, node: ast.expr, tested: Expr, tested_node: ast.expr, negate: bool) -> Expr:
    t = body.type_of(tested)
    if isinstance(t, Unknown) and not t.numeric:
        body.infer.unify(t, OptionType(body.infer.fresh()))
        t = body.type_of(tested)
    if not isinstance(t, OptionType):
        from seahorse.semantics.tree import Unwrap

        if isinstance(tested, Unwrap):
            # Proven already: the test is true or false, and harmless.
            return IsNone(BOOL, body.span(node), tested.value, negate)
        raise body.error(
            node, f"{body.show(t)} is never None", f"declare it as `{body.show(t)} | None`, or remove the test"
        )
    return IsNone(BOOL, body.span(node), tested, negate)


def comparison(
    body: Body,
    node: ast.expr,
    op: Literal["==", "!=", "<", "<=", ">", ">="],
    left: Expr,
    right: Expr,
    *,
    span_nodes: tuple[ast.expr, ast.expr],
    span_of: object = None,
) -> Expr:
    """`left op right` of one type."""
    _settle(body, body.type_of(left), body.type_of(right))
    for value, side, other in ((left, span_nodes[0], right), (right, span_nodes[1], left)):
        t = body.type_of(value)
        if is_account(t) and not isinstance(t, OptionType):
            hint = (
                "compare its address: `.key()`"
                if isinstance(body.type_of(other), PubkeyType)
                else "compare `.key()` of both"
            )
            raise body.error(side, f"a {t} cannot be compared", hint)
    t = body.infer.join(left.type, right.type)
    if t is None:
        a, b = body.show(left.type), body.show(right.type)
        raise body.error(node, f"`{op}` of {a} and {b}", _comparison_hint(body, left, right))
    left = body.coerce(left, t, span_nodes[0], "the left side")
    right = body.coerce(right, t, span_nodes[1], "the right side")
    t = body.infer.resolve(t)
    if not (ordered(t) if op not in ("==", "!=") else equatable(t)):
        raise body.error(node, f"`{op}` does not work on {body.show(t)}", "compare what is in it")
    return Compare(BOOL, body.span(node), op, left, right)


def _comparison_hint(body: Body, left: Expr, right: Expr) -> str:
    a, b = body.type_of(left), body.type_of(right)
    if isinstance(a, IntType) and isinstance(b, IntType):
        return f"convert both, for example to `{_common_int(a, b)}(...)`"
    if isinstance(a, EnumType) or isinstance(b, EnumType):
        return "compare an enum with a variant of the same enum"
    if isinstance(a, OptionType) or isinstance(b, OptionType):
        return "test `is not None` first"
    return "compare values of one type"


def ordered(t: Type) -> bool:
    match t:
        case IntType() | FloatType() | StrType() | BytesType() | Unknown():
            return True
        case ListType(elem) | ArrayType(elem):
            return ordered(elem)
        case TupleType(elems):
            return all(ordered(e) for e in elems)
        case _:
            return False


def equatable(t: Type) -> bool:
    match t:
        case IntType() | FloatType() | BoolType() | StrType() | BytesType() | PubkeyType() | EnumType() | Unknown():
            return True
        case ListType(inner) | ArrayType(inner) | OptionType(inner):
            return equatable(inner)
        case TupleType(elems):
            return all(equatable(e) for e in elems)
        case ClassType():
            return all(equatable(f.type) for f in t.decl.all_fields())
        case _:
            return False


def contains(
    body: Body, node: ast.expr, item_node: ast.expr, seq_node: ast.expr, item: Expr, seq: Expr, negate: bool
) -> Expr:
    """`item in seq`."""
    span = body.span(node)
    if isinstance(seq, TupleLit | ListLit):
        nodes = seq_node.elts if isinstance(seq_node, ast.Tuple | ast.List) else [seq_node] * len(seq.items)
        if not seq.items:
            return BoolLit(BOOL, span, negate)
        items, elem = joined(body, [item, *seq.items], [item_node, *nodes], None, "the compared values")
        if not equatable(body.infer.resolve(elem)):
            raise body.error(node, f"`in` does not work on {body.show(elem)}", "compare what is in it")
        array = ArrayLit(ArrayType(elem, len(items) - 1), seq.span, items[1:])
        return Contains(BOOL, span, items[0], array, negate)
    t = body.type_of(seq)
    elem = element_type(t)
    if elem is None:
        hint = "test `is not None` first" if isinstance(t, OptionType) else "use a list, array, range, str or bytes"
        raise body.error(seq_node, f"`in` does not work on {body.show(t)}", hint)
    if isinstance(t, StrType):
        return Contains(BOOL, span, body.coerce(item, STR, item_node, "the searched text"), seq, negate)
    if isinstance(t, IterType) and not (isinstance(seq, Builtin) and seq.name == "range"):
        raise body.error(seq_node, "`in` does not work on this iterator", "make a list of it: `list(...)`")
    if is_account(body.type_of(item)):
        raise body.error(item_node, "an account cannot be compared", "use its address: `.key()`")
    converted = body.coerce(item, elem, item_node, "an element")
    if not equatable(body.infer.resolve(elem)):
        raise body.error(node, f"`in` does not work on elements of type {body.show(elem)}", "write a loop")
    return Contains(BOOL, span, converted, seq, negate)

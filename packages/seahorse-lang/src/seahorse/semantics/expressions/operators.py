"""Operators: arithmetic with its conversions, comparisons, logic, and conditional expressions."""

from __future__ import annotations

import ast

from seahorse.semantics.declarations.constants import fold, fold_binary
from seahorse.semantics.expressions.effects import has_effects
from seahorse.semantics.expressions.indexes import element_type
from seahorse.semantics.expressions.kinds.wide import is_wide, wide_arithmetic
from seahorse.semantics.expressions.literals import const_expr, const_of, joined, negated
from seahorse.semantics.expressions.objects import (
    binary_method,
    is_always_true,
    number_of,
    truth_method,
    unary_method,
)
from seahorse.semantics.inference.unknowns import Unknown, widens
from seahorse.semantics.scope.body import BodyChecker, handles, is_of_variable
from seahorse.semantics.scope.call_rules import RULES
from seahorse.semantics.scope.known import item_of
from seahorse.semantics.scope.narrowing import ProvenPlaces, facts
from seahorse.semantics.tree import (
    Arith,
    ArithOp,
    BoolOp,
    Builtin,
    Coerce,
    Compare,
    Concat,
    Convert,
    Expr,
    FloatLit,
    IfExp,
    IntLit,
    Invert,
    IsNone,
    ListLit,
    Not,
    PubkeyLit,
    Repeat,
    TupleLit,
    Unwrap,
)
from seahorse.semantics.tree.types import (
    BOOL,
    BYTES,
    F64,
    I64,
    I128,
    PUBKEY,
    STR,
    U32,
    U64,
    U128,
    ArrayType,
    BoolType,
    BytearrayType,
    BytesType,
    ClassType,
    DictType,
    EnumType,
    FloatType,
    IntType,
    ListType,
    OptionType,
    SetType,
    StrType,
    TupleType,
    Type,
    is_account,
)

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
SIGNS: dict[type[ast.unaryop], str] = {ast.USub: "-", ast.UAdd: "+", ast.Invert: "~"}


def is_integer(t: Type) -> bool:
    return isinstance(t, IntType) or (isinstance(t, Unknown) and t.numeric)


def is_number(t: Type) -> bool:
    return is_integer(t) or isinstance(t, FloatType)


# --- arithmetic ---


@handles(ast.BinOp)
def binary(body: BodyChecker, node: ast.BinOp, expected: Type | None) -> Expr:
    left = body.expr(node.left, expected if isinstance(node.op, ast.Add | ast.Mult) else None)
    right = body.expr(node.right, _wished_right(body, node, left, expected))
    a, b = const_of(body, left), const_of(body, right)
    if a is not None and b is not None:
        folded = fold_binary(body.scope, node, node.op, a, b)
        if folded is not None:
            return const_expr(body, folded, body.span(node))
    wide = expected if isinstance(expected, IntType) else None
    if not isinstance(node.op, ast.Pow | ast.LShift | ast.RShift):
        left, right = _with_room(body, left, right, wide), _with_room(body, right, left, wide)
    return arithmetic(body, node, OPS[type(node.op)], left, right)


def _wished_right(body: BodyChecker, node: ast.BinOp, left: Expr, expected: Type | None) -> Type | None:
    """The type that the right side should have, if it can: that of the result, or that of the left side."""
    if not isinstance(node.op, ast.Add | ast.Sub):
        return None
    t = body.type_of(left)
    if isinstance(node.right, ast.BinOp) and isinstance(t, IntType):
        return t
    return expected if isinstance(node.op, ast.Add) else None


def _with_room(body: BodyChecker, value: Expr, other: Expr, expected: IntType | None) -> Expr:
    """A number that is combined with a constant for which its type has no room, in a type that has."""
    t = body.type_of(value)
    if not isinstance(t, IntType) or not isinstance(other, IntLit) or not isinstance(body.type_of(other), Unknown):
        return value
    if t.min <= other.value <= t.max or (other.value < 0 and not t.signed):
        return value
    wide = [I64, I128] if t.signed else [U64, U128]
    wide = [expected, *wide] if expected is not None else wide
    fitting = (w for w in wide if widens(t, w) and w.min <= other.value <= w.max)
    found = next(fitting, None)
    return value if found is None else Coerce(found, value.span, value)


def arithmetic(body: BodyChecker, node: ast.BinOp, op: ArithOp, left: Expr, right: Expr) -> Expr:
    """An arithmetic operation of two checked operands."""
    if is_wide(body, left, right):
        return wide_arithmetic(body, node, op, left, right)
    plain = _is_flags(body, op, left, right) or _is_flags(body, op, right, left)
    own = None if plain else binary_method(body, node, op, left, right)
    if own is not None:
        return own
    left, right = number_of(body, left, node.left), number_of(body, right, node.right)
    a, b = body.type_of(left), body.type_of(right)
    settle(body, a, b)
    a, b = body.type_of(left), body.type_of(right)
    span = body.span(node)
    if isinstance(a, BytearrayType) or isinstance(b, BytearrayType):
        return RULES.bytearrays.operate(body, node, op, left, right)
    if isinstance(a, DictType | SetType):
        return RULES.tables.operate(body, node, op, left, right)
    if op == "+" and isinstance(a, StrType | BytesType | ListType):
        return concat(body, node, left, right)
    if op == "*" and isinstance(a, StrType | BytesType | ListType) and is_integer(b):
        return Repeat(repeated(a), span, left, right)
    if op == "*" and isinstance(b, StrType | BytesType | ListType) and element_type(b) and is_integer(a):
        return Repeat(repeated(b), span, right, left)
    if op == "+" and isinstance(a, TupleType) and isinstance(b, TupleType):
        return _joined_tuples(body, node, left, right, a, b)
    if op not in ("|", "&", "^"):
        left, right = bool_as_number(body, op, left, b), bool_as_number(body, op, right, a)
        a, b = body.type_of(left), body.type_of(right)
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


def _is_flags(body: BodyChecker, op: str, value: Expr, other: Expr) -> bool:
    """Whether a value is one of an IntFlag that this operator takes for a number, which then is the result too."""
    t = body.type_of(value)
    if not (isinstance(t, ClassType) and t.decl.flags == "IntFlag"):
        return False
    return op not in ("|", "&", "^") or is_number(body.type_of(other))


def _joined_tuples(body: BodyChecker, node: ast.BinOp, left: Expr, right: Expr, a: TupleType, b: TupleType) -> Expr:
    """`(a, b) + (c,)`."""
    items: list[Expr] = []
    for value, t, side in ((left, a, node.left), (right, b, node.right)):
        if isinstance(value, TupleLit):
            items += value.items
        elif has_effects(value):
            raise body.error(
                side, "this tuple is evaluated once for each of its values", "assign it to a variable first"
            )
        else:
            parts = enumerate(t.elems)
            items += [item_of(value, e, i) for i, e in parts]
    return TupleLit(TupleType((*a.elems, *b.elems)), body.span(node), items)


def bool_as_number(body: BodyChecker, op: str, value: Expr, other: Type) -> Expr:
    """True and False as 1 and 0: of the type of the other operand, or a u64; i64 where the result may be negative."""
    if not isinstance(body.type_of(value), BoolType) or not (is_number(other) or isinstance(other, BoolType)):
        return value
    plain = I64 if op == "-" else U64
    t = other if isinstance(other, IntType | FloatType) else plain
    return Convert(t, value.span, value)


def settle(body: BodyChecker, a: Type, b: Type) -> None:
    """Give an operand of unknown type (an element of a list that is still empty) the type of the other operand."""
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


def promote(body: BodyChecker, node: ast.expr, op: str, left: Expr, right: Expr) -> tuple[Expr, Expr, Type]:
    """Convert two numbers to the less strict of their types."""
    t = body.infer.join(left.type, right.type)
    if t is None:
        a, b = body.show(left.type), body.show(right.type)
        wider = common_int(body.type_of(left), body.type_of(right))
        raise body.error(
            node,
            f"`{op}` cannot combine {a} and {b}: neither converts to the other",
            f"convert both, for example to `{wider}(...)`",
        )
    return body.coerce(left, t, node, "the operand"), body.coerce(right, t, node, "the operand"), t


def common_int(a: Type, b: Type) -> str:
    if not isinstance(a, IntType) or not isinstance(b, IntType):
        return "f64"
    bits = max(t.bits if t.signed else t.bits * 2 for t in (a, b))
    return f"i{min(bits, 128)}"


def concat(body: BodyChecker, node: ast.BinOp, left: Expr, right: Expr) -> Expr:
    """`+` of strings, bytes or lists."""
    a = body.type_of(left)
    span = body.span(node)
    if isinstance(a, StrType):
        if not isinstance(body.type_of(right), StrType):
            shown = body.show(right.type)
            raise body.error(
                node.right,
                f"`+` cannot join str and {shown}",
                "convert it with `str(...)`, or use an f-string",
                body.source.around(node.right, "str(", ")"),
            )
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
def unary(body: BodyChecker, node: ast.UnaryOp, expected: Type | None) -> Expr:
    if isinstance(node.op, ast.Not):
        return Not(BOOL, body.span(node), condition(body, node.operand)[0])
    if isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        folded = fold(body.scope, node)
        if folded is not None:
            return const_expr(body, folded, body.span(node))
    value = body.expr(node.operand)
    own = unary_method(body, node, SIGNS[type(node.op)], value)
    if own is not None:
        return own
    value = number_of(body, value, node.operand)
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


def condition(body: BodyChecker, node: ast.expr) -> tuple[Expr, ProvenPlaces]:
    """A condition as a bool, by Python's truth of numbers, strings and lists; and what it proves."""
    effects = body.effects
    value = _logic(body, node) if isinstance(node, ast.BoolOp) else truth(body, node, body.expr(node))
    yes, no = facts(body, node)
    if body.effects != effects:
        # A call in the condition may have changed the fields that it tested.
        yes, no = set(filter(is_of_variable, yes)), set(filter(is_of_variable, no))
    return value, (yes, no)


def truth(body: BodyChecker, node: ast.expr, value: Expr) -> Expr:
    """`bool(value)`."""
    t, span = body.type_of(value), body.span(node)
    if isinstance(t, BoolType):
        return value
    own = truth_method(body, node, value)
    if own is not None:
        return own
    if isinstance(t, EnumType) and t.decl.is_int:
        return truth(body, node, number_of(body, value, node))
    if is_wide(body, value):
        return Compare(BOOL, span, "!=", value, PubkeyLit(value.type, span, bytes(32)))
    if is_integer(t):
        return Compare(BOOL, span, "!=", value, IntLit(value.type, span, 0))
    if isinstance(t, FloatType):
        return Compare(BOOL, span, "!=", value, FloatLit(F64, span, 0.0))
    if isinstance(t, StrType | BytesType | ListType | ArrayType):
        return Compare(BOOL, span, "!=", Builtin(U64, span, "len", [value]), IntLit(U64, span, 0))
    if isinstance(t, OptionType) and (is_account(t) or t.inner == PUBKEY or is_always_true(body, t.inner)):
        return IsNone(BOOL, span, value, negate=True)
    if isinstance(t, OptionType) and not has_effects(value):
        # Present, and true.
        inner = truth(body, node, Unwrap(t.inner, span, value))
        return BoolOp(BOOL, span, "and", [IsNone(BOOL, span, value, negate=True), inner])
    if isinstance(t, OptionType):
        label = ast.unparse(node)
        tested = body.source.around(node, "", " is not None")
        raise body.error(node, f"{body.show(t)} is not a condition", f"write `{label} is not None`", tested)
    if isinstance(t, Unknown):
        body.infer.unify(t, BOOL)
        return value
    raise body.error(node, f"{body.show(t)} is not a condition", "compare it with something")


class Condition(ast.BoolOp):
    """An `and` or `or` as a condition: the program needs only its truth."""


@handles(Condition)
def as_condition(body: BodyChecker, node: Condition, expected: Type | None) -> Expr:
    return condition(body, node)[0]


@handles(ast.BoolOp)
def bool_op(body: BodyChecker, node: ast.BoolOp, expected: Type | None) -> Expr:
    """`a or b` as a value: the first operand that decides, as Python gives it; of conditions a bool."""
    is_and = isinstance(node.op, ast.And)
    before = set(body.narrowed)
    values: list[Expr] = []
    for part in node.values:
        values.append(body.expr(part, expected))
        body.narrowed |= facts(body, part)[0 if is_and else 1]
    body.narrowed &= before
    kinds = [body.type_of(v) for v in values]
    if all(isinstance(t, BoolType | Unknown) for t in kinds):
        return _logic(body, node)
    once = next((i for i, v in enumerate(values[:-1]) if has_effects(v)), None)
    if once is not None:
        return body.expr(_once(node, once), expected)
    return _chosen(body, node, values, expected)


def _once(node: ast.BoolOp, index: int) -> ast.expr:
    """`(lambda x: x or b)(f())` of `f() or b`: the operand with this index is evaluated once."""
    operand = node.values[index]
    held = ast.copy_location(ast.Name("operand", ast.Load()), operand)
    chosen = ast.copy_location(ast.BoolOp(node.op, [held, *node.values[index + 1 :]]), node)
    parameters = ast.arguments([], [ast.copy_location(ast.arg("operand"), operand)], None, [], [], None, [])
    called = ast.copy_location(ast.Call(ast.copy_location(ast.Lambda(parameters, chosen), node), [operand], []), node)
    if index == 0:
        return called
    return ast.copy_location(ast.BoolOp(node.op, [*node.values[:index], called]), node)


def _chosen(body: BodyChecker, node: ast.BoolOp, values: list[Expr], expected: Type | None) -> Expr:
    """`a if a else b` of `a or b`, and `b if a else a` of `a and b`."""
    is_and = isinstance(node.op, ast.And)
    result, at = values[-1], node.values[-1]
    for value, part in zip(reversed(values[:-1]), reversed(node.values[:-1]), strict=True):
        test = truth(body, part, value)
        t = body.type_of(value)
        kept = Unwrap(t.inner, value.span, value) if isinstance(t, OptionType) and not is_and else value
        if body.infer.join(kept.type, result.type) is None:
            a, b, word = body.show(kept.type), body.show(result.type), "and" if is_and else "or"
            message = f"this `{word}` gives one of its operands, which are {a} and {b}"
            hint = f"write `bool({ast.unparse(part)})`, or compare it, if it is a condition"
            raise body.error(node, message, hint, body.source.around(part, "bool(", ")"))
        if has_effects(value):
            hint = f"assign it first: `value = {ast.unparse(part)}`"
            raise body.error(part, "this operand is evaluated more than once", hint)
        pair = [result, kept] if is_and else [kept, result]
        nodes = [at, part] if is_and else [part, at]
        items, joint = joined(body, pair, nodes, None, "the operands")
        result, at = IfExp(joint, body.span(node), test, items[0], items[1]), node
    return result


def _logic(body: BodyChecker, node: ast.expr) -> Expr:
    """A condition of conditions."""
    if not isinstance(node, ast.BoolOp):
        return truth(body, node, body.expr(node))
    is_and = isinstance(node.op, ast.And)
    before = set(body.narrowed)
    values: list[Expr] = []
    for part in node.values:
        raw, (yes, no) = _logical(body, part, "and" if is_and else "or")
        values.append(raw)
        body.narrowed |= yes if is_and else no
    body.narrowed &= before
    return BoolOp(BOOL, body.span(node), "and" if is_and else "or", values)


def _logical(body: BodyChecker, node: ast.expr, op: str) -> tuple[Expr, ProvenPlaces]:
    value, found = condition(body, node)
    return value, found


@handles(ast.IfExp)
def if_expression(body: BodyChecker, node: ast.IfExp, expected: Type | None) -> Expr:
    value, (yes, no) = condition(body, node.test)
    before = set(body.narrowed)
    body.narrowed = before | yes
    then = body.expr(node.body, expected)
    after_then = body.narrowed
    body.narrowed = before | no
    orelse = body.expr(node.orelse, expected)
    body.narrowed &= before & after_then
    if expected is not None:
        a, b = body.infer.coerce(then, expected), body.infer.coerce(orelse, expected)
        if a is not None and b is not None:
            return IfExp(a.type, body.span(node), value, a, b)
    items, t = joined(body, [then, orelse], [node.body, node.orelse], None, "the two values")
    return IfExp(t, body.span(node), value, items[0], items[1])

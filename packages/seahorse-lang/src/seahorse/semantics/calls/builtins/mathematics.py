"""Functions of numbers: Python's `math`, `pow` with three arguments, numbers from text and bytes, and their methods."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from functools import partial

from seahorse.semantics.calls.builtins.iteration import before_items, collected
from seahorse.semantics.calls.builtins.registry import PATHS, BuiltinFunction, builtin, one
from seahorse.semantics.calls.functions.arguments import bind
from seahorse.semantics.expressions.indexes import iterate
from seahorse.semantics.expressions.kinds.wide import is_wide
from seahorse.semantics.expressions.literals import joined
from seahorse.semantics.expressions.operators import is_integer, is_number
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.library import apply, later
from seahorse.semantics.scope.method_table import special
from seahorse.semantics.tree import (
    Arith,
    BoolLit,
    Builtin,
    Coerce,
    Compare,
    Convert,
    Expr,
    FloatLit,
    IntLit,
    StrLit,
)
from seahorse.semantics.tree.types import (
    BOOL,
    BYTES,
    F64,
    I64,
    I128,
    INTS,
    STR,
    U8,
    U64,
    U128,
    FloatType,
    IntType,
    ListType,
    Type,
)

INFINITY = float("inf")


def integer(body: BodyChecker, node: ast.expr, what: str) -> tuple[Expr, IntType]:
    """An integer whose type is known from here on."""
    value = body.expr(node)
    if not is_integer(body.type_of(value)):
        converted = body.source.around(node, "u64(", ")")
        message = f"{what} takes an integer, not {body.show(value.type)}"
        raise body.error(node, message, "convert it: `u64(...)`", converted)
    return value, settled(body, value.type)


def settled(body: BodyChecker, t: Type) -> IntType:
    """The type of an integer, which is i64 when nothing says another one."""
    known = body.infer.final(t)
    assert isinstance(known, IntType)
    return known


def _integers(body: BodyChecker, node: ast.Call, count: int | None, what: str) -> tuple[list[Expr], IntType]:
    """The arguments of a call, all integers of one type."""
    if node.keywords or (count is not None and len(node.args) != count):
        raise body.error(node, f"`{what}` takes {count or 'only'} integers", f"write `{what}(a, b)`")
    values = [body.expr(a) for a in node.args]
    for value, argument in zip(values, node.args, strict=True):
        if not is_integer(body.type_of(value)):
            raise body.error(argument, f"`{what}` takes integers, not {body.show(value.type)}", "convert them")
    values, t = joined(body, values, node.args, None, f"the values of `{what}`")
    return values, settled(body, t)


def _magnitude(body: BodyChecker, node: ast.expr, value: Expr, t: IntType) -> Expr:
    """An integer without its sign, as u128."""
    if t == U128:
        return value
    if not t.signed:
        return Coerce(U128, value.span, value)
    return apply(body, node, "text", "magnitude", [value])


# --- integers ---


def _wished(expected: Type | None) -> IntType:
    """The type of a number that has none of its own: that of its use, or u64."""
    return expected if isinstance(expected, IntType) else U64


@builtin("math.isqrt")
def _isqrt(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    value, t = integer(body, one(body, node, "math.isqrt"), "`math.isqrt`")
    span = body.span(node)
    wide = value if t == U128 else Coerce(I128 if t.signed else U128, span, value) if t != I128 else value
    root = apply(body, node, "numbers", "isqrt_of_signed" if t.signed else "isqrt", [wide], label="math.isqrt")
    return root if t == U128 else Convert(t, span, root)


def _common(name: str) -> BuiltinFunction:
    def check(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
        span = body.span(node)
        if not node.args:
            return IntLit(body.infer.fresh_int(int(name == "lcm")), span, int(name == "lcm"))
        known = [body.expr(a) for a in node.args]
        if all(isinstance(v, IntLit) for v in known):
            found = getattr(math, name)(*(v.value for v in known if isinstance(v, IntLit)))
            return IntLit(body.infer.fresh_int(found), span, found)
        values, t = _integers(body, node, None, f"math.{name}")
        sizes = [_magnitude(body, a, v, t) for a, v in zip(node.args, values, strict=True)]
        total = sizes[0]
        for size in sizes[1:]:
            total = apply(body, node, "numbers", name, [total, size], label=f"math.{name}")
        return total if t == U128 else Convert(t, span, total)

    return check


PATHS["math.gcd"], PATHS["math.lcm"] = _common("gcd"), _common("lcm")


def _counting(name: str, params: int) -> BuiltinFunction:
    def check(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
        if node.keywords or len(node.args) != params:
            raise body.error(node, f"`math.{name}` takes {params} integers", "correct the arguments")
        values = [integer(body, a, f"`math.{name}`")[0] for a in node.args]
        t = _wished(expected)
        found = apply(body, node, "numbers", name, values, label=f"math.{name}")
        return found if t == U128 else Convert(t, body.span(node), found)

    return check


PATHS["math.factorial"] = _counting("factorial", 1)
PATHS["math.comb"], PATHS["math.perm"] = _counting("comb", 2), _counting("perm", 2)


@builtin("math.prod")
def _prod(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    bound = bind(body, node, ["iterable", "start"], ["start"], "math.prod")
    sequence, item = iterate(body, bound["iterable"])
    if not is_number(body.infer.prune(item)):
        raise body.error(bound["iterable"], f"`math.prod` takes numbers, not {body.show(item)}", "convert them")
    span = body.span(node)
    if "start" in bound:
        through = partial(collected, item=item)
        return before_items(body, node, "product", sequence, item, bound["start"], through, "math.prod")
    is_float = isinstance(body.infer.prune(item), FloatType)
    one_of = FloatLit(F64, span, 1.0) if is_float else IntLit(item, span, 1)
    args: list[Expr] = [one_of, collected(sequence, item)]
    return later(body, span, "items", "product", args, item, {"T": item}, "math.prod")


@builtin("pow with modulus")
def _modular_power(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    """`pow(base, exponent, modulus)`."""
    base, modulus = node.args[0], node.args[2]
    values, t = joined(body, [body.expr(base), body.expr(modulus)], [base, modulus], None, "base and modulus of `pow`")
    exponent, exponent_type = integer(body, node.args[1], "the exponent of `pow`")
    if not is_integer(body.infer.prune(t)):
        raise body.error(node, f"`pow` with a modulus takes integers, not {body.show(t)}", "convert them")
    of = settled(body, t)
    name = "pow_signed" if of.signed or exponent_type.signed else "pow_unsigned"
    wide = I128 if name == "pow_signed" else U128
    if U128 in (of, exponent_type) and wide == I128:
        raise body.error(node, "`pow` cannot mix u128 with signed integers", "convert them to one type")
    return apply(body, node, "numbers", name, [values[0], exponent, values[1]], {"T": of}, "pow")


@builtin("mul_div")
def _mul_div(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    given = [body.expr(a) for a in node.args]
    if len(given) == 3 and is_wide(body, *given):
        return apply(body, node, "wide", "mul_div", given)
    values, t = _integers(body, node, 3, "mul_div")
    span = body.span(node)
    if t in (U128, I128):
        return apply(body, node, "numbers", f"mul_div_{'i' * t.signed}128", values, label="mul_div")
    of = I128 if t.signed else U128
    wide = [Coerce(of, v.span, v) for v in values]
    # Two factors of at most 64 bits: the product fits.
    product = Arith(of, span, "*", wide[0], wide[1])
    return Convert(t, span, Arith(of, span, "//", product, wide[2]))


# --- f64 ---


def _real(body: BodyChecker, node: ast.Call, name: str) -> Expr:
    return body.typed(one(body, node, f"math.{name}"), F64, f"the argument of `math.{name}`")


@builtin("math.sqrt")
def _sqrt(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    return Builtin(F64, body.span(node), "sqrt", [_real(body, node, "sqrt")])


@builtin("math.fabs")
def _fabs(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    return Builtin(F64, body.span(node), "abs", [_real(body, node, "fabs")])


def _of_two(name: str, function: str) -> None:
    @builtin(f"math.{name}")
    def check(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
        if node.keywords or len(node.args) != 2:
            raise body.error(node, f"`math.{name}` takes two numbers", f"write `math.{name}(x, y)`")
        values = [body.typed(a, F64, f"an argument of `math.{name}`") for a in node.args]
        return apply(body, node, "numbers", function, values, label=f"math.{name}")


_of_two("pow", "float_power")
_of_two("fmod", "float_remainder")
_of_two("remainder", "nearest_remainder")


@builtin("math.modf")
def _parts(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    return apply(body, node, "numbers", "float_parts", [_real(body, node, "modf")], label="math.modf")


def _angle(name: str, factor: float) -> None:
    @builtin(f"math.{name}")
    def check(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
        span = body.span(node)
        return Arith(F64, span, "*", _real(body, node, name), FloatLit(F64, span, factor))


# As CPython computes them.
_angle("degrees", 180.0 / math.pi)
_angle("radians", math.pi / 180.0)


@builtin("math.isnan")
def _isnan(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    return apply(body, node, "numbers", "is_nan", [_real(body, node, "isnan")], label="math.isnan")


def _finite(body: BodyChecker, node: ast.Call, name: str) -> Expr:
    """`|x| < infinity`, which is false for NaN."""
    span = body.span(node)
    size = Builtin(F64, span, "abs", [_real(body, node, name)])
    return Compare(BOOL, span, "<" if name == "isfinite" else "==", size, FloatLit(F64, span, INFINITY))


@builtin("math.isinf")
def _isinf(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    return _finite(body, node, "isinf")


@builtin("math.isfinite")
def _isfinite(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    return _finite(body, node, "isfinite")


@builtin("math.isclose")
def _isclose(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    bound = bind(body, node, ["a", "b", "rel_tol", "abs_tol"], ["rel_tol", "abs_tol"], "math.isclose")
    values = [body.typed(bound[n], F64, f"parameter `{n}`") for n in ("a", "b")]
    for name, usual in (("rel_tol", 1e-09), ("abs_tol", 0.0)):
        given = bound.get(name)
        values.append(body.typed(given, F64, name) if given is not None else FloatLit(F64, body.span(node), usual))
    return apply(body, node, "numbers", "is_close", values, label="math.isclose")


# --- numbers from text and bytes ---


def _order(body: BodyChecker, node: ast.Call, given: ast.expr | None) -> Expr:
    """Whether the most significant byte is first."""
    span = body.span(node)
    if given is None:
        return BoolLit(BOOL, span, True)
    value = body.typed(given, STR, "parameter `byteorder`")
    if isinstance(value, StrLit) and value.value in ("big", "little"):
        return BoolLit(BOOL, span, value.value == "big")
    raise body.error(given, "the order of bytes is 'little' or 'big'", "write one of them as a literal")


def _signed(body: BodyChecker, given: ast.expr | None) -> bool:
    if given is None:
        return False
    value = body.expr(given)
    if not isinstance(value, BoolLit):
        hint, written = "write `signed=True`", body.source.instead(given, "True")
        raise body.error(given, "`signed` must be True or False", hint, written)
    return value.value


@builtin("int.from_bytes")
def _from_bytes(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    """`u64.from_bytes(data, 'little')`, `int.from_bytes(...)`."""
    bound = bind(body, node, ["bytes", "byteorder", "signed"], ["byteorder", "signed"], "from_bytes")
    data = body.typed(bound["bytes"], BYTES, "parameter `bytes`")
    big, signed = _order(body, node, bound.get("byteorder")), _signed(body, bound.get("signed"))
    of = expected if isinstance(expected, IntType) else I64 if signed else U64
    if signed and not of.signed:
        bare = body.source.without_argument(node, bound["signed"])
        raise body.error(node, f"{of} is unsigned", "remove `signed=True`, or use a signed type", bare)
    name = "signed_from" if signed else "unsigned_from"
    return apply(body, node, "numbers", name, [data, big], {"T": of}, "int.from_bytes")


def to_bytes(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    """`n.to_bytes(8, 'little')`."""
    names = ["length", "byteorder", "signed"]
    bound = bind(body, node, names, names, "to_bytes")
    of = settled(body, t)
    signed, span = _signed(body, bound.get("signed")), body.span(node)
    big = _order(body, node, bound.get("byteorder"))
    length = integer(body, bound["length"], "`to_bytes`")[0] if "length" in bound else IntLit(I128, span, 1)
    if isinstance(length, IntLit) and length.value == of.bits // 8 and signed == of.signed:
        return Builtin(BYTES, span, "bytes", [Builtin(ListType(U8), span, "int_bytes", [receiver, big])])
    wide = I128 if signed else U128
    value = receiver if of == wide else Convert(wide, receiver.span, receiver)
    name = "signed_bytes" if signed else "unsigned_bytes"
    return apply(body, node, "numbers", name, [value, length, big], label="int.to_bytes")


def _bits(name: str) -> Callable[[BodyChecker, ast.Call, ast.Attribute, Expr, Type], Expr]:
    def check(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
        bind(body, node, [], [], name)
        size = _magnitude(body, func.value, receiver, settled(body, t))
        return apply(body, node, "numbers", name, [size], label=f"int.{name}")

    return check


for _kind in (*INTS, "an integer"):
    special(_kind, "to_bytes")(to_bytes)
    for _name in ("bit_length", "bit_count"):
        special(_kind, _name)(_bits(_name))


@special("f64", "is_integer")
def _is_integer(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    bind(body, node, [], [], "is_integer")
    return apply(body, node, "numbers", "is_whole", [receiver], label="float.is_integer")


@builtin("round to digits")
def _rounded(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    """`round(n, digits)` of an integer."""
    value = body.expr(node.args[0])
    if isinstance(body.type_of(value), FloatType):
        hint = "write for example `f'{x:.2f}'` for its text, or count in an integer of smaller units"
        raise body.error(node, "an f64 cannot be rounded to digits: it holds no decimal fractions", hint)
    value, of = integer(body, node.args[0], "`round`")
    if of == U128:
        hint, converted = "convert it: `i128(...)`", body.source.around(node.args[0], "i128(", ")")
        raise body.error(node, "`round` to digits takes integers up to i128", hint, converted)
    digits, _ = integer(body, node.args[1], "`round`")
    return apply(body, node, "numbers", "round_to", [value, digits], {"T": of}, "round")

"""Constant expressions: what a module constant, a length, an error code or a seed is at compile time."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable

from seahorse.diagnostics import CompileError, Diagnostic, fail
from seahorse.semantics.inference.unknowns import abbreviate, out_of_range
from seahorse.semantics.names.base58 import decode_address
from seahorse.semantics.names.prelude_names import ADDRESSES
from seahorse.semantics.names.symbols import AddressSymbol, ConstSymbol, ConstValue, ModuleScope, PreludeSymbol
from seahorse.semantics.tree.types import BOOL, BYTES, F64, INTS, PUBKEY, STR, FloatType, IntType, StrType, Type

# No intermediate result may be larger: 10 ** 10 ** 10 must not hang the compiler.
MAX_BITS = 256
MAX_CONST_BYTES = 10_240


def fold_symbol(symbol: ConstSymbol) -> ConstValue | None:
    """The value of a module constant, or None when it is not a scalar: then its expression is used at each place."""
    if symbol.is_folded:
        return symbol.folded
    if symbol.in_progress:
        span = symbol.scope.span(symbol.node)
        raise fail(span, f"constant `{symbol.name}` is defined by itself", "give it a value")
    symbol.in_progress = True
    try:
        value = fold(symbol.scope, symbol.node)
        if value is not None and symbol.annotation is not None:
            value = _annotated(symbol, value)
    finally:
        symbol.in_progress = False
    symbol.folded, symbol.is_folded = value, True
    return value


def _annotated(symbol: ConstSymbol, value: ConstValue) -> ConstValue:
    assert symbol.annotation is not None
    if isinstance(symbol.annotation, ast.Name) and symbol.annotation.id in ("int", "float"):
        # Plain Python annotations give no size, so the constant has no type yet.
        return value
    wanted = symbol.scope.checker.type_of(symbol.scope, symbol.annotation)
    converted = as_type(value, wanted)
    span = symbol.scope.span(symbol.node)
    if converted is None:
        raise fail(span, f"this constant is not of type {wanted}", "correct the annotation or the value")
    if isinstance(wanted, IntType) and isinstance(value.value, int) and not wanted.min <= value.value <= wanted.max:
        raise CompileError([out_of_range(value.value, wanted, span)])
    return converted


def as_type(value: ConstValue, wanted: Type) -> ConstValue | None:
    """A constant converted implicitly to a type, or None. It does not check the range of an integer."""
    raw = value.value
    is_number = isinstance(raw, int) and not isinstance(raw, bool)
    if isinstance(wanted, IntType) and is_number and value.type in (None, wanted):
        return ConstValue(raw, wanted)
    if isinstance(wanted, FloatType) and (is_number or isinstance(raw, float)):
        return ConstValue(_float(raw), F64)
    if isinstance(wanted, StrType) and isinstance(raw, str):
        return ConstValue(raw, wanted)
    return value if value.type == wanted else None


def _float(value: object) -> float:
    try:
        return float(value) if isinstance(value, int | float) else 0.0
    except OverflowError:
        return float("inf")


def fold(scope: ModuleScope, node: ast.expr) -> ConstValue | None:
    """Fold an expression of constants; None when it is not one. Raises `CompileError` for a constant mistake."""
    match node:
        case ast.Constant(value=value):
            return literal(value)
        case ast.Name() | ast.Attribute():
            symbol = scope.symbol(node)
            if isinstance(symbol, PreludeSymbol) and symbol.name in ADDRESSES:
                return ConstValue(AddressSymbol(ADDRESSES[symbol.name]), PUBKEY)
            return fold_symbol(symbol) if isinstance(symbol, ConstSymbol) else None
        case ast.UnaryOp(op=op, operand=operand):
            inner = fold(scope, operand)
            return None if inner is None else _unary(scope, node, op, inner)
        case ast.BinOp(left=left, op=op, right=right):
            a = fold(scope, left)
            b = fold(scope, right) if a is not None else None
            return None if a is None or b is None else fold_binary(scope, node, op, a, b)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            a, b = fold(scope, left), fold(scope, right)
            return None if a is None or b is None else _compare(op, a, b)
        case ast.BoolOp(op=op, values=values):
            parts = [fold(scope, v) for v in values]
            truths = [p.value for p in parts if p is not None and isinstance(p.value, bool)]
            if len(truths) != len(values):
                return None
            return ConstValue(all(truths) if isinstance(op, ast.And) else any(truths), BOOL)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            chosen = fold(scope, test)
            if chosen is None or not isinstance(chosen.value, bool):
                return None
            return fold(scope, body if chosen.value else orelse)
        case ast.Call(keywords=[]):
            return _call(scope, node)
        case _:
            return None


def literal(value: object) -> ConstValue | None:
    match value:
        case bool():
            return ConstValue(value, BOOL)
        case int():
            return ConstValue(value, None)
        case float():
            return ConstValue(value, F64)
        case str():
            return ConstValue(value, STR)
        case bytes():
            return ConstValue(value, BYTES)
        case _:
            return None


def _unary(scope: ModuleScope, node: ast.expr, op: ast.unaryop, inner: ConstValue) -> ConstValue | None:
    value = inner.value
    if isinstance(op, ast.Not):
        return ConstValue(not value, BOOL) if isinstance(value, bool) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(op, ast.UAdd):
        return inner
    if isinstance(op, ast.USub):
        return checked(scope, node, ConstValue(-value, inner.type))
    if not isinstance(value, int):
        return None
    inverted = inner.type.max - value if isinstance(inner.type, IntType) and not inner.type.signed else ~value
    return ConstValue(inverted, inner.type)


INT_OPS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: lambda a, b: a // b,
    ast.Mod: operator.mod,
    ast.BitAnd: lambda a, b: a & b,
    ast.BitOr: lambda a, b: a | b,
    ast.BitXor: lambda a, b: a ^ b,
}
FLOAT_OPS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda a, b: a / b,
}


def fold_binary(
    scope: ModuleScope, node: ast.expr, op: ast.operator, a: ConstValue, b: ConstValue
) -> ConstValue | None:
    """Fold a binary operation of two constants; None when the program must compute it."""
    x, y = a.value, b.value
    if isinstance(op, ast.Add) and isinstance(x, str) and isinstance(y, str):
        return _sized(scope, node, ConstValue(x + y, STR))
    if isinstance(op, ast.Add) and isinstance(x, bytes) and isinstance(y, bytes):
        return _sized(scope, node, ConstValue(x + y, BYTES))
    if isinstance(x, bool | str | bytes | AddressSymbol) or isinstance(y, bool | str | bytes | AddressSymbol):
        return None
    if isinstance(x, int) and isinstance(y, int) and not isinstance(op, ast.Div):
        if a.type is not None and b.type is not None and a.type != b.type:
            # The operands need a conversion, which the checker writes out.
            return None
        return checked(scope, node, ConstValue(_int_op(scope, node, op, x, y), a.type or b.type))
    return _float_op(scope, node, op, _float(x), _float(y))


def _int_op(scope: ModuleScope, node: ast.expr, op: ast.operator, x: int, y: int) -> int:
    span = scope.span(node)
    if isinstance(op, ast.FloorDiv | ast.Mod) and y == 0:
        raise fail(span, "this divides by zero", "correct the divisor")
    if isinstance(op, ast.Pow | ast.LShift | ast.RShift):
        if y < 0:
            raise fail(span, f"{y} is negative here", "an exponent or a shift is at least 0")
        if isinstance(op, ast.RShift):
            return x >> min(y, MAX_BITS)
        bits = x.bit_length() * y if isinstance(op, ast.Pow) else x.bit_length() + y
        if (abs(x) > 1 and bits > MAX_BITS) or (isinstance(op, ast.LShift) and y > MAX_BITS):
            raise fail(span, "this constant does not fit in 128 bits", "no integer type is wider than 128 bits")
        return (
            x**y
            if isinstance(op, ast.Pow) and abs(x) > 1
            else (_unit_power(x, y) if isinstance(op, ast.Pow) else x << y)
        )
    function = INT_OPS.get(type(op))
    if function is None:
        raise fail(span, "this operator does not work on integers", "use + - * // % ** & | ^ << >>")
    return function(x, y)


def _unit_power(x: int, y: int) -> int:
    """x ** y of 0, 1 and -1, however large y is."""
    return 1 if y == 0 else x if x != -1 or y % 2 else 1


def _float_op(scope: ModuleScope, node: ast.expr, op: ast.operator, x: float, y: float) -> ConstValue | None:
    function = FLOAT_OPS.get(type(op))
    if function is None:
        return None
    if isinstance(op, ast.Div) and y == 0:
        raise fail(scope.span(node), "this divides by zero", "correct the divisor")
    return ConstValue(function(x, y), F64)


def checked(scope: ModuleScope, node: ast.expr, value: ConstValue) -> ConstValue:
    """The same constant; raises when an integer does not fit in its type, or in any type."""
    raw = value.value
    if not isinstance(raw, int) or isinstance(raw, bool):
        return value
    span = scope.span(node)
    if isinstance(value.type, IntType) and not value.type.min <= raw <= value.type.max:
        raise CompileError([out_of_range(raw, value.type, span)])
    if not -(1 << 127) <= raw < 1 << 128:
        message = f"{abbreviate(raw)} does not fit in any integer type"
        raise CompileError([Diagnostic(span, message, "no integer type is wider than 128 bits")])
    return value


def _sized(scope: ModuleScope, node: ast.expr, value: ConstValue) -> ConstValue:
    if isinstance(value.value, str | bytes) and len(value.value) > MAX_CONST_BYTES:
        raise fail(scope.span(node), "this constant is too long", f"keep it under {MAX_CONST_BYTES} bytes")
    return value


COMPARISONS: dict[type[ast.cmpop], Callable[[object, object], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: lambda a, b: a < b,  # type: ignore[operator]
    ast.LtE: lambda a, b: a <= b,  # type: ignore[operator]
    ast.Gt: lambda a, b: a > b,  # type: ignore[operator]
    ast.GtE: lambda a, b: a >= b,  # type: ignore[operator]
}


def _compare(op: ast.cmpop, a: ConstValue, b: ConstValue) -> ConstValue | None:
    function = COMPARISONS.get(type(op))
    numbers = all(isinstance(v.value, int | float) and not isinstance(v.value, bool) for v in (a, b))
    if function is None or (not numbers and type(a.value) is not type(b.value)):
        return None
    if isinstance(a.value, AddressSymbol) and not isinstance(op, ast.Eq | ast.NotEq):
        return None
    return ConstValue(function(a.value, b.value), BOOL)


def _call(scope: ModuleScope, node: ast.Call) -> ConstValue | None:
    """Constant calls: `u64(5)`, `f64(2)`, `Pubkey('...')`, `len('text')`, `min(A, B)`, `'text'.encode()`."""
    if isinstance(node.func, ast.Attribute):
        return _method(scope, node, node.func)
    if not isinstance(node.func, ast.Name):
        return None
    symbol = scope.lookup(node.func.id)
    if not isinstance(symbol, PreludeSymbol):
        return None
    if symbol.name == "Pubkey":
        return pubkey_literal(scope, node)
    args = [fold(scope, a) for a in node.args]
    values = [a for a in args if a is not None]
    if len(values) != len(args) or not values:
        return None
    first = values[0].value
    if symbol.name in INTS and len(values) == 1:
        return _to_int(scope, node, first, INTS[symbol.name])
    if symbol.name == "f64" and len(values) == 1 and isinstance(first, int | float) and not isinstance(first, bool):
        return ConstValue(_float(first), F64)
    if symbol.name in ("min", "max") and len(values) > 1 and len({v.type for v in values}) == 1:
        numbers = [v.value for v in values if isinstance(v.value, int | float) and not isinstance(v.value, bool)]
        if len(numbers) == len(values):
            return ConstValue(min(numbers) if symbol.name == "min" else max(numbers), values[0].type)
    if symbol.name == "len" and isinstance(first, str | bytes):
        return ConstValue(len(first), INTS["u64"])
    return None


def _method(scope: ModuleScope, node: ast.Call, func: ast.Attribute) -> ConstValue | None:
    if func.attr == "encode" and not node.args:
        text = fold(scope, func.value)
        if text is not None and isinstance(text.value, str):
            return ConstValue(text.value.encode("utf-8"), BYTES)
    return None


def _to_int(scope: ModuleScope, node: ast.Call, value: object, wanted: IntType) -> ConstValue | None:
    if isinstance(value, bool):
        return ConstValue(int(value), wanted)
    if isinstance(value, float):
        return None
    if not isinstance(value, int):
        return None
    if not wanted.min <= value <= wanted.max:
        raise CompileError([out_of_range(value, wanted, scope.span(node.args[0]))])
    return ConstValue(value, wanted)


def pubkey_literal(scope: ModuleScope, node: ast.Call) -> ConstValue:
    """`Pubkey('base58')`."""
    if len(node.args) != 1:
        raise fail(scope.span(node), "`Pubkey` takes one address", "write `Pubkey('...')` with a base58 address")
    value = fold(scope, node.args[0])
    span = scope.span(node.args[0])
    if value is not None and isinstance(value.value, bytes) and len(value.value) == 32:
        return ConstValue(AddressSymbol(value.value), PUBKEY)
    if value is None or not isinstance(value.value, str):
        raise fail(span, "`Pubkey` takes a constant base58 address", "write the address as a string literal")
    decoded = decode_address(value.value)
    if decoded is None:
        raise fail(span, "this is not an address", "an address is 32 bytes in base58, 32 to 44 characters")
    return ConstValue(AddressSymbol(decoded), PUBKEY)


def const_int(scope: ModuleScope, node: ast.expr, what: str, low: int, high: int) -> int:
    """A constant integer in a range, or a diagnostic that names what it is for."""
    value = fold(scope, node)
    span = scope.span(node)
    if value is None or not isinstance(value.value, int) or isinstance(value.value, bool):
        raise fail(span, f"{what} must be a constant integer", "write a literal or a module constant")
    if not low <= value.value <= high:
        raise fail(span, f"{what} must be {low} to {high}, not {abbreviate(value.value)}", "correct the number")
    return value.value

"""Arithmetic: checked as the language says, with Python's rules for signs."""

from __future__ import annotations

from seahorse.backends.anchor.naming import literals
from seahorse.backends.anchor.rust.calls import RustCall
from seahorse.backends.anchor.rust.chains import Method
from seahorse.backends.anchor.rust.exprs import (
    Atom,
    Cast,
    Closure,
    Paren,
    Prefix,
    RustExpr,
    binary,
    paren,
)
from seahorse.backends.anchor.scope.bindings import RustValue
from seahorse.backends.anchor.scope.body_writer import BodyWriter, handles
from seahorse.backends.anchor.scope.places import receiver
from seahorse.semantics import tree
from seahorse.semantics.tree.types import (
    BoolType,
    BytearrayType,
    DictType,
    EnumType,
    FloatType,
    IntType,
    OptionType,
    SetType,
    Type,
)

_CHECKED = {"+": "checked_add", "-": "checked_sub", "*": "checked_mul"}


@handles(tree.Arith)
def _arith(body: BodyWriter, e: tree.Arith) -> RustValue:
    return RustValue(operate(body, e.op, e.type, e.left, e.right))


def operate(body: BodyWriter, op: str, t: Type, left: tree.Expr, right: tree.Expr) -> RustExpr:
    """`left op right` of two operands; the result has type `t`."""
    if isinstance(t, FloatType):
        return _float(body, op, left, right)
    assert isinstance(t, IntType)
    if op in _CHECKED:
        return body.overflow(Method(receiver(body, left, t), _CHECKED[op], [body.operand(right)]))
    if op in ("&", "|", "^"):
        return binary(op, body.operand(left), body.operand(right))
    if op in ("//", "%"):
        return _divide(body, op, t, left, right)
    if op == "**":
        return body.overflow(Method(receiver(body, left, t), "checked_pow", [body.operand(right)]))
    if op == "<<":
        return body.fail(RustCall(body.helper("shift_left"), [receiver(body, left, t), body.operand(right)]))
    if op == ">>":
        return RustCall(body.helper("shift_right"), [receiver(body, left, t), body.operand(right)])
    raise TypeError(f"no such operator: {op}")


def _divide(body: BodyWriter, op: str, t: IntType, left: tree.Expr, right: tree.Expr) -> RustExpr:
    if not t.signed:
        if isinstance(right, tree.IntLit) and right.value > 0:
            return binary("/" if op == "//" else "%", receiver(body, left, t), body.operand(right))
        name = "checked_div" if op == "//" else "checked_rem"
        return body.overflow(Method(receiver(body, left, t), name, [body.operand(right)]))
    helper = body.helper("floor_div" if op == "//" else "floor_mod")
    return body.fail(RustCall(helper, [receiver(body, left, t), body.operand(right)]))


def _float(body: BodyWriter, op: str, left: tree.Expr, right: tree.Expr) -> RustExpr:
    a, b = as_float(body, left), as_float(body, right)
    if op in ("+", "-", "*"):
        return binary(op, a, b)
    if op == "/":
        return body.fail(RustCall(body.helper("divide"), [a, b]))
    if op == "//":
        return body.fail(RustCall(body.helper("float_floor_div"), [a, b]))
    if op == "%":
        return body.fail(RustCall(body.helper("float_mod"), [a, b]))
    if op == "**":
        return body.fail(RustCall(body.helper("raised"), [a, b]))
    raise TypeError(f"no such operator on f64: {op}")


def as_float(body: BodyWriter, e: tree.Expr) -> RustExpr:
    """An operand of float arithmetic; integers are converted."""
    if isinstance(e.type, FloatType):
        return body.operand(e)
    assert isinstance(e.type, IntType)
    return widen(body, e, FloatType())


def float_receiver(body: BodyWriter, e: tree.Expr) -> RustExpr:
    """An f64 as the receiver of a method: a literal says its type."""
    value = as_float(body, e)
    literal = isinstance(value, Atom) and value.text[:1].isdigit()
    if isinstance(value, Prefix) and isinstance(value.value, Atom):
        return Paren(Prefix("-", Atom(f"{value.value.text}_f64")))
    return Atom(f"{value}_f64") if literal else paren(value, 18)


def widen(body: BodyWriter, e: tree.Expr, target: Type) -> RustExpr:
    """A conversion that loses nothing."""
    source = e.type
    if isinstance(e, tree.IntLit):
        if isinstance(target, FloatType):
            return Atom(literals.number(float(e.value)))
        return body.operand(tree.IntLit(target, e.span, e.value))
    assert isinstance(source, IntType)
    value = receiver(body, e, source)
    if source == target:
        return value
    if isinstance(target, FloatType) and source.bits > 32:
        return Cast(paren(value, 15), "f64")
    return RustCall(f"{target}::from", [value])


@handles(tree.Coerce)
def _coerce(body: BodyWriter, e: tree.Coerce) -> RustValue:
    source, target = e.value.type, e.type
    if any(isinstance(t, DictType | SetType | BytearrayType) for t in (source, target)):
        raise body.unsupported(e.span, "a dict, a set or a bytearray has no Rust form", "use a list")
    if isinstance(target, OptionType) and not isinstance(source, OptionType):
        inner = tree.Coerce(target.inner, e.span, e.value) if source != target.inner else e.value
        return RustValue(RustCall("Some", [body.owned(inner)]))
    if isinstance(target, IntType | FloatType) and isinstance(source, IntType):
        return RustValue(widen(body, e.value, target))
    # A text or list with a maximum, or an account as an unchecked one: the same in Rust.
    return body.translate(e.value)


@handles(tree.Convert)
def _convert(body: BodyWriter, e: tree.Convert) -> RustValue:
    source, target = e.value.type, e.type
    if source == target:
        return RustValue(receiver(body, e.value, target))
    value = receiver(body, e.value, source)
    match source, target:
        case IntType(), FloatType():
            return RustValue(widen(body, e.value, target))
        case BoolType(), IntType():
            return RustValue(RustCall(f"{target}::from", [value]))
        case BoolType(), FloatType():
            return RustValue(RustCall("f64::from", [Cast(paren(value, 15), "u8")]))
        case EnumType(), IntType():
            return RustValue(Cast(paren(value, 15), str(target)))
        case IntType(), IntType():
            return RustValue(_narrow(body, source, target, e.value, value))
        case FloatType(), IntType():
            made = RustCall(f"{body.helper('float_to_int')}::<{target}>", [value])
            return RustValue(body.fail(made))
        case IntType() | FloatType(), BoolType():
            return RustValue(binary("!=", value, Atom("0" if isinstance(source, IntType) else "0.0")))
        case _:
            raise body.unsupported(e.span, f"converting {source} to {target} has no Rust form", "convert in steps")


def _narrow(body: BodyWriter, source: IntType, target: IntType, e: tree.Expr, value: RustExpr) -> RustExpr:
    if source.min >= target.min and source.max <= target.max:
        return RustCall(f"{target}::from", [value])
    converted = RustCall(f"{target}::try_from", [value])
    return body.fail(Method(converted, "map_err", [Closure("_", Atom("ProgramError::ArithmeticOverflow"))]))


@handles(tree.Negate)
def _negate(body: BodyWriter, e: tree.Negate) -> RustValue:
    if isinstance(e.type, FloatType):
        return RustValue(Prefix("-", paren(body.operand(e.value), 16)))
    return RustValue(body.overflow(Method(receiver(body, e.value, e.type), "checked_neg")))


@handles(tree.Invert)
def _invert(body: BodyWriter, e: tree.Invert) -> RustValue:
    return RustValue(Prefix("!", paren(body.operand(e.value), 16)))

"""Arithmetic: checked as the language says, with Python's rules for signs."""

from __future__ import annotations

from seahorse.backends.anchor.naming import literals
from seahorse.backends.anchor.rust.calls import Call
from seahorse.backends.anchor.rust.chains import Method
from seahorse.backends.anchor.rust.exprs import Atom, Cast, Closure, Expr, Paren, Prefix, binary, paren
from seahorse.backends.anchor.scope.body_writer import Body, Val, handles
from seahorse.backends.anchor.scope.places import receiver
from seahorse.semantics import tree
from seahorse.semantics.tree.types import BoolType, EnumType, FloatType, IntType, OptionType, Type

_CHECKED = {"+": "checked_add", "-": "checked_sub", "*": "checked_mul"}


@handles(tree.Arith)
def _arith(body: Body, e: tree.Arith) -> Val:
    return Val(operate(body, e.op, e.type, e.left, e.right))


def operate(body: Body, op: str, t: Type, left: tree.Expr, right: tree.Expr) -> Expr:
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
        return body.fail(Call(body.helper("shift_left"), [receiver(body, left, t), body.operand(right)]))
    if op == ">>":
        return Call(body.helper("shift_right"), [receiver(body, left, t), body.operand(right)])
    raise TypeError(f"no such operator: {op}")


def _divide(body: Body, op: str, t: IntType, left: tree.Expr, right: tree.Expr) -> Expr:
    if not t.signed:
        if isinstance(right, tree.IntLit) and right.value > 0:
            return binary("/" if op == "//" else "%", receiver(body, left, t), body.operand(right))
        name = "checked_div" if op == "//" else "checked_rem"
        return body.overflow(Method(receiver(body, left, t), name, [body.operand(right)]))
    helper = body.helper("floor_div" if op == "//" else "floor_mod")
    return body.fail(Call(helper, [receiver(body, left, t), body.operand(right)]))


def _float(body: Body, op: str, left: tree.Expr, right: tree.Expr) -> Expr:
    a, b = as_float(body, left), as_float(body, right)
    if op in ("+", "-", "*"):
        return binary(op, a, b)
    if op == "/":
        return body.fail(Call(body.helper("divide"), [a, b]))
    if op == "//":
        return body.fail(Call(body.helper("float_floor_div"), [a, b]))
    if op == "%":
        return body.fail(Call(body.helper("float_mod"), [a, b]))
    if op == "**":
        return Method(float_receiver(body, left), "powf", [b])
    raise TypeError(f"no such operator on f64: {op}")


def as_float(body: Body, e: tree.Expr) -> Expr:
    """An operand of float arithmetic; integers are converted."""
    if isinstance(e.type, FloatType):
        return body.operand(e)
    assert isinstance(e.type, IntType)
    return widen(body, e, FloatType())


def float_receiver(body: Body, e: tree.Expr) -> Expr:
    """An f64 as the receiver of a method: a literal says its type."""
    value = as_float(body, e)
    literal = isinstance(value, Atom) and value.text[:1].isdigit()
    if isinstance(value, Prefix) and isinstance(value.value, Atom):
        return Paren(Prefix("-", Atom(f"{value.value.text}_f64")))
    return Atom(f"{value}_f64") if literal else paren(value, 18)


def widen(body: Body, e: tree.Expr, target: Type) -> Expr:
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
    return Call(f"{target}::from", [value])


@handles(tree.Coerce)
def _coerce(body: Body, e: tree.Coerce) -> Val:
    source, target = e.value.type, e.type
    if isinstance(target, OptionType) and not isinstance(source, OptionType):
        inner = tree.Coerce(target.inner, e.span, e.value) if source != target.inner else e.value
        return Val(Call("Some", [body.owned(inner)]))
    if isinstance(target, IntType | FloatType) and isinstance(source, IntType):
        return Val(widen(body, e.value, target))
    # A text or list with a maximum, or an account as an unchecked one: the same in Rust.
    return body.ev(e.value)


@handles(tree.Convert)
def _convert(body: Body, e: tree.Convert) -> Val:
    source, target = e.value.type, e.type
    if source == target:
        return Val(receiver(body, e.value, target))
    value = receiver(body, e.value, source)
    match source, target:
        case IntType(), FloatType():
            return Val(widen(body, e.value, target))
        case BoolType(), IntType():
            return Val(Call(f"{target}::from", [value]))
        case BoolType(), FloatType():
            return Val(Call("f64::from", [Cast(paren(value, 15), "u8")]))
        case EnumType(), IntType():
            return Val(Cast(paren(value, 15), str(target)))
        case IntType(), IntType():
            return Val(_narrow(body, source, target, e.value, value))
        case FloatType(), IntType():
            made = Call(f"{body.helper('float_to_int')}::<{target}>", [value])
            return Val(body.fail(made))
        case IntType() | FloatType(), BoolType():
            return Val(binary("!=", value, Atom("0" if isinstance(source, IntType) else "0.0")))
        case _:
            raise body.unsupported(e.span, f"converting {source} to {target} has no Rust form", "convert in steps")


def _narrow(body: Body, source: IntType, target: IntType, e: tree.Expr, value: Expr) -> Expr:
    if source.min >= target.min and source.max <= target.max:
        return Call(f"{target}::from", [value])
    converted = Call(f"{target}::try_from", [value])
    return body.fail(Method(converted, "map_err", [Closure("_", Atom("ProgramError::ArithmeticOverflow"))]))


@handles(tree.Negate)
def _negate(body: Body, e: tree.Negate) -> Val:
    if isinstance(e.type, FloatType):
        return Val(Prefix("-", paren(body.operand(e.value), 16)))
    return Val(body.overflow(Method(receiver(body, e.value, e.type), "checked_neg")))


@handles(tree.Invert)
def _invert(body: Body, e: tree.Invert) -> Val:
    return Val(Prefix("!", paren(body.operand(e.value), 16)))

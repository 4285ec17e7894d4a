"""Functions of numbers: min, max, sum, abs, round, floor, ceil, divmod, and the bytes of an integer."""

from __future__ import annotations

from seahorse.backends.anchor.expressions.arithmetic import float_receiver, operate
from seahorse.backends.anchor.expressions.iterators import (  # pyright: ignore[reportPrivateUsage]
    owned_iterator,
)
from seahorse.backends.anchor.naming.types import has_float, is_copy
from seahorse.backends.anchor.rust.blocks import (
    BlockExpr,
    Do,
    Let,
    RustAssign,
    RustBlock,
    RustFor,
    RustStmt,
)
from seahorse.backends.anchor.rust.calls import RustCall, Tuple
from seahorse.backends.anchor.rust.chains import Method
from seahorse.backends.anchor.rust.exprs import (
    Atom,
    RustExpr,
    paren,
)
from seahorse.backends.anchor.scope.bindings import RustValue
from seahorse.backends.anchor.scope.body_writer import BodyWriter
from seahorse.backends.anchor.scope.places import receiver
from seahorse.semantics import tree
from seahorse.semantics.tree.types import FloatType, IntType, TupleType


def _extreme(name: str):
    def write(body: BodyWriter, e: tree.Builtin) -> RustValue:
        if len(e.args) == 1:
            made, _ = owned_iterator(body, e.args[0])
            best: RustExpr = Method(made, name)
            if isinstance(e.type, FloatType):
                best = Method(made, "reduce", [Atom(body.helper(f"float_{name}"))])
            elif has_float(e.type):
                raise body.unsupported(e.span, f"`{name}` of {e.type} has no Rust form", "loop over the list")
            return RustValue(body.fail(Method(best, "ok_or", [Atom("ProgramError::InvalidArgument")])))
        if isinstance(e.type, FloatType):
            out = body.operand(e.args[0])
            for a in e.args[1:]:
                out = RustCall(body.helper(f"float_{name}"), [out, body.operand(a)])
            return RustValue(out)
        out = receiver(body, e.args[0], e.type) if is_copy(e.type) else body.owned(e.args[0])
        for a in e.args[1:]:
            out = Method(paren(out, 18), name, [body.owned(a)])
        return RustValue(out)

    return write


def _sum(body: BodyWriter, e: tree.Builtin) -> RustValue:
    name, item = body.bindings.temporary("total"), body.bindings.temporary("item")
    made, _ = owned_iterator(body, e.args[0])
    zero = "0.0" if isinstance(e.type, FloatType) else f"0_{e.type}"
    if isinstance(e.type, FloatType):
        step: RustStmt = RustAssign(Atom(name), Atom(item), "+=")
    else:
        step = RustAssign(Atom(name), body.overflow(Method(Atom(name), "checked_add", [Atom(item)])))
    loop = Do(RustFor(item, made, RustBlock([step])), False)
    start = body.operand(e.args[1]) if len(e.args) > 1 else Atom(zero)
    if len(e.args) > 1 and isinstance(e.args[1], tree.IntLit):
        start = Atom(f"{e.args[1].value}_{e.type}")
    return RustValue(BlockExpr(RustBlock([Let(f"mut {name}", start), loop, Do(Atom(name), False)])))


def _abs(body: BodyWriter, e: tree.Builtin) -> RustValue:
    if isinstance(e.type, FloatType):
        return RustValue(Method(float_receiver(body, e.args[0]), "abs"))
    value = receiver(body, e.args[0], e.type)
    assert isinstance(e.type, IntType)
    return RustValue(value if not e.type.signed else body.overflow(Method(paren(value, 18), "checked_abs")))


def _sqrt(body: BodyWriter, e: tree.Builtin) -> RustValue:
    return RustValue(body.fail(RustCall(body.helper("square_root"), [body.operand(e.args[0])])))


def _rounded(name: str):
    def write(body: BodyWriter, e: tree.Builtin) -> RustValue:
        source = e.args[0].type
        if isinstance(source, IntType):
            return body.translate(tree.Convert(e.type, e.span, e.args[0]))
        method = "round_ties_even" if name == "round" else name
        whole = Method(float_receiver(body, e.args[0]), method)
        return RustValue(body.fail(RustCall(f"{body.helper('float_to_int')}::<{e.type}>", [whole])))

    return write


def _divmod(body: BodyWriter, e: tree.Builtin) -> RustValue:
    assert isinstance(e.type, TupleType)
    t = e.type.elems[0]
    return RustValue(Tuple([operate(body, op, t, e.args[0], e.args[1]) for op in ("//", "%")]))


def _int_bytes(body: BodyWriter, e: tree.Builtin) -> RustValue:
    order = e.kwargs.get("be") or (e.args[1] if len(e.args) > 1 else None)
    big = isinstance(order, tree.BoolLit) and order.value
    made = Method(receiver(body, e.args[0], e.args[0].type), "to_be_bytes" if big else "to_le_bytes")
    return RustValue(Method(made, "to_vec"))


BUILTINS = {
    "min": _extreme("min"),
    "max": _extreme("max"),
    "sum": _sum,
    "abs": _abs,
    "round": _rounded("round"),
    "floor": _rounded("floor"),
    "ceil": _rounded("ceil"),
    "divmod": _divmod,
    "sqrt": _sqrt,
    "int_bytes": _int_bytes,
}

"""Functions of numbers: min, max, sum, abs, round, floor, ceil, divmod, and the bytes of an integer."""

from __future__ import annotations

from seahorse.backends.anchor.expressions.arithmetic import float_receiver, operate
from seahorse.backends.anchor.expressions.iterators import (  # pyright: ignore[reportPrivateUsage]
    owned_iterator,
)
from seahorse.backends.anchor.naming.types import has_float, is_copy
from seahorse.backends.anchor.rust.blocks import Assign, Block, BlockExpr, Do, For, Let, Stmt
from seahorse.backends.anchor.rust.calls import Call, Tuple
from seahorse.backends.anchor.rust.chains import Method
from seahorse.backends.anchor.rust.exprs import (
    Atom,
    Expr,
    paren,
)
from seahorse.backends.anchor.scope.body_writer import Body, Val
from seahorse.backends.anchor.scope.places import receiver
from seahorse.semantics import tree
from seahorse.semantics.tree.types import FloatType, IntType, TupleType


def _extreme(name: str):
    def write(body: Body, e: tree.Builtin) -> Val:
        if len(e.args) == 1:
            made, _ = owned_iterator(body, e.args[0])
            best: Expr = Method(made, name)
            if isinstance(e.type, FloatType):
                best = Method(made, "reduce", [Atom(body.helper(f"float_{name}"))])
            elif has_float(e.type):
                raise body.unsupported(e.span, f"`{name}` of {e.type} has no Rust form", "loop over the list")
            return Val(body.fail(Method(best, "ok_or", [Atom("ProgramError::InvalidArgument")])))
        if isinstance(e.type, FloatType):
            out = body.operand(e.args[0])
            for a in e.args[1:]:
                out = Call(body.helper(f"float_{name}"), [out, body.operand(a)])
            return Val(out)
        out = receiver(body, e.args[0], e.type) if is_copy(e.type) else body.owned(e.args[0])
        for a in e.args[1:]:
            out = Method(paren(out, 18), name, [body.owned(a)])
        return Val(out)

    return write


def _sum(body: Body, e: tree.Builtin) -> Val:
    name, item = body.temporary("total"), body.temporary("item")
    made, _ = owned_iterator(body, e.args[0])
    zero = "0.0" if isinstance(e.type, FloatType) else f"0_{e.type}"
    if isinstance(e.type, FloatType):
        step: Stmt = Assign(Atom(name), Atom(item), "+=")
    else:
        step = Assign(Atom(name), body.overflow(Method(Atom(name), "checked_add", [Atom(item)])))
    loop = Do(For(item, made, Block([step])), False)
    return Val(BlockExpr(Block([Let(f"mut {name}", Atom(zero)), loop, Do(Atom(name), False)])))


def _abs(body: Body, e: tree.Builtin) -> Val:
    if isinstance(e.type, FloatType):
        return Val(Method(float_receiver(body, e.args[0]), "abs"))
    value = receiver(body, e.args[0], e.type)
    assert isinstance(e.type, IntType)
    return Val(value if not e.type.signed else body.overflow(Method(paren(value, 18), "checked_abs")))


def _rounded(name: str):
    def write(body: Body, e: tree.Builtin) -> Val:
        source = e.args[0].type
        if isinstance(source, IntType):
            return body.ev(tree.Convert(e.type, e.span, e.args[0]))
        method = "round_ties_even" if name == "round" else name
        whole = Method(float_receiver(body, e.args[0]), method)
        return Val(body.fail(Call(f"{body.helper('float_to_int')}::<{e.type}>", [whole])))

    return write


def _divmod(body: Body, e: tree.Builtin) -> Val:
    assert isinstance(e.type, TupleType)
    t = e.type.elems[0]
    return Val(Tuple([operate(body, op, t, e.args[0], e.args[1]) for op in ("//", "%")]))


def _int_bytes(body: Body, e: tree.Builtin) -> Val:
    order = e.kwargs.get("be") or (e.args[1] if len(e.args) > 1 else None)
    big = isinstance(order, tree.BoolLit) and order.value
    made = Method(receiver(body, e.args[0], e.args[0].type), "to_be_bytes" if big else "to_le_bytes")
    return Val(Method(made, "to_vec"))


BUILTINS = {
    "min": _extreme("min"),
    "max": _extreme("max"),
    "sum": _sum,
    "abs": _abs,
    "round": _rounded("round"),
    "floor": _rounded("floor"),
    "ceil": _rounded("ceil"),
    "divmod": _divmod,
    "int_bytes": _int_bytes,
}

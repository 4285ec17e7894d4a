"""`u256(x)`, and the methods of a u256."""

from __future__ import annotations

import ast

from seahorse.semantics.calls.builtins.registry import PATHS, builtin, one
from seahorse.semantics.calls.functions.arguments import bind
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.library import apply
from seahorse.semantics.scope.method_table import special
from seahorse.semantics.tree import BoolLit, Builtin, Convert, Expr, IntLit
from seahorse.semantics.tree.types import BOOL, U64, U128, U256, IntType, Type, U256Type


@builtin("u256")
def _u256(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    argument = one(body, node, "u256")
    value = body.expr(argument)
    t = body.type_of(value)
    if isinstance(t, IntType) and t.signed:
        # A negative number does not fit.
        value = Convert(U128, value.span, value)
    if not isinstance(t, IntType | U256Type) and not isinstance(value, IntLit):
        hint = "only integers can; of bytes write `u256.from_bytes(data, 'little')`"
        raise body.error(argument, f"{body.show(t)} cannot be converted to u256", hint)
    return body.coerce(value, U256, argument, "the number")


def _is_big(body: BodyChecker, node: ast.expr) -> bool:
    match node:
        case ast.Constant(value="big" | "little" as order):
            return order == "big"
        case _:
            raise body.error(node, "the order of the bytes must be a literal", "write 'little' or 'big'")


@special("u256", "to_bytes")
def _to_bytes(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    bound = bind(body, node, ["length", "byteorder"], ["byteorder"], "to_bytes")
    length = body.typed(bound["length"], U64, "the length")
    big = "byteorder" not in bound or _is_big(body, bound["byteorder"])
    span = body.span(node)
    return apply(body, node, "wide", "to_bytes", [receiver, length, BoolLit(BOOL, span, big)])


@special("u256", "bit_length")
def _bit_length(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    bind(body, node, [], [], "bit_length")
    return apply(body, node, "wide", "bit_length", [receiver])


def _from_bytes(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    bound = bind(body, node, ["bytes", "byteorder"], ["byteorder"], "from_bytes")
    data = body.expr(bound["bytes"])
    big = "byteorder" not in bound or _is_big(body, bound["byteorder"])
    return apply(body, node, "wide", "from_bytes", [data, BoolLit(BOOL, body.span(node), big)])


PATHS["u256.from_bytes"] = _from_bytes


# --- for the library ---


def _of_parts(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    return Builtin(U256, body.span(node), "u256_of", [body.typed(a, U64, "a part") for a in node.args])


def _part(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    value, at = node.args
    return Builtin(U64, body.span(node), "u256_part", [body.expr(value), body.typed(at, U64, "the index")])


PATHS["u256_of"], PATHS["u256_part"] = _of_parts, _part

"""bytearray: a list of u8 with the methods of Python's bytearray."""

from __future__ import annotations

import ast

from seahorse.semantics.calls.builtins.iteration import collected
from seahorse.semantics.calls.builtins.registry import builtin
from seahorse.semantics.calls.functions.arguments import bind, call_library_method
from seahorse.semantics.expressions.indexes import iterate
from seahorse.semantics.expressions.operators import is_integer
from seahorse.semantics.scope import library
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.library import apply
from seahorse.semantics.scope.method_table import METHODS, special
from seahorse.semantics.tree import Builtin, Coerce, Compare, Concat, Expr, GetSlice, ListLit, Repeat
from seahorse.semantics.tree.types import (
    BOOL,
    BYTEARRAY,
    BYTES,
    NONE,
    STR,
    U8,
    BytearrayType,
    BytesType,
    ListType,
    Type,
)

LIST = ListType(U8)
# Methods that only read the bytes: they are those of `bytes`.
_LOOKING = (
    *("hex", "find", "rfind", "rindex", "startswith", "endswith", "isdigit", "isalpha", "isalnum", "isspace"),
    *("isascii", "isupper", "islower"),
)


def _made(value: Expr) -> Expr:
    return Coerce(BYTEARRAY, value.span, value)


def _list(value: Expr) -> Expr:
    return Coerce(LIST, value.span, value)


def _bytes(value: Expr) -> Expr:
    return Builtin(BYTES, value.span, "bytes", [_list(value)])


def items(body: BodyChecker, node: ast.expr) -> Expr:
    """Bytes of any form as a list."""
    sequence, item = iterate(body, node)
    if not body.infer.unify(item, U8):
        raise body.error(node, f"a bytearray holds bytes, not {body.show(item)}", "convert each: `u8(...)`")
    if isinstance(body.infer.prune(sequence.type), BytearrayType):
        return _list(sequence)
    return collected(sequence, U8)


@builtin("bytearray")
def _bytearray(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    span = body.span(node)
    given = bind(body, node, ["source"], ["source"], "bytearray").get("source")
    if given is None:
        return _made(ListLit(LIST, span, []))
    value = body.expr(given)
    if is_integer(body.type_of(value)):
        zeros = apply(body, node, "raw", "zeros", [value], label="bytearray")
        return _made(Builtin(LIST, span, "list", [zeros]))
    return _made(Builtin(LIST, span, "list", [items(body, given)]))


def slice_of(body: BodyChecker, value: GetSlice) -> Expr:
    value.type, value.obj = LIST, _list(value.obj)
    return _made(value)


def operate(body: BodyChecker, node: ast.BinOp, op: str, left: Expr, right: Expr) -> Expr:
    span = body.span(node)
    if op == "+" and isinstance(body.type_of(left), BytearrayType):
        return _made(Concat(LIST, span, _list(left), joined(body, node.right)))
    if op == "*" and isinstance(body.type_of(left), BytearrayType) and is_integer(body.type_of(right)):
        return _made(Repeat(LIST, span, _list(left), right))
    side = node.left if isinstance(body.type_of(left), BytearrayType) else node.right
    hint, made = "convert it: `bytes(...)`", body.source.around(side, "bytes(", ")")
    raise body.error(node, f"`{op}` does not work on bytearray here", hint, made)


def joined(body: BodyChecker, node: ast.expr) -> Expr:
    """The operand that `+` and `+=` add. Python accepts only bytes."""
    t = body.type_of(body.expr(node))
    if not isinstance(t, BytearrayType | BytesType):
        hint = "write `bytes(...)` around it, or use `extend`"
        made = body.source.around(node, "bytes(", ")")
        raise body.error(node, f"a bytearray is joined with bytes, not with {body.show(t)}", hint, made)
    return items(body, node)


def extend(body: BodyChecker, node: ast.stmt | ast.expr, target: Expr, value: ast.expr) -> Expr:
    """`target += value`."""
    body.forget_fields()
    return Builtin(NONE, body.span(node), "list.extend", [_list(target), joined(body, value)])


def compare(body: BodyChecker, node: ast.expr, op: str, left: Expr, right: Expr) -> Expr:
    sides: list[Expr] = []
    for side in (left, right):
        t = body.type_of(side)
        if not isinstance(t, BytearrayType | BytesType):
            raise body.error(node, f"`{op}` cannot compare a bytearray and {body.show(t)}", "compare it with bytes")
        sides.append(side if isinstance(t, BytesType) else _bytes(side))
    return Compare(BOOL, body.span(node), op, sides[0], sides[1])  # type: ignore[arg-type]


@special("bytearray", "extend")
def _extend(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    given = bind(body, node, ["iterable"], [], "extend")["iterable"]
    body.forget_fields()
    return Builtin(NONE, body.span(node), "list.extend", [_list(receiver), items(body, given)])


@special("bytearray", "copy")
def _copy(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    bind(body, node, [], [], "copy")
    return _made(Builtin(LIST, body.span(node), "list.copy", [_list(receiver)]))


@special("bytearray", "decode")
def _decode(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    bind(body, node, [], [], "decode")
    return Builtin(STR, body.span(node), "bytes.decode", [_bytes(receiver)])


def _looking(name: str) -> None:
    @special("bytearray", name)
    def check(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
        found = library.method(body, "bytes", name)
        assert found is not None
        return call_library_method(body, node, found, _bytes(receiver))


for _name in _LOOKING:
    _looking(_name)

METHODS["bytearray"] = {
    name: METHODS["List"][name] for name in ("append", "pop", "insert", "remove", "clear", "reverse", "index", "count")
}

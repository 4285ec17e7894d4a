"""`next(iterator)` and `hash(value)`."""

from __future__ import annotations

import ast

from seahorse.semantics.calls.builtins.registry import builtin, one
from seahorse.semantics.calls.functions.arguments import bind
from seahorse.semantics.expressions.kinds.iterators import made, next_item
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.known import Known, call_own, has_method
from seahorse.semantics.tree import Expr, IntLit
from seahorse.semantics.tree.types import I64, I128, BoolType, IntType, Type

# As CPython: whole numbers modulo 2**61 - 1, and never -1, which stands for an error there.
_OF_NUMBER = """
def hash_of(value: I128) -> I64:
    rest = abs(value) % 2305843009213693951
    if value < 0:
        return -2 if rest == 1 else i64(-rest)
    return i64(rest)
"""
_OF_OBJECT = """
def hash_of(value: I64) -> I64:
    return -2 if value == -1 else value
"""


@builtin("next")
def _next(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    bound = bind(body, node, ["iterator", "default"], ["default"], "next")
    if body.name == "__next__":
        hint = "loop over the other iterator, or keep its items in a list"
        raise body.error(node, "the end of another iterator would end this one", hint)
    iterator = body.expr(bound["iterator"])
    if not has_method(body, body.type_of(iterator), "__next__"):
        shown = body.show(iterator.type)
        hint = "write `next((x for x in ...), default)`, or give an object that has `__next__`"
        raise body.error(bound["iterator"], f"{shown} is no iterator", hint)
    default = body.expr(bound["default"]) if "default" in bound else None
    return next_item(body, node, iterator, default)


@builtin("hash")
def _hash(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    argument = one(body, node, "hash")
    value = body.expr(argument)
    t = body.type_of(value)
    if has_method(body, t, "__hash__"):
        own = call_own(body, node, Known(value, argument), "__hash__", [])
        own = body.coerce(own, I64, node, "what `__hash__` gives")
        return made(body, node, _OF_OBJECT, {"I64": I64}, I64, [own])
    if isinstance(t, BoolType):
        value = body.expr(ast.copy_location(ast.Call(ast.Name("int", ast.Load()), [argument], []), node))
    elif isinstance(value, IntLit):
        value = body.coerce(value, I128, argument, "the number")
    elif not isinstance(t, IntType) or t.bits > 64:
        hint = "use `sha256(data)`, whose result is the same everywhere"
        raise body.error(argument, f"the hash of {body.show(t)} is another in each run of CPython", hint)
    wide = body.coerce(value, I128, argument, "the number")
    return made(body, node, _OF_NUMBER, {"I128": I128, "I64": I64}, I64, [wide])

"""Sorting: by the items, by a key, and backwards."""

from __future__ import annotations

from dataclasses import replace

from seahorse.backends.anchor.expressions.iterators import bind_target, owned_iterator
from seahorse.backends.anchor.expressions.lists import written
from seahorse.backends.anchor.naming.types import has_float, is_copy
from seahorse.backends.anchor.rust.blocks import (
    BlockExpr,
    Do,
    Let,
    RustAssign,
    RustBlock,
    RustFor,
    RustIf,
    RustStmt,
)
from seahorse.backends.anchor.rust.calls import RustCall, Tuple
from seahorse.backends.anchor.rust.chains import Method, RustField
from seahorse.backends.anchor.rust.exprs import Atom, Closure, Prefix, RustExpr
from seahorse.backends.anchor.scope.bindings import RustValue
from seahorse.backends.anchor.scope.body_writer import BodyWriter
from seahorse.semantics import tree
from seahorse.semantics.tree.types import BOOL, ArrayType, FloatType, ListType, Type


def _sorted(body: BodyWriter, e: tree.Builtin) -> RustValue:
    name = body.bindings.temporary("sorted")
    made, t = owned_iterator(body, e.args[0])
    filled = Let(f"mut {name}", Method(made, "collect::<Vec<_>>"))
    return RustValue(BlockExpr(RustBlock([filled, *_sorting(body, Atom(name), t, e), Do(Atom(name), False)])))


def _sort(body: BodyWriter, e: tree.Builtin) -> RustValue:
    t = e.args[0].type
    assert isinstance(t, ListType | ArrayType)
    made = _sorting(body, written(body, e.args[0]), t.elem, e)
    if len(made) > 1 or (isinstance(made[0], Do) and isinstance(made[0].value, RustIf)):
        return RustValue(BlockExpr(RustBlock(made)))
    (only,) = made
    assert isinstance(only, Do)
    return RustValue(only.value)


def _sorting(body: BodyWriter, place: RustExpr, t: Type, e: tree.Builtin) -> list[RustStmt]:
    reverse = e.kwargs.get("reverse")
    if reverse is not None and not isinstance(reverse, tree.BoolLit):
        then, orelse = (_with_reverse(body, place, t, e, value) for value in (True, False))
        return [Do(RustIf(body.operand(reverse), then, orelse), False)]
    backwards = reverse is not None and reverse.value
    function = e.kwargs.get("key")
    if function is not None:
        return _sorting_by_key(body, place, t, function, backwards)
    if not backwards and not has_float(t):
        return [Do(Method(place, "sort"))]
    return [Do(Method(place, "sort_by", [_order(body, t, backwards, "")]))]


def _with_reverse(body: BodyWriter, place: RustExpr, t: Type, e: tree.Builtin, value: bool) -> RustBlock:
    known = replace(e, kwargs={**e.kwargs, "reverse": tree.BoolLit(BOOL, e.span, value)})
    return RustBlock(_sorting(body, place, t, known))


def _sorting_by_key(body: BodyWriter, place: RustExpr, t: Type, function: tree.Expr, backwards: bool) -> list[RustStmt]:
    """Every key is computed once, then pairs of key and item are sorted."""
    assert isinstance(function, tree.Lambda)
    keyed = body.bindings.temporary("keyed")
    pattern = bind_target(body, tree.VarTarget(function.params[0], declares=True), "place" if is_copy(t) else "ref")
    made = body.owned(function.body)
    item: RustExpr = Atom(pattern) if is_copy(t) else Method(Atom(pattern), "clone")
    source = Method(place, "iter") if not is_copy(t) else Method(Method(place, "iter"), "copied")
    if pattern[:1] == "_":
        pattern = item_name = body.bindings.bound("item")
        item = Atom(item_name) if is_copy(t) else Method(Atom(item_name), "clone")
    push = Do(Method(Atom(keyed), "push", [Tuple([made, item])]))
    pair, slot = body.bindings.bound("pair"), body.bindings.bound("place")
    store = RustAssign(Prefix("*", Atom(slot)), RustField(Atom(pair), "1"))
    put = RustFor(f"({slot}, {pair})", Method(Method(place, "iter_mut"), "zip", [Atom(keyed)]), RustBlock([store]))
    return [
        Let(f"mut {keyed}", RustCall("Vec::new", [])),
        Do(RustFor(pattern, source, RustBlock([push])), False),
        Do(Method(Atom(keyed), "sort_by", [_order(body, function.body.type, backwards, ".0")])),
        Do(put, False),
    ]


def _order(body: BodyWriter, t: Type, backwards: bool, part: str) -> Closure:
    a, b = ("b", "a") if backwards else ("a", "b")
    if isinstance(t, FloatType):
        refs = "" if part else "*"
        return Closure(
            "a, b", RustCall(body.helper("float_order"), [Atom(f"{refs}{a}{part}"), Atom(f"{refs}{b}{part}")])
        )
    return Closure(
        "a, b",
        Method(Atom(f"{a}{part}"), "cmp", [Prefix("&", Atom(f"{b}{part}")) if part else Atom(b)]),
    )


BUILTINS = {"sorted": _sorted, "list.sort": _sort}

"""Sorting: by the items, by a key, and backwards."""

from __future__ import annotations

from dataclasses import replace

from seahorse.backends.anchor.expressions.iterators import bind_target, owned_iterator
from seahorse.backends.anchor.expressions.lists import written
from seahorse.backends.anchor.naming.types import has_float, is_copy
from seahorse.backends.anchor.rust.blocks import Assign, Block, BlockExpr, Do, For, If, Let, Stmt
from seahorse.backends.anchor.rust.calls import Call, Tuple
from seahorse.backends.anchor.rust.chains import Field, Method
from seahorse.backends.anchor.rust.exprs import Atom, Closure, Expr, Prefix
from seahorse.backends.anchor.scope.body_writer import Body, Val
from seahorse.semantics import tree
from seahorse.semantics.tree.types import BOOL, ArrayType, FloatType, ListType, Type


def _sorted(body: Body, e: tree.Builtin) -> Val:
    name = body.temporary("sorted")
    made, t = owned_iterator(body, e.args[0])
    filled = Let(f"mut {name}", Method(made, "collect::<Vec<_>>"))
    return Val(BlockExpr(Block([filled, *_sorting(body, Atom(name), t, e), Do(Atom(name), False)])))


def _sort(body: Body, e: tree.Builtin) -> Val:
    t = e.args[0].type
    assert isinstance(t, ListType | ArrayType)
    made = _sorting(body, written(body, e.args[0]), t.elem, e)
    if len(made) > 1 or (isinstance(made[0], Do) and isinstance(made[0].value, If)):
        return Val(BlockExpr(Block(made)))
    (only,) = made
    assert isinstance(only, Do)
    return Val(only.value)


def _sorting(body: Body, place: Expr, t: Type, e: tree.Builtin) -> list[Stmt]:
    reverse = e.kwargs.get("reverse")
    if reverse is not None and not isinstance(reverse, tree.BoolLit):
        then, orelse = (_with_reverse(body, place, t, e, value) for value in (True, False))
        return [Do(If(body.operand(reverse), then, orelse), False)]
    backwards = reverse is not None and reverse.value
    function = e.kwargs.get("key")
    if function is not None:
        return _sorting_by_key(body, place, t, function, backwards)
    if not backwards and not has_float(t):
        return [Do(Method(place, "sort"))]
    return [Do(Method(place, "sort_by", [_order(body, t, backwards, "")]))]


def _with_reverse(body: Body, place: Expr, t: Type, e: tree.Builtin, value: bool) -> Block:
    known = replace(e, kwargs={**e.kwargs, "reverse": tree.BoolLit(BOOL, e.span, value)})
    return Block(_sorting(body, place, t, known))


def _sorting_by_key(body: Body, place: Expr, t: Type, function: tree.Expr, backwards: bool) -> list[Stmt]:
    """Every key is computed once, then pairs of key and item are sorted."""
    assert isinstance(function, tree.Lambda)
    keyed = body.temporary("keyed")
    pattern = bind_target(body, tree.VarTarget(function.params[0], declares=True), "place" if is_copy(t) else "ref")
    made = body.owned(function.body)
    item: Expr = Atom(pattern) if is_copy(t) else Method(Atom(pattern), "clone")
    source = Method(place, "iter") if not is_copy(t) else Method(Method(place, "iter"), "copied")
    if pattern[:1] == "_":
        pattern = item_name = body.bound("item")
        item = Atom(item_name) if is_copy(t) else Method(Atom(item_name), "clone")
    push = Do(Method(Atom(keyed), "push", [Tuple([made, item])]))
    pair, slot = body.bound("pair"), body.bound("place")
    store = Assign(Prefix("*", Atom(slot)), Field(Atom(pair), "1"))
    put = For(f"({slot}, {pair})", Method(Method(place, "iter_mut"), "zip", [Atom(keyed)]), Block([store]))
    return [
        Let(f"mut {keyed}", Call("Vec::new", [])),
        Do(For(pattern, source, Block([push])), False),
        Do(Method(Atom(keyed), "sort_by", [_order(body, function.body.type, backwards, ".0")])),
        Do(put, False),
    ]


def _order(body: Body, t: Type, backwards: bool, part: str) -> Closure:
    a, b = ("b", "a") if backwards else ("a", "b")
    if isinstance(t, FloatType):
        refs = "" if part else "*"
        return Closure("a, b", Call(body.helper("float_order"), [Atom(f"{refs}{a}{part}"), Atom(f"{refs}{b}{part}")]))
    return Closure("a, b", Method(Atom(f"{a}{part}"), "cmp", [Prefix("&", Atom(f"{b}{part}")) if part else Atom(b)]))


BUILTINS = {"sorted": _sorted, "list.sort": _sort}

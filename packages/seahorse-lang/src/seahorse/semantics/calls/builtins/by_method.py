"""Sorts, and least and greatest items, by the comparisons that a class of the program has."""

from __future__ import annotations

import ast

from seahorse.semantics.expressions.kinds.iterators import made as written
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.known import class_info
from seahorse.semantics.tree import BoolLit, Expr
from seahorse.semantics.tree.types import BOOL, NONE, ListType, Type

# As CPython, it asks for nothing but `<`, and leaves equal items in their order.
_BY_METHOD = """
def sorted_items(items: Items, reverse: bool) -> Items:
    out = items[:]
    if reverse:
        out.reverse()
    for i in range(1, len(out)):
        item = out[i]
        at = i
        while at > 0:
            if not item < out[at - 1]:
                break
            out[at] = out[at - 1]
            at -= 1
        out[at] = item
    if reverse:
        out.reverse()
    return out
"""
_IN_PLACE = _BY_METHOD.replace("-> Items", "-> None").replace("items[:]", "items").replace("    return out\n", "")


def sorts_by_method(body: BodyChecker, item: Type, keywords: list[ast.keyword]) -> bool:
    """Whether objects are sorted by the `__lt__` that the program wrote."""
    info = class_info(body, item)
    by_key = any(k.arg == "key" for k in keywords)
    return info is not None and not by_key and not info.is_ordered and "__lt__" in info.methods


def sorted_by_method(
    body: BodyChecker,
    node: ast.Call,
    items: Expr,
    item: Type,
    keywords: list[ast.keyword],
    *,
    in_place: bool = False,
) -> Expr:
    """A new list of the items in their order; or nothing, when the list itself is sorted."""
    t = ListType(item)
    given = next((k.value for k in keywords if k.arg == "reverse"), None)
    span = body.span(node)
    reverse = body.typed(given, BOOL, "parameter `reverse`") if given is not None else BoolLit(BOOL, span, False)
    if in_place:
        return written(body, node, _IN_PLACE, {"Items": t}, NONE, [body.coerce(items, t, node, "the items"), reverse])
    return written(body, node, _BY_METHOD, {"Items": t}, t, [body.coerce(items, t, node, "the items"), reverse])


_EXTREME = """
def extreme_item(items: Items) -> Item:
    best = items[0]
    for item in items[1:]:
        if item < best:
            best = item
    return best
"""
_EXTREME_OR = """
def extreme_item_or(items: Items, default: Item) -> Item:
    if not items:
        return default
    best = items[0]
    for item in items[1:]:
        if item < best:
            best = item
    return best
"""


def extreme_by_method(
    body: BodyChecker, node: ast.Call, name: str, items: Expr, item: Type, default: ast.expr | None
) -> Expr:
    """The first of the least or greatest items, by the comparisons that the program wrote."""
    t = ListType(item)
    text = _EXTREME if default is None else _EXTREME_OR
    if name == "max":
        text = text.replace("item < best", "item > best")
    args = [body.coerce(items, t, node, "the items")]
    if default is not None:
        args.append(body.typed(default, item, "parameter `default`"))
    return written(body, node, text, {"Items": t, "Item": item}, item, args)

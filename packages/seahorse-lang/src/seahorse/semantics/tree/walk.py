"""Walks over the checked tree: every expression and statement below a node, without entering declarations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from operator import attrgetter
from typing import Any
from weakref import WeakKeyDictionary

from seahorse.semantics import tree

_LEAVES = (
    tree.Function,
    tree.CheckedInstruction,
    tree.ClassDecl,
    tree.AccountDecl,
    tree.EnumDecl,
    tree.ErrorDecl,
    tree.Local,
    tree.ErrorCode,
)
# Nodes that have a target.
ASSIGNING = (tree.Assign, tree.AugAssign, tree.For, tree.CompClause)
_FIELDS: dict[type, tuple[str, ...]] = {}


def field_names(cls: type) -> tuple[str, ...]:
    """The fields of a class of nodes, without its type and its place in the source."""
    names = _FIELDS.get(cls)
    if names is None:
        names = tuple(f.name for f in fields(cls) if f.name not in ("type", "span"))
        _FIELDS[cls] = names
    return names


# By class, what a walk does with an object: whether it yields it, and what gives its parts, the last one first; None
# where there are none.
_Parts = Callable[[Any], Iterable[Any]]
_PARTS: dict[type, tuple[bool, _Parts | None]] = {}
# Fields of these types hold no nodes.
_PLAIN = {"str", "int", "bool", "bytes", "str | None", "int | None", "bytes | None", "bool | None"}


def _parts_of(cls: type[Any]) -> tuple[bool, _Parts | None]:
    """Whether the class is one of nodes, and its parts."""
    if issubclass(cls, list | tuple):
        return False, reversed
    if issubclass(cls, dict):
        return False, lambda item: reversed(list(item.values()))
    node: type[Any] = cls
    if not is_dataclass(node) or issubclass(node, _LEAVES):
        return False, None
    plain = {f.name for f in fields(node) if f.type in _PLAIN}
    names = [name for name in reversed(field_names(node)) if name not in plain]
    if not names:
        return True, None
    get = attrgetter(*names)
    return True, get if len(names) > 1 else lambda item: (get(item),)


def walk(node: Any) -> Iterator[Any]:
    """Yield every dataclass node of the tree below `node` (a node, or a list, tuple or dict of them), parents first.

    A caller may change the fields of the node that it got last: the walk goes on with the new ones.
    """
    known, stack = _PARTS, [node]
    pop, extend = stack.pop, stack.extend
    while stack:
        item = pop()
        try:
            is_node, parts = known[item.__class__]
        except KeyError:
            is_node, parts = known[item.__class__] = _parts_of(item.__class__)
        if is_node:
            yield item
        if parts is not None:
            extend(parts(item))


def callees_below(node: Any) -> list[tree.Function]:
    """The functions that code calls itself: a node, or a list, tuple or dict of them. Each once, in order."""
    seen: dict[tree.Function, None] = {}
    for inner in walk(node):
        function = None
        if isinstance(inner, tree.Call):
            function = inner.function
        elif isinstance(inner, tree.Construct):
            function = inner.constructor
        if function is not None:
            seen[function] = None
    return list(seen)


# The functions that functions of finished trees call directly. A body is changed only while it is checked.
_CALLEES: WeakKeyDictionary[tree.Function, list[tree.Function]] = WeakKeyDictionary()


def callees(function: tree.Function) -> list[tree.Function]:
    """The functions that a function of a finished tree calls itself."""
    found = _CALLEES.get(function)
    if found is None:
        found = _CALLEES[function] = callees_below(function.body)
    return found


def called_functions(roots: Iterable[tree.Stmt | tree.Expr]) -> list[tree.Function]:
    """Every function reachable from the statements of a finished tree, each once, callers before callees."""
    seen: dict[tree.Function, None] = {}
    stack = [callees_below(list(roots))]
    while stack:
        for function in stack.pop():
            if function not in seen:
                seen[function] = None
                stack.append(callees(function))
    return list(seen)

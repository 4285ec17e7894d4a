"""Walks over the checked tree: every expression and statement below a node, without entering declarations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from operator import attrgetter
from typing import Any

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


# By class, what a walk does with an object: nothing, or what gives its parts, the last one first.
_Parts = Callable[[Any], Iterable[Any]]
_PARTS: dict[type, tuple[bool, _Parts] | None] = {}
# Fields of these types hold no nodes.
_PLAIN = {"str", "int", "bool", "bytes", "str | None", "int | None", "bytes | None", "bool | None"}


def _parts_of(cls: type[Any]) -> tuple[bool, _Parts] | None:
    """Whether the class is one of nodes, and its parts."""
    if issubclass(cls, list | tuple):
        return False, reversed
    if issubclass(cls, dict):
        return False, lambda item: reversed(list(item.values()))
    if not is_dataclass(cls) or issubclass(cls, _LEAVES):
        return None
    plain = {f.name for f in fields(cls) if f.type in _PLAIN}
    names = [name for name in reversed(field_names(cls)) if name not in plain]
    if not names:
        return True, lambda _: ()
    get = attrgetter(*names)
    return True, get if len(names) > 1 else lambda item: (get(item),)


def walk(node: Any) -> Iterator[Any]:
    """Yield every dataclass node of the tree below `node` (a node, or a list, tuple or dict of them), parents first.

    A caller may change the fields of the node that it got last: the walk goes on with the new ones.
    """
    known, stack = _PARTS, [node]
    while stack:
        item = stack.pop()
        cls = item.__class__
        if cls not in known:
            known[cls] = _parts_of(cls)
        parts = known[cls]
        if parts is None:
            continue
        if parts[0]:
            yield item
        stack.extend(parts[1](item))


def called_functions(roots: Iterable[tree.Stmt | tree.Expr]) -> list[tree.Function]:
    """Every function reachable from the statements, each once, callers before callees."""
    seen: dict[tree.Function, None] = {}
    stack: list[Any] = [list(roots)]
    while stack:
        for node in walk(stack.pop()):
            function = None
            if isinstance(node, tree.Call):
                function = node.function
            elif isinstance(node, tree.Construct):
                function = node.constructor
            if function is not None and function not in seen:
                seen[function] = None
                stack.append(function.body)
    return list(seen)

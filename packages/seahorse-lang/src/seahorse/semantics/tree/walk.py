"""Walks over the checked tree: every expression and statement below a node, without entering declarations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
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


def walk(node: Any) -> Iterator[Any]:
    """Yield every dataclass node of the tree below `node` (a node, or a list, tuple or dict of them), parents first.

    A caller may change the fields of the node that it got last: the walk goes on with the new ones.
    """
    stack: list[Any] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, list | tuple):
            stack.extend(reversed(item))  # pyright: ignore[reportUnknownArgumentType]
        elif isinstance(item, dict):
            stack.extend(reversed(list(item.values())))  # pyright: ignore[reportUnknownArgumentType]
        elif is_dataclass(item) and not isinstance(item, type) and not isinstance(item, _LEAVES):
            yield item
            stack.extend(getattr(item, name) for name in reversed(field_names(type(item))))


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

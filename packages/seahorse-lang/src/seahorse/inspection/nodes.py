"""Nodes of a checked tree as short text: every expression with its type, every conversion written out."""

from __future__ import annotations

import dataclasses
from typing import Any, cast

from seahorse.diagnostics import Span
from seahorse.semantics.tree import (
    AccountDecl,
    CheckedInstruction,
    ClassDecl,
    EnumDecl,
    ErrorCode,
    Expr,
    Function,
    Local,
    Stmt,
    TupleTarget,
    Var,
    VarTarget,
)
from seahorse.semantics.tree.types import Type


def dump(node: Any) -> str:
    """`(Kind:type part part)`; a variable is its name, a list is `[a, b]`."""
    match node:
        case Var(local=local):
            return f"{local.name}:{node.type}"
        case Local():
            return f"{node.name}:{node.type}"
        case VarTarget():
            return f"{'new ' if node.declares else ''}{dump(node.local)}"
        case TupleTarget():
            return f"<{', '.join(dump(i) for i in node.items)}>"
        case ErrorCode():
            return f"{node.enum}.{node.name}={node.code}"
        case Function() | AccountDecl() | ClassDecl() | EnumDecl() | CheckedInstruction():
            return node.name
        case list() | tuple():
            return f"[{', '.join(dump(i) for i in cast('list[Any]', node))}]"
        case dict():
            return "{" + ", ".join(f"{k}={dump(v)}" for k, v in cast("dict[str, Any]", node).items()) + "}"
        case Expr() | Stmt():
            label = type(node).__name__ + (f":{node.type}" if isinstance(node, Expr) else "")
        case _ if dataclasses.is_dataclass(node) and not isinstance(node, type):
            label = type(node).__name__
        case _:
            return repr(node)
    skip = {"type", "span"}
    parts = [getattr(node, f.name) for f in dataclasses.fields(node) if f.name not in skip]
    shown = [
        dump(p)
        for p in parts
        if not isinstance(p, Span | Type) and p is not None and p is not False and p not in ({}, [])
    ]
    return f"({' '.join([label, *shown])})"

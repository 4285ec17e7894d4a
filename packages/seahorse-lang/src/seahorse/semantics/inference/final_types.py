"""Writes the final types into a checked body: every unknown becomes a type, every literal is checked against it."""

from __future__ import annotations

import dataclasses
from typing import Any, cast

from seahorse.diagnostics import Diagnostic
from seahorse.semantics.inference.unknowns import Inference
from seahorse.semantics.tree import (
    CompClause,
    Expr,
    Function,
    IntLit,
    Local,
    Negate,
    PlaceTarget,
    Stmt,
    TupleTarget,
    VarTarget,
)
from seahorse.semantics.tree.types import DictType, IntType, SetType, Type

_NODES = (Expr, Stmt, CompClause, VarTarget, PlaceTarget, TupleTarget)
_FIELDS: dict[type[Any], list[str]] = {}


class Zonk:
    """Finishes the tree of one body in place."""

    def __init__(self, infer: Inference) -> None:
        self._infer = infer
        self._locals: dict[int, Local] = {}

    def local(self, local: Local) -> Local:
        known = self._locals.get(local.id)
        if known is None:
            final = self._infer.final(local.type)
            known = local if final is None or final is local.type else Local(local.id, local.name, final)
            self._locals[local.id] = known
        return known

    def node(self, node: Any) -> None:
        """Finish a statement, an expression, or a list of them."""
        if isinstance(node, list | tuple):
            for item in cast("list[Any]", node):
                self.node(item)
            return
        if not isinstance(node, _NODES):
            return
        if isinstance(node, Expr):
            self._type(node)
        for name in _field_names(type(node)):
            value = getattr(node, name)
            if isinstance(value, Local):
                setattr(node, name, self.local(value))
            elif isinstance(value, list):
                items = cast("list[Any]", value)
                if items and isinstance(items[0], Local):
                    setattr(node, name, [self.local(i) for i in items])
                else:
                    self.node(items)
            elif isinstance(value, dict):
                for item in cast("dict[str, Any]", value).values():
                    self.node(item)
            elif isinstance(value, _NODES):
                self.node(value)
            elif isinstance(value, Type) and name == "type":
                setattr(node, name, self._infer.final(value) or value)

    def _type(self, node: Expr) -> None:
        final = self._infer.final(node.type)
        if final is None:
            self._infer.errors.append(
                Diagnostic(
                    node.span, "the compiler cannot infer the type of this", _example(self._infer.resolve(node.type))
                )
            )
            return
        node.type = final
        if isinstance(node, IntLit):
            self._infer.check_literal(node, final)
        elif isinstance(node, Negate) and isinstance(final, IntType) and not final.signed:
            self._infer.errors.append(
                Diagnostic(node.span, f"{final} is unsigned and cannot be negated", "convert first: `-i64(x)`")
            )


def _example(t: Type) -> str:
    form = "Dict[u64, u64] = {}" if isinstance(t, DictType) else "Set[u64] = set()" if isinstance(t, SetType) else ""
    return f"annotate it: `name: {form or 'List[u64] = []'}`"


def _field_names(cls: type[Any]) -> list[str]:
    names = _FIELDS.get(cls)
    if names is None:
        skip = {"span", "type", "function", "decl", "instruction"} if issubclass(cls, Expr) else {"span"}
        names = [f.name for f in dataclasses.fields(cls) if f.name not in skip]
        _FIELDS[cls] = names
    return names


def zonk_function(infer: Inference, function: Function) -> None:
    """Finish a function's body; its parameters are typed by their annotations already."""
    Zonk(infer).node(function.body)

"""Writes the final types into a checked body: every unknown becomes a type, every literal is checked against it."""

from __future__ import annotations

from typing import Any

from seahorse.diagnostics import Diagnostic
from seahorse.semantics.inference.unknowns import Inference
from seahorse.semantics.tree import AugAssign, Expr, Function, IntLit, Lambda, Local, Negate
from seahorse.semantics.tree.types import DictType, IntType, SetType, Type
from seahorse.semantics.tree.walk import field_names, walk


class Zonk:
    """Finishes the tree of one body in place."""

    def __init__(self, infer: Inference) -> None:
        self._infer = infer
        # Types that stay unknown, and have their diagnostic.
        self._told: list[Type] = []
        self._locals: dict[int, Local] = {}

    def local(self, local: Local) -> Local:
        known = self._locals.get(local.id)
        if known is None:
            final = self._infer.final(local.type)
            known = local if final is None or final is local.type else Local(local.id, local.name, final)
            self._locals[local.id] = known
        return known

    def node(self, root: Any) -> None:
        """Finish a statement, an expression, or a list of them."""
        for node in walk(root):
            if isinstance(node, Expr):
                self._type(node)
            elif isinstance(node, AugAssign):
                node.type = self._infer.final(node.type) or node.type
            for name in field_names(node.__class__):
                value: Any = getattr(node, name)
                if isinstance(value, Local):
                    setattr(node, name, self.local(value))
            if isinstance(node, Lambda):
                node.params = [self.local(p) for p in node.params]

    def _type(self, node: Expr) -> None:
        final = self._infer.final(node.type)
        if final is None:
            unknown = self._infer.resolve(node.type)
            if unknown in self._told:
                # The diagnostic stands where it stands first.
                return
            self._told.append(unknown)
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
                Diagnostic(node.span, f"{final} is unsigned and cannot be negated", "convert first: `-i128(...)`")
            )


def _example(t: Type) -> str:
    form = "Dict[u64, u64] = {}" if isinstance(t, DictType) else "Set[u64] = set()" if isinstance(t, SetType) else ""
    return f"annotate it, for example `name: {form or 'List[u64] = []'}`"


def zonk_function(infer: Inference, function: Function) -> None:
    """Finish a function's body; its parameters are typed by their annotations already."""
    Zonk(infer).node(function.body)

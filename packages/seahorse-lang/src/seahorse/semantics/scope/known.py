"""Checked values in the place of syntax: how operators and attributes call a class's own methods."""

from __future__ import annotations

import ast

from seahorse.diagnostics import before, part_of
from seahorse.semantics.names.symbols import ClassInfo
from seahorse.semantics.scope.body import BodyChecker, handles
from seahorse.semantics.tree import Expr, GetIndex, IntLit
from seahorse.semantics.tree.types import U64, AccountType, ClassType, EnumType, Type


class Known(ast.expr):
    """An expression that has been checked. `source`: what the program says, for messages."""

    _fields = ("source",)

    def __init__(self, value: Expr, source: ast.expr) -> None:
        super().__init__()
        self.value, self.source = value, source
        ast.copy_location(self, source)


class ImplicitCall(ast.Call):
    """A call that the program writes in another way: an operator, a property, an index."""


@handles(Known)
def known(body: BodyChecker, node: Known, expected: Type | None) -> Expr:
    return node.value


def class_info(body: BodyChecker, t: Type) -> ClassInfo | None:
    """The class of the program that a value's methods come from."""
    t = body.infer.prune(t)
    return body.checker.infos.get(t.decl) if isinstance(t, AccountType | ClassType | EnumType) else None


def own_names(body: BodyChecker, t: Type) -> list[str]:
    """The methods and properties of a value's class, for messages."""
    info = class_info(body, t)
    return [] if info is None else [n for n in info.methods if not n.startswith("_") and "." not in n]


def has_method(body: BodyChecker, t: Type, name: str) -> bool:
    info = class_info(body, t)
    return info is not None and name in info.methods


def call_own(
    body: BodyChecker, node: ast.expr, receiver: Known, name: str, args: list[Known], expected: Type | None = None
) -> Expr:
    """`receiver.name(*args)` of a method that the class is known to have."""
    func = ast.copy_location(ast.Attribute(receiver, name, ast.Load()), node)
    return body.expr(ast.copy_location(ImplicitCall(func, list(args), []), node), expected)


def item_of(value: Expr, t: Type, index: int) -> Expr:
    """An element of a tuple, of type `t`, that the program has not written."""
    return GetIndex(t, part_of(value.span, index), value, IntLit(U64, before(value.span), index))

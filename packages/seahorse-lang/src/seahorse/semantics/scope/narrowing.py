"""Narrowing: what a test proves about places that may be None, or hold objects of several classes."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from seahorse.semantics.declarations.annotations import rules_of
from seahorse.semantics.names.symbols import AliasSymbol, ClassSymbol
from seahorse.semantics.names.unions import bases_of
from seahorse.semantics.scope.body import BodyChecker, Path, is_a, is_not
from seahorse.semantics.tree import ClassDecl
from seahorse.semantics.tree.types import ClassType, OptionType, UnionType

ProvenPlaces = tuple[set[Path], set[Path]]


def facts(body: BodyChecker, test: ast.expr) -> ProvenPlaces:
    """The places that are not None when a test holds, and when it does not; and what class their objects have."""
    match test:
        case ast.Compare(left=left, ops=[ast.IsNot() | ast.NotEq()], comparators=[ast.Constant(value=None)]):
            return _place(body, left), set()
        case ast.Compare(left=left, ops=[ast.Is() | ast.Eq()], comparators=[ast.Constant(value=None)]):
            return set(), _place(body, left)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yes, no = facts(body, operand)
            return no, yes
        case ast.BoolOp(op=ast.And(), values=values):
            parts = [facts(body, v) for v in values]
            return set[Path]().union(*(p[0] for p in parts)), _common(p[1] for p in parts)
        case ast.BoolOp(op=ast.Or(), values=values):
            parts = [facts(body, v) for v in values]
            return _common(p[0] for p in parts), set[Path]().union(*(p[1] for p in parts))
        case ast.Call(func=ast.Name(id="isinstance"), args=[left, kind]) if body.find("isinstance") is None:
            return _of_class(body, left, kind)
        case IsInstance(value=left, kind=kind):
            return _of_class(body, left, kind)
        case ast.Name() | ast.Attribute():
            # A value that is true is not None.
            return _place(body, test), set()
        case _:
            return set(), set()


class IsInstance(ast.expr):
    """Whether a value is of a class, as a pattern asks it."""

    _fields = ("value",)

    def __init__(self, value: ast.expr, kind: ast.expr) -> None:
        super().__init__()
        self.value, self.kind = value, kind


def classes_named(body: BodyChecker, node: ast.expr) -> list[ClassDecl] | None:
    """The classes that a test names: one, a tuple of them, or a union. None when that is something else."""
    if isinstance(node, ast.Tuple):
        parts = [classes_named(body, n) for n in node.elts]
        return None if any(p is None for p in parts) else [d for p in parts if p is not None for d in p]
    match body.symbol(node) if isinstance(node, ast.Name | ast.Attribute) else None:
        case ClassSymbol(info=info) if isinstance(info.decl, ClassDecl):
            return [info.decl]
        case AliasSymbol(scope=home, node=value):
            t = rules_of(home, value).type
            return [m.decl for m in t.members] if isinstance(t, UnionType) else None
        case _:
            return None


def members_named(t: UnionType, classes: list[ClassDecl]) -> list[ClassType]:
    """The members of a union that are one of some classes, or derive from one."""
    return [m for m in t.members if any(d in classes for d in (m.decl, *bases_of(m.decl)))]


def _of_class(body: BodyChecker, node: ast.expr, kind: ast.expr) -> ProvenPlaces:
    path = body.path(node)
    classes = classes_named(body, kind)
    if path is None:
        return set(), set()
    t = body.type_of(body.expr(node))
    inner = body.infer.prune(t.inner) if isinstance(t, OptionType) else t
    if not isinstance(inner, UnionType) or classes is None:
        return {path}, set()
    found = members_named(inner, classes)
    no: set[Path] = {(*path, is_not(m)) for m in found}
    if len(found) == 1:
        return {path, (*path, is_a(found[0]))}, no
    return {path, *((*path, is_not(m)) for m in inner.members if m not in found)}, no


def _place(body: BodyChecker, node: ast.expr) -> set[Path]:
    path = body.path(node)
    return set() if path is None else {path}


def _common(sets: Iterable[set[Path]]) -> set[Path]:
    return set[Path].intersection(*sets)

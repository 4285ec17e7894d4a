"""Assignments that call a class's own method: to a property with a setter, and to `object[index]`."""

from __future__ import annotations

import ast

from seahorse.semantics.declarations.methods import is_property, setter_of
from seahorse.semantics.expressions.operators import OPS
from seahorse.semantics.expressions.still import in_any_order
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.known import Known, call_own, class_info, has_method
from seahorse.semantics.statements.assignments.in_place import augmented, changed_in_place, is_changed_in_place
from seahorse.semantics.statements.assignments.once import Once
from seahorse.semantics.tree import Expr, ExprStmt, GetField, Stmt
from seahorse.semantics.tree.types import OptionType


def store_by_method(body: BodyChecker, node: ast.stmt, target: ast.expr, value: ast.expr) -> list[Stmt] | None:
    """`x.prop = value` and `x[i] = value` where the class decides; None for other targets."""
    if not isinstance(target, ast.Attribute | ast.Subscript):
        return None
    found = _place(body, target)
    if found is None:
        return None
    receiver, method, args = found
    once, given = Once(body), body.expr(value)
    if not in_any_order(given, receiver.value, *(a.value for a in args)):
        # The value comes first.
        given = once.kept(given)
    call = call_own(body, _spot(node), receiver, method, [*args, Known(given, value)])
    return [*once.before, ExprStmt(body.span(node), call)]


def is_stored_by_method(body: BodyChecker, target: ast.expr) -> bool:
    """Whether the class decides what an assignment to this target does."""
    return isinstance(target, ast.Attribute | ast.Subscript) and _place(body, target) is not None


def aug_by_method(body: BodyChecker, node: ast.AugAssign) -> list[Stmt] | None:
    """`x.prop += value` and `x[i] += value`: read, operate, and store."""
    target = node.target
    if not isinstance(target, ast.Attribute | ast.Subscript):
        return None
    found = _place(body, target)
    if found is None:
        return None
    receiver, method, args = found
    once = Once(body)
    receiver = Known(once.kept(receiver.value), target.value)
    args = [Known(once.kept(a.value), target) for a in args]
    if isinstance(target, ast.Attribute):
        old = call_own(body, target, receiver, target.attr, [])
    elif has_method(body, receiver.value.type, "__getitem__"):
        old = call_own(body, target, receiver, "__getitem__", args)
    else:
        raise body.error(target, "the class has no `__getitem__`", "define it beside `__setitem__`")
    op = OPS[type(node.op)]
    if is_changed_in_place(body, old.type, op):
        new = once.put(old)
        once.before += changed_in_place(body, node, op, new)
    else:
        new = augmented(body, node, op, old, body.expr(node.value, body.infer.prune(old.type)))
    store = call_own(body, _spot(node), receiver, method, [*args, Known(new, node.value)])
    return [*once.before, ExprStmt(body.span(node), store)]


def _place(body: BodyChecker, target: ast.Attribute | ast.Subscript) -> tuple[Known, str, list[Known]] | None:
    """The object, its method that stores, and what that takes before the value."""
    if body.symbol(target.value) is not None:
        return None
    value = _quiet(body, target.value)
    if value is None or isinstance(body.type_of(value), OptionType):
        return None
    info = class_info(body, value.type)
    if info is None:
        return None
    receiver = Known(value, target.value)
    if isinstance(target, ast.Subscript):
        if isinstance(target.slice, ast.Slice) or "__setitem__" not in info.methods:
            return None
        return receiver, "__setitem__", [Known(body.expr(target.slice), target.slice)]
    method = info.methods.get(target.attr)
    if method is None or not is_property(method[1].scope, method[0]):
        return None
    setter = setter_of(target.attr)
    if setter not in info.methods:
        hint = f"give it an `@{target.attr}.setter`, or assign the fields that it is made of"
        raise body.error(target, f"the property `{target.attr}` has no setter", hint)
    return receiver, setter, []


def _quiet(body: BodyChecker, node: ast.expr) -> Expr | None:
    """The object that a target is a part of, where it is a path of names: others are no class's to store."""
    root = node
    while isinstance(root, ast.Attribute | ast.Subscript):
        root = root.value
    return body.expr(node) if isinstance(root, ast.Name | ast.Call) else None


def _spot(node: ast.stmt) -> ast.expr:
    """A place for the call: the whole statement."""
    return ast.copy_location(ast.Tuple([], ast.Load()), node)


def no_frozen_field(body: BodyChecker, found: GetField, node: ast.AST) -> None:
    """Refuse to assign a field of a frozen object."""
    info = class_info(body, found.obj.type)
    # The constructor that Python makes of the fields sets them.
    made = body.name == "__init__" and body.owner is info
    if info is not None and info.is_frozen and not made:
        kind = "a NamedTuple" if info.is_namedtuple else "frozen"
        hint = f"make a new one: `replace(value, {found.name}=...)`"
        raise body.error(node, f"`{info.decl.name}` is {kind}: its fields cannot be assigned", hint)


def no_class_constant(body: BodyChecker, node: ast.Attribute) -> None:
    """Refuse to assign `NAME = value` of a class through an object: in Python that makes a field of this object."""
    info = class_info(body, body.expr(node.value).type)
    if info is not None and node.attr in info.constants:
        hint = f"write `{node.attr}: u64` in the class, or another type, to make it a field"
        _, definer = info.constants[node.attr]
        made = next((s for s in definer.node.body if isinstance(s, ast.Assign) and _names(s, node.attr)), None)
        here = definer.scope.module is body.scope.module
        typed = body.source.around(made.targets[0], "", ": u64") if made is not None and here else None
        raise body.error(node, f"`{node.attr}` is a constant of class `{info.decl.name}`", hint, typed)


def _names(statement: ast.Assign, name: str) -> bool:
    match statement.targets:
        case [ast.Name(id=found)]:
            return found == name
        case _:
            return False

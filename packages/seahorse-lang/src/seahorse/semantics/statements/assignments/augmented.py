"""`op=`: of variables, fields, elements, and of items of tables."""

from __future__ import annotations

import ast

from seahorse.diagnostics import before
from seahorse.semantics.calls.containers import bytearrays, tables
from seahorse.semantics.expressions.effects import has_effects
from seahorse.semantics.expressions.objects import in_place_method
from seahorse.semantics.expressions.operators import OPS, arithmetic, bool_as_number
from seahorse.semantics.inference.unknowns import Unknown
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.statements.assignments.assignment import place, put_item, remember_stored, table_of_item
from seahorse.semantics.statements.assignments.stores import (
    aug_by_method,
)
from seahorse.semantics.tree import (
    ArithOp,
    Assign,
    AugAssign,
    Builtin,
    Call,
    Expr,
    ExprStmt,
    PlaceTarget,
    Stmt,
    Var,
    VarTarget,
)
from seahorse.semantics.tree.types import (
    NONE,
    STR,
    U32,
    BytearrayType,
    BytesType,
    ClassType,
    DictType,
    FloatType,
    ListType,
    OptionType,
    SetType,
    StrType,
    Type,
    U256Type,
)


def aug_assign(body: BodyChecker, node: ast.AugAssign) -> list[Stmt]:
    """`place op= value`."""
    op = OPS[type(node.op)]
    table = table_of_item(body, node.target)
    if table is not None:
        return _aug_item(body, node, op, *table)
    own = aug_by_method(body, node)
    if own is not None:
        return own
    target, t = _aug_target(body, node.target)
    where: Expr = Var(t, body.span(node.target), target.local) if isinstance(target, VarTarget) else target.place
    kind = body.infer.prune(t)
    if isinstance(kind, OptionType):
        where = body.unwrapped(where, node.target)
        return _aug_rewritten(body, node, target, where)
    if isinstance(kind, DictType | SetType):
        return [ExprStmt(body.span(node), tables.operate_in_place(body, node, op, where, kind))]
    if isinstance(kind, BytearrayType) and op == "+":
        return [ExprStmt(body.span(node), bytearrays.extend(body, node, where, node.value))]
    if isinstance(kind, ListType) and op == "+":
        value = body.typed(node.value, ListType(kind.elem), "the right side of `+=`")
        body.forget_fields()
        return [ExprStmt(body.span(node), Builtin(NONE, body.span(node), "list.extend", [where, value]))]
    if isinstance(kind, StrType | BytesType | ListType | ClassType | U256Type):
        return _aug_rewritten(body, node, target, where)
    value = bool_as_number(body, op, body.expr(node.value), kind)
    binary = ast.copy_location(ast.BinOp(_as_load(node.target), node.op, node.value), node)
    result = arithmetic(body, binary, op, where, value)
    if body.infer.coerce(result, t) is not result and body.infer.resolve(result.type) != body.infer.resolve(t):
        label, shown = ast.unparse(node.target), body.show(result.type)
        hint = f"convert it: `{label} {op}= {body.show(t)}(...)`"
        if isinstance(result.type, FloatType):
            hint = f"make `{label}` an f64" if op != "/" else f"write `{label} //= ...`, or make `{label}` an f64"
        raise body.error(node, f"`{label}` is {body.show(t)}, but the result is {shown}", hint)
    _changed(body, node.target, target, where)
    wanted = U32 if op in ("**", "<<", ">>") and not isinstance(kind, FloatType) else t
    value = body.coerce(value, wanted, node.value, "the right side")
    return [AugAssign(body.span(node), target, op, value, t)]


def _aug_item(body: BodyChecker, node: ast.AugAssign, op: ArithOp, of: Expr, t: DictType) -> list[Stmt]:
    """`d[key] op= value`: dict and key are evaluated once, then the item is read, and written in the end."""
    assert isinstance(node.target, ast.Subscript)
    span = body.span(node)
    statements: list[Stmt] = []

    def once(value: Expr) -> Expr:
        if not has_effects(value):
            return value
        local = body.hidden("part", value.type)
        statements.append(Assign(span, VarTarget(local, True), value))
        return Var(value.type, value.span, local)

    of, key = once(of), once(body.typed(node.target.slice, t.key, "the key"))
    item = tables.call(body, before(span), "get_item", [of, key], t.value, t)
    kind = body.infer.prune(t.value)
    if isinstance(kind, DictType | SetType):
        return [*statements, ExprStmt(span, tables.operate_in_place(body, node, op, item, kind))]
    if isinstance(kind, ListType) and op == "+":
        value = body.typed(node.value, ListType(kind.elem), "the right side of `+=`")
        return [*statements, ExprStmt(span, Builtin(NONE, span, "list.extend", [item, value]))]
    binary = ast.copy_location(ast.BinOp(_as_load(node.target), node.op, node.value), node)
    value = body.expr(node.value, t.value)
    if isinstance(kind, Unknown):
        body.infer.unify(kind, value.type)
    result = arithmetic(body, binary, op, item, value)
    result = body.coerce(result, t.value, node, f"`{ast.unparse(node.target)}`")
    stored = put_item(body, node, result, of, key, t)
    assert isinstance(stored, ExprStmt)
    assert isinstance(stored.value, Call)
    stored.value.library = f"augmented {op}"
    return [*statements, stored]


def _aug_target(body: BodyChecker, node: ast.expr) -> tuple[VarTarget | PlaceTarget, Type]:
    if isinstance(node, ast.Name):
        binding = body.variable(node)
        if binding is None:
            if body.scope.lookup(node.id) is not None and node.id not in body.hoisting.assigned:
                raise body.error(node, f"`{node.id}` is a constant", "keep changing values in an account or a variable")
            raise body.undefined(node)
        return VarTarget(binding.local, False), binding.local.type
    where = place(body, node)
    return PlaceTarget(where), where.type


def _aug_rewritten(body: BodyChecker, node: ast.AugAssign, target: VarTarget | PlaceTarget, where: Expr) -> list[Stmt]:
    """`s += t` of an immutable value is `s = s + t`."""
    if isinstance(target, PlaceTarget) and has_effects(where):
        raise body.error(node, "the target of `op=` cannot contain a call", "assign what it gives to a variable first")
    result = _aug_result(body, node, where)
    wanted = target.local.type if isinstance(target, VarTarget) else target.place.type
    value = body.coerce(result, wanted, node.value, f"`{ast.unparse(node.target)}`")
    _changed(body, node.target, target, where)
    return [Assign(body.span(node), target, value)]


def _aug_result(body: BodyChecker, node: ast.AugAssign, where: Expr) -> Expr:
    op = OPS[type(node.op)]
    if isinstance(body.type_of(where), ClassType):
        value = body.expr(node.value)
        own = in_place_method(body, node, op, where, value)
        if own is not None:
            return own
    else:
        value = body.expr(node.value, STR)
    binary = ast.copy_location(ast.BinOp(_as_load(node.target), node.op, node.value), node)
    return arithmetic(body, binary, op, where, value)


def _as_load(node: ast.expr) -> ast.expr:
    """The target of `op=` as an expression."""
    if isinstance(node, ast.Name):
        return ast.copy_location(ast.Name(node.id, ast.Load()), node)
    return node


def _changed(body: BodyChecker, node: ast.expr, target: VarTarget | PlaceTarget, where: Expr) -> None:
    if isinstance(target, VarTarget):
        if body.context is not None:
            body.context.stored.add((target.local.id, ""))
        return
    remember_stored(body, node, target.place, where)

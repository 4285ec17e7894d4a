"""`op=`: of variables, fields, elements, and of items of tables."""

from __future__ import annotations

import ast
from dataclasses import replace

from seahorse.diagnostics import before
from seahorse.semantics.calls.containers import tables
from seahorse.semantics.expressions.effects import has_effects
from seahorse.semantics.expressions.indexes import index_expr
from seahorse.semantics.expressions.operators import OPS, bool_as_number
from seahorse.semantics.expressions.still import may_write
from seahorse.semantics.inference.unknowns import Unknown
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.statements.assignments.account_data import written_data
from seahorse.semantics.statements.assignments.assignment import place, put_item, remember_stored, table_of_item
from seahorse.semantics.statements.assignments.in_place import augmented, changed_in_place, is_changed_in_place
from seahorse.semantics.statements.assignments.once import Once
from seahorse.semantics.statements.assignments.stores import aug_by_method
from seahorse.semantics.tree import (
    ArithOp,
    Assign,
    AugAssign,
    Builtin,
    Call,
    Expr,
    ExprStmt,
    GetIndex,
    PlaceTarget,
    Stmt,
    Unwrap,
    Var,
    VarTarget,
)
from seahorse.semantics.tree.types import (
    NONE,
    STR,
    U8,
    U32,
    BytesType,
    ClassType,
    DictType,
    FloatType,
    IntType,
    ListType,
    OptionType,
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
    account = written_data(body, node.target)
    if account is not None:
        return _aug_data(body, node, account)
    target, t = _aug_target(body, node.target)
    where: Expr = Var(t, body.span(node.target), target.local) if isinstance(target, VarTarget) else target.place
    kind = body.infer.prune(t)
    if isinstance(kind, OptionType):
        where = body.unwrapped(where, node.target)
        return _aug_rewritten(body, node, target, where)
    if is_changed_in_place(body, t, op):
        return _aug_in_place(body, node, op, target, where)
    if isinstance(kind, StrType | BytesType | ListType | ClassType | U256Type):
        return _aug_rewritten(body, node, target, where)
    value = bool_as_number(body, op, body.expr(node.value), kind)
    result = augmented(body, node, op, where, value)
    if body.infer.coerce(result, t) is not result and body.infer.resolve(result.type) != body.infer.resolve(t):
        if isinstance(kind, IntType) and isinstance(body.infer.prune(result.type), IntType):
            return _aug_rewritten(body, node, target, where)
        label, shown = ast.unparse(node.target), body.show(result.type)
        hint = f"convert it: `{label} {op}= {body.show(t)}(...)`"
        if isinstance(result.type, FloatType):
            hint = f"make `{label}` an f64" if op != "/" else f"write `{label} //= ...`, or make `{label}` an f64"
        divided = body.source.between(node.target, node.value, "/=", "//=") if op == "/" else None
        raise body.error(node, f"`{label}` is {body.show(t)}, but the result is {shown}", hint, divided)
    _changed(body, node.target, target, where)
    wanted = U32 if op in ("**", "<<", ">>") and not isinstance(kind, FloatType) else t
    value = body.coerce(value, wanted, node.value, "the right side")
    return [AugAssign(body.span(node), target, op, value, t)]


def _aug_item(body: BodyChecker, node: ast.AugAssign, op: ArithOp, of: Expr, t: DictType) -> list[Stmt]:
    """`d[key] op= value`: dict and key are evaluated once, then the item is read, and written in the end."""
    assert isinstance(node.target, ast.Subscript)
    span = body.span(node)
    once = Once(body)
    of, key = once.kept(of), once.kept(body.typed(node.target.slice, t.key, "the key"))
    item = tables.call(body, before(span), "get_item", [of, key], t.value, t)
    if is_changed_in_place(body, t.value, op):
        once.before += changed_in_place(body, node, op, item := once.put(item))
        return [*once.before, *([put_item(body, node, item, of, key, t)] if may_write(body.expr(node.value)) else [])]
    value = body.expr(node.value, t.value)
    kind = body.infer.prune(t.value)
    if isinstance(kind, Unknown):
        body.infer.unify(kind, value.type)
    result = body.coerce(augmented(body, node, op, item, value), t.value, node, f"`{ast.unparse(node.target)}`")
    stored = put_item(body, node, result, of, key, t)
    assert isinstance(stored, ExprStmt)
    assert isinstance(stored.value, Call)
    stored.value.library = f"augmented {op}"
    return [*once.before, stored]


def _aug_data(body: BodyChecker, node: ast.AugAssign, account: Expr) -> list[Stmt]:
    """`account.data[i] op= value`: the index is evaluated once, then the byte is read, and written in the end."""
    assert isinstance(node.target, ast.Subscript)
    if isinstance(node.target.slice, ast.Slice):
        raise body.error(node.target, "a part of the data cannot be changed by `op=`", "write `data[i:j] = ...`")
    once, span = Once(body), body.span(node)
    index = once.kept(index_expr(body, node.target.slice))
    data = body.expr(node.target.value)
    byte = GetIndex(U8, body.span(node.target), data, index)
    result = augmented(body, node, OPS[type(node.op)], byte, body.expr(node.value, U8))
    stored = body.coerce(result, U8, node, "a byte of the data")
    return [
        *once.before,
        ExprStmt(span, Builtin(NONE, body.written(node.target.value), "set_byte", [account, stored, index])),
    ]


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
    once = Once(body)
    value = body.expr(node.value, None if isinstance(body.type_of(where), ClassType) else STR)
    if isinstance(target, PlaceTarget) and (has_effects(where) or may_write(value)):
        target = PlaceTarget(once.place(target.place))
        where = replace(where, value=target.place) if isinstance(where, Unwrap) else target.place
    result = augmented(body, node, OPS[type(node.op)], where, value)
    wanted = target.local.type if isinstance(target, VarTarget) else target.place.type
    result = body.coerce(result, wanted, node.value, f"`{ast.unparse(node.target)}`")
    _changed(body, node.target, target, where)
    return [*once.before, Assign(body.span(node), target, result)]


def _aug_in_place(
    body: BodyChecker, node: ast.AugAssign, op: ArithOp, target: VarTarget | PlaceTarget, where: Expr
) -> list[Stmt]:
    """`items += more`: all names of the list keep the same list, also if `more` puts another list in its place."""
    once = Once(body)
    if isinstance(target, VarTarget) or not may_write(body.expr(node.value)):
        items = once.put(where) if has_effects(where) and op == "*" else where
        return [*once.before, *changed_in_place(body, node, op, items)]
    place = once.place(target.place)
    items = once.put(place)
    return [*once.before, *changed_in_place(body, node, op, items), Assign(body.span(node), PlaceTarget(place), items)]


def _changed(body: BodyChecker, node: ast.expr, target: VarTarget | PlaceTarget, where: Expr) -> None:
    if isinstance(target, VarTarget):
        if body.context is not None:
            body.context.stored.add((target.local.id, ""))
        return
    remember_stored(body, node, target.place, where)

"""Assignment: variables with their scopes and types, fields, elements, tuples, and `op=`."""

from __future__ import annotations

import ast

from seahorse.diagnostics import before
from seahorse.semantics.calls import tables
from seahorse.semantics.calls.invoke import is_cpi, store_cpi
from seahorse.semantics.calls.signers import param_of
from seahorse.semantics.declarations.annotations import type_of
from seahorse.semantics.declarations.typing_names import without_final
from seahorse.semantics.expressions.attributes import get_field
from seahorse.semantics.expressions.effects import has_effects
from seahorse.semantics.expressions.objects import in_place_method, is_named_tuple, named_fields
from seahorse.semantics.expressions.operators import BYTEARRAY_OPERATORS, OPS, arithmetic, bool_as_number
from seahorse.semantics.inference.unknowns import Unknown
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.known import Known
from seahorse.semantics.statements.account_data import write_data, written_data
from seahorse.semantics.statements.local_functions import keep_lambda
from seahorse.semantics.statements.stores import aug_by_method, no_class_constant, no_frozen_field, store_by_method
from seahorse.semantics.statements.unpacking import plain_targets, spread
from seahorse.semantics.tree import (
    ArithOp,
    Assign,
    AugAssign,
    Builtin,
    Call,
    Expr,
    ExprStmt,
    GetField,
    GetIndex,
    Local,
    NoneLit,
    PlaceTarget,
    Stmt,
    Target,
    TupleLit,
    TupleTarget,
    Unwrap,
    Var,
    VarTarget,
)
from seahorse.semantics.tree.types import (
    CPI_ACCOUNT,
    NONE,
    STR,
    U32,
    AccountType,
    ArrayType,
    BytearrayType,
    BytesType,
    ClassType,
    DictType,
    FloatType,
    IterType,
    ListType,
    OptionType,
    SetType,
    StrType,
    TupleType,
    Type,
    U256Type,
    is_account,
)


def assign(body: BodyChecker, node: ast.Assign) -> list[Stmt]:
    """`target = value`."""
    target = node.targets[0]
    kept = keep_lambda(body, node)
    if kept is not None:
        return kept
    if isinstance(target, ast.Name) and is_cpi(body, node.value) and target.id not in body.hoisting.grown:
        return store_cpi(body, target, node.value)
    if isinstance(target, ast.Tuple | ast.List):
        value = body.expr(node.value)
        t = body.type_of(value)
        parts = spread(body, target, value)
        if parts is not None:
            literal = TupleLit(TupleType(tuple(i.type for i in parts[1])), body.span(node.value), parts[1])
            plain = ast.copy_location(ast.Tuple(plain_targets(target), ast.Store()), target)
            kept = ast.copy_location(ast.Assign([plain], Known(literal, node.value)), node)
            return [*parts[0], *_unpack_literal(body, kept, plain, literal)]
        if isinstance(t, TupleType) and isinstance(value, TupleLit):
            return _unpack_literal(body, node, target, value)
        if is_named_tuple(body, t):
            return _unpack_named(body, node, target, value)
        return [Assign(body.span(node), _unpack(body, target, t), value)]
    if (account := written_data(body, target)) is not None:
        return [write_data(body, target, account, node.value)]
    table = _table(body, target)
    if table is not None:
        of, t = table
        assert isinstance(target, ast.Subscript)
        value = _value(body, node.value, t.value)
        value = body.coerce(value, t.value, node.value, f"`{ast.unparse(target)}`")
        return [_put(body, node, value, of, body.typed(target.slice, t.key, "the key"), t)]
    own = store_by_method(body, node, target, node.value)
    if own is not None:
        return own
    value = _value(body, node.value, _known_type(body, target))
    return [_store(body, node, target, value, node.value)]


def _table(body: BodyChecker, target: ast.expr) -> tuple[Expr, DictType] | None:
    """The dict of which a target is an item."""
    if not isinstance(target, ast.Subscript):
        return None
    of = body.expr(target.value)
    t = body.type_of(of)
    return (of, t) if isinstance(t, DictType) else None


def _put(body: BodyChecker, node: ast.stmt, value: Expr, of: Expr, key: Expr, t: DictType) -> Stmt:
    span = body.span(node)
    return ExprStmt(span, tables.call(body, span, "put", [value, of, key], NONE, t))


def _value(body: BodyChecker, node: ast.expr, expected: Type | None) -> Expr:
    body.init_site = node if isinstance(node, ast.Call) else None
    value = body.expr(node, expected)
    body.init_site = None
    t = body.type_of(value)
    if t == NONE:
        raise body.error(node, "this call returns no value", "call it on a line of its own")
    if isinstance(t, IterType):
        if not (isinstance(value, Builtin) and value.name == "range"):
            label = ast.unparse(node)
            raise body.error(
                node,
                "an iterator runs when it is gone through, and only once",
                f"write `list({label})`, or use it where it is gone through",
            )
        # A loop may use a range in a variable at any time and more than once, so the variable holds a list.
        return Builtin(ListType(t.elem), value.span, "list", [value])
    if isinstance(t, TupleType) and any(is_account(body.infer.prune(e)) for e in t.elems):
        raise body.error(node, "a tuple in a variable cannot hold accounts", "use a variable for each account")
    return value


def _known_type(body: BodyChecker, target: ast.expr) -> Type | None:
    """The type that the target has already, to guide literals."""
    if isinstance(target, ast.Name):
        found = body.find(target.id)
        if found is None or found[0].poisoned:
            return None
        t = body.infer.prune(found[0].local.type)
        # A variable of the same block may change its type.
        return t if found[1] < body.depth or isinstance(t, ListType | OptionType | ArrayType) else None
    if isinstance(target, ast.Attribute | ast.Subscript):
        return place(body, target).type
    return None


def _store(body: BodyChecker, node: ast.stmt, target: ast.expr, value: Expr, value_node: ast.expr) -> Assign:
    if isinstance(target, ast.Name):
        return store_name(body, node, target, value, value_node)
    where = place(body, target)
    what = f"`{ast.unparse(target)}`"
    converted = body.coerce(value, where.type, value_node, what)
    _stored(body, target, where, value)
    return Assign(body.span(node), PlaceTarget(where), converted)


def store_name(
    body: BodyChecker, node: ast.stmt, target: ast.Name, value: Expr, value_node: ast.expr, declared: Type | None = None
) -> Assign:
    """Assign to a variable: the one that is visible, or a new one in this block."""
    span = body.span(target)
    found = body.find(target.id)
    param = param_of(body, value)
    if found is not None and found[0].poisoned:
        found = None
    if found is not None and (declared is None or found[1] < body.depth):
        binding, depth = found
        local = binding.local
        converted = body.infer.coerce(value, local.type)
        is_account_variable = binding.param is not None or param is not None
        if depth == body.depth and (converted is None or is_account_variable):
            pass
        elif converted is None:
            old, new = body.show(local.type), body.show(value.type)
            raise body.error(
                value_node,
                f"`{target.id}` is {old} outside this block and cannot become {new} in it",
                "convert the value, or use another variable",
            )
        else:
            body.forget((local.id,))
            if body.context is not None:
                body.context.stored.add((local.id, ""))
            body.rebind(local, binding.span, None)
            _narrow(body, (local.id,), local.type, value)
            return Assign(body.span(node), VarTarget(local, False), converted)
    t = declared if declared is not None else value.type
    converted = body.coerce(value, t, value_node, f"`{target.id}`")
    hoisted = body.declare_waiting(target.id, t)
    local = hoisted or body.declare(target.id, t, span, param)
    _narrow(body, (local.id,), t, value)
    return Assign(body.span(node), VarTarget(local, hoisted is None), converted)


def _narrow(body: BodyChecker, path: tuple[int | str, ...], t: Type, value: Expr) -> None:
    """After `x = value`, an option holds a value if the assigned value does."""
    if not isinstance(body.infer.prune(t), OptionType):
        return
    given = body.type_of(value)
    if not isinstance(given, OptionType) and not isinstance(value, NoneLit):
        body.narrowed.add(path)


def ann_assign(body: BodyChecker, node: ast.AnnAssign) -> list[Stmt]:
    """`name: Type = value`."""
    if not isinstance(node.target, ast.Name):
        raise body.error(node.annotation, "a field's type is declared in its class", "remove the annotation here")
    if node.value is None:
        raise body.error(node, f"`{node.target.id}` is declared without a value", "assign a value on this line")
    kept = keep_lambda(body, node)
    if kept is not None:
        return kept
    annotation = without_final(body.scope, node.annotation)
    if annotation is None:
        plain = ast.copy_location(ast.Assign([node.target], node.value), node)
        return assign(body, plain)
    declared = type_of(body.scope, annotation)
    known = isinstance(node.value, ast.List) or is_cpi(body, node.value)
    if declared in (CPI_ACCOUNT, ListType(CPI_ACCOUNT)) and known and node.target.id not in body.hoisting.grown:
        return store_cpi(body, node.target, node.value)
    value = _value(body, node.value, declared)
    value = body.coerce(value, declared, node.value, f"`{node.target.id}`")
    found = body.find(node.target.id)
    if found is not None and not found[0].poisoned and found[1] < body.depth:
        outer = body.show(found[0].local.type)
        if body.infer.resolve(found[0].local.type) != declared:
            raise body.error(
                node.annotation, f"`{node.target.id}` is {outer} outside this block", "use another variable"
            )
    return [store_name(body, node, node.target, value, node.value, declared)]


# --- places ---


def place(body: BodyChecker, node: ast.expr) -> Expr:
    """A field or an element as a place to store to."""
    if isinstance(node, ast.Attribute):
        _no_constant(body, node)
        found = get_field(body, body.expr(node.value), node)
        found = found.value if isinstance(found, Unwrap) else found
        if not isinstance(found, GetField):
            no_class_constant(body, node)
            raise body.error(node, "this cannot be assigned", "assign to a field of an account or a class")
        _own_account(body, found, node)
        no_frozen_field(body, found, node)
        return found
    if isinstance(node, ast.Subscript):
        if isinstance(node.slice, ast.Slice):
            raise body.error(
                node,
                "a slice of this cannot be assigned",
                "give the list a name: `items = x.data`, then `items[a:b] = ...`",
            )
        _no_constant(body, node)
        found = body.expr(node)
        found = found.value if isinstance(found, Unwrap) else found
        if _table(body, node) is not None:
            label = ast.unparse(node)
            raise body.error(node, "an item of a dict is assigned alone", f"write `{label} = ...` on a line of its own")
        if not isinstance(found, GetIndex) or not isinstance(body.type_of(found.obj), ListType | ArrayType):
            kind = body.show(found.obj.type) if isinstance(found, GetIndex) else "this"
            raise body.error(node, f"the elements of {kind} cannot be assigned", "build a new value")
        _own_account(body, found, node)
        return found
    if isinstance(node, ast.Starred):
        raise body.error(node, "`*` unpacking is not supported", "name each value")
    raise body.error(node, "this cannot be assigned", "assign to a variable, a field or an element")


def _no_constant(body: BodyChecker, node: ast.Attribute | ast.Subscript) -> None:
    """Refuse a place inside a module-level name."""
    root: ast.expr = node
    while isinstance(root, ast.Attribute | ast.Subscript):
        root = root.value
    if isinstance(root, ast.Name) and body.symbol(root) is not None:
        raise body.error(
            node, f"`{root.id}` is not a variable: module names are constants", "keep changing values in an account"
        )


def _own_account(body: BodyChecker, found: Expr, node: ast.AST) -> None:
    """Only the owner program may change an account."""
    current = found
    while isinstance(current, GetField | GetIndex | Unwrap):
        current = current.value if isinstance(current, Unwrap) else current.obj
        t = body.type_of(current)
        if isinstance(t, AccountType) and t.decl.program != body.checker.name:
            raise body.error(
                node,
                f"{t} belongs to program `{t.decl.program}`, which alone can change it",
                f"call an instruction of it: `{t.decl.program}.some_instruction(...)`",
            )


def _stored(body: BodyChecker, target: ast.expr, where: Expr, value: Expr) -> None:
    """Forget what the store may have changed, and remember it for the seeds of a later `init`."""
    if isinstance(where, GetField):
        body.forget_field(where.name)
        body.effects += 1
        path = body.path(target)
        if path is not None:
            _narrow(body, path, where.type, value)
        obj = where.obj.value if isinstance(where.obj, Unwrap) else where.obj
        if body.context is not None and isinstance(obj, Var):
            body.context.stored.add((obj.local.id, where.name))
    else:
        body.forget_fields()


# --- tuples ---


def _unpack_named(body: BodyChecker, node: ast.Assign, target: ast.Tuple | ast.List, value: Expr) -> list[Stmt]:
    """`x, y = point` of a NamedTuple, which is evaluated once."""
    if isinstance(value, Var):
        return unpack_object(body, node, target, value)
    held = body.hidden("object", value.type)
    kept = Assign(body.span(node), VarTarget(held, True), value)
    return [kept, *unpack_object(body, node, target, Var(value.type, value.span, held))]


def unpack_object(body: BodyChecker, node: ast.stmt, target: ast.Tuple | ast.List, value: Expr) -> list[Stmt]:
    """The fields of an object, each to its target."""
    source = Known(value, target)
    items = named_fields(body, value, target)
    literal = TupleLit(TupleType(tuple(i.type for i in items)), body.span(target), items)
    return _unpack_literal(body, ast.copy_location(ast.Assign([target], source), node), target, literal)


def _unpack_literal(body: BodyChecker, node: ast.Assign, target: ast.Tuple | ast.List, value: TupleLit) -> list[Stmt]:
    """`a, b = x, y`: the values are all computed before the first is stored."""
    if len(target.elts) != len(value.items):
        raise body.error(
            target, f"this assigns {len(value.items)} values to {len(target.elts)} targets", "make the numbers equal"
        )
    elements = node.value.elts if isinstance(node.value, ast.Tuple) else []
    targets: list[Target] = []
    items: list[Expr] = []
    for i, (item_target, item) in enumerate(zip(target.elts, value.items, strict=True)):
        if isinstance(item_target, ast.Tuple | ast.List):
            targets.append(_unpack(body, item_target, body.type_of(item)))
            items.append(item)
            continue
        at = elements[i] if i < len(elements) else node.value
        stored = _store(body, node, item_target, item, at)
        targets.append(stored.target)
        items.append(stored.value)
    value.items = items
    value.type = TupleType(tuple(i.type for i in items))
    return [Assign(body.span(node), TupleTarget(targets), value)]


def _unpack(body: BodyChecker, target: ast.Tuple | ast.List, t: Type) -> TupleTarget:
    """Targets for the elements of a tuple value."""
    if isinstance(t, OptionType):
        raise body.error(target, "the value may be None", "test `is not None` first")
    if not isinstance(t, TupleType):
        raise body.error(target, f"{body.show(t)} cannot be unpacked", "only tuples can: index it instead")
    if len(t.elems) != len(target.elts):
        raise body.error(
            target, f"this assigns {len(t.elems)} values to {len(target.elts)} targets", "make the numbers equal"
        )
    return TupleTarget(
        [declare_target(body, e, elem, fresh=False) for e, elem in zip(target.elts, t.elems, strict=True)]
    )


def declare_target(body: BodyChecker, node: ast.expr, t: Type, fresh: bool = True) -> Target:
    """A target that takes a value of type `t`; `fresh`: a comprehension's own variable, whatever is visible outside."""
    if isinstance(node, ast.Tuple | ast.List):
        t = body.infer.prune(t)
        if not isinstance(t, TupleType) or len(t.elems) != len(node.elts):
            raise body.error(node, f"{body.show(t)} does not unpack into {len(node.elts)} names", "correct the targets")
        return TupleTarget([declare_target(body, e, elem, fresh) for e, elem in zip(node.elts, t.elems, strict=True)])
    if isinstance(node, ast.Name):
        if fresh:
            return VarTarget(body.declare(node.id, t, body.span(node)), True)
        holder = Var(t, body.span(node), Local(-2, node.id, t))
        stored = store_name(body, ast.copy_location(ast.Pass(), node), node, holder, node)
        if stored.value is not holder:
            raise body.error(
                node, f"`{node.id}` has another type: {body.show(holder.type)} is unpacked", "use a new variable"
            )
        return stored.target
    where = place(body, node)
    if not body.infer.unify(where.type, t):
        raise body.error(
            node, f"this is {body.show(where.type)}, but {body.show(t)} is unpacked", "convert it in a variable"
        )
    _stored(body, node, where, Var(t, body.span(node), Local(-2, "", t)))
    return PlaceTarget(where)


# --- op= ---


def aug_assign(body: BodyChecker, node: ast.AugAssign) -> list[Stmt]:
    """`place op= value`."""
    op = OPS[type(node.op)]
    table = _table(body, node.target)
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
        return [ExprStmt(body.span(node), BYTEARRAY_OPERATORS[1](body, node, where, node.value))]
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
    stored = _put(body, node, result, of, key, t)
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
    _stored(body, node, target.place, where)

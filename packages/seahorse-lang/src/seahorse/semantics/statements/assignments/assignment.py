"""Assignment: variables with their scopes and types, fields, elements, tuples."""

from __future__ import annotations

import ast

from seahorse.semantics.calls.accounts.invoke import is_cpi, store_cpi
from seahorse.semantics.calls.accounts.signers import param_of
from seahorse.semantics.calls.containers import tables
from seahorse.semantics.declarations.annotations import type_of
from seahorse.semantics.declarations.typing_forms.typing_names import without_final
from seahorse.semantics.expressions.attributes import get_field
from seahorse.semantics.expressions.objects import is_named_tuple, named_fields
from seahorse.semantics.inference.mismatches import mismatch_hint
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.known import Known
from seahorse.semantics.statements.assignments.account_data import write_data, written_data
from seahorse.semantics.statements.assignments.stores import (
    is_stored_by_method,
    no_class_constant,
    no_frozen_field,
    store_by_method,
)
from seahorse.semantics.statements.assignments.unpacking import plain_targets, spread
from seahorse.semantics.statements.local_functions import keep_lambda
from seahorse.semantics.tree import (
    Assign,
    Builtin,
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
    AccountType,
    ArrayType,
    DictType,
    IterType,
    ListType,
    OptionType,
    TupleType,
    Type,
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
            return _one_by_one(body, node, target, value) or _unpack_literal(body, node, target, value)
        if is_named_tuple(body, t):
            return _unpack_named(body, node, target, value)
        return [Assign(body.span(node), _unpack(body, target, t), value)]
    if (account := written_data(body, target)) is not None:
        return [write_data(body, target, account, node.value)]
    table = table_of_item(body, target)
    if table is not None:
        of, t = table
        assert isinstance(target, ast.Subscript)
        value = _value(body, node.value, t.value)
        value = body.coerce(value, t.value, node.value, f"`{ast.unparse(target)}`")
        return [put_item(body, node, value, of, body.typed(target.slice, t.key, "the key"), t)]
    own = store_by_method(body, node, target, node.value)
    if own is not None:
        return own
    value = _value(body, node.value, _known_type(body, target))
    return [_store(body, node, target, value, node.value)]


def _one_by_one(
    body: BodyChecker, node: ast.Assign, target: ast.Tuple | ast.List, value: TupleLit
) -> list[Stmt] | None:
    """`d[k], x.prop = a, b`, of which some are stored by a call: all values first, then one store after the other.

    None for other targets.
    """
    elements = node.value.elts if isinstance(node.value, ast.Tuple | ast.List) else []
    if len(elements) != len(target.elts) or any(is_account(body.type_of(i)) for i in value.items):
        return None
    if not any(table_of_item(body, t) is not None or is_stored_by_method(body, t) for t in target.elts):
        return None
    span = body.span(node)
    held = [body.hidden("value", i.type) for i in value.items]
    out: list[Stmt] = [Assign(span, TupleTarget([VarTarget(h, True) for h in held]), value)]
    for t, h, element in zip(target.elts, held, elements, strict=True):
        given = Known(Var(h.type, body.span(element), h), element)
        out += assign(body, ast.copy_location(ast.Assign([t], given), t))
    return out


def table_of_item(body: BodyChecker, target: ast.expr) -> tuple[Expr, DictType] | None:
    """The dict that a target is an item of."""
    if not isinstance(target, ast.Subscript):
        return None
    of = body.expr(target.value)
    t = body.type_of(of)
    return (of, t) if isinstance(t, DictType) else None


def put_item(body: BodyChecker, node: ast.stmt, value: Expr, of: Expr, key: Expr, t: DictType) -> Stmt:
    """`of[key] = value` of a dict."""
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
                "an iterator runs when a loop goes through it, and only once",
                f"write `list({label})`, or use it in the loop itself",
                body.source.around(node, "list(", ")"),
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
        keeps = found[1] < body.depth or found[0].declared
        return t if keeps or isinstance(t, ListType | OptionType | ArrayType) else None
    if isinstance(target, ast.Attribute | ast.Subscript):
        return place(body, target).type
    return None


def _store(body: BodyChecker, node: ast.stmt, target: ast.expr, value: Expr, value_node: ast.expr) -> Assign:
    if isinstance(target, ast.Name):
        return store_name(body, node, target, value, value_node)
    where = place(body, target)
    what = f"`{ast.unparse(target)}`"
    converted = body.coerce(value, where.type, value_node, what)
    remember_stored(body, target, where, value)
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
        keeps = depth != body.depth or binding.declared
        if converted is None and keeps:
            converted = body.infer.coerce_checked(value, local.type)
        if not keeps and (converted is None or is_account_variable):
            pass
        elif converted is None:
            old, new = body.show(local.type), body.show(value.type)
            if binding.declared:
                hint = mismatch_hint(body.infer.resolve(value.type), body.infer.resolve(local.type))
                raise body.error(value_node, f"`{target.id}` is {old}, but this is {new}", hint)
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


def _is_constructor(body: BodyChecker) -> bool:
    """Whether the body is that of an `__init__`, perhaps of a base that `super()` calls."""
    of_base = body.definer is not None and body.name == f"{body.definer.decl.name}_init"
    return of_base or body.name.endswith("__init__")


def ann_assign(body: BodyChecker, node: ast.AnnAssign) -> list[Stmt]:
    """`name: Type = value`."""
    if isinstance(node.target, ast.Attribute) and node.value is not None and _is_constructor(body):
        # The class has the field of this type (`declarations/init_fields.py`).
        return assign(body, ast.copy_location(ast.Assign([node.target], node.value), node))
    if not isinstance(node.target, ast.Name):
        bare = None
        if node.value is not None:
            target, value = body.source.text_of(node.target), body.source.text_of(node.value)
            bare = body.source.instead(node, f"{target} = {value}")
        message = "a field's type is declared in its class"
        raise body.error(node.annotation, message, "remove the annotation here", bare)
    if node.value is None:
        return _declare(body, node, node.target.id)
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


def _declare(body: BodyChecker, node: ast.AnnAssign, name: str) -> list[Stmt]:
    """`name: Type`, for a variable that statements further down assign. A use before these is an error there."""
    annotation = without_final(body.scope, node.annotation)
    if annotation is None or is_account(declared := type_of(body.scope, annotation)):
        raise body.error(node, f"`{name}` is declared without a value", "assign a value on this line")
    found = body.find(name)
    if found is None:
        body.declare_waiting(name, declared, declared=True)
    elif not found[0].poisoned and body.infer.resolve(found[0].local.type) != declared:
        old = body.show(found[0].local.type)
        raise body.error(node.annotation, f"`{name}` is {old} already", "use another variable")
    return []


# --- places ---


def place(body: BodyChecker, node: ast.expr) -> Expr:
    """A field or an element as a place to store to."""
    if isinstance(node, ast.Attribute):
        _no_constant(body, node)
        found = get_field(body, body.expr(node.value), node)
        found = found.value if isinstance(found, Unwrap) else found
        if not isinstance(found, GetField):
            no_class_constant(body, node)
            hint = "assign to a field of an account or a class"
            if node.attr == "lamports":
                hint = f"move them: `{ast.unparse(node.value)}.transfer_lamports(to, amount)`"
            raise body.error(node, "this cannot be assigned", hint)
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
        if table_of_item(body, node) is not None:
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


def remember_stored(body: BodyChecker, target: ast.expr, where: Expr, value: Expr) -> None:
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
    remember_stored(body, node, where, Var(t, body.span(node), Local(-2, "", t)))
    return PlaceTarget(where)

"""dict and set: literals, comprehensions, constructors, items, methods, operators. They are lists of the library."""

from __future__ import annotations

import ast
from typing import Literal

from seahorse.diagnostics import Span, before, fail
from seahorse.semantics.calls.builtins.iteration import collected
from seahorse.semantics.calls.builtins.registry import builtin
from seahorse.semantics.calls.functions.arguments import bind
from seahorse.semantics.expressions.comparisons import equatable
from seahorse.semantics.expressions.indexes import iterate
from seahorse.semantics.expressions.kinds.iterators import made as made_function
from seahorse.semantics.expressions.literals import inner_type, joined
from seahorse.semantics.inference.unknowns import Unknown
from seahorse.semantics.scope.body import BodyChecker, handles
from seahorse.semantics.scope.library import later
from seahorse.semantics.scope.method_table import DELETE, special
from seahorse.semantics.tree import (
    Builtin,
    Coerce,
    EnumLit,
    Expr,
    GetIndex,
    IntLit,
    Lambda,
    ListLit,
    Not,
    StrLit,
    TupleLit,
    Var,
)
from seahorse.semantics.tree.types import (
    BOOL,
    NONE,
    STR,
    U64,
    BoolType,
    BytesType,
    ClassType,
    DictType,
    EnumType,
    IntType,
    IterType,
    ListType,
    OptionType,
    PubkeyType,
    SetType,
    StrType,
    TupleType,
    Type,
    dict_type,
    is_account,
)


def hashable(t: Type) -> bool:
    match t:
        case IntType() | BoolType() | StrType() | BytesType() | PubkeyType() | EnumType() | Unknown():
            return True
        case TupleType(elems):
            return all(hashable(e) for e in elems)
        case ClassType(decl=decl):
            return decl.frozen and all(hashable(f.type) for f in decl.all_fields())
        case _:
            return False


def _plain(value: Expr, t: ListType) -> Expr:
    """A dict or set as the list that it is in the library."""
    return Coerce(ListType(t.elem), value.span, value)


def call(body: BodyChecker, span: Span, name: str, args: list[Expr], returns: Type, t: ListType) -> Expr:
    """A function of the library on a dict or a set."""
    args = [_plain(a, t) if isinstance(body.infer.prune(a.type), DictType | SetType) else a for a in args]
    if isinstance(t, DictType):
        return later(body, span, "tables", name, args, returns, {"K": t.key, "V": t.value}, f"dict.{name}", check_types)
    return later(body, span, "sets", name, args, returns, {"K": t.elem}, f"set.{name}", check_types)


def check_types(span: Span, types: dict[str, Type]) -> None:
    """Refuse types that no dict or set has, when they are known."""
    if not hashable(types["K"]):
        hint = "keys are integers, bools, texts, bytes, enums, Pubkeys, tuples of them, and frozen dataclasses of them"
        raise fail(span, f"a value of type {types['K']} cannot be a key of a dict or an item of a set", hint)
    if is_account(types.get("V", NONE)):
        raise fail(span, "a dict cannot hold accounts", "hold their addresses: `.key()`")


def made(body: BodyChecker, span: Span, name: str, args: list[Expr], t: ListType) -> Expr:
    """A function of the library that gives a new dict or set."""
    return Coerce(t, span, call(body, span, name, args, ListType(t.elem), t))


# --- literals, comprehensions, constructors ---


def _wished_dict(body: BodyChecker, expected: Type | None) -> DictType:
    wanted = inner_type(body, expected)
    return wanted if isinstance(wanted, DictType) else dict_type(body.infer.fresh(), body.infer.fresh())


def _wished_set(body: BodyChecker, expected: Type | None) -> SetType:
    wanted = inner_type(body, expected)
    return wanted if isinstance(wanted, SetType) else SetType(body.infer.fresh())


@handles(ast.Dict)
def dict_literal(body: BodyChecker, node: ast.Dict, expected: Type | None) -> Expr:
    span = body.span(node)
    if any(key is None for key in node.keys):
        return _merged_literal(body, node, expected)
    keys = [k for k in node.keys if k is not None]
    t = _wished_dict(body, expected)
    known = isinstance(inner_type(body, expected), DictType)
    found = [body.expr(k, t.key) for k in keys]
    values = [body.expr(v, t.value) for v in node.values]
    ks, key = joined(body, found, keys, t.key if known else None, "the keys of this dict")
    vs, value = joined(body, values, node.values, t.value if known else None, "the values of this dict")
    t = dict_type(key, value)
    pair = TupleType((key, value))
    items: list[Expr] = [TupleLit(pair, k.span, [k, v]) for k, v in zip(ks, vs, strict=True)]
    literal = ListLit(ListType(pair), span, items)
    body.check_later(span, {"K": key, "V": value}, check_types)
    # Keys that differ for sure need no search.
    if len(ks) < 2 or _differ(ks):
        return Coerce(t, span, literal)
    return made(body, span, "from_pairs", [literal], t)


def _differ(keys: list[Expr]) -> bool:
    """Whether all keys are literals, and no two are the same."""
    known = [key.value for key in keys if isinstance(key, IntLit | StrLit)]
    known += [key.variant for key in keys if isinstance(key, EnumLit)]
    return len(set(known)) == len(keys)


def _merged_literal(body: BodyChecker, node: ast.Dict, expected: Type | None) -> Expr:
    """`{**a, k: v, **b}`: one after the other."""
    total: Expr | None = None
    t: Type | None = expected
    for key, value in zip(node.keys, node.values, strict=True):
        part = value if key is None else ast.copy_location(ast.Dict([key], [value]), key)
        made_part = body.expr(part, t)
        of = body.type_of(made_part)
        if not isinstance(of, DictType):
            raise body.error(part, f"`**` takes a dict, not {body.show(of)}", "name each key")
        t = of
        span = body.span(node)
        total = made(body, span, "copied", [made_part], of) if total is None else _merge(body, node, total, made_part)
    assert total is not None
    return total


def _merge(body: BodyChecker, node: ast.expr, left: Expr, right: Expr) -> Expr:
    t = body.type_of(left)
    assert isinstance(t, DictType)
    right = body.coerce(right, t, node, "the right side")
    return made(body, body.span(node), "merged", [left, right], t)


@handles(ast.Set)
def set_literal(body: BodyChecker, node: ast.Set, expected: Type | None) -> Expr:
    span = body.span(node)
    wanted = inner_type(body, expected)
    elem = wanted.elem if isinstance(wanted, SetType) else None
    items, elem = joined(body, [body.expr(e, elem) for e in node.elts], node.elts, elem, "the items of this set")
    return made(body, span, "unique", [ListLit(ListType(elem), span, items)], SetType(elem))


@handles(ast.DictComp)
def dict_comprehension(body: BodyChecker, node: ast.DictComp, expected: Type | None) -> Expr:
    wanted = inner_type(body, expected)
    pair = ast.copy_location(ast.Tuple([node.key, node.value], ast.Load()), node.key)
    listed = ast.copy_location(ast.ListComp(pair, node.generators), node)
    value = body.expr(listed, ListType(wanted.elem) if isinstance(wanted, DictType) else None)
    of = body.type_of(value)
    assert isinstance(of, ListType)
    pairs = body.infer.prune(of.elem)
    assert isinstance(pairs, TupleType)
    return made(body, body.span(node), "from_pairs", [value], dict_type(*pairs.elems))


@handles(ast.SetComp)
def set_comprehension(body: BodyChecker, node: ast.SetComp, expected: Type | None) -> Expr:
    wanted = inner_type(body, expected)
    listed = ast.copy_location(ast.ListComp(node.elt, node.generators), node)
    value = body.expr(listed, ListType(wanted.elem) if isinstance(wanted, SetType) else None)
    of = body.type_of(value)
    assert isinstance(of, ListType)
    return made(body, body.span(node), "unique", [value], SetType(of.elem))


# `dict(part.split("=") for part in parts)`: each list must have two items.
_PAIRS = """
def pairs_of(items: Items) -> Pairs:
    pairs: Pairs = []
    for item in items:
        key, value = item
        pairs.append((key, value))
    return pairs
"""


@builtin("dict")
def _dict(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    span = body.span(node)
    if node.keywords and not node.args:
        keys: list[ast.expr | None] = [ast.copy_location(ast.Constant(k.arg), k.value) for k in node.keywords]
        return body.expr(ast.copy_location(ast.Dict(keys, [k.value for k in node.keywords]), node), expected)
    if not node.args:
        t = _wished_dict(body, expected)
        body.check_later(span, {"K": t.key, "V": t.value}, check_types)
        return Coerce(t, span, ListLit(ListType(t.elem), span, []))
    if node.keywords or len(node.args) != 1:
        raise body.error(node, "`dict` takes pairs, or keywords", "write `dict(pairs)` or `{...}`")
    value = body.expr(node.args[0], expected)
    if isinstance(of := body.type_of(value), DictType):
        return made(body, span, "copied", [value], of)
    sequence, item = iterate(body, node.args[0])
    pair = body.infer.prune(item)
    if isinstance(pair, ListType):
        listed, t = collected(sequence, item), ListType(TupleType((pair.elem, pair.elem)))
        pairs = made_function(body, node, _PAIRS, {"Items": body.type_of(listed), "Pairs": t}, t, [listed])
        return made(body, span, "from_pairs", [pairs], dict_type(pair.elem, pair.elem))
    if not isinstance(pair, TupleType) or len(pair.elems) != 2:
        raise body.error(node.args[0], f"a dict is made of pairs, not of {body.show(item)}", "give tuples of two")
    return made(body, span, "from_pairs", [collected(sequence, item)], dict_type(*pair.elems))


@builtin("set")
def _set(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    span = body.span(node)
    if node.keywords or len(node.args) > 1:
        raise body.error(node, "`set` takes one sequence", "write `set(items)` or `{a, b}`")
    if not node.args:
        t = _wished_set(body, expected)
        body.check_later(span, {"K": t.elem}, check_types)
        return Coerce(t, span, ListLit(ListType(t.elem), span, []))
    sequence, item = iterate(body, node.args[0])
    return made(body, span, "unique", [collected(sequence, item)], SetType(item))


@builtin("dict.fromkeys")
def _from_keys(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    """`dict.fromkeys(keys, value)`."""
    bound = bind(body, node, ["iterable", "value"], ["value"], "fromkeys")
    if "value" not in bound:
        raise body.error(node, "the values would all be None", "give a value: `dict.fromkeys(keys, 0)`, or use a set")
    sequence, item = iterate(body, bound["iterable"])
    value = body.expr(bound["value"])
    t = dict_type(item, value.type)
    return made(body, body.span(node), "from_keys", [collected(sequence, item), value], t)


# --- items ---


def get_item(body: BodyChecker, node: ast.Subscript, value: Expr, t: DictType) -> Expr:
    """`d[key]`."""
    if isinstance(node.slice, ast.Slice):
        raise body.error(node, f"{body.show(t)} cannot be sliced", "only lists, arrays, str and bytes can")
    key = body.typed(node.slice, t.key, "the key")
    return call(body, body.span(node), "get_item", [value, key], t.value, t)


def items_of(body: BodyChecker, value: Expr, t: ListType) -> Expr:
    """The pairs of a dict or the items of a set, one after the other; a change of its size on the way is an error."""
    return Builtin(IterType(t.elem), value.span, "entries", [value])


def part(body: BodyChecker, value: Expr, t: DictType, at: Literal[0, 1]) -> Expr:
    """The keys or the values of a dict, one after the other."""
    span, pair = before(value.span), TupleType((t.key, t.value))
    local = body.hidden("pair", pair)
    elem = pair.elems[at]
    found = GetIndex(elem, span, Var(pair, span, local), IntLit(U64, span, at))
    return Builtin(IterType(elem), span, "map", [Lambda(elem, span, [local], found), items_of(body, value, t)])


def contains(body: BodyChecker, node: ast.expr, item_node: ast.expr, item: Expr, value: Expr, t: ListType) -> Expr:
    elem = t.key if isinstance(t, DictType) else t.elem
    return call(body, body.span(node), "has", [body.coerce(item, elem, item_node, "the key"), value], BOOL, t)


# --- methods ---


def _arguments(
    body: BodyChecker, node: ast.Call, name: str, kinds: dict[str, Type], optional: tuple[str, ...] = ()
) -> list[Expr]:
    if node.keywords:
        raise body.error(node.keywords[0].value, f"`{name}` takes no keyword arguments", "give the value alone")
    bound = bind(body, node, list(kinds), optional, name)
    return [body.typed(bound[n], t, f"parameter `{n}`") for n, t in kinds.items() if n in bound]


@special("dict", "get")
def _get(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    assert isinstance(t, DictType)
    args = _arguments(body, node, "get", {"key": t.key, "default": t.value}, ("default",))
    if len(args) == 2:
        return call(body, body.span(node), "get_or", [receiver, *args], t.value, t)
    if isinstance(body.infer.prune(t.value), OptionType):
        raise body.error(node, "this value may be None itself", "test `key in d`, then read `d[key]`")
    return call(body, body.span(node), "get_maybe", [receiver, *args], OptionType(t.value), t)


@special("dict", "pop")
def _pop(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    assert isinstance(t, DictType)
    args = _arguments(body, node, "pop", {"key": t.key, "default": t.value}, ("default",))
    return call(body, body.span(node), "pop_or" if len(args) == 2 else "pop_item", [receiver, *args], t.value, t)


@special("dict", DELETE)
def _delete(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    assert isinstance(t, DictType)
    args = _arguments(body, node, DELETE, {"key": t.key})
    return call(body, body.span(node), "pop_item", [receiver, *args], t.value, t)


@special("dict", "popitem")
def _popitem(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    assert isinstance(t, DictType)
    _arguments(body, node, "popitem", {})
    return call(body, body.span(node), "pop_last", [receiver], t.elem, t)


@special("dict", "setdefault")
def _setdefault(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    assert isinstance(t, DictType)
    args = _arguments(body, node, "setdefault", {"key": t.key, "default": t.value})
    return call(body, body.span(node), "set_default", [receiver, *args], t.value, t)


def _same_kind(body: BodyChecker, node: ast.expr, t: ListType) -> Expr:
    """An argument that is a dict or set of the same type, or any sequence of its pairs or items."""
    value = body.expr(node, t)
    if type(body.type_of(value)) is type(t):
        return body.coerce(value, t, node, "the argument")
    sequence, item = iterate(body, node)
    if not body.infer.unify(item, t.elem):
        raise body.error(
            node, f"these are of type {body.show(item)}, not {body.show(t.elem)}", f"give a {body.show(t)}"
        )
    return collected(sequence, item)


@special("dict", "update")
def _update(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    assert isinstance(t, DictType)
    if node.keywords and not node.args:
        # `d.update(x=9)`
        keys: list[ast.expr | None] = [ast.copy_location(ast.Constant(k.arg), k.value) for k in node.keywords]
        given: ast.expr = ast.copy_location(ast.Dict(keys, [k.value for k in node.keywords]), node)
    else:
        given = bind(body, node, ["other"], [], "update")["other"]
    return call(body, body.span(node), "update", [receiver, _same_kind(body, given, t)], NONE, t)


def _view(name: str) -> None:
    @special("dict", name)
    def check(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
        assert isinstance(t, DictType)
        bind(body, node, [], [], name)
        if name == "items":
            return items_of(body, receiver, t)
        return part(body, receiver, t, 0 if name == "keys" else 1)


for _name in ("keys", "values", "items"):
    _view(_name)


def _whole(kind: str, name: str, function: str) -> None:
    @special(kind, name)
    def check(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
        assert isinstance(t, DictType | SetType)
        bind(body, node, [], [], name)
        if name == "copy":
            return made(body, body.span(node), function, [receiver], t)
        return call(body, body.span(node), function, [receiver], NONE, t)


for _kind in ("dict", "set"):
    _whole(_kind, "copy", "copied")
    _whole(_kind, "clear", "clear")


def _item_method(name: str) -> None:
    @special("set", name)
    def check(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
        assert isinstance(t, SetType)
        return call(body, body.span(node), name, [receiver, *_arguments(body, node, name, {"item": t.elem})], NONE, t)


for _name in ("add", "discard", "remove"):
    _item_method(_name)


def _set_method(name: str) -> None:
    @special("set", name)
    def check(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
        assert isinstance(t, SetType)
        other = _same_kind(body, bind(body, node, ["other"], [], name)["other"], t)
        span = body.span(node)
        if name.startswith("is"):
            return call(body, span, name, [receiver, other], BOOL, t)
        if name.endswith("update"):
            return call(body, span, name, [receiver, other], NONE, t)
        return made(body, span, name, [receiver, other], t)


SET_METHODS = ("union", "intersection", "difference", "symmetric_difference")
for _name in (*SET_METHODS, "issubset", "issuperset", "isdisjoint", "update"):
    _set_method(_name)
for _name in SET_METHODS[1:]:
    _set_method(f"{_name}_update")


@special("set", "pop")
def _set_pop(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    raise body.error(node, "Python does not say which item `pop` takes", "take `min(items)`, then `remove` it")


# --- operators ---

_UNIONS = {"|": "union", "&": "intersection", "-": "difference", "^": "symmetric_difference"}
_IN_PLACE = {"|": "update", "&": "intersection_update", "-": "difference_update", "^": "symmetric_difference_update"}


def operate(body: BodyChecker, node: ast.expr, op: str, left: Expr, right: Expr) -> Expr:
    """`left op right` of two dicts or two sets."""
    t = body.type_of(left)
    assert isinstance(t, DictType | SetType)
    function = (
        "merged" if isinstance(t, DictType) and op == "|" else _UNIONS.get(op) if isinstance(t, SetType) else None
    )
    if function is None:
        hint = "of sets `|`, `&`, `-`, `^`; of dicts `|`"
        raise body.error(node, f"`{op}` does not work on {body.show(t)}", hint)
    return made(body, body.span(node), function, [left, body.coerce(right, t, node, "the right side")], t)


def operate_in_place(body: BodyChecker, node: ast.AugAssign, op: str, target: Expr, t: ListType) -> Expr:
    """`target op= value`, which changes the object itself."""
    function = (
        "update" if isinstance(t, DictType) and op == "|" else _IN_PLACE.get(op) if isinstance(t, SetType) else None
    )
    if function is None:
        raise body.error(
            node, f"`{op}=` does not work on {body.show(t)}", "of sets `|=`, `&=`, `-=`, `^=`; of dicts `|=`"
        )
    value = body.typed(node.value, t, "the right side")
    return call(body, body.span(node), function, [target, value], NONE, t)


def compare(body: BodyChecker, node: ast.expr, op: str, left: Expr, right: Expr) -> Expr:
    t = body.type_of(left)
    assert isinstance(t, DictType | SetType)
    right = body.coerce(right, t, node, "the right side")
    span = body.span(node)
    if isinstance(t, DictType):
        if op not in ("==", "!="):
            raise body.error(node, f"`{op}` does not work on {body.show(t)}", "compare `sorted(d.items())`")
        if not equatable(body.infer.resolve(t.value)):
            raise body.error(node, f"`{op}` does not work on values of type {body.show(t.value)}", "compare in a loop")
    functions = {"==": "same", "!=": "same", "<=": "issubset", ">=": "issubset", "<": "within", ">": "within"}
    sides = [right, left] if op in (">", ">=") else [left, right]
    found = call(body, span, functions[op], sides, BOOL, t)
    return Not(BOOL, span, found) if op == "!=" else found


def text(body: BodyChecker, node: ast.expr, value: Expr, t: ListType) -> Expr:
    if isinstance(t, SetType):
        raise body.error(node, "a set has no order, so Python does not define its text", "print `sorted(items)`")
    return call(body, before(value.span), "spelled", [value], STR, t)

"""Iteration: what `for`, comprehensions and the functions over sequences go through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from seahorse.backends.anchor.expressions.calls import mark_mutable
from seahorse.backends.anchor.naming import literals
from seahorse.backends.anchor.naming.types import is_copy
from seahorse.backends.anchor.rust.blocks import BlockExpr, Do, Let, RustBlock, RustFor, RustIf, RustStmt
from seahorse.backends.anchor.rust.calls import RustCall, Tuple
from seahorse.backends.anchor.rust.chains import Method
from seahorse.backends.anchor.rust.exprs import (
    Atom,
    Cast,
    Closure,
    Paren,
    Range,
    RustExpr,
    binary,
    paren,
)
from seahorse.backends.anchor.scope.bindings import Kind
from seahorse.backends.anchor.scope.body_writer import BodyWriter
from seahorse.backends.anchor.scope.evaluation_order import apart_from
from seahorse.semantics import tree
from seahorse.semantics.tree.types import (
    U8,
    ArrayType,
    BytesType,
    IntType,
    IterType,
    ListType,
    StrType,
    TupleType,
    Type,
)


@dataclass
class Items:
    """A Rust iterable, the type of its items, and whether they are values or references."""

    expr: RustExpr
    type: Type
    # Of a pair, that of each part.
    kind: Kind | tuple[Kind | tuple[Kind, ...], ...]
    # Whether it is an iterator already, and not only something to iterate over.
    iterator: bool = True


# Whether items are changed in place; of pairs, whether each part is.
Changed = bool | tuple["Changed", ...]


def changed(body: BodyWriter, target: tree.Target) -> Changed:
    """Whether a loop changes what its target names."""
    if isinstance(target, tree.TupleTarget):
        return tuple(changed(body, t) for t in target.items)
    return isinstance(target, tree.VarTarget) and target.local.id in body.facts.mutated


def iterate(body: BodyWriter, e: tree.Expr, mutable: Changed = False) -> Items:
    """How Rust iterates over an expression. `mutable`: the items are changed in place."""
    if isinstance(e, tree.Builtin) and e.name == "str.encode":
        return Items(Method(body.place(e.args[0]), "bytes"), U8, "place")
    if isinstance(e, tree.Builtin) and e.name in _ITERATORS:
        return _ITERATORS[e.name](body, e, mutable)
    match e.type:
        case ListType(elem=elem) | ArrayType(elem=elem):
            return _sequence(body, e, elem, mutable is True)
        case StrType():
            chars = Method(Method(body.place(e), "chars"), "map", [Closure("c", Method(Atom("c"), "to_string"))])
            return Items(chars, StrType(), "place")
        case BytesType():
            return Items(Method(Method(body.place(e), "iter"), "copied"), U8, "place")
        case _:
            raise body.unsupported(e.span, f"Rust does not iterate over {e.type} here", "iterate over a list")


def _sequence(body: BodyWriter, e: tree.Expr, elem: Type, mutable: bool) -> Items:
    if mutable:
        mark_mutable(body, e)
    here = body.within(says_types=isinstance(e, tree.ListLit | tree.ArrayLit))
    rust_value = here.written(e) if mutable else here.translate(e)
    if rust_value.kind == "value":
        return Items(rust_value.expr, elem, "place", iterator=False)
    if is_copy(elem):
        return Items(Method(Method(rust_value.expr, "iter"), "copied"), elem, "place")
    if isinstance(elem, StrType):
        return Items(Method(Method(rust_value.expr, "iter"), "map", [Atom("String::as_str")]), elem, "ref")
    if isinstance(elem, BytesType) and not mutable:
        return Items(Method(Method(rust_value.expr, "iter"), "map", [Atom("Vec::as_slice")]), elem, "ref")
    if mutable:
        return Items(Method(rust_value.expr, "iter_mut"), elem, "mut")
    return Items(Method(rust_value.expr, "iter"), elem, "ref")


def _range(body: BodyWriter, e: tree.Builtin, mutable: Changed) -> Items:
    assert isinstance(e.type, IterType)
    return Items(range_expr(body, e), e.type.elem, "place")


def range_expr(body: BodyWriter, e: tree.Builtin) -> RustExpr:
    """`range(a, b, step)`; a negative step counts down."""
    args = list(e.args)
    zero = tree.IntLit(args[0].type, e.span, 0)
    start, stop = (zero, args[0]) if len(args) == 1 else (args[0], args[1])
    if len(args) < 3:
        low, high = body.operand(start), body.operand(stop)
        literal = isinstance(start, tree.IntLit) and str(low) == str(start.value)
        if literal and isinstance(stop, tree.IntLit) and str(high)[:1].isdigit():
            # Two bare numbers do not say their type.
            low = Atom(f"{low}_{start.type}")
        return Range(paren(low, 4), paren(high, 4))
    low, high = body.operand(start), body.operand(stop)
    if isinstance(start, tree.IntLit) and isinstance(start.type, IntType):
        # A method's bare number does not say its type.
        low = Atom(literals.integer(start.value, start.type))
    step = args[2]
    if not _literal(step):
        return _any_steps(body, low, high, step)
    value = _literal_value(step)
    if value > 0:
        return Method(Paren(Range(paren(low, 4), paren(high, 4))), "step_by", [Atom(str(value))])
    # start, start + step, ... down to just above stop.
    return RustCall(body.helper("count_down"), [low, high, Atom(str(-value))])


def _any_steps(body: BodyWriter, low: RustExpr, high: RustExpr, step: tree.Expr) -> RustExpr:
    if str(step.type) == "u128":
        raise body.unsupported(step.span, "a range of u128 with this step has no Rust form", "use a while loop")
    return body.fail(RustCall(body.helper("steps"), [low, high, body.operand(step)]))


def _literal(e: tree.Expr) -> bool:
    return isinstance(e, tree.IntLit) or (isinstance(e, tree.Negate) and isinstance(e.value, tree.IntLit))


def _literal_value(e: tree.Expr) -> int:
    if isinstance(e, tree.Negate) and isinstance(e.value, tree.IntLit):
        return -e.value.value
    assert isinstance(e, tree.IntLit)
    return e.value


def _enumerate(body: BodyWriter, e: tree.Builtin, mutable: Changed) -> Items:
    inner = iterate(body, e.args[0], mutable[1] if isinstance(mutable, tuple) else mutable)
    assert isinstance(e.type, IterType)
    assert isinstance(e.type.elem, TupleType)
    count = e.type.elem.elems[0]
    pairs = Method(rust_iterator(inner), "enumerate")
    start = e.args[1] if len(e.args) > 1 else None
    i, x = body.bindings.bound("i"), body.bindings.bound("x")
    index: RustExpr = Cast(Atom(i), str(count))
    if start is not None:
        index = binary("+", body.operand(start), index)
    mapped = Method(pairs, "map", [Closure(f"({i}, {x})", Tuple([index, Atom(x)]))])
    return Items(mapped, e.type.elem, ("place", inner.kind))  # pyright: ignore[reportArgumentType]


def _zip(body: BodyWriter, e: tree.Builtin, mutable: Changed) -> Items:
    sides = mutable if isinstance(mutable, tuple) else [mutable] * len(e.args)
    lazy = body.within(eager=False)
    first, *others = (iterate(lazy, x, side) for x, side in zip(e.args, sides, strict=True))
    assert isinstance(e.type, IterType)
    made, nested = rust_iterator(first), ""
    flat = [body.bindings.bound(x) for x in "abcdefghijkl"[: len(e.args)]]
    for items, name in zip(others, flat[1:], strict=False):
        made = Method(made, "zip", [items.expr])
        nested = f"({nested or flat[0]}, {name})"
    if len(others) > 1:
        made = Method(made, "map", [Closure(nested, Tuple([Atom(x) for x in flat]))])
    return Items(made, e.type.elem, tuple(i.kind for i in (first, *others)))  # pyright: ignore[reportArgumentType]


def _reversed(body: BodyWriter, e: tree.Builtin, mutable: Changed) -> Items:
    inner = iterate(body, e.args[0], mutable)
    return Items(Method(rust_iterator(inner), "rev"), inner.type, inner.kind)


def rust_iterator(items: Items) -> RustExpr:
    """An iterable as an iterator."""
    if isinstance(items.expr, Range):
        return Paren(items.expr)
    if items.iterator:
        return items.expr
    return Method(paren(items.expr, 18), "into_iter")


def _map(body: BodyWriter, e: tree.Builtin, mutable: Changed) -> Items:
    inner = iterate(body, e.args[1])
    assert isinstance(e.type, IterType)
    closure, fails = closure_of(body, e.args[0], inner)
    if fails:
        return _at_once(body, e, inner, closure.params, lambda name: _push(name, closure.body))
    return Items(Method(rust_iterator(inner), "map", [closure]), e.type.elem, "place")


def _filter(body: BodyWriter, e: tree.Builtin, mutable: Changed) -> Items:
    inner = iterate(body, e.args[1])
    if isinstance(inner.kind, tuple):
        raise body.unsupported(e.span, "`filter` of pairs has no Rust form here", "use a comprehension with `if`")
    # The predicate only reads the items that it keeps.
    moved = inner.kind == "place" and not is_copy(inner.type)
    closure, fails = closure_of(body, e.args[0], replace(inner, kind="ref") if moved else inner, lent=moved)
    if fails:
        kept = Atom(closure.params)
        test = closure.body
        made = _at_once(
            body, e, inner, closure.params, lambda name: Do(RustIf(test, RustBlock([_push(name, kept)])), False)
        )
        return replace(made, kind=inner.kind)
    pattern = closure.params if moved else f"&{closure.params}"
    return Items(Method(rust_iterator(inner), "filter", [Closure(pattern, closure.body)]), inner.type, inner.kind)


def closure_of(body: BodyWriter, function: tree.Expr, items: Items, *, lent: bool = False) -> tuple[Closure, bool]:
    """A lambda as a closure, and whether it may fail. `lent`: it is given a reference to an item that it could keep."""
    assert isinstance(function, tree.Lambda)
    (param,) = function.params
    pattern = bind_target(body, tree.VarTarget(param, declares=True), items.kind)
    if lent and isinstance(param.type, StrType | BytesType):
        # A reference to what owns the text, which is compared with others as the text itself.
        held = body.bindings.variables[param.id]
        view = "as_str" if isinstance(param.type, StrType) else "as_slice"
        body.bindings.variables[param.id] = replace(held, expr=Method(held.expr, view))
    part = body.apart()
    before, made = apart_from(part, function.body, BodyWriter.owned)
    if before:
        made = BlockExpr(RustBlock([*before, Do(made, False)]))
    body.output.add(part.output)
    return Closure(pattern, made), part.output.fails


def _push(name: str, value: RustExpr) -> RustStmt:
    return Do(Method(Atom(name), "push", [value]))


def _at_once(body: BodyWriter, e: tree.Builtin, source: Items, item: str, store: Callable[[str], RustStmt]) -> Items:
    """All results in a list: what can fail cannot stand in a closure."""
    if not body.around.eager:
        raise body.unsupported(e.span, "a lambda that can fail has no Rust form here", "use a comprehension")
    assert isinstance(e.type, IterType)
    name = body.bindings.temporary("items")
    loop = Do(RustFor(item, source.expr, RustBlock([store(name)])), False)
    made = BlockExpr(RustBlock([Let(f"mut {name}", RustCall("Vec::new", [])), loop, Do(Atom(name), False)]))
    return Items(made, e.type.elem, "place", iterator=False)


def _entries(body: BodyWriter, e: tree.Builtin, mutable: Changed) -> Items:
    raise body.unsupported(e.span, "a dict or a set has no Rust form", "use a list")


_ITERATORS = {
    "entries": _entries,
    "map": _map,
    "filter": _filter,
    "range": _range,
    "enumerate": _enumerate,
    "zip": _zip,
    "reversed": _reversed,
}


def bind_target(body: BodyWriter, target: tree.Target, kind: object) -> str:
    """The pattern of a loop's target; its variables are declared."""
    match target:
        case tree.VarTarget():
            local = target.local
            held: Kind = kind if kind in ("ref", "mut") and not is_copy(local.type) else "place"  # type: ignore[assignment]
            name = body.declare(local, held)
            used = body.facts.is_used(local) or local.id in body.facts.reassigned
            changed = held == "place" and local.id in body.facts.mutated
            mut = "mut " if changed or local.id in body.facts.reassigned else ""
            return f"{mut}{name}" if used else f"_{name}"
        case tree.TupleTarget():
            kinds: list[Any] = list(kind) if isinstance(kind, tuple) else [kind] * len(target.items)  # pyright: ignore[reportUnknownArgumentType]
            return "(" + ", ".join(bind_target(body, t, k) for t, k in zip(target.items, kinds, strict=True)) + ")"
        case tree.PlaceTarget():
            raise body.unsupported(target.place.span, "a loop cannot assign to a field in Rust", "use a variable")


def iterator_over(body: BodyWriter, e: tree.Expr) -> RustExpr:
    """An iterator over a sequence, as Rust has it."""
    return rust_iterator(iterate(body, e))


def owned_iterator(body: BodyWriter, e: tree.Expr) -> tuple[RustExpr, Type]:
    """An iterator over values."""
    items = iterate(body, e)
    made = rust_iterator(items)
    if items.kind in ("ref", "mut"):
        match items.type:
            case StrType():
                made = Method(made, "map", [Atom("str::to_string")])
            case BytesType():
                made = Method(made, "map", [Atom("<[_]>::to_vec")])
            case _:
                made = Method(made, "cloned")
    return made, items.type

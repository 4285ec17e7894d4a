"""Lists and arrays: literals, indexes, slices, comprehensions, methods, and the functions over sequences."""

from __future__ import annotations

from seahorse.backends.anchor.arith import operate, receiver
from seahorse.backends.anchor.loops import _iter, bind_target, iterate  # pyright: ignore[reportPrivateUsage]
from seahorse.backends.anchor.places import fixed_indexes
from seahorse.backends.anchor.rust.blocks import Assign, Block, Do, For, If, Let, Stmt
from seahorse.backends.anchor.rust.calls import Array, Call, Macro, Tuple
from seahorse.backends.anchor.rust.chains import Field, Method
from seahorse.backends.anchor.rust.exprs import (
    Atom,
    Binary,
    BlockExpr,
    Cast,
    Closure,
    Expr,
    Index,
    Prefix,
    paren,
)
from seahorse.backends.anchor.scope import MUTATORS, Body, Val, handles
from seahorse.backends.anchor.texts import slice_text, text_ref
from seahorse.backends.anchor.types import is_copy
from seahorse.semantics import tree
from seahorse.semantics.types import (
    ArrayType,
    FloatType,
    IntType,
    IterType,
    ListType,
    StrType,
    TupleType,
    Type,
)


@handles(tree.ListLit)
def _list(body: Body, e: tree.ListLit) -> Val:
    if not e.items:
        return Val(Call("Vec::new", []))
    return Val(Macro("vec", [body.owned(i) for i in e.items], "[]"))


@handles(tree.ArrayLit)
def _array(body: Body, e: tree.ArrayLit) -> Val:
    return Val(Array([body.owned(i) for i in e.items]))


@handles(tree.Repeat)
def _repeat(body: Body, e: tree.Repeat) -> Val:
    count = Call(body.helper("repeat_count"), [body.operand(e.count)])
    if isinstance(e.type, StrType):
        return Val(Method(body.place(e.seq), "repeat", [count]))
    if isinstance(e.seq, tree.ListLit) and len(e.seq.items) == 1:
        return Val(Macro("vec", [_Semicolon(body.owned(e.seq.items[0]), count)], "[]"))
    return Val(Method(body.place(e.seq), "repeat", [count]))


class _Semicolon(Expr):
    """`value; count` of `vec![value; count]`."""

    def __init__(self, value: Expr, count: Expr) -> None:
        self.value = value
        self.count = count

    def layout(self, shape, context):  # type: ignore[no-untyped-def]
        return f"{self.value.layout(shape, context)}; {self.count.layout(shape, context)}"


# --- indexes --------------------------------------------------------------------------------------------------


@handles(tree.GetIndex)
def _index(body: Body, e: tree.GetIndex) -> Val:
    t = e.obj.type
    if isinstance(t, TupleType):
        assert isinstance(e.index, tree.IntLit)
        place = e.index.value % len(t.elems)
        return Val(Field(body.place(e.obj), str(place)), "place")
    if isinstance(t, StrType):
        made = Call(body.helper("text_at"), [text_ref(body, e.obj), Cast(paren(body.operand(e.index), 15), "i128")])
        return Val(body.fail(made))
    return Val(element(body, e), "place")


def element(body: Body, e: tree.GetIndex) -> Expr:
    """`obj[index]` as a place."""
    t = e.obj.type
    seq = body.place(e.obj)
    if isinstance(t, ArrayType) and isinstance(e.index, tree.IntLit):
        i = e.index.value if e.index.value >= 0 else t.length + e.index.value
        if 0 <= i < t.length:
            return Index(seq, Atom(str(i)))
    if isinstance(e.index, tree.Var) and e.index.local.id < -1:
        # Evaluated and checked before.
        return Index(seq, body.operand(e.index))
    length = Atom(str(t.length)) if isinstance(t, ArrayType) else Method(seq, "len")
    return Index(seq, body.fail(Call(body.helper("index"), [body.operand(e.index), length])))


@handles(tree.GetSlice)
def _slice(body: Body, e: tree.GetSlice) -> Val:
    if isinstance(e.obj.type, StrType):
        return slice_text(body, e)
    if e.step is not None:
        raise body.unsupported(e.span, "a step in a slice has no Rust form here", "loop over a range")
    bounds = [_bound(body, b) for b in (e.start, e.stop)]
    seq = body.place(e.obj)
    span = Call(body.helper("slice_range"), [*bounds, Method(seq, "len")])
    return Val(Method(Index(seq, span), "to_vec"))


def _bound(body: Body, e: tree.Expr | None) -> Expr:
    if e is None:
        return Atom("None")
    if isinstance(e, tree.IntLit):
        return Call("Some", [Atom(str(e.value))])
    return Call("Some", [Cast(paren(body.operand(e), 15), "i128")])


# --- comprehensions -------------------------------------------------------------------------------------------


@handles(tree.ListComp)
def _comprehension(body: Body, e: tree.ListComp) -> Val:
    """A block that fills a list: the elements may fail, which a closure could not."""
    name = body.temporary("items")
    return Val(
        BlockExpr(Block([Let(f"mut {name}", Call("Vec::new", [])), *_clauses(body, e, 0, name), Do(Atom(name), False)]))
    )


def _clauses(body: Body, e: tree.ListComp, at: int, name: str) -> list[Stmt]:
    if at == len(e.clauses):
        return [Do(Method(Atom(name), "push", [body.owned(e.element)]))]
    clause = e.clauses[at]
    items = iterate(body, clause.iterable)
    pattern = bind_target(body, clause.target, items.kind)
    tests = [body.operand(c) for c in clause.conditions]
    inner = _clauses(body, e, at + 1, name)
    for test in reversed(tests):
        inner = [Do(If(test, Block(inner)), False)]
    return [Do(For(pattern, items.expr, Block(inner)), False)]


# --- builtins -------------------------------------------------------------------------------------------------


def _len(body: Body, e: tree.Builtin) -> Val:
    seq = e.args[0]
    if isinstance(seq.type, StrType):
        return Val(Cast(Method(Method(body.place(seq), "chars"), "count"), "u64"))
    if isinstance(seq.type, ArrayType):
        return Val(Atom(str(seq.type.length)))
    if isinstance(seq.type, IterType):
        return Val(Cast(Method(_iterator(body, seq), "count"), "u64"))
    return Val(Cast(Method(body.place(seq), "len"), "u64"))


def _iterator(body: Body, e: tree.Expr) -> Expr:
    return _iter(iterate(body, e))


def _owned_iterator(body: Body, e: tree.Expr) -> tuple[Expr, Type]:
    """An iterator over values."""
    items = iterate(body, e)
    made = _iter(items)
    if items.kind in ("ref", "mut"):
        made = (
            Method(made, "cloned")
            if not isinstance(items.type, StrType)
            else Method(made, "map", [Atom("str::to_string")])
        )
    return made, items.type


def _extreme(name: str):
    def write(body: Body, e: tree.Builtin) -> Val:
        if len(e.args) == 1:
            made, _ = _owned_iterator(body, e.args[0])
            if isinstance(e.type, FloatType):
                raise body.unsupported(e.span, f"`{name}` of a list of f64 has no Rust form here", "loop over the list")
            best = Method(made, "min" if name == "min" else "max")
            return Val(body.fail(Method(best, "ok_or", [Atom("ProgramError::InvalidArgument")])))
        if isinstance(e.type, FloatType):
            out = body.operand(e.args[0])
            for a in e.args[1:]:
                out = Call(body.helper(f"float_{name}"), [out, body.operand(a)])
            return Val(out)
        out = receiver(body, e.args[0], e.type) if is_copy(e.type) else body.owned(e.args[0])
        for a in e.args[1:]:
            out = Method(paren(out, 18), name, [body.owned(a)])
        return Val(out)

    return write


def _sum(body: Body, e: tree.Builtin) -> Val:
    name, item = body.temporary("total"), body.temporary("item")
    made, _ = _owned_iterator(body, e.args[0])
    zero = "0.0" if isinstance(e.type, FloatType) else f"0_{e.type}"
    if isinstance(e.type, FloatType):
        step: Stmt = Assign(Atom(name), Atom(item), "+=")
    else:
        step = Assign(Atom(name), body.overflow(Method(Atom(name), "checked_add", [Atom(item)])))
    loop = Do(For(item, made, Block([step])), False)
    return Val(BlockExpr(Block([Let(f"mut {name}", Atom(zero)), loop, Do(Atom(name), False)])))


def _abs(body: Body, e: tree.Builtin) -> Val:
    value = body.operand(e.args[0])
    if isinstance(e.type, FloatType):
        return Val(Method(paren(value, 18), "abs"))
    assert isinstance(e.type, IntType)
    return Val(value if not e.type.signed else body.overflow(Method(paren(value, 18), "checked_abs")))


def _rounded(name: str):
    def write(body: Body, e: tree.Builtin) -> Val:
        source = e.args[0].type
        if isinstance(source, IntType):
            return body.ev(tree.Convert(e.type, e.span, e.args[0]))
        method = "round_ties_even" if name == "round" else name
        whole = Method(paren(body.operand(e.args[0]), 18), method)
        return Val(body.fail(Call(f"{body.helper('float_to_int')}::<{e.type}>", [whole])))

    return write


def _divmod(body: Body, e: tree.Builtin) -> Val:
    assert isinstance(e.type, TupleType)
    t = e.type.elems[0]
    return Val(Tuple([operate(body, op, t, e.args[0], e.args[1]) for op in ("//", "%")]))


def _collect(body: Body, e: tree.Builtin) -> Val:
    if isinstance(e.args[0].type, ListType) and body.ev(e.args[0]).kind != "value":
        return Val(Method(body.place(e.args[0]), "to_vec"))
    made, _ = _owned_iterator(body, e.args[0])
    return Val(Method(made, "collect::<Vec<_>>"))


def _sorted(body: Body, e: tree.Builtin) -> Val:
    name = body.temporary("sorted")
    made, t = _owned_iterator(body, e.args[0])
    filled = Let(f"mut {name}", Method(made, "collect::<Vec<_>>"))
    return Val(BlockExpr(Block([filled, *_sorting(body, Atom(name), t, e), Do(Atom(name), False)])))


def _sorting(body: Body, place: Expr, t: Type, e: tree.Builtin) -> list[Stmt]:
    if "key" in e.kwargs or isinstance(t, FloatType):
        raise body.unsupported(e.span, "sorting by a key, or of f64, has no Rust form here", "sort integers or text")
    out: list[Stmt] = [Do(Method(place, "sort"))]
    reverse = e.kwargs.get("reverse")
    if isinstance(reverse, tree.BoolLit) and reverse.value:
        out = [Do(Method(place, "sort_by", [Closure("a, b", Method(Atom("b"), "cmp", [Atom("a")]))]))]
    elif reverse is not None and not isinstance(reverse, tree.BoolLit):
        raise body.unsupported(e.span, "`reverse` must be a constant here", "write True or False")
    return out


def _quantifier(name: str):
    def write(body: Body, e: tree.Builtin) -> Val:
        arg = e.args[0]
        if isinstance(arg, tree.ListComp):
            return Val(Method(Method(paren(body.ev(arg).expr, 18), "into_iter"), name, [Closure("x", Atom("x"))]))
        made, _ = _owned_iterator(body, arg)
        return Val(Method(made, name, [Closure("x", Atom("x"))]))

    return write


def _array_from(body: Body, e: tree.Builtin) -> Val:
    assert isinstance(e.type, ArrayType)
    made, _ = _owned_iterator(body, e.args[0])
    converted = Call(f"<[_; {e.type.length}]>::try_from", [Method(made, "collect::<Vec<_>>")])
    return Val(body.fail(Method(converted, "map_err", [Closure("_", Atom("ProgramError::InvalidArgument"))])))


def _written(body: Body, e: tree.Expr) -> Expr:
    """A list that a method changes: the indexes on the way to it are evaluated before the statement."""
    return body.place(fixed_indexes(body, e, body.before))


def _append(body: Body, e: tree.Builtin) -> Val:
    seq = _written(body, e.args[0])
    return Val(Method(seq, "push", [body.owned(e.args[1])]))


def _pop(body: Body, e: tree.Builtin) -> Val:
    seq = _written(body, e.args[0])
    if len(e.args) == 1:
        return Val(body.fail(Method(Method(seq, "pop"), "ok_or", [Atom("ProgramError::InvalidArgument")])))
    at = body.fail(Call(body.helper("index"), [body.operand(e.args[1]), Method(seq, "len")]))
    return Val(Method(seq, "remove", [at]))


def _insert(body: Body, e: tree.Builtin) -> Val:
    seq = _written(body, e.args[0])
    at = Call(body.helper("insert_index"), [body.operand(e.args[1]), Method(seq, "len")])
    return Val(Method(seq, "insert", [at, body.owned(e.args[2])]))


def _position(body: Body, e: tree.Builtin) -> Expr:
    test = Closure("item", Binary("==", Atom("item"), body.borrow(e.args[1])))
    found = Method(Method(body.place(e.args[0]), "iter"), "position", [test])
    return body.fail(Method(found, "ok_or", [Atom("ProgramError::InvalidArgument")]))


def _remove(body: Body, e: tree.Builtin) -> Val:
    name = body.temporary("at")
    removed = Method(_written(body, e.args[0]), "remove", [Atom(name)])
    return Val(BlockExpr(Block([Let(name, _position(body, e)), Do(removed)])))


def _list_index(body: Body, e: tree.Builtin) -> Val:
    return Val(Cast(_position(body, e), "u64"))


def _extend(body: Body, e: tree.Builtin) -> Val:
    made, _ = _owned_iterator(body, e.args[1])
    return Val(Method(_written(body, e.args[0]), "extend", [made]))


def _simple(name: str):
    def write(body: Body, e: tree.Builtin) -> Val:
        place = _written(body, e.args[0]) if e.name in MUTATORS else body.place(e.args[0])
        return Val(Method(place, name))

    return write


def _sort(body: Body, e: tree.Builtin) -> Val:
    t = e.args[0].type
    assert isinstance(t, ListType | ArrayType)
    made = _sorting(body, _written(body, e.args[0]), t.elem, e)[0]
    assert isinstance(made, Do)
    return Val(made.value)


def _count(body: Body, e: tree.Builtin) -> Val:
    test = Closure("item", Binary("==", Prefix("*", Atom("item")), body.borrow(e.args[1])))
    found = Method(Method(Method(body.place(e.args[0]), "iter"), "filter", [test]), "count")
    return Val(Cast(found, "u64"))


def _int_bytes(body: Body, e: tree.Builtin) -> Val:
    order = e.kwargs.get("be") or (e.args[1] if len(e.args) > 1 else None)
    big = isinstance(order, tree.BoolLit) and order.value
    made = Method(receiver(body, e.args[0], e.args[0].type), "to_be_bytes" if big else "to_le_bytes")
    return Val(Method(made, "to_vec"))


def _bytes(body: Body, e: tree.Builtin) -> Val:
    return Val(Method(body.place(e.args[0]), "to_vec"))


BUILTINS = {
    "len": _len,
    "min": _extreme("min"),
    "max": _extreme("max"),
    "sum": _sum,
    "abs": _abs,
    "round": _rounded("round"),
    "floor": _rounded("floor"),
    "ceil": _rounded("ceil"),
    "divmod": _divmod,
    "list": _collect,
    "sorted": _sorted,
    "all": _quantifier("all"),
    "any": _quantifier("any"),
    "array_from": _array_from,
    "list.append": _append,
    "list.pop": _pop,
    "list.insert": _insert,
    "list.remove": _remove,
    "list.extend": _extend,
    "list.clear": _simple("clear"),
    "list.reverse": _simple("reverse"),
    "list.copy": _simple("to_vec"),
    "list.sort": _sort,
    "list.index": _list_index,
    "list.count": _count,
    "int_bytes": _int_bytes,
    "bytes": _bytes,
}

"""Lists and arrays: literals, indexes, slices, comprehensions, methods, and functions over sequences."""

from __future__ import annotations

from collections.abc import Sequence

from seahorse.backends.anchor.expressions.calls import behind, fixed, mark_mutable
from seahorse.backends.anchor.expressions.iterators import (
    bind_target,
    changed,
    closure_of,
    iterate,
    iterator_over,
    owned_iterator,
    rust_iterator,
)
from seahorse.backends.anchor.expressions.texts import slice_text, text_ref
from seahorse.backends.anchor.naming.types import is_copy
from seahorse.backends.anchor.rust.blocks import Assign, Block, BlockExpr, Do, For, If, Let, Stmt
from seahorse.backends.anchor.rust.calls import Array, Call, Macro
from seahorse.backends.anchor.rust.chains import Field, Method
from seahorse.backends.anchor.rust.exprs import (
    Atom,
    Binary,
    Cast,
    Closure,
    Expr,
    Index,
    Prefix,
    paren,
)
from seahorse.backends.anchor.scope.body_writer import Body, Val, handles, roots
from seahorse.backends.anchor.scope.evaluation_order import apart_from
from seahorse.backends.anchor.scope.places import bounds, index_operand, receiver, wide
from seahorse.ir.list_methods import MUTATORS
from seahorse.ir.walk import walk
from seahorse.semantics import tree
from seahorse.semantics.tree.types import ArrayType, IterType, ListType, StrType, TupleType


@handles(tree.ListLit)
def _list(body: Body, e: tree.ListLit) -> Val:
    says, body.says_types = body.says_types, False
    if not e.items:
        assert isinstance(e.type, ListType)
        return Val(Call(f"Vec::<{body.types.name(e.type.elem)}>::new" if says else "Vec::new", []))
    return Val(Macro("vec", _items(body, e.items, says), "[]"))


def _items(body: Body, values: Sequence[tree.Expr], says_type: bool) -> list[Expr]:
    first = values[0]
    if says_type and isinstance(first, tree.IntLit):
        return [receiver(body, first, first.type), *(body.owned(v) for v in values[1:])]
    return [body.owned(v) for v in values]


@handles(tree.ArrayLit)
def _array(body: Body, e: tree.ArrayLit) -> Val:
    says, body.says_types = body.says_types, False
    return Val(Array(_items(body, e.items, says) if e.items else []))


@handles(tree.Repeat)
def _repeat(body: Body, e: tree.Repeat) -> Val:
    count = Call(body.helper("repeat_count"), [body.operand(e.count)])
    if isinstance(e.type, StrType):
        return Val(Method(body.place(e.seq), "repeat", [count]))
    if isinstance(e.seq, tree.ListLit) and len(e.seq.items) == 1:
        item = body.owned(e.seq.items[0])
        if not isinstance(item, Atom):
            name = body.temporary("item")
            body.before.append(Let(name, item))
            body.spots.append(e.seq)
            item = Atom(name)
        return Val(Macro("vec", [_Semicolon(item, count)], "[]"))
    if isinstance(e.type, ListType) and not is_copy(e.type.elem):
        repeated = Call("std::iter::repeat_n", [body.owned(e.seq), count])
        return Val(Method(Method(repeated, "flatten"), "collect::<Vec<_>>"))
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
        made = Call(body.helper("text_at"), [text_ref(body, e.obj), wide(body, e.index)])
        return Val(body.fail(made))
    return Val(element(body, e), "place")


def element(body: Body, e: tree.GetIndex) -> Expr:
    """`obj[index]` as a place."""
    seq = body.place(e.obj)
    saved, body.writing = body.writing, False
    made = _at(body, e, seq)
    body.writing = saved
    return made


def _at(body: Body, e: tree.GetIndex, seq: Expr) -> Expr:
    t = e.obj.type
    if isinstance(t, ArrayType) and isinstance(e.index, tree.IntLit):
        i = e.index.value if e.index.value >= 0 else t.length + e.index.value
        if 0 <= i < t.length:
            return Index(seq, Atom(str(i)))
    if isinstance(e.index, tree.Var) and e.index.local.id < -1:
        # Evaluated and checked before.
        return Index(seq, body.operand(e.index))
    length = Atom(str(t.length)) if isinstance(t, ArrayType) else Method(body.place(e.obj), "len")
    return Index(seq, body.fail(Call(body.helper("index"), [index_operand(body, e.index), length])))


@handles(tree.GetSlice)
def _slice(body: Body, e: tree.GetSlice) -> Val:
    if isinstance(e.obj.type, StrType):
        return slice_text(body, e)
    val = body.ev(e.obj)
    seq = val.expr
    if val.kind == "value" and e.step is None:
        name = body.temporary("items")
        body.before.append(Let(name, seq, body.types.name(e.obj.type) if is_bare(e.obj) else None))
        body.spots.append(e.obj)
        seq = Atom(name)
    if e.step is not None:
        return Val(body.fail(Call(body.helper("slice_steps"), [body.borrow(e.obj), *bounds(body, e)])))
    span = Call(body.helper("slice_range"), [*bounds(body, e), Method(seq, "len")])
    return Val(Method(Index(seq, span), "to_vec"))


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
        before, made = apart_from(body, e.element, body.owned)
        return [*before, Do(Method(Atom(name), "push", [made]))]
    clause = e.clauses[at]
    wanted = changed(body, clause.target)
    items = iterate(body, clause.iterable, wanted)
    pattern = bind_target(body, clause.target, items.kind)
    tests = [apart_from(body, c, body.operand) for c in clause.conditions]
    inner = _clauses(body, e, at + 1, name)
    for before, test in reversed(tests):
        inner = [*before, Do(If(test, Block(inner)), False)]
    return [Do(For(pattern, items.expr, Block(inner)), False)]


# --- builtins -------------------------------------------------------------------------------------------------


def _len(body: Body, e: tree.Builtin) -> Val:
    seq = e.args[0]
    if isinstance(seq.type, StrType):
        return Val(Cast(Method(Method(body.place(seq), "chars"), "count"), "u64"))
    if isinstance(seq.type, ArrayType):
        return Val(Atom(str(seq.type.length)))
    if isinstance(seq.type, IterType):
        return Val(Cast(Method(iterator_over(body, seq), "count"), "u64"))
    return Val(Cast(Method(body.place(seq), "len"), "u64"))


def _collect(body: Body, e: tree.Builtin) -> Val:
    if isinstance(e.args[0].type, ListType) and body.ev(e.args[0]).kind != "value":
        return Val(Method(body.place(e.args[0]), "to_vec"))
    made, _ = owned_iterator(body, e.args[0])
    return Val(Method(made, "collect::<Vec<_>>"))


def _quantifier(name: str):
    def write(body: Body, e: tree.Builtin) -> Val:
        arg = e.args[0]
        if isinstance(arg, tree.ListComp):
            return Val(Method(Method(paren(body.ev(arg).expr, 18), "into_iter"), name, [Closure("x", Atom("x"))]))
        if isinstance(arg, tree.Builtin) and arg.name == "map":
            return Val(_search(body, arg, name))
        saved, body.eager = body.eager, False
        made, _ = owned_iterator(body, arg)
        body.eager = saved
        return Val(Method(made, name, [Closure("x", Atom("x"))]))

    return write


def _search(body: Body, e: tree.Builtin, name: str) -> Expr:
    """`any(map(f, items))` or `all(...)`: a loop when `f` may fail, which a closure could not."""
    items = iterate(body, e.args[1])
    closure, fails = closure_of(body, e.args[0], items)
    if not fails:
        return Method(rust_iterator(items), name, [closure])
    found = body.temporary("found")
    ends = closure.body if name == "any" else Prefix("!", paren(closure.body, 16))
    leave = If(ends, Block([Assign(Atom(found), Atom(str(name == "any").lower())), Do(Atom("break"))]))
    loop = Do(For(closure.params, items.expr, Block([Do(leave, False)])), False)
    start = Let(f"mut {found}", Atom(str(name == "all").lower()))
    return BlockExpr(Block([start, loop, Do(Atom(found), False)]))


def _array_from(body: Body, e: tree.Builtin) -> Val:
    assert isinstance(e.type, ArrayType)
    made, _ = owned_iterator(body, e.args[0])
    converted = Call(f"<[_; {e.type.length}]>::try_from", [Method(made, "collect::<Vec<_>>")])
    return Val(body.fail(Method(converted, "map_err", [Closure("_", Atom("ProgramError::InvalidArgument"))])))


def written(body: Body, e: tree.Expr) -> Expr:
    """A list that a method changes: the indexes on the way to it are evaluated before the statement."""
    mark_mutable(body, e)
    return body.written(fixed(body, e)).expr


def _append(body: Body, e: tree.Builtin) -> Val:
    seq = written(body, e.args[0])
    return Val(Method(seq, "push", [_given(body, e, body.owned(e.args[1]))]))


def _given(body: Body, e: tree.Builtin, value: Expr) -> Expr:
    """The value that a list is given, evaluated before when it looks at what the list is a part of."""
    found = {body.resolve(n.local) for n in walk(e.args[-1]) if isinstance(n, tree.Var)}
    own = behind(body, {body.resolve_id(v) for v in roots(e.args[0])})
    shared = own & behind(body, found)
    held = [b for b in (body.bindings.get(body.resolve_id(v)) for v in shared) if b is not None]
    calls = any(
        isinstance(n, tree.Call) or (isinstance(n, tree.Builtin) and n.name in MUTATORS) for n in walk(e.args[-1])
    )
    calls |= e.name == "list.extend"
    direct = not any(isinstance(n, tree.GetIndex | tree.Unwrap) for n in walk(e.args[0]))
    if not calls and direct and all(b.kind == "place" and b.place is None for b in held):
        return value
    if not shared:
        return value
    name = body.temporary("value")
    body.before.append(Let(name, value))
    body.spots.append(e.args[-1])
    return Atom(name)


def _pop(body: Body, e: tree.Builtin) -> Val:
    seq = written(body, e.args[0])
    if len(e.args) == 1:
        return Val(body.fail(Method(Method(seq, "pop"), "ok_or", [Atom("ProgramError::InvalidArgument")])))
    at = _before(
        body, e.args[1], body.fail(Call(body.helper("index"), [index_operand(body, e.args[1]), Method(seq, "len")]))
    )
    return Val(Method(seq, "remove", [at]))


def _before(body: Body, index: tree.Expr, place: Expr) -> Expr:
    """A place in a list, evaluated before the list is borrowed to be changed."""
    name = body.temporary("at")
    body.before.append(Let(name, place))
    body.spots.append(index)
    return Atom(name)


def _insert(body: Body, e: tree.Builtin) -> Val:
    seq = written(body, e.args[0])
    at = _before(
        body, e.args[1], Call(body.helper("insert_index"), [index_operand(body, e.args[1]), Method(seq, "len")])
    )
    return Val(Method(seq, "insert", [at, _given(body, e, body.owned(e.args[2]))]))


def _position(body: Body, e: tree.Builtin) -> Expr:
    item = body.bound("item")
    test = Closure(item, Binary("==", Atom(item), _sought(body, e.args[1])))
    found = Method(Method(body.place(e.args[0]), "iter"), "position", [test])
    return body.fail(Method(found, "ok_or", [Atom("ProgramError::InvalidArgument")]))


def _sought(body: Body, e: tree.Expr) -> Expr:
    """What a closure compares with, evaluated before: it may fail, and only once."""
    if not any(isinstance(n, tree.Call | tree.Builtin | tree.GetIndex | tree.Construct | tree.Arith) for n in walk(e)):
        return body.borrow(e)
    return body.borrow(body.put_before(e, "sought"))


def is_bare(e: tree.Expr) -> bool:
    """Whether a list's numbers do not say their type."""
    return any(isinstance(n, tree.IntLit) for n in walk(e)) and isinstance(e, tree.ListLit | tree.ArrayLit)


def _remove(body: Body, e: tree.Builtin) -> Val:
    name = body.temporary("at")
    removed = Method(written(body, e.args[0]), "remove", [Atom(name)])
    return Val(BlockExpr(Block([Let(name, _position(body, e)), Do(removed)])))


def _list_index(body: Body, e: tree.Builtin) -> Val:
    return Val(Cast(_position(body, e), "u64"))


def _extend(body: Body, e: tree.Builtin) -> Val:
    made, _ = owned_iterator(body, e.args[1])
    if isinstance(made, Method) and made.name != "into_iter":
        collected = Method(made, "collect::<Vec<_>>")
        given = _given(body, e, collected)
        made = made if given is collected else given
    else:
        made = _given(body, e, made)
    return Val(Method(written(body, e.args[0]), "extend", [made]))


def _simple(name: str):
    def write(body: Body, e: tree.Builtin) -> Val:
        place = written(body, e.args[0]) if e.name in MUTATORS else body.place(e.args[0])
        return Val(Method(place, name))

    return write


def _count(body: Body, e: tree.Builtin) -> Val:
    item = body.bound("item")
    test = Closure(item, Binary("==", Prefix("*", Atom(item)), _sought(body, e.args[1])))
    found = Method(Method(Method(body.place(e.args[0]), "iter"), "filter", [test]), "count")
    return Val(Cast(found, "u64"))


def _bytes(body: Body, e: tree.Builtin) -> Val:
    return Val(Method(body.place(e.args[0]), "to_vec"))


BUILTINS = {
    "len": _len,
    "list": _collect,
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
    "list.index": _list_index,
    "list.count": _count,
    "bytes": _bytes,
}

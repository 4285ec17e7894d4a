"""Lists and arrays: literals, indexes, slices, comprehensions, methods, and functions over sequences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

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
from seahorse.backends.anchor.facts.reach import roots
from seahorse.backends.anchor.naming.types import is_copy
from seahorse.backends.anchor.rust.blocks import (
    BlockExpr,
    Do,
    Let,
    RustAssign,
    RustBlock,
    RustFor,
    RustIf,
    RustStmt,
)
from seahorse.backends.anchor.rust.calls import Macro, RustArray, RustCall
from seahorse.backends.anchor.rust.chains import Method, RustField
from seahorse.backends.anchor.rust.exprs import (
    Atom,
    Binary,
    Cast,
    Closure,
    Index,
    Prefix,
    RustExpr,
    paren,
)
from seahorse.backends.anchor.scope.bindings import RustValue
from seahorse.backends.anchor.scope.body_writer import BodyWriter, handles
from seahorse.backends.anchor.scope.evaluation_order import apart_from
from seahorse.backends.anchor.scope.places import bounds, index_operand, receiver, wide
from seahorse.semantics import tree
from seahorse.semantics.tree.operations import operation
from seahorse.semantics.tree.types import I64, ArrayType, IntType, IterType, ListType, StrType, TupleType
from seahorse.semantics.tree.walk import walk


@handles(tree.ListLit)
def _list(body: BodyWriter, e: tree.ListLit) -> RustValue:
    if not e.items:
        assert isinstance(e.type, ListType)
        says = body.around.says_types
        return RustValue(RustCall(f"Vec::<{body.types.name(e.type.elem)}>::new" if says else "Vec::new", []))
    return RustValue(Macro("vec", _items(body, e.items), "[]"))


def _items(body: BodyWriter, values: Sequence[tree.Expr]) -> list[RustExpr]:
    first, inner = values[0], body.within(says_types=False)
    if body.around.says_types and isinstance(first, tree.IntLit):
        return [receiver(inner, first, first.type), *(inner.owned(v) for v in values[1:])]
    return [inner.owned(v) for v in values]


@handles(tree.ArrayLit)
def _array(body: BodyWriter, e: tree.ArrayLit) -> RustValue:
    return RustValue(RustArray(_items(body, e.items) if e.items else []))


@handles(tree.Repeat)
def _repeat(body: BodyWriter, e: tree.Repeat) -> RustValue:
    count = body.fail(RustCall(body.helper("repeat_count"), [body.operand(e.count)]))
    if isinstance(e.type, StrType):
        return RustValue(Method(body.place(e.seq), "repeat", [count]))
    if isinstance(e.seq, tree.ListLit) and len(e.seq.items) == 1:
        item = body.owned(e.seq.items[0])
        if not isinstance(item, Atom):
            name = body.bindings.temporary("item")
            body.output.before.append(Let(name, item))
            body.output.spots.append(e.seq)
            item = Atom(name)
        return RustValue(Macro("vec", [_Semicolon(item, count)], "[]"))
    if isinstance(e.type, ListType) and not is_copy(e.type.elem):
        repeated = RustCall("std::iter::repeat_n", [body.owned(e.seq), count])
        return RustValue(Method(Method(repeated, "flatten"), "collect::<Vec<_>>"))
    return RustValue(Method(body.place(e.seq), "repeat", [count]))


class _Semicolon(RustExpr):
    """`value; count` of `vec![value; count]`."""

    def __init__(self, value: RustExpr, count: RustExpr) -> None:
        self.value = value
        self.count = count

    def layout(self, shape, context):  # type: ignore[no-untyped-def]
        return f"{self.value.layout(shape, context)}; {self.count.layout(shape, context)}"


# --- indexes --------------------------------------------------------------------------------------------------


@handles(tree.GetIndex)
def _index(body: BodyWriter, e: tree.GetIndex) -> RustValue:
    t = e.obj.type
    if isinstance(t, TupleType):
        assert isinstance(e.index, tree.IntLit)
        place = e.index.value % len(t.elems)
        return RustValue(RustField(body.place(e.obj), str(place)), "place")
    if isinstance(t, StrType):
        made = RustCall(body.helper("text_at"), [text_ref(body, e.obj), wide(body, e.index)])
        return RustValue(body.fail(made))
    return RustValue(element(body, e), "place")


def element(body: BodyWriter, e: tree.GetIndex) -> RustExpr:
    """`obj[index]` as a place. The code needs `obj` for its length too, so it makes a new value once and keeps it."""
    if not roots(e.obj) and body.attempt().translate(e.obj).kind == "value":
        e = replace(e, obj=body.put_before(e.obj, "items"))
    seq = body.place(e.obj)
    return _at(body.within(writing=False), e, seq)


def _at(body: BodyWriter, e: tree.GetIndex, seq: RustExpr) -> RustExpr:
    t = e.obj.type
    if isinstance(t, ArrayType) and isinstance(e.index, tree.IntLit):
        i = e.index.value if e.index.value >= 0 else t.length + e.index.value
        if 0 <= i < t.length:
            return Index(seq, Atom(str(i)))
    if body.bindings.is_position(e.index):
        return Index(seq, body.operand(e.index))
    length = Atom(str(t.length)) if isinstance(t, ArrayType) else Method(body.place(e.obj), "len")
    return Index(seq, body.fail(RustCall(body.helper("index"), [index_operand(body, e.index), length])))


@handles(tree.GetSlice)
def _slice(body: BodyWriter, e: tree.GetSlice) -> RustValue:
    if isinstance(e.obj.type, StrType):
        return slice_text(body, e)
    rust_value = body.translate(e.obj)
    seq = rust_value.expr
    if rust_value.kind == "value" and e.step is None:
        name = body.bindings.temporary("items")
        body.output.before.append(Let(name, seq, body.types.name(e.obj.type) if is_bare(e.obj) else None))
        body.output.spots.append(e.obj)
        seq = Atom(name)
    if e.step is not None:
        return RustValue(body.fail(RustCall(body.helper("slice_steps"), [body.borrow(e.obj), *bounds(body, e)])))
    span = RustCall(body.helper("slice_range"), [*bounds(body, e), Method(seq, "len")])
    return RustValue(Method(Index(seq, span), "to_vec"))


# --- comprehensions -------------------------------------------------------------------------------------------


@handles(tree.ListComp)
def _comprehension(body: BodyWriter, e: tree.ListComp) -> RustValue:
    """A block that fills a list: the elements may fail, which a closure could not."""
    name = body.bindings.temporary("items")
    return RustValue(
        BlockExpr(
            RustBlock(
                [
                    Let(f"mut {name}", RustCall("Vec::new", [])),
                    *_clauses(body, e, 0, name),
                    Do(Atom(name), False),
                ]
            )
        )
    )


def _clauses(body: BodyWriter, e: tree.ListComp, at: int, name: str) -> list[RustStmt]:
    if at == len(e.clauses):
        before, made = apart_from(body, e.element, BodyWriter.owned)
        return [*before, Do(Method(Atom(name), "push", [made]))]
    clause = e.clauses[at]
    wanted = changed(body, clause.target)
    items = iterate(body, clause.iterable, wanted)
    pattern = bind_target(body, clause.target, items.kind)
    tests = [apart_from(body, c, BodyWriter.operand) for c in clause.conditions]
    inner = _clauses(body, e, at + 1, name)
    for before, test in reversed(tests):
        inner = [*before, Do(RustIf(test, RustBlock(inner)), False)]
    return [Do(RustFor(pattern, items.expr, RustBlock(inner)), False)]


# --- builtins -------------------------------------------------------------------------------------------------


def _len(body: BodyWriter, e: tree.Builtin) -> RustValue:
    seq = e.args[0]
    if isinstance(seq.type, StrType):
        return RustValue(Cast(Method(Method(body.place(seq), "chars"), "count"), "u64"))
    if isinstance(seq.type, ArrayType):
        return RustValue(Atom(str(seq.type.length)))
    if isinstance(seq.type, IterType):
        return RustValue(Cast(Method(iterator_over(body, seq), "count"), "u64"))
    return RustValue(Cast(Method(body.place(seq), "len"), "u64"))


def _collect(body: BodyWriter, e: tree.Builtin) -> RustValue:
    if isinstance(e.args[0].type, ListType) and body.attempt().translate(e.args[0]).kind != "value":
        return RustValue(Method(body.place(e.args[0]), "to_vec"))
    made, _ = owned_iterator(body, e.args[0])
    return RustValue(Method(made, "collect::<Vec<_>>"))


def _quantifier(name: str):
    def write(body: BodyWriter, e: tree.Builtin) -> RustValue:
        arg = e.args[0]
        if isinstance(arg, tree.ListComp):
            return RustValue(
                Method(Method(paren(body.translate(arg).expr, 18), "into_iter"), name, [Closure("x", Atom("x"))])
            )
        if isinstance(arg, tree.Builtin) and arg.name == "map":
            return RustValue(_search(body, arg, name))
        made, _ = owned_iterator(body.within(eager=False), arg)
        return RustValue(Method(made, name, [Closure("x", Atom("x"))]))

    return write


def _search(body: BodyWriter, e: tree.Builtin, name: str) -> RustExpr:
    """`any(map(f, items))` or `all(...)`: a loop when `f` may fail, which a closure could not."""
    items = iterate(body, e.args[1])
    closure, fails = closure_of(body, e.args[0], items)
    if not fails:
        return Method(rust_iterator(items), name, [closure])
    found = body.bindings.temporary("found")
    ends = closure.body if name == "any" else Prefix("!", paren(closure.body, 16))
    leave = RustIf(ends, RustBlock([RustAssign(Atom(found), Atom(str(name == "any").lower())), Do(Atom("break"))]))
    loop = Do(RustFor(closure.params, items.expr, RustBlock([Do(leave, False)])), False)
    start = Let(f"mut {found}", Atom(str(name == "all").lower()))
    return BlockExpr(RustBlock([start, loop, Do(Atom(found), False)]))


def _array_from(body: BodyWriter, e: tree.Builtin) -> RustValue:
    assert isinstance(e.type, ArrayType)
    made, _ = owned_iterator(body, e.args[0])
    converted = RustCall(f"<[_; {e.type.length}]>::try_from", [Method(made, "collect::<Vec<_>>")])
    return RustValue(body.fail(Method(converted, "map_err", [Closure("_", Atom("ProgramError::InvalidArgument"))])))


def written(body: BodyWriter, e: tree.Expr) -> RustExpr:
    """A list that a method changes: the indexes on the way to it are evaluated before the statement."""
    mark_mutable(body, e)
    return body.written(fixed(body, e)).expr


def _append(body: BodyWriter, e: tree.Builtin) -> RustValue:
    seq = written(body, e.args[0])
    return RustValue(Method(seq, "push", [_given(body, e, body.owned(e.args[1]))]))


def _given(body: BodyWriter, e: tree.Builtin, value: RustExpr) -> RustExpr:
    """The value that is added to a list; evaluated before the statement when it reads the object that holds the
    list."""
    found = {body.facts.resolve(n.local) for n in walk(e.args[-1]) if isinstance(n, tree.Var)}
    own = behind(body, {body.facts.resolve_id(v) for v in roots(e.args[0])})
    shared = own & behind(body, found)
    held = [b for b in (body.bindings.variables.get(body.facts.resolve_id(v)) for v in shared) if b is not None]
    calls = e.name == "list.extend" or any(_may_change(n) for n in walk(e.args[-1]))
    direct = not any(isinstance(n, tree.GetIndex | tree.Unwrap) for n in walk(e.args[0]))
    if not calls and direct and all(b.kind == "place" and b.place is None for b in held):
        return value
    if not shared:
        return value
    name = body.bindings.temporary("value")
    body.output.before.append(Let(name, value))
    body.output.spots.append(e.args[-1])
    return Atom(name)


def _may_change(node: object) -> bool:
    return isinstance(node, tree.Call) or (isinstance(node, tree.Builtin) and bool(operation(node.name).changes))


def _pop(body: BodyWriter, e: tree.Builtin) -> RustValue:
    seq = written(body, e.args[0])
    if len(e.args) == 1:
        return RustValue(body.fail(Method(Method(seq, "pop"), "ok_or", [Atom("ProgramError::InvalidArgument")])))
    index = index_operand if e.name == "list.delete" else _item_index
    at = _before(
        body,
        e.args[1],
        body.fail(RustCall(body.helper("index"), [index(body, e.args[1]), Method(seq, "len")])),
    )
    return RustValue(Method(seq, "remove", [at]))


def _item_index(body: BodyWriter, e: tree.Expr) -> RustExpr:
    """An index that must be an i64, as CPython takes it."""
    operand = index_operand(body, e)
    assert isinstance(e.type, IntType)
    if isinstance(e, tree.IntLit) or (I64.min <= e.type.min and e.type.max <= I64.max):
        return operand
    return body.fail(RustCall(body.helper("item_index"), [operand]))


def _before(body: BodyWriter, index: tree.Expr, place: RustExpr) -> RustExpr:
    """A place in a list, evaluated before the list is borrowed to be changed."""
    name = body.bindings.temporary("at")
    body.output.before.append(Let(name, place))
    body.output.spots.append(index)
    return Atom(name)


def _insert(body: BodyWriter, e: tree.Builtin) -> RustValue:
    seq = written(body, e.args[0])
    index, helper = _item_index(body, e.args[1]), body.helper("insert_index")
    if not any(_may_change(n) for n in walk(e.args[2])):
        at = _before(body, e.args[1], RustCall(helper, [index, Method(seq, "len")]))
        return RustValue(Method(seq, "insert", [at, _given(body, e, body.owned(e.args[2]))]))
    # The value may make the list longer, so the place follows from the length that the list has with it.
    first = _before(body, e.args[1], index)
    value = _before(body, e.args[2], _given(body, e, body.owned(e.args[2])))
    at = _before(body, e.args[1], RustCall(helper, [first, Method(seq, "len")]))
    return RustValue(Method(seq, "insert", [at, value]))


def _position(body: BodyWriter, e: tree.Builtin) -> RustExpr:
    item = body.bindings.bound("item")
    test = Closure(item, Binary("==", Atom(item), _sought(body, e.args[1])))
    found = Method(Method(body.place(e.args[0]), "iter"), "position", [test])
    return body.fail(Method(found, "ok_or", [Atom("ProgramError::InvalidArgument")]))


def _sought(body: BodyWriter, e: tree.Expr) -> RustExpr:
    """The value that a closure compares with, evaluated before the closure: it may fail, and only once."""
    if not any(isinstance(n, tree.Call | tree.Builtin | tree.GetIndex | tree.Construct | tree.Arith) for n in walk(e)):
        return body.borrow(e)
    return body.borrow(body.put_before(e, "sought"))


def is_bare(e: tree.Expr) -> bool:
    """Whether a list's numbers do not say their type."""
    return any(isinstance(n, tree.IntLit) for n in walk(e)) and isinstance(e, tree.ListLit | tree.ArrayLit)


def _remove(body: BodyWriter, e: tree.Builtin) -> RustValue:
    name = body.bindings.temporary("at")
    removed = Method(written(body, e.args[0]), "remove", [Atom(name)])
    return RustValue(BlockExpr(RustBlock([Let(name, _position(body, e)), Do(removed)])))


def _list_index(body: BodyWriter, e: tree.Builtin) -> RustValue:
    return RustValue(Cast(_position(body, e), "u64"))


def _extend(body: BodyWriter, e: tree.Builtin) -> RustValue:
    made, _ = owned_iterator(body, e.args[1])
    if isinstance(made, Method) and made.name != "into_iter":
        collected = Method(made, "collect::<Vec<_>>")
        given = _given(body, e, collected)
        made = made if given is collected else given
    else:
        made = _given(body, e, made)
    return RustValue(Method(written(body, e.args[0]), "extend", [made]))


def _simple(name: str):
    def write(body: BodyWriter, e: tree.Builtin) -> RustValue:
        place = written(body, e.args[0]) if operation(e.name).changes else body.place(e.args[0])
        return RustValue(Method(place, name))

    return write


def _count(body: BodyWriter, e: tree.Builtin) -> RustValue:
    item = body.bindings.bound("item")
    test = Closure(item, Binary("==", Prefix("*", Atom(item)), _sought(body, e.args[1])))
    found = Method(Method(Method(body.place(e.args[0]), "iter"), "filter", [test]), "count")
    return RustValue(Cast(found, "u64"))


def _bytes(body: BodyWriter, e: tree.Builtin) -> RustValue:
    return RustValue(Method(body.place(e.args[0]), "to_vec"))


BUILTINS = {
    "len": _len,
    "list": _collect,
    "all": _quantifier("all"),
    "any": _quantifier("any"),
    "array_from": _array_from,
    "list.append": _append,
    "list.pop": _pop,
    "list.delete": _pop,
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

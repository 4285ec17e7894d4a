"""`for` loops, also over what the loop itself writes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from seahorse.backends.anchor.expressions.calls import behind, mark_mutable
from seahorse.backends.anchor.expressions.iterators import bind_target, changed, iterate
from seahorse.backends.anchor.expressions.values import variable
from seahorse.backends.anchor.facts.aliasing import changes_in
from seahorse.backends.anchor.facts.reach import iterated, roots, variables_of
from seahorse.backends.anchor.naming.errors import UnsupportedError
from seahorse.backends.anchor.naming.types import is_aggregate, is_copy
from seahorse.backends.anchor.rust.blocks import Do, Let, RustAssign, RustBlock, RustFor, RustStmt, RustWhile
from seahorse.backends.anchor.rust.chains import Method
from seahorse.backends.anchor.rust.exprs import Atom, Cast, Range, RustExpr, binary
from seahorse.backends.anchor.scope.bindings import RustBinding
from seahorse.backends.anchor.scope.body_writer import BodyWriter
from seahorse.backends.anchor.scope.places import fixed_indexes, receiver
from seahorse.backends.anchor.statements.control import BlockWriter, with_else
from seahorse.ir.sharing import kind_of, kinds_within
from seahorse.semantics import tree
from seahorse.semantics.tree.operations import operation
from seahorse.semantics.tree.types import ArrayType, BytesType, IterType, ListType, StrType
from seahorse.semantics.tree.walk import walk


def for_loop(body: BodyWriter, s: tree.For, block: BlockWriter) -> list[RustStmt]:
    leaves = any(isinstance(n, tree.Break | tree.Return) for n in walk(s.body))
    return with_else(body.within(eager=not leaves), s, block, lambda inner: _for_loop(inner, s, block))


def _for_loop(body: BodyWriter, s: tree.For, block: BlockWriter) -> list[RustStmt]:
    while not body.around.eager and (unrolled := _unrolled(s)) is not None:
        s = unrolled
    indexed = _indexed(s)
    if indexed is not None and behind(body, roots(indexed.seq)) & body.facts.mutated_in(s.body):
        mark_mutable(body, indexed.seq)
        return _for_by_index(body, s, indexed, block)
    out: list[RustStmt] = []
    wanted = changed(body, s.target)
    places = [place for target, place in iterated(s.target, s.iterable) if variables_of(target) & body.facts.mutated]
    iterable = s.iterable
    if places:
        _require_alone(body, s, places)
    else:
        iterable = _detached(body, s, s.iterable, _written(body, s), out)
    items = iterate(body, iterable, wanted if places else False)
    pattern = bind_target(body, s.target, items.kind)
    inner = _own_items(body, s)
    return [*out, Do(RustFor(pattern, items.expr, RustBlock([*inner, *block(body, s.body, False)])), False)]


def _require_alone(body: BodyWriter, s: tree.For, places: list[tree.Expr]) -> None:
    """Raises UnsupportedError when what the loop changes by its items is in use otherwise."""
    for place in places:
        family = body.bindings.family(roots(place))
        around = [*s.body, *(p for _, p in iterated(s.target, s.iterable) if p is not place)]
        if any(isinstance(n, tree.Var) and n.local.id in family for n in walk(around)):
            raise _changes_its_source(body, s)


def _changes_its_source(body: BodyWriter, s: tree.For) -> UnsupportedError:
    return body.unsupported(
        s.span,
        "this loop changes the sequence that it loops over: Rust refuses that",
        "loop over a copy, or over a range",
    )


def _assigns_its_item(body: BodyWriter, s: tree.For) -> UnsupportedError:
    return body.unsupported(
        s.span, "this loop changes its item and assigns its variable, which Rust cannot", "use two variables"
    )


def _own_items(body: BodyWriter, s: tree.For) -> list[RustStmt]:
    """Variables for items that the loop assigns: Rust lends them."""
    out: list[RustStmt] = []
    for node in walk(s.target):
        if isinstance(node, tree.VarTarget) and node.local.id in body.facts.reassigned:
            held = body.bindings.variables[node.local.id]
            if held.kind == "mut":
                raise _assigns_its_item(body, s)
            if held.kind == "ref":
                value = body.own(variable(body, node.local), node.local.type)
                out.append(Let(f"mut {body.declare(node.local)}", value))
    return out


def _unrolled(s: tree.For) -> tree.For | None:
    """`for x in map(f, items)` with the call of `f` inside the loop, so that `f` is not called again after a
    `break`."""
    e = s.iterable
    if not (isinstance(e, tree.Builtin) and e.name in ("map", "filter") and isinstance(e.args[0], tree.Lambda)):
        return None
    (param,), value = e.args[0].params, e.args[0].body
    item = tree.VarTarget(param, declares=True)
    if e.name == "map":
        return tree.For(s.span, item, e.args[1], [tree.Assign(s.span, s.target, value), *s.body], s.orelse)
    skip = tree.If(s.span, tree.Not(value.type, e.span, value), [tree.Continue(s.span)], [])
    taken = tree.Assign(s.span, s.target, tree.Var(param.type, e.span, param))
    return tree.For(s.span, item, e.args[1], [skip, taken, *s.body], s.orelse)


# --- what the loop writes -------------------------------------------------------------------------------------


def _written(body: BodyWriter, s: tree.For) -> set[int]:
    """Variables that the loop assigns, and those whose memory it writes."""
    return _assigned(s) | body.facts.mutated_in(s.body)


def _assigned(s: tree.For) -> set[int]:
    return {n.local.id for n in walk(s.body) if isinstance(n, tree.VarTarget) and not n.declares}


def _detached(body: BodyWriter, s: tree.For, e: tree.Expr, written: set[int], out: list[RustStmt]) -> tree.Expr:
    """The sequence of a loop. Where the loop writes the owner of a text or list in it, the sequence has a copy."""
    match e:
        case tree.Builtin() if isinstance(e.type, IterType) or operation(e.name).lies == "arguments":
            return replace(e, args=[_detached(body, s, a, written, out) for a in e.args])
        case tree.GetSlice() if isinstance(e.type, StrType):
            return replace(e, obj=_detached(body, s, e.obj, written, out))
        case tree.Coerce():
            return replace(e, value=_detached(body, s, e.value, written, out))
        case tree.Var() | tree.GetField() | tree.GetIndex() | tree.Unwrap():
            shared = isinstance(e.type, StrType | BytesType | ListType | ArrayType) and behind(body, roots(e)) & written
            if not shared:
                return e
        case _:
            return e
    if any(c.kinds & kinds_within(e.type) for c in changes_in(body.facts, s.body)):
        raise _changes_its_source(body, s)
    name = body.bindings.temporary("text" if isinstance(e.type, StrType) else "items")
    out.append(Let(name, body.owned(e)))
    return body.bindings.made(name, e.type, e.span)


# --- by index -------------------------------------------------------------------------------------------------


@dataclass
class _Indexed:
    """A loop over a list, with or without the number of the item."""

    seq: tree.Expr
    item: tree.Local
    number: tree.Local | None = None
    start: tree.Expr | None = None


def _indexed(s: tree.For) -> _Indexed | None:
    match s.iterable, s.target:
        case (tree.Var() | tree.GetField() | tree.GetIndex()) as seq, tree.VarTarget(local=item):
            return _Indexed(seq, item)
        case (
            tree.Builtin(name="enumerate", args=[tree.Var() | tree.GetField() | tree.GetIndex() as seq, *start]),
            tree.TupleTarget(items=[tree.VarTarget(local=number), tree.VarTarget(local=item)]),
        ):
            return _Indexed(seq, item, number, start[0] if start else None)
        case _:
            return None


def _for_by_index(body: BodyWriter, s: tree.For, loop: _Indexed, block: BlockWriter) -> list[RustStmt]:
    """A loop over a list whose owner the loop writes: the elements are reached by their index."""
    if not isinstance(loop.seq.type, ListType | ArrayType) or _assigned(s) & behind(body, roots(loop.seq)):
        raise body.unsupported(
            s.span, "this loop writes the sequence that it loops over: Rust refuses that", "loop over a range"
        )
    if any(kind_of(loop.seq.type) in c.replaced for c in changes_in(body.facts, s.body)):
        raise _changes_its_source(body, s)
    if loop.item.id in body.facts.reassigned & body.facts.mutated:
        raise _assigns_its_item(body, s)
    resized = _resized_in(body, s.body) & behind(body, roots(loop.seq))
    out: list[RustStmt] = []
    seq = fixed_indexes(body, loop.seq, out, arrays=True)
    length = Method(body.translate(seq).expr, "len")
    name = body.bindings.temporary("at")
    elem = loop.seq.type.elem
    item = tree.GetIndex(elem, s.span, seq, body.bindings.made(name, elem, s.span, position=True))
    named = is_aggregate(elem) and loop.item.id not in body.facts.reassigned
    if resized:
        return [*out, *_while_there(body, s, loop, name, seq, item, named, block)]
    inner = _number(body, loop, name)
    if named:
        body.bindings.variables[loop.item.id] = RustBinding(body.translate(item).expr, "place")
        body.bindings.parts[loop.item.id] = behind(body, roots(loop.seq))
    else:
        inner += _variable(body, loop.item, body.owned(item))
    inner += block(body, s.body, False)
    return [*out, Do(RustFor(name, Range(Atom("0"), length), RustBlock(inner)), False)]


def _while_there(
    body: BodyWriter,
    s: tree.For,
    loop: _Indexed,
    name: str,
    seq: tree.Expr,
    item: tree.GetIndex,
    named: bool,
    block: BlockWriter,
) -> list[RustStmt]:
    """A loop over a list whose length it changes: as in Python, it ends where the list does by then."""
    if named:
        raise body.unsupported(
            s.span, "this loop changes the length of its list of objects, which Rust refuses", "loop over a copy"
        )
    number = _number(body, loop, name)
    pattern, found = "_", Method(body.translate(seq).expr, "get", [Atom(name)])
    copied = is_copy(item.type)
    if body.facts.is_used(loop.item) or loop.item.id in body.facts.reassigned:
        pattern = body.declare(loop.item)
        mutable = "mut " if loop.item.id in body.facts.reassigned else ""
        if not copied or mutable:
            found = Method(found, "copied" if copied else "cloned")
        pattern = mutable + pattern if mutable or not copied else "&" + pattern
    step = RustAssign(Atom(name), Atom("1"), "+=")
    inner = [*number, step, *block(body, s.body, False)]
    start = Let(f"mut {name}", Atom("0"))
    return [start, Do(RustWhile(found, RustBlock(inner), pattern=f"Some({pattern})"), False)]


def _number(body: BodyWriter, loop: _Indexed, at: str) -> list[RustStmt]:
    if loop.number is None:
        return []
    value: RustExpr = Cast(Atom(at), str(loop.number.type))
    if loop.start is not None:
        value = binary("+", receiver(body, loop.start, loop.number.type), value)
    return _variable(body, loop.number, value)


def _variable(body: BodyWriter, local: tree.Local, value: RustExpr) -> list[RustStmt]:
    mutable = "mut " if local.id in body.facts.reassigned else ""
    if not body.facts.is_used(local) and not mutable:
        return []
    return [Let(mutable + body.declare(local), value)]


def _resized_in(body: BodyWriter, statements: list[tree.Stmt]) -> set[int]:
    """Variables that hold lists whose length changes below some statements."""
    found: set[int] = set()
    for node in walk(statements):
        if isinstance(node, tree.Builtin) and operation(node.name).resizes:
            found |= roots(node.args[0])
        elif isinstance(node, tree.Call):
            infos = body.crate.functions.info(node.function).params
            found |= {v for info, a in zip(infos, node.args, strict=False) if info.grows for v in roots(a)}
    return behind(body, found)

"""Statements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from seahorse.backends.sbf.frame.frame import Frame, Loop
from seahorse.backends.sbf.frame.layout import Parts, load, store
from seahorse.backends.sbf.invoke import events
from seahorse.backends.sbf.invoke.batches import batch_of
from seahorse.backends.sbf.objects import sequences, text_of
from seahorse.backends.sbf.objects.iteration import iterator
from seahorse.backends.sbf.objects.places import assign, copied, copied_items, element, read_field, write_field
from seahorse.backends.sbf.scalars import floats, integers
from seahorse.ir.errors import AnchorError
from seahorse.semantics import tree
from seahorse.semantics.tree.handlers import Handlers
from seahorse.semantics.tree.types import FloatType, IntType, TupleType
from seahorse.semantics.tree.view_types import is_view


def body(cx: Frame, statements: list[tree.Stmt]) -> None:
    """All statements of an instruction or a function."""
    cx.batch = batch_of(cx, statements)
    block(cx, statements)
    if cx.batch is not None:
        with cx.f.part("calls of the token program"):
            cx.batch.finish()


def block(cx: Frame, body: list[tree.Stmt]) -> None:
    for statement in body:
        if cx.f.closed:
            return
        with cx.f.source(statement.span):
            if cx.batch is not None and statement in cx.batch.plan.barriers:
                _make_waiting(cx)
            STATEMENTS.of(statement)(cx, statement)


def _make_waiting(cx: Frame) -> None:
    """Make the calls that were put off, before something that can tell."""
    if cx.batch is not None and not cx.f.closed:
        with cx.f.part("calls of the token program"):
            cx.batch.make()


def _assign(cx: Frame, s: tree.Assign) -> None:
    if isinstance(s.value, tree.TupleLit) and isinstance(s.target, tree.TupleTarget):
        # All values first: `a, b = b, a`.
        values = [cx.eval(item) for item in s.value.items]
        assert isinstance(s.value.type, TupleType)
        for target, t, parts in zip(s.target.items, s.value.type.elems, values, strict=True):
            assign(cx, target, t, parts, s.span)
        return
    assign(cx, s.target, s.value.type, cx.eval(s.value), s.span)


def _aug_assign(cx: Frame, s: tree.AugAssign) -> None:
    """The place is evaluated once, before the value."""
    target = s.target
    if isinstance(target, tree.VarTarget):
        old = cx.read(target.local)
        cx.declare(target.local, _operate(cx, s, old))
        return
    place = target.place
    while isinstance(place, tree.Unwrap | tree.Coerce):
        place = place.value
    if isinstance(place, tree.GetIndex):
        _augment_element(cx, s, place)
        return
    assert isinstance(place, tree.GetField)
    obj = cx.one(place.obj)
    old = read_field(cx, place, obj)
    if is_view(place.type) and cx.unit.views.copies(target.place):
        old = copied(cx, place.type, old)
    write_field(cx, place, obj, _operate(cx, s, old), s.span)


def _augment_element(cx: Frame, s: tree.AugAssign, place: tree.GetIndex) -> None:
    obj, index = cx.one(place.obj), cx.one(place.index)
    address = element(cx, place.obj.type, obj, index, place.index, place.span)
    made = _operate(cx, s, load(s.type, address))
    if cx.unit.views.writes.of([s.value]):
        # The list may have grown or shrunk meanwhile.
        address = element(cx, place.obj.type, obj, index, place.index, place.span)
    store(s.type, made, address)


def _operate(cx: Frame, s: tree.AugAssign, old: Parts) -> Parts:
    if isinstance(s.type, IntType):
        return (integers.arith(cx, s.type, s.op, old[0], cx.one(s.value), s.span),)
    if isinstance(s.type, FloatType):
        return (floats.arith(cx, s.op, old[0], cx.one(s.value), s.span),)
    return sequences.augment(cx, s, old)


def _expr(cx: Frame, s: tree.ExprStmt) -> None:
    cx.eval(s.value)


def _if(cx: Frame, s: tree.If) -> None:
    f = cx.f
    then, end = f.new_label(), f.new_label()
    other = f.new_label() if s.orelse else end
    condition(cx, s.test, then, other)
    batch = cx.batch
    before = batch.here() if batch is not None else None
    ends: list[object] = []

    def branch(label: str, body: list[tree.Stmt]) -> None:
        f.start(label)
        block(cx, body)
        if not f.closed:
            ends.append(batch.here() if batch is not None else None)
            f.jump(end)

    branch(then, s.then)
    if batch is not None:
        batch.go_on(before)
    if s.orelse:
        branch(other, s.orelse)
    else:
        ends.append(before)
    f.start(end)
    if batch is not None:
        batch.meet(ends)


def condition(cx: Frame, test: tree.Expr, yes: str, no: str) -> None:
    """Branch on a condition; `and`, `or` and `not` branch instead of making a value."""
    f = cx.f
    if isinstance(test, tree.Not):
        condition(cx, test.value, no, yes)
        return
    if isinstance(test, tree.BoolOp):
        for value in test.values[:-1]:
            more = f.new_label()
            if test.op == "and":
                condition(cx, value, more, no)
            else:
                condition(cx, value, yes, more)
            f.start(more)
        condition(cx, test.values[-1], yes, no)
        return
    f.branch(cx.one(test), yes, no)


def _while(cx: Frame, s: tree.While) -> None:
    f = cx.f
    head, body, end = f.new_label(), f.new_label(), f.new_label()
    done = f.new_label() if s.orelse else end
    f.start(head)
    condition(cx, s.test, body, done)
    f.start(body)
    _loop_body(cx, s.body, head, end)
    _loop_else(cx, s.orelse, done, end)


def _loop_body(cx: Frame, body: list[tree.Stmt], again: str, after: str) -> None:
    cx.loops.append(Loop(again, after))
    block(cx, body)
    cx.loops.pop()
    if not cx.f.closed:
        _make_waiting(cx)
        cx.f.jump(again)


def _loop_else(cx: Frame, orelse: list[tree.Stmt], done: str, end: str) -> None:
    """The `else` of a loop runs when the loop was not left by `break`."""
    if orelse:
        cx.f.start(done)
        block(cx, orelse)
        if not cx.f.closed:
            _make_waiting(cx)
            cx.f.jump(end)
    cx.f.start(end)


def _for(cx: Frame, s: tree.For) -> None:
    f = cx.f
    items = iterator(cx, s.iterable)
    head, end = f.new_label(), f.new_label()
    done = f.new_label() if s.orelse else end
    f.start(head)
    assign(cx, s.target, items.type, copied_items(cx, s, items.type, items.next(done)), s.span)
    _loop_body(cx, s.body, head, end)
    _loop_else(cx, s.orelse, done, end)


def _break(cx: Frame, _: tree.Break) -> None:
    cx.f.jump(cx.loops[-1].after)


def _continue(cx: Frame, _: tree.Continue) -> None:
    cx.f.jump(cx.loops[-1].again)


def _return(cx: Frame, s: tree.Return) -> None:
    parts = cx.eval(s.value) if s.value is not None else ()
    cx.ending.returns(parts, s.value)


def _assert(cx: Frame, s: tree.Assert) -> None:
    f = cx.f
    bad, ok = f.new_label(), f.new_label()
    if isinstance(s.error, tree.ErrorCode) or s.error is None:
        error = (
            cx.errors.framework_at(AnchorError.RequireViolated, s.span)
            if s.error is None
            else cx.errors.user(s.error, s.span)
        )
        condition(cx, s.test, ok, bad)
        f.start(bad)
        f.raise_(error)
        f.start(ok)
        return
    condition(cx, s.test, ok, bad)
    f.start(bad)
    _raise_text(cx, s.error)
    f.start(ok)


def _raise(cx: Frame, s: tree.Raise) -> None:
    if isinstance(s.error, tree.ErrorCode):
        cx.f.raise_(cx.errors.user(s.error, s.span))
    else:
        _raise_text(cx, s.error)


def _raise_text(cx: Frame, error: tree.Expr) -> None:
    """An error that is only a text: logged, then RequireViolated. Without texts, one that is no literal is made all the
    same: making it may fail."""
    if not (cx.errors.quiet and isinstance(error, tree.StrLit)):
        text_of.log(cx, error)
    cx.f.raise_(cx.errors.framework_at(AnchorError.RequireViolated, error.span))


def _emit(cx: Frame, s: tree.Emit) -> None:
    events.emit(cx, s.value)


def _print(cx: Frame, s: tree.Print) -> None:
    text_of.log(cx, s.value)


_WRITERS: dict[type, Callable[[Frame, Any], None]] = {
    tree.Declare: lambda _cx, _s: None,
    tree.Assign: _assign,
    tree.AugAssign: _aug_assign,
    tree.ExprStmt: _expr,
    tree.If: _if,
    tree.While: _while,
    tree.For: _for,
    tree.Break: _break,
    tree.Continue: _continue,
    tree.Return: _return,
    tree.Assert: _assert,
    tree.Raise: _raise,
    tree.Emit: _emit,
    tree.Print: _print,
}
STATEMENTS = Handlers("statements in bytecode", tree.Stmt, _WRITERS)

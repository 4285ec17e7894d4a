"""Statements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
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


def body(frame: Frame, statements: list[tree.Stmt]) -> None:
    """All statements of an instruction or a function."""
    frame = replace(frame, batch=batch_of(frame, statements))
    block(frame, statements)
    if frame.batch is not None:
        with frame.f.part("calls of the token program"):
            frame.batch.finish()


def block(frame: Frame, body: list[tree.Stmt]) -> None:
    for statement in body:
        if frame.f.closed:
            return
        with frame.f.source(statement.span):
            if frame.batch is not None and statement in frame.batch.plan.barriers:
                _make_waiting(frame)
            STATEMENTS.of(statement)(frame, statement)


def _make_waiting(frame: Frame) -> None:
    """Make the postponed calls, before code that can see the difference."""
    if frame.batch is not None and not frame.f.closed:
        with frame.f.part("calls of the token program"):
            frame.batch.make()


def _assign(frame: Frame, s: tree.Assign) -> None:
    if isinstance(s.value, tree.TupleLit) and isinstance(s.target, tree.TupleTarget):
        # All values first: `a, b = b, a`.
        values = [frame.eval(item) for item in s.value.items]
        assert isinstance(s.value.type, TupleType)
        for target, t, parts in zip(s.target.items, s.value.type.elems, values, strict=True):
            assign(frame, target, t, parts, s.span)
        return
    assign(frame, s.target, s.value.type, frame.eval(s.value), s.span)


def _aug_assign(frame: Frame, s: tree.AugAssign) -> None:
    """The place is evaluated once, before the value."""
    target = s.target
    if isinstance(target, tree.VarTarget):
        old = frame.read(target.local)
        frame.declare(target.local, _operate(frame, s, old))
        return
    place = target.place
    while isinstance(place, tree.Unwrap | tree.Coerce):
        place = place.value
    if isinstance(place, tree.GetIndex):
        _augment_element(frame, s, place)
        return
    assert isinstance(place, tree.GetField)
    obj = frame.one(place.obj)
    old = read_field(frame, place, obj)
    if is_view(place.type) and frame.unit.views.copies(target.place):
        old = copied(frame, place.type, old)
    write_field(frame, place, obj, _operate(frame, s, old), s.span)


def _augment_element(frame: Frame, s: tree.AugAssign, place: tree.GetIndex) -> None:
    obj, index = frame.one(place.obj), frame.one(place.index)
    address = element(frame, place.obj.type, obj, index, place.index, place.span)
    made = _operate(frame, s, load(s.type, address))
    if frame.unit.views.writes.of([s.value]):
        # The list may have grown or shrunk meanwhile.
        address = element(frame, place.obj.type, obj, index, place.index, place.span)
    store(s.type, made, address)


def _operate(frame: Frame, s: tree.AugAssign, old: Parts) -> Parts:
    if isinstance(s.type, IntType):
        return (integers.arith(frame, s.type, s.op, old[0], frame.one(s.value), s.span),)
    if isinstance(s.type, FloatType):
        return (floats.arith(frame, s.op, old[0], frame.one(s.value), s.span),)
    return sequences.augment(frame, s, old)


def _expr(frame: Frame, s: tree.ExprStmt) -> None:
    frame.eval(s.value)


def _if(frame: Frame, s: tree.If) -> None:
    f = frame.f
    then, end = f.new_label(), f.new_label()
    other = f.new_label() if s.orelse else end
    condition(frame, s.test, then, other)
    batch = frame.batch
    before = batch.here() if batch is not None else None
    ends: list[object] = []

    def branch(label: str, body: list[tree.Stmt]) -> None:
        f.start(label)
        block(frame, body)
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


def condition(frame: Frame, test: tree.Expr, yes: str, no: str) -> None:
    """Branch on a condition; `and`, `or` and `not` branch instead of making a value."""
    f = frame.f
    if isinstance(test, tree.Not):
        condition(frame, test.value, no, yes)
        return
    if isinstance(test, tree.BoolOp):
        for value in test.values[:-1]:
            more = f.new_label()
            if test.op == "and":
                condition(frame, value, more, no)
            else:
                condition(frame, value, yes, more)
            f.start(more)
        condition(frame, test.values[-1], yes, no)
        return
    f.branch(frame.one(test), yes, no)


def _while(frame: Frame, s: tree.While) -> None:
    f = frame.f
    head, body, end = f.new_label(), f.new_label(), f.new_label()
    done = f.new_label() if s.orelse else end
    f.start(head)
    condition(frame, s.test, body, done)
    f.start(body)
    _loop_body(frame, s.body, head, end)
    _loop_else(frame, s.orelse, done, end)


def _loop_body(frame: Frame, body: list[tree.Stmt], again: str, after: str) -> None:
    block(replace(frame, loop=Loop(again, after)), body)
    if not frame.f.closed:
        _make_waiting(frame)
        frame.f.jump(again)


def _loop_else(frame: Frame, orelse: list[tree.Stmt], done: str, end: str) -> None:
    """The `else` of a loop runs when the loop was not left by `break`."""
    if orelse:
        frame.f.start(done)
        block(frame, orelse)
        if not frame.f.closed:
            _make_waiting(frame)
            frame.f.jump(end)
    frame.f.start(end)


def _for(frame: Frame, s: tree.For) -> None:
    f = frame.f
    items = iterator(frame, s.iterable)
    head, end = f.new_label(), f.new_label()
    done = f.new_label() if s.orelse else end
    f.start(head)
    assign(frame, s.target, items.type, copied_items(frame, s, items.type, items.next(done)), s.span)
    _loop_body(frame, s.body, head, end)
    _loop_else(frame, s.orelse, done, end)


def _break(frame: Frame, _: tree.Break) -> None:
    assert frame.loop is not None
    frame.f.jump(frame.loop.after)


def _continue(frame: Frame, _: tree.Continue) -> None:
    assert frame.loop is not None
    frame.f.jump(frame.loop.again)


def _return(frame: Frame, s: tree.Return) -> None:
    parts = frame.eval(s.value) if s.value is not None else ()
    frame.ending.returns(parts, s.value)


def _assert(frame: Frame, s: tree.Assert) -> None:
    f = frame.f
    bad, ok = f.new_label(), f.new_label()
    if isinstance(s.error, tree.ErrorCode) or s.error is None:
        error = (
            frame.errors.framework_at(AnchorError.RequireViolated, s.span)
            if s.error is None
            else frame.errors.user(s.error, s.span)
        )
        condition(frame, s.test, ok, bad)
        f.start(bad)
        f.raise_(error)
        f.start(ok)
        return
    condition(frame, s.test, ok, bad)
    f.start(bad)
    _raise_text(frame, s.error)
    f.start(ok)


def _raise(frame: Frame, s: tree.Raise) -> None:
    if isinstance(s.error, tree.ErrorCode):
        frame.f.raise_(frame.errors.user(s.error, s.span))
    else:
        _raise_text(frame, s.error)


def _raise_text(frame: Frame, error: tree.Expr) -> None:
    """An error that is only a text: logged, then RequireViolated. Without texts, one that is no literal is made all the
    same: making it may fail."""
    if not (frame.errors.quiet and isinstance(error, tree.StrLit)):
        text_of.log(frame, error)
    frame.f.raise_(frame.errors.framework_at(AnchorError.RequireViolated, error.span))


def _emit(frame: Frame, s: tree.Emit) -> None:
    events.emit(frame, s.value)


def _print(frame: Frame, s: tree.Print) -> None:
    text_of.log(frame, s.value)


_WRITERS: dict[type, Callable[[Frame, Any], None]] = {
    tree.Declare: lambda _frame, _s: None,
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

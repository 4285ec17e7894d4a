"""Control flow: `if`, with options as patterns, and loops."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from seahorse.backends.anchor import options
from seahorse.backends.anchor.calls import mark_mutable
from seahorse.backends.anchor.errors import UnsupportedError
from seahorse.backends.anchor.loops import bind_target, iterate
from seahorse.backends.anchor.places import fixed_indexes
from seahorse.backends.anchor.rust.blocks import Block, Do, For, If, Let, Stmt, While
from seahorse.backends.anchor.rust.chains import Method
from seahorse.backends.anchor.rust.exprs import Atom, Range
from seahorse.backends.anchor.scope import RESIZERS, Binding, Body, roots
from seahorse.backends.anchor.types import is_aggregate
from seahorse.backends.anchor.values import condition, option_test
from seahorse.ir.walk import walk
from seahorse.semantics import tree
from seahorse.semantics.types import ArrayType, ListType

# Translates statements; `tail`: what ends there ends the function.
BlockWriter = Callable[[Body, Sequence[tree.Stmt], bool], list[Stmt]]


def diverges(statements: Sequence[tree.Stmt]) -> bool:
    """Whether the end of the statements is never reached."""
    if not statements:
        return False
    last = statements[-1]
    if isinstance(last, tree.Return | tree.Raise | tree.Break | tree.Continue):
        return True
    return isinstance(last, tree.If) and diverges(last.then) and diverges(last.orelse)


def resized_in(statements: Sequence[tree.Stmt]) -> set[int]:
    """Variables that hold lists whose length changes below some statements."""
    calls = [n for n in walk(list(statements)) if isinstance(n, tree.Builtin) and n.name in RESIZERS]
    return {root for call in calls for root in roots(call.args[0])}


def is_place(value: tree.Expr) -> bool:
    return isinstance(value, tree.Var | tree.GetField | tree.GetIndex)


# --- control flow ---------------------------------------------------------------------------------------------


def if_statement(body: Body, s: tree.If, last: bool, block: BlockWriter) -> list[Stmt]:
    pattern, present = option_test(body, s.test)
    if pattern is not None:
        return _if_option(body, s, pattern, present, last, block)
    split = _leading_option(body, s)
    if split is not None:
        return if_statement(body, split, last, block)
    # Without an else, what follows the `if` gives the function's value.
    tail = last and bool(s.orelse)
    test = condition(body, s.test)
    before = list(body.before)
    body.before.clear()
    then = Block(block(body, s.then, tail))
    orelse = _else(body, s.orelse, tail, block)
    body.before[:0] = before
    return [Do(If(test, then, orelse), False)]


def _else(body: Body, orelse: Sequence[tree.Stmt], last: bool, block: BlockWriter) -> Block | If | None:
    if not orelse:
        return None
    made = block(body, orelse, last)
    if len(made) == 1 and isinstance(made[0], Do) and isinstance(made[0].value, If):
        return made[0].value
    return Block(made)


def _leading_option(body: Body, s: tree.If) -> tree.If | None:
    """`if x is not None and test:` without else, as two nested ifs, so that x gets a name inside."""
    if s.orelse or not isinstance(s.test, tree.BoolOp) or s.test.op != "and":
        return None
    first = s.test.values[0]
    if not isinstance(first, tree.IsNone) or not first.negate:
        return None
    if not options.uses_inner(body, first.value, [s.test, s.then]):
        return None
    rest = s.test.values[1] if len(s.test.values) == 2 else tree.BoolOp(s.test.type, s.span, "and", s.test.values[1:])
    return tree.If(s.span, first, [tree.If(s.span, rest, s.then, [])], [])


def _if_option(body: Body, s: tree.If, pattern: object, present: bool, last: bool, block: BlockWriter) -> list[Stmt]:
    assert isinstance(s.test, tree.IsNone | tree.Not)
    tested = s.test.value if isinstance(s.test, tree.IsNone) else s.test.value.value  # type: ignore[attr-defined]
    some, none = (s.then, s.orelse) if present else (s.orelse, s.then)
    assert isinstance(tested, tree.Expr)
    writes = bool(roots(tested) & body.mutated)
    made = options.bind(body, tested, mutable=writes)
    assert made is not None
    name, scrutinee, binding, key = made
    if not present and diverges(s.then) and not s.orelse and not last:
        otherwise = Block(block(body, s.then, False))
        body.narrowed[key] = binding
        return [Let(f"Some({name})", scrutinee, otherwise=otherwise)]
    if not options.uses_inner(body, tested, some) and not _names_inner(body, tested, some):
        test = condition(body, s.test)
        tail = last and bool(s.orelse)
        return [Do(If(test, Block(block(body, s.then, tail)), _else(body, s.orelse, tail, block)), False)]
    tail = last and bool(s.orelse)
    saved = dict(body.narrowed)
    body.narrowed[key] = binding
    yes = Block(block(body, some, tail))
    body.narrowed = saved
    no = _else(body, none, tail, block)
    return [Do(If(scrutinee, yes, no, pattern=f"Some({name})"), False)]


def _names_inner(body: Body, tested: tree.Expr, statements: Sequence[tree.Stmt]) -> bool:
    """Whether the account inside is initialized there under a variable's name."""
    ids = roots(tested)
    return any(isinstance(n, tree.InitAccount) and n.param.id in ids for n in walk(list(statements)))


def _loop_else(body: Body, s: tree.While | tree.For) -> UnsupportedError:
    hint = "use a variable that says whether the loop broke"
    return body.unsupported(s.span, "`else` of a loop has no Rust form here", hint)


def while_loop(body: Body, s: tree.While, block: BlockWriter) -> list[Stmt]:
    if s.orelse:
        raise _loop_else(body, s)
    forever = isinstance(s.test, tree.BoolLit) and s.test.value
    test = None if forever else condition(body, s.test)
    return [Do(While(test, Block(block(body, s.body, False))), False)]


def for_loop(body: Body, s: tree.For, block: BlockWriter) -> list[Stmt]:
    if s.orelse:
        raise _loop_else(body, s)
    targets = {n.local.id for n in walk(s.target) if isinstance(n, tree.VarTarget)}
    mutable = bool(targets & body.mutated)
    if mutable:
        mark_mutable(body, s.iterable)
    if is_place(s.iterable) and roots(s.iterable) & body.mutated_in(s.body):
        return _for_by_index(body, s, block)
    items = iterate(body, s.iterable, mutable)
    pattern = bind_target(body, s.target, items.kind)
    return [Do(For(pattern, items.expr, Block(block(body, s.body, False))), False)]


def _for_by_index(body: Body, s: tree.For, block: BlockWriter) -> list[Stmt]:
    """A loop over a list whose owner the loop writes: the elements are reached by their index."""
    if not isinstance(s.iterable.type, ListType | ArrayType) or not isinstance(s.target, tree.VarTarget):
        raise body.unsupported(s.span, "this loop writes what it goes through, which Rust refuses", "loop over a range")
    if resized_in(s.body) & roots(s.iterable):
        raise body.unsupported(
            s.span, "this loop changes the length of its list, which Rust refuses", "loop over a copy"
        )
    out: list[Stmt] = []
    iterable = fixed_indexes(body, s.iterable, out, arrays=True)
    seq = body.ev(iterable).expr
    name = body.temporary("at")
    elem = s.iterable.type.elem
    index = tree.Local(-2 - len(body.bindings), name, elem)
    body.bindings[index.id] = Binding(Atom(name), "place")
    item = tree.GetIndex(elem, s.span, iterable, tree.Var(elem, s.span, index))
    inner: list[Stmt] = []
    local = s.target.local
    if is_aggregate(elem) and local.id not in body.reassigned:
        body.bindings[local.id] = Binding(body.ev(item).expr, "place")
    else:
        mutable = "mut " if local.id in body.reassigned else ""
        value = body.owned(item)
        inner = [Let(mutable + body.declare(local), value)] if body.is_used(local) else []
    loop = Do(For(name, Range(Atom("0"), Method(seq, "len")), Block([*inner, *block(body, s.body, False)])), False)
    return [*out, loop]

"""Control flow: `if`, with options as patterns, and loops."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from seahorse.backends.anchor.expressions.values import condition, option_test
from seahorse.backends.anchor.facts.reach import roots
from seahorse.backends.anchor.rust.blocks import Do, Let, RustAssign, RustBlock, RustIf, RustStmt, RustWhile
from seahorse.backends.anchor.rust.exprs import Atom, Prefix, RustExpr
from seahorse.backends.anchor.scope import options
from seahorse.backends.anchor.scope.body_writer import BodyWriter
from seahorse.backends.anchor.scope.evaluation_order import apart_from
from seahorse.backends.anchor.statements.endings import else_of
from seahorse.semantics import tree
from seahorse.semantics.tree.walk import walk

# Translates statements; `tail`: what ends there ends the function.
BlockWriter = Callable[[BodyWriter, Sequence[tree.Stmt], bool], list[RustStmt]]


def diverges(statements: Sequence[tree.Stmt]) -> bool:
    """Whether the end of the statements is never reached."""
    if not statements:
        return False
    last = statements[-1]
    if isinstance(last, tree.Return | tree.Raise | tree.Break | tree.Continue):
        return True
    return isinstance(last, tree.If) and diverges(last.then) and diverges(last.orelse)


# --- control flow ---------------------------------------------------------------------------------------------


def if_statement(body: BodyWriter, s: tree.If, last: bool, block: BlockWriter) -> list[RustStmt]:
    pattern, present = option_test(body, s.test)
    if pattern is not None:
        return _if_option(body, s, pattern, present, last, block)
    split = _leading_option(body, s)
    if split is not None:
        return if_statement(body, split, last, block)
    return _if_plain(body, s, last, block)


def _if_plain(body: BodyWriter, s: tree.If, last: bool, block: BlockWriter) -> list[RustStmt]:
    # Without an else, what follows the `if` gives the function's value.
    tail = last and bool(s.orelse)
    test = condition(body, s.test)
    then = RustBlock(block(body, s.then, tail))
    return [Do(RustIf(test, then, _else(body, s.orelse, tail, block)), False)]


def _else(body: BodyWriter, orelse: Sequence[tree.Stmt], last: bool, block: BlockWriter) -> RustBlock | RustIf | None:
    if not orelse:
        return None
    return else_of(block(body, orelse, last))


def _leading_option(body: BodyWriter, s: tree.If) -> tree.If | None:
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


def _if_option(
    body: BodyWriter, s: tree.If, pattern: object, present: bool, last: bool, block: BlockWriter
) -> list[RustStmt]:
    assert isinstance(s.test, tree.IsNone | tree.Not)
    tested = s.test.value if isinstance(s.test, tree.IsNone) else s.test.value.value  # type: ignore[attr-defined]
    some, none = (s.then, s.orelse) if present else (s.orelse, s.then)
    assert isinstance(tested, tree.Expr)
    if body.facts.key(tested) in body.narrowed:
        return _if_plain(body, s, last, block)
    leaves = not present and diverges(s.then) and not s.orelse and not last
    region = body.facts.behind(s) if leaves else some
    way = options.way(body, tested, region)
    if way is None or (leaves and not options.uses_inner(body, tested, region)):
        body.forget(tested)
        return _if_plain(body, s, last, block)
    made = options.bind(body, tested, mutable=way == "mut")
    assert made is not None
    name, scrutinee, binding, key = made
    if leaves:
        otherwise = RustBlock(block(body, s.then, False))
        body.narrowed[key] = binding
        return [Let(f"Some({name})", scrutinee, otherwise=otherwise)]
    if not options.uses_inner(body, tested, some) and not _names_inner(body, tested, some):
        return _if_plain(body, s, last, block)
    tail = last and bool(s.orelse)
    yes = RustBlock(block(body.knowing(key, binding), some, tail))
    no = _else(body, none, tail, block)
    return [Do(RustIf(scrutinee, yes, no, pattern=f"Some({name})"), False)]


def _names_inner(body: BodyWriter, tested: tree.Expr, statements: Sequence[tree.Stmt]) -> bool:
    """Whether the account inside is initialized there under a variable's name."""
    ids = roots(tested)
    return any(isinstance(n, tree.InitAccount) and n.param.id in ids for n in walk(list(statements)))


def with_else(
    body: BodyWriter, s: tree.While | tree.For, block: BlockWriter, loop: Callable[[BodyWriter], list[RustStmt]]
) -> list[RustStmt]:
    """A loop, and what is done unless it was left by `break`: a variable says so."""
    if s.orelse and not _breaks(s.body):
        return [*with_else(body, replace(s, orelse=[]), block, loop), *block(body, s.orelse, False)]
    left = body.bindings.temporary("left") if s.orelse else None
    made = loop(body.within(breaks=(*body.around.breaks, left)))
    if left is None:
        return made
    orelse = Do(RustIf(Prefix("!", Atom(left)), RustBlock(block(body, s.orelse, False))), False)
    return [Let(f"mut {left}", Atom("false")), *made, orelse]


def _breaks(statements: Sequence[tree.Stmt]) -> bool:
    """Whether a loop with this body may be left by `break`."""
    for s in statements:
        if isinstance(s, tree.Break) or (isinstance(s, tree.If) and (_breaks(s.then) or _breaks(s.orelse))):
            return True
        if isinstance(s, tree.While | tree.For) and _breaks(s.orelse):
            return True
    return False


def leave_loop(body: BodyWriter) -> list[RustStmt]:
    """`break`."""
    left = body.around.breaks[-1]
    return [*([RustAssign(Atom(left), Atom("true"))] if left is not None else []), Do(Atom("break"))]


def while_loop(body: BodyWriter, s: tree.While, block: BlockWriter) -> list[RustStmt]:
    return with_else(body, s, block, lambda inner: _while_loop(inner, s, block))


def _negated(body: BodyWriter, test: tree.Expr) -> RustExpr:
    return condition(body, tree.Not(test.type, test.span, test))


def _while_loop(body: BodyWriter, s: tree.While, block: BlockWriter) -> list[RustStmt]:
    if isinstance(s.test, tree.BoolLit) and s.test.value:
        return [Do(RustWhile(None, RustBlock(block(body, s.body, False))), False)]
    before, test = apart_from(body, s.test, condition)
    if before:
        # The loop evaluates the statements that the test needs before each turn.
        before, negated = apart_from(body, s.test, _negated)
        leave = Do(RustIf(negated, RustBlock([Do(Atom("break"))])), False)
        return [Do(RustWhile(None, RustBlock([*before, leave, *block(body, s.body, False)])), False)]
    return [Do(RustWhile(test, RustBlock(block(body, s.body, False))), False)]

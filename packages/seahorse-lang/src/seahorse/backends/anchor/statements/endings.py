"""How a body ends: with the value itself or, in a function that can fail, with a Result. Only the translation of the
whole body shows whether it can fail. Until then its ends are `BodyEnd`s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from seahorse.backends.anchor.rust.blocks import (
    Do,
    Let,
    RustBlock,
    RustFor,
    RustIf,
    RustLine,
    RustStmt,
    RustWhile,
    returning,
)
from seahorse.backends.anchor.rust.calls import RustCall
from seahorse.backends.anchor.rust.chains import Try
from seahorse.backends.anchor.rust.exprs import Atom, RustExpr

_NOTHING = Atom("Ok(())")


@dataclass
class BodyEnd(RustStmt):
    """The end of the body. `last`: nothing follows, so that `return` need not be written.

    `value`: what it gives; None for nothing. `above`: comments, which stay only if there is something to write.
    `own_call`: the value is that of a function or a method of the program.
    """

    value: RustExpr | None
    last: bool
    above: list[RustStmt] = field(default_factory=list[RustStmt])
    own_call: bool = False

    def written(self, fallible: bool) -> list[RustStmt]:
        """The statement, when it is known whether the function can fail."""
        value = self.value
        if fallible:
            value = _NOTHING if value is None else _result(value, self.own_call)
        if not self.last:
            return [*self.above, returning(value)]
        return [*self.above, Do(value, False)] if value is not None else []


@dataclass
class TailCall(RustStmt):
    """A last call of a function that gives no value. Its result may be the body's own, unless the body reads accounts
    again after it (`followed`)."""

    call: RustExpr
    followed: bool

    def written(self, fallible: bool) -> list[RustStmt]:
        """The statements, when it is known whether the function can fail."""
        if not fallible:
            return [Do(self.call)]
        if isinstance(self.call, Try) and not self.followed:
            return [Do(self.call.value, False)]
        return [Do(self.call), Do(_NOTHING, False)]


def _result(value: RustExpr, own_call: bool) -> RustExpr:
    """`Ok(value)`. `Ok(call()?)` is `call()`, for calls of this program's own functions."""
    if isinstance(value, Try):
        helper = isinstance(value.value, RustCall) and _gives_result(value.value.callee)
        if own_call or helper:
            return value.value
    return RustCall("Ok", [value])


def _gives_result(callee: str) -> bool:
    """Whether a function that can fail is the crate's own, with the crate's own error."""
    return "::" not in callee or "::<" in callee or callee.endswith("::new")


def finished(statements: Sequence[RustStmt], fallible: bool) -> list[RustStmt]:
    """The statements of a body with its ends written out."""
    out: list[RustStmt] = []
    for s in statements:
        out += s.written(fallible) if isinstance(s, BodyEnd | TailCall) else [_finished_within(s, fallible)]
    return tidy(out) if any(isinstance(s, BodyEnd | TailCall) for s in statements) else out


def _finished_within(s: RustStmt, fallible: bool) -> RustStmt:
    match s:
        case Do(value=RustIf() | RustFor() | RustWhile() as value):
            return replace(s, value=_finished_expr(value, fallible))
        case Let(otherwise=RustBlock() as otherwise):
            return replace(s, otherwise=RustBlock(finished(otherwise.body, fallible)))
        case _:
            return s


def _finished_expr(value: RustIf | RustFor | RustWhile, fallible: bool) -> RustIf | RustFor | RustWhile:
    match value:
        case RustIf():
            return replace(value, then=_finished_block(value.then, fallible), orelse=_finished_else(value, fallible))
        case RustFor() | RustWhile():
            return replace(value, body=_finished_block(value.body, fallible))


def _finished_block(block: RustBlock, fallible: bool) -> RustBlock:
    return RustBlock(finished(block.body, fallible))


def _finished_else(value: RustIf, fallible: bool) -> RustBlock | RustIf | None:
    match value.orelse:
        case None:
            return None
        case RustIf() as other:
            made = _finished_expr(other, fallible)
            assert isinstance(made, RustIf)
            return made
        case block:
            made = finished(block.body, fallible)
            ends = any(isinstance(s, BodyEnd) for s in block.body)
            return else_of(made) if ends else RustBlock(made)


def else_of(made: list[RustStmt]) -> RustBlock | RustIf:
    """Statements behind `else`: `else if` when they are only another `if`."""
    if len(made) == 1 and isinstance(made[0], Do) and isinstance(made[0].value, RustIf):
        return made[0].value
    return RustBlock(made)


def tidy(out: list[RustStmt]) -> list[RustStmt]:
    """Statements of a block without what needs no line: a second empty line, and a variable for the block's value."""
    return _without_last_let([s for i, s in enumerate(out) if not (s == RustLine() and i and out[i - 1] == RustLine())])


def _without_last_let(out: list[RustStmt]) -> list[RustStmt]:
    """`let x = value; x` is just the value."""
    if len(out) < 2 or not isinstance(out[-1], Do) or out[-1].semi or not isinstance(out[-2], Let):
        return out
    value, before = out[-1].value, out[-2]
    same = isinstance(value, Atom) and value.text == before.pattern
    if same and before.value is not None and before.type is None:
        return [*out[:-2], Do(before.value, False)]
    return out

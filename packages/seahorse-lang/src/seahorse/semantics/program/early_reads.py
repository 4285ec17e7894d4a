"""`init` reads values before the body runs. They must be those that the body would read: no statement before `init` may
have changed them."""

from __future__ import annotations

from collections.abc import Iterator

from seahorse.diagnostics import CompileError, Span, fail
from seahorse.semantics import tree
from seahorse.semantics.tree.operations import operation
from seahorse.semantics.tree.types import AccountType, OptionType, Type
from seahorse.semantics.tree.walk import called_functions, walk

_HINT = "`init` runs first: move it up, or keep the value in a variable before it changes"
# A field of an account, and where the source reads it.
_Read = tuple[AccountType, str, Span]


def changed_reads(instruction: tree.CheckedInstruction) -> list[CompileError]:
    """The mistakes of an instruction: fields that an `init` reads for a seed or a size, and that are assigned before
    that place, also by a function or method."""
    found: list[CompileError] = []
    for account in instruction.accounts:
        if account.init is None:
            continue
        for t, field, span in _reads(instruction, account.init):
            if (t.decl, field) in _assigned(instruction.body, span):
                found.append(fail(span, f"`{field}` of {t} may have changed before this", _HINT))
        for span in _states(account.init):
            if any(_moves(node) for node in walk(_before(instruction.body, span))):
                found.append(fail(span, "the state of this account may have changed before this", _HINT))
    return found


def _states(init: tree.Init) -> Iterator[Span]:
    """Where it reads balances, sizes, and data of token accounts."""
    computed = [s.value for s in (init.pda.seeds if init.pda is not None else ()) if isinstance(s, tree.SeedExpr)]
    for node in walk([*computed, *(v for v in (init.space, init.padding, init.decimals) if isinstance(v, tree.Expr))]):
        if isinstance(node, tree.Builtin) and operation(node.name).reads in ("record", "data"):
            yield node.span


def _moves(node: object) -> bool:
    """Whether it may change an account in another way than by a field."""
    return isinstance(node, tree.CpiCall) or (isinstance(node, tree.Builtin) and bool(operation(node.name).writes))


def _reads(instruction: tree.CheckedInstruction, init: tree.Init) -> Iterator[_Read]:
    types: dict[str, Type] = {a.name: a.type for a in instruction.accounts}
    for seed in init.pda.seeds if init.pda is not None else ():
        if isinstance(seed, tree.SeedExpr):
            yield from _fields(seed.value)
        elif isinstance(seed, tree.SeedParam) and seed.fields and seed.span is not None:
            t = types.get(seed.param)
            if isinstance(t, AccountType):
                yield t, seed.fields[0], seed.span
    for value in (init.space, init.padding, init.decimals):
        if isinstance(value, tree.Expr):
            yield from _fields(value)


def _fields(value: tree.Expr) -> Iterator[_Read]:
    for node in walk([value]):
        if isinstance(node, tree.GetField):
            t = node.obj.type.inner if isinstance(node.obj.type, OptionType) else node.obj.type
            if isinstance(t, AccountType):
                yield t, node.name, node.span


def _assigned(body: list[tree.Stmt], place: Span) -> set[tuple[object, str]]:
    """The fields of accounts that statements in front of a place may assign."""
    found: set[tuple[object, str]] = set()
    for node in walk(_before(body, place)):
        if isinstance(node, tree.PlaceTarget):
            for part in walk([node.place]):
                if isinstance(part, tree.GetField) and isinstance(part.obj.type, AccountType):
                    found.add((part.obj.type.decl, part.name))
    return found


def _before(body: list[tree.Stmt], place: Span) -> list[object]:
    """The statements in front of a place, and the functions that they call."""
    before = [s for s in body if (s.span.end_line, s.span.end_col) <= (place.line, place.col)]
    return [before, *[f.body for f in called_functions(before)]]

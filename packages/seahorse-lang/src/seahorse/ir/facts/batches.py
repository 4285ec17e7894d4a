"""Which calls of the token program may go together in one: calls between which no code can see the difference.

A call that waits for the next one must have the same effects, and fail with the same error, as where the program writes
it. So no code may run in between that reads data which the token program writes, that others see in order (events,
prints, other calls), or that passes control on (loops that call). Code that only computes may run; when it fails, the
program first makes the calls that wait (`backends/sbf/invoke/batches.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from seahorse.ir.nodes import ResolvedPda
from seahorse.semantics import tree
from seahorse.semantics.tree.operations import operation
from seahorse.semantics.tree.types import ANY_TOKEN_ACCOUNT, ANY_TOKEN_MINT, BoolType, IntType
from seahorse.semantics.tree.walk import called_functions, walk

TOKEN_CALLS = ("token.transfer", "mint.mint", "mint.burn")
# The most calls that go together: their accounts are described on the stack.
MOST = 4


@dataclass
class BatchPlan:
    """The batches of one body. `calls`: the postponed ones; `barriers`: statements before which all of them must be
    made. `most`: how many may wait at once."""

    calls: set[tree.Builtin] = field(default_factory=set[tree.Builtin])
    barriers: set[tree.Stmt] = field(default_factory=set[tree.Stmt])
    most: int = 0


@dataclass(frozen=True)
class _PutOff:
    """The calls that may be waiting at a place, and how many at most."""

    calls: frozenset[tree.Builtin] = frozenset()
    count: int = 0

    def __or__(self, other: _PutOff) -> _PutOff:
        return _PutOff(self.calls | other.calls, max(self.count, other.count))


NONE_WAIT = _PutOff()


def plan(body: Sequence[tree.Stmt], signers: Mapping[int, ResolvedPda] | None = None) -> BatchPlan:
    """The batches of the body of an instruction or a function. `signers`: what `account.signer()` signs with."""
    planner = _Planner(signers or {})
    planner.block(body, NONE_WAIT)
    return planner.finished()


def token_call(statement: object) -> tree.Builtin | None:
    """The call of the token program that a statement is, if it is one."""
    call = statement.value if isinstance(statement, tree.ExprStmt) else None
    if not isinstance(call, tree.Builtin) or call.name not in TOKEN_CALLS:
        return None
    return None if "signers" in call.kwargs or is_any_token(call) else call


def is_any_token(call: tree.Builtin) -> bool:
    """Whether an operation is of an account of either token program."""
    return call.args[0].type in (ANY_TOKEN_ACCOUNT, ANY_TOKEN_MINT)


class _Planner:
    def __init__(self, signers: Mapping[int, ResolvedPda]) -> None:
        self._signers = signers
        self._barriers: set[tree.Stmt] = set()
        # Calls that may wait together with another one, and how many at most.
        self._joined: set[tree.Builtin] = set()
        self._most = 0

    def finished(self) -> BatchPlan:
        return BatchPlan(self._joined, self._barriers, self._most)

    def block(self, body: Sequence[tree.Stmt], waiting: _PutOff) -> _PutOff | None:
        """The calls that wait at the end of a block; None when the program cannot reach its end."""
        for statement in body:
            after = self._statement(statement, waiting)
            if after is None:
                return None
            waiting = after
        return waiting

    def _statement(self, s: tree.Stmt, waiting: _PutOff) -> _PutOff | None:
        call = token_call(s)
        if call is not None and self._seeds_stay(call):
            return self._call(s, call, waiting)
        match s:
            case tree.If():
                waiting = self._past(s, waiting, quiet=is_quiet([s.test]))
                ends = [self.block(branch, waiting) for branch in (s.then, s.orelse)]
                open_ends = [e for e in ends if e is not None]
                return _union(open_ends) if open_ends else None
            case tree.While() | tree.For() if not is_quiet([s]):
                waiting = self._past(s, waiting, quiet=False)
                self.block(s.body, waiting)
                self.block(s.orelse, waiting)
                return waiting
            case tree.Return() | tree.Break() | tree.Continue():
                self._past(s, waiting, quiet=False)
                return None
            case tree.Raise():
                return None
            case _:
                return self._past(s, waiting, quiet=is_quiet([s]))

    def _call(self, s: tree.Stmt, call: tree.Builtin, waiting: _PutOff) -> _PutOff:
        arguments = [*call.args, *call.kwargs.values()]
        waiting = self._past(s, waiting, quiet=is_quiet(arguments) and waiting.count < MOST)
        if waiting.calls:
            self._joined |= {*waiting.calls, call}
        self._most = max(self._most, waiting.count + 1)
        return _PutOff(waiting.calls | {call}, waiting.count + 1)

    def _seeds_stay(self, call: tree.Builtin) -> bool:
        """Whether the bytes of the seeds that sign stay what they are until the call is made."""
        signer = call.kwargs.get("signer")
        if not isinstance(signer, tree.SignerSeeds):
            return True
        if signer.seeds:
            return all(_is_copied(seed) for seed in signer.seeds)
        pda = self._signers.get(signer.account.id) if signer.account is not None else None
        # A field could be assigned meanwhile; the stored bump is looked after in `_is_quiet`.
        return pda is not None and not any(isinstance(s, tree.SeedParam) and s.fields for s in pda.seeds)

    def _past(self, s: tree.Stmt, waiting: _PutOff, *, quiet: bool) -> _PutOff:
        if quiet:
            return waiting
        self._barriers.add(s)
        return NONE_WAIT


def _union(ends: list[_PutOff]) -> _PutOff:
    out = ends[0]
    for end in ends[1:]:
        out = out | end
    return out


def is_quiet(code: Sequence[Any]) -> bool:
    """Whether code only computes, from what the token program does not write; it may fail."""
    return all(_is_quiet(node) for node in walk(list(code))) and all(
        _is_quiet_inside(f) for f in called_functions(code)
    )


# Whether the code of a function is quiet, that of what it calls aside.
_QUIET: WeakKeyDictionary[tree.Function, bool] = WeakKeyDictionary()


def _is_quiet_inside(function: tree.Function) -> bool:
    if function not in _QUIET:
        _QUIET[function] = all(_is_quiet(node) for node in walk(function.body))
    return _QUIET[function]


def _is_quiet(node: object) -> bool:
    match node:
        case tree.Builtin():
            facts = operation(node.name)
            return not facts.calls and not facts.writes and facts.reads in ("nothing", "chain")
        case tree.CpiCall() | tree.Emit() | tree.Print():
            return False
        case tree.Return() | tree.Break() | tree.Continue():
            # Of a loop or function that is quiet itself; others are looked at as statements.
            return True
        case tree.PlaceTarget(place=tree.GetField(name="bump")):
            return False
        case _:
            return True


def _is_copied(seed: tree.Expr) -> bool:
    match seed:
        case tree.StrLit() | tree.BytesLit() | tree.PubkeyLit():
            return True
        case tree.Builtin(name="key"):
            return True
        case _:
            return isinstance(seed.type, IntType | BoolType)

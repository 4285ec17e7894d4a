"""Which accounts an instruction writes and which programs it needs: inferred from bodies, across programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from seahorse.ir.sharing import kind_of, kinds_within
from seahorse.semantics import tree
from seahorse.semantics.tree.operations import operation
from seahorse.semantics.tree.types import (
    ANY_TOKEN_ACCOUNT,
    ANY_TOKEN_MINT,
    SIGNER,
    TOKEN_ACCOUNT,
    TOKEN_MINT,
    AccountType,
    ArrayType,
    BuiltinAccountType,
    EmptyType,
    IterType,
    ListType,
    OptionType,
    TupleType,
    Type,
)
from seahorse.semantics.tree.walk import walk

SYSTEM, TOKEN, ASSOCIATED = "system_program", "token_program", "associated_token_program"
# Whichever token program owns the accounts that are given.
ANY_TOKEN = "any_token_program"

# An account itself: its lamports, its owner, or data that is not this program's.
_ACCOUNT = "account"
# The bytes of an account that is given as an unchecked one, written as such.
_DATA = "data"


def reached(t: Type) -> set[str]:
    """The kinds of what is changed through a value of the type, in however many tuples and lists it stands."""
    return kinds_within(t) | ({_ACCOUNT, _DATA} if _holds_account(t) else set())


def _holds_account(t: Type) -> bool:
    match t:
        case AccountType() | EmptyType() | BuiltinAccountType():
            return True
        case OptionType(inner=inner) | ListType(elem=inner) | ArrayType(elem=inner) | IterType(elem=inner):
            return _holds_account(inner)
        case TupleType(elems=elems):
            return any(_holds_account(e) for e in elems)
        case _:
            return False


@dataclass
class Effects:
    """Effects of a body: ids of the locals whose accounts it writes, programs that it needs (implicit account names),
    and programs of the workspace that it calls. `emitters`: those of them whose events are calls of themselves, for
    which the caller passes the account that signs them.

    `changes`: the locals that it writes, each with the kind of object that it changes. `stores`: a local that gets an
    object of a kind, and the local that the object comes from.
    """

    writes: set[int] = field(default_factory=set[int])
    programs: set[str] = field(default_factory=set[str])
    calls: set[str] = field(default_factory=set[str])
    emitters: set[str] = field(default_factory=set[str])
    changes: set[tuple[int, str]] = field(default_factory=set[tuple[int, str]])
    stores: set[tuple[int, int, str]] = field(default_factory=set[tuple[int, int, str]])

    @property
    def raw_writes(self) -> set[int]:
        """The locals whose accounts are written byte by byte."""
        return {local for local, kind in self.changes if kind == _DATA}

    def size(self) -> int:
        found = (self.writes, self.programs, self.calls, self.emitters, self.changes, self.stores)
        return sum(map(len, found))


# Callee's effects by (program, instruction): names of written accounts, and what its callers must pass besides.
CalleeEffects = Callable[[str, str], "tuple[set[str], Effects]"]


class _Body:
    """Collects the effects of one body, given what is known so far of the functions and programs it calls."""

    def __init__(self, functions: dict[tree.Function, Effects], callee: CalleeEffects) -> None:
        self.functions = functions
        self.callee = callee
        # Of each local: others whose objects it may hold, each with the kind of such an object.
        self.shared: dict[int, set[tuple[int, str]]] = {}
        self.effects = Effects()

    def origins(self, expr: Any, kinds: set[str]) -> set[tuple[int, str]]:
        """The locals whose memory the value of `expr` may be part of or hold, by the kinds of objects in question."""
        if not kinds:
            return set()
        match expr:
            case tree.Var():
                return self._variable(expr.local.id, kinds)
            case tree.InitAccount():
                return {(expr.param.id, k) for k in kinds}
            case tree.GetField() | tree.GetIndex() | tree.GetSlice():
                return self.origins(expr.obj, kinds)
            case tree.Unwrap() | tree.Coerce():
                return self.origins(expr.value, kinds)
            case tree.IfExp():
                return self._all([expr.then, expr.orelse], kinds)
            case tree.ListLit() | tree.TupleLit() | tree.ArrayLit():
                return self._all(expr.items, kinds)
            case tree.Construct() | tree.Call():
                return self._all(expr.args, kinds)
            case tree.Concat():
                return self._all([expr.left, expr.right], kinds)
            case tree.Repeat():
                return self.origins(expr.seq, kinds)
            case tree.ListComp():
                return self.origins(expr.element, kinds)
            case tree.Lambda():
                return self.origins(expr.body, kinds)
            case tree.Builtin():
                return self._all(expr.args, kinds)
            case _:
                return set()

    def _variable(self, variable: int, kinds: set[str]) -> set[tuple[int, str]]:
        return {(variable, k) for k in kinds} | {(v, k) for v, k in self.shared.get(variable, ()) if k in kinds}

    def _all(self, parts: Sequence[tree.Expr], kinds: set[str]) -> set[tuple[int, str]]:
        return {
            found
            for part in parts
            for found in self.origins(part, kinds if isinstance(part, tree.Lambda) else kinds & reached(part.type))
        }

    def share(self, locals_: Iterable[int], origins: set[tuple[int, str]]) -> None:
        for local in locals_:
            self.shared.setdefault(local, set()).update(o for o in origins if o[0] != local)

    def bind(self, target: tree.Target, value: tree.Expr) -> None:
        """An assigned value shares its objects with its target: a variable, or the owner of a place."""
        for node in walk(target):
            if isinstance(node, tree.VarTarget):
                self.share([node.local.id], self.origins(value, reached(node.local.type)))
            elif isinstance(node, tree.PlaceTarget):
                self.store(node.place, value, reached(node.place.type))

    def store(self, place: tree.Expr, value: tree.Expr, kinds: set[str]) -> None:
        """An object of `value` becomes part of what `place` is part of."""
        kind = kind_of(place.obj.type) if isinstance(place, tree.GetField | tree.GetIndex) else kind_of(place.type)
        owners = {local for local, _ in self.origins(place, {kind or _ACCOUNT})}
        self.share(owners, self.origins(value, kinds & reached(value.type)))

    def run(self, body: Sequence[tree.Stmt]) -> Effects:
        nodes = list(walk(list(body)))
        # Later statements of a loop may share the object again, so the search goes on until it finds no more.
        before = -1
        while before != (before := sum(len(a) for a in self.shared.values())):
            for node in nodes:
                self._note(node)
        for node in nodes:
            self.visit(node)
        return self.effects

    def _note(self, node: Any) -> None:
        match node:
            case tree.Assign():
                self.bind(node.target, node.value)
            case tree.For() | tree.CompClause():
                self.bind(node.target, node.iterable)
            case tree.Builtin():
                for function in (*node.args, *node.kwargs.values()):
                    if isinstance(function, tree.Lambda):
                        items = {o for a in node.args for o in self.origins(a, reached(a.type))}
                        self.share([p.id for p in function.params], items)
                for position in operation(node.name).stores:
                    self.store(node.args[0], node.args[position], reached(node.args[0].type))
            case tree.Call():
                self._stored_by(node.function, node.args)
            case tree.Construct() if node.constructor is not None:
                self._stored_by(node.constructor, [node, *node.args])
            case _:
                pass

    def _stored_by(self, function: tree.Function, args: Sequence[tree.Expr]) -> None:
        known = self.functions.get(function)
        given = {p.id: a for p, a in zip(function.params, args, strict=False)}
        for target, source, kind in known.stores if known is not None else ():
            if target in given and source in given:
                owners = {local for local, _ in self.origins(given[target], reached(given[target].type))}
                self.share(owners, self.origins(given[source], {kind}))

    def write(self, expr: Any, kind: str | None) -> None:
        found = self.origins(expr, {kind or _ACCOUNT})
        self.effects.changes |= found
        self.effects.writes |= {local for local, _ in found}

    def visit(self, node: Any) -> None:
        match node:
            case tree.PlaceTarget(place=tree.GetField() | tree.GetIndex() as place):
                self.write(place, kind_of(place.obj.type))
            case tree.Builtin():
                self.builtin(node)
            case tree.Call():
                self.call(node.function, node.args)
            case tree.Construct():
                if node.constructor is not None:
                    self.call(node.constructor, [node, *node.args])
            case tree.CpiCall():
                self.cpi(node)
            case _:
                pass

    def builtin(self, node: tree.Builtin) -> None:
        facts = operation(node.name)
        for position in facts.changes:
            self.write(node.args[position], kind_of(node.args[position].type))
        for position in facts.writes:
            self.write(node.args[position], None)
        if node.name in ("set_byte", "set_bytes"):
            self.write(node.args[0], _DATA)
        # Lamports of other accounts than signers are moved without a call.
        if node.name != "transfer_lamports" or node.args[0].type == SIGNER or "signer" in node.kwargs:
            of_any = bool(node.args) and node.args[0].type in (ANY_TOKEN_ACCOUNT, ANY_TOKEN_MINT)
            self.effects.programs.update({ANY_TOKEN if of_any and p == TOKEN else p for p in facts.programs})
        if node.name == "cpi_account":
            mut = node.args[1] if len(node.args) > 1 else node.kwargs.get("mut")
            # Only a literal False keeps the account read-only.
            if mut is not None and not (isinstance(mut, tree.BoolLit) and not mut.value):
                self.write(node.args[0], None)

    def call(self, function: tree.Function, args: Sequence[tree.Expr]) -> None:
        known = self.functions.get(function)
        if known is None:
            return
        self.effects.programs |= known.programs
        self.effects.calls |= known.calls
        self.effects.emitters |= known.emitters
        for param, arg in zip(function.params, args, strict=False):
            for local, kind in known.changes:
                if local == param.id:
                    self.write(arg, kind)

    def cpi(self, node: tree.CpiCall) -> None:
        writes, known = self.callee(node.program, node.instruction.name)
        self.effects.calls |= {node.program} | known.calls
        self.effects.programs |= known.programs
        self.effects.emitters |= known.emitters | ({node.program} if node.instruction.event_cpi else set())
        for name, account in node.accounts.items():
            if name in writes:
                self.write(account, None)


def function_effects(functions: Sequence[tree.Function], callee: CalleeEffects) -> dict[tree.Function, Effects]:
    """Effects of every function, as a fixed point over the call graph."""
    known = {f: Effects() for f in functions}
    callers = _callers(functions)
    # Functions that others call are mostly defined behind them.
    pending = dict.fromkeys(reversed(functions))
    while pending:
        f = next(iter(pending))
        del pending[f]
        body = _Body(known, callee)
        found = body.run(f.body)
        params = {p.id for p in f.params}
        pairs = ((p, local, kind) for p in params for local, kind in body.shared.get(p, ()))
        found.stores = {(p, local, kind) for p, local, kind in pairs if local in params}
        if found.size() != known[f].size():
            known[f] = found
            pending.update(dict.fromkeys(callers.get(f, ())))
    return known


def _callers(functions: Sequence[tree.Function]) -> dict[tree.Function, list[tree.Function]]:
    """Who calls each function."""
    found: dict[tree.Function, list[tree.Function]] = {}
    for f in functions:
        for node in walk(list(f.body)):
            called = node.function if isinstance(node, tree.Call) else None
            called = node.constructor if isinstance(node, tree.Construct) else called
            if called is not None:
                found.setdefault(called, []).append(f)
    return found


def instruction_effects(
    instruction: tree.CheckedInstruction, functions: dict[tree.Function, Effects], callee: CalleeEffects
) -> tuple[Effects, dict[int, set[int]]]:
    """Effects of an instruction with those of its `init`s, and which accounts each local of its body may be."""
    body = _Body(functions, callee)
    effects = body.run(instruction.body)
    by_name = {p.name: p for p in instruction.accounts}
    for param in instruction.accounts:
        if param.mut:
            effects.writes.add(param.local.id)
        if param.init is None:
            continue
        effects.writes.add(param.local.id)
        if param.init.payer is not None:
            effects.writes.add(by_name[param.init.payer].local.id)
            effects.programs.add(SYSTEM)
        inner = param.type.inner if isinstance(param.type, EmptyType) else param.type
        if inner == ANY_TOKEN_ACCOUNT:
            effects.programs |= {ANY_TOKEN, ASSOCIATED}
        if inner in (TOKEN_ACCOUNT, TOKEN_MINT):
            effects.programs.add(TOKEN)
            if param.init.associated:
                effects.programs.add(ASSOCIATED)
    return effects, {local: {o for o, kind in found if kind == _ACCOUNT} for local, found in body.shared.items()}

"""Which accounts an instruction writes and which programs it needs: inferred from bodies, across programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from seahorse.ir.walk import walk
from seahorse.semantics import tree
from seahorse.semantics.types import (
    TOKEN_ACCOUNT,
    TOKEN_MINT,
    AccountType,
    ArrayType,
    BuiltinAccountType,
    ClassType,
    EmptyType,
    ListType,
    OptionType,
    Type,
)

SYSTEM, TOKEN, ASSOCIATED = "system_program", "token_program", "associated_token_program"

# The arguments (by position) that each builtin writes to.
_WRITES = {
    "transfer_lamports": (0, 1),
    "close": (0, 1),
    "token.transfer": (0, 2),
    "mint.mint": (0, 2),
    "mint.burn": (0, 2),
} | {f"list.{m}": (0,) for m in ("append", "pop", "insert", "remove", "extend", "clear", "reverse", "sort")}
_TOKEN_OPS = ("token.transfer", "mint.mint", "mint.burn")


def is_reference(t: Type) -> bool:
    """Whether a value of the type can alias account memory that is written through it."""
    if isinstance(t, OptionType):
        return is_reference(t.inner)
    return isinstance(t, AccountType | EmptyType | BuiltinAccountType | ArrayType | ListType | ClassType)


@dataclass
class Effects:
    """What a body does: ids of the locals whose accounts it writes, programs it needs (implicit account names), and
    the programs of the workspace that it calls."""

    writes: set[int] = field(default_factory=set[int])
    programs: set[str] = field(default_factory=set[str])
    calls: set[str] = field(default_factory=set[str])

    def size(self) -> int:
        return len(self.writes) + len(self.programs) + len(self.calls)


# Callee's effects by (program, instruction): names of written accounts, and its implicit programs.
CalleeEffects = Callable[[str, str], "tuple[set[str], set[str], set[str]]"]


class _Body:
    """Collects the effects of one body, given what is known so far of the functions and programs it calls."""

    def __init__(self, functions: dict[int, Effects], callee: CalleeEffects) -> None:
        self.functions = functions
        self.callee = callee
        self.aliases: dict[int, set[int]] = {}
        self.effects = Effects()

    def roots(self, expr: Any) -> set[int]:
        """Ids of the locals whose memory the value of `expr` may be part of."""
        match expr:
            case tree.Var():
                return {expr.local.id} | self.aliases.get(expr.local.id, set())
            case tree.InitAccount():
                return {expr.param.id}
            case tree.GetField() | tree.GetIndex():
                return self.roots(expr.obj)
            case tree.Unwrap() | tree.Coerce():
                return self.roots(expr.value)
            case tree.IfExp():
                return self.roots(expr.then) | self.roots(expr.orelse)
            case tree.ListLit() | tree.TupleLit() | tree.ArrayLit() | tree.Construct():
                items = expr.args if isinstance(expr, tree.Construct) else expr.items
                return {r for i in items if is_reference(i.type) for r in self.roots(i)}
            case tree.Call():
                return {r for a in expr.args if is_reference(a.type) for r in self.roots(a)}
            case tree.Builtin():
                return {r for a in expr.args for r in self.roots(a)} if expr.name in _ITERATORS else set()
            case _:
                return set()

    def bind(self, target: tree.Target, value: tree.Expr) -> None:
        roots = self.roots(value)
        if not roots:
            return
        for node in walk(target):
            if isinstance(node, tree.VarTarget):
                self.aliases.setdefault(node.local.id, set()).update(roots)

    def run(self, body: Sequence[tree.Stmt]) -> Effects:
        nodes = list(walk(list(body)))
        # Aliases may chain through later statements of a loop: two passes reach every chain that matters in
        # straight code, more are taken until nothing changes.
        before = -1
        while before != (before := sum(len(a) for a in self.aliases.values())):
            for node in nodes:
                if isinstance(node, tree.Assign) and is_reference(node.value.type):
                    self.bind(node.target, node.value)
                elif isinstance(node, tree.For | tree.CompClause):
                    self.bind(node.target, node.iterable)
        for node in nodes:
            self.visit(node)
        return self.effects

    def write(self, expr: Any) -> None:
        self.effects.writes |= self.roots(expr)

    def visit(self, node: Any) -> None:
        match node:
            case tree.PlaceTarget():
                self.write(node.place)
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
        for position in _WRITES.get(node.name, ()):
            self.write(node.args[position])
        if node.name in _TOKEN_OPS:
            self.effects.programs.add(TOKEN)
        elif node.name == "transfer_lamports" and node.args[0].type == BuiltinAccountType("Signer"):
            self.effects.programs.add(SYSTEM)
        elif node.name == "cpi_account":
            mut = node.args[1] if len(node.args) > 1 else node.kwargs.get("mut")
            # Only a literal False keeps the account read-only.
            if mut is not None and not (isinstance(mut, tree.BoolLit) and not mut.value):
                self.write(node.args[0])

    def call(self, function: tree.Function, args: Sequence[tree.Expr]) -> None:
        known = self.functions.get(id(function))
        if known is None:
            return
        self.effects.programs |= known.programs
        self.effects.calls |= known.calls
        for param, arg in zip(function.params, args, strict=False):
            if param.id in known.writes:
                self.write(arg)

    def cpi(self, node: tree.CpiCall) -> None:
        writes, programs, calls = self.callee(node.program, node.instruction.name)
        self.effects.calls |= {node.program} | calls
        self.effects.programs |= programs
        for name, account in node.accounts.items():
            if name in writes:
                self.write(account)


_ITERATORS = ("enumerate", "zip", "reversed", "filter", "list", "sorted")


def function_effects(functions: Sequence[tree.Function], callee: CalleeEffects) -> dict[int, Effects]:
    """Effects of every function by its `id()`, as a fixed point over the call graph."""
    known = {id(f): Effects() for f in functions}
    changed = True
    while changed:
        changed = False
        for f in functions:
            found = _Body(known, callee).run(f.body)
            if found.size() != known[id(f)].size():
                known[id(f)] = found
                changed = True
    return known


def instruction_effects(
    instruction: tree.Instruction, functions: dict[int, Effects], callee: CalleeEffects
) -> tuple[Effects, dict[int, set[int]]]:
    """Effects of an instruction with those of its `init`s, and the alias map of its body."""
    body = _Body(functions, callee)
    effects = body.run(instruction.body)
    by_name = {p.name: p for p in instruction.accounts}
    for param in instruction.accounts:
        if param.mut:
            effects.writes.add(param.local.id)
        if param.init is None:
            continue
        effects.writes |= {param.local.id, by_name[param.init.payer].local.id}
        effects.programs.add(SYSTEM)
        inner = param.type.inner if isinstance(param.type, EmptyType) else param.type
        if inner in (TOKEN_ACCOUNT, TOKEN_MINT):
            effects.programs.add(TOKEN)
            if param.init.associated:
                effects.programs.add(ASSOCIATED)
    return effects, body.aliases

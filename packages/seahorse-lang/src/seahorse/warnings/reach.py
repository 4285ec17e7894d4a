"""All code that an instruction runs, with the accounts that its variables stand for there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from seahorse.ir.nodes import AccountSlot, Instruction
from seahorse.semantics import tree
from seahorse.semantics.tree.walk import walk


@dataclass(frozen=True)
class CalledBody:
    """One body as one call runs it. `slots`: account slots by the id of the variable that holds the account."""

    body: Sequence[tree.Stmt]
    slots: dict[int, AccountSlot]

    def slot_of(self, value: Any) -> AccountSlot | None:
        """The account that an expression is; None when it is not known, or not one."""
        match value:
            case tree.Var():
                return self.slots.get(value.local.id)
            case tree.InitAccount():
                return self.slots.get(value.param.id)
            case tree.Unwrap() | tree.Coerce():
                return self.slot_of(value.value)
            case _:
                return None

    def mentioned(self, value: Any) -> set[int]:
        """The slots (by index) that an expression reads anything of."""
        return {s.index for node in walk(value) if (s := self.slot_of(node)) is not None}

    def derived(self, value: Any) -> set[int]:
        """The slots of which variables in an expression are computed (`node = leaf(who.key(), amount)`)."""
        made: dict[int, list[Any]] = {}
        for node in walk(list(self.body)):
            if isinstance(node, tree.Assign) and isinstance(node.target, tree.VarTarget):
                made.setdefault(node.target.local.id, []).append(node.value)
        found: set[int] = set()
        pending, seen = [value], set[int]()
        while pending:
            for node in walk(pending.pop()):
                if isinstance(node, tree.Var) and node.local.id in made and node.local.id not in seen:
                    seen.add(node.local.id)
                    pending += made[node.local.id]
                    found |= self.mentioned(made[node.local.id])
        return found


def places(instruction: Instruction) -> Iterator[CalledBody]:
    """The instruction's own body, and that of every function it reaches, once for each way its accounts are passed."""
    first = {s.local.id: s for s in instruction.slots if s.local is not None}
    pending: list[tuple[Instruction | tree.Function, dict[int, AccountSlot]]] = [(instruction, first)]
    seen: set[tuple[Instruction | tree.Function, tuple[tuple[int, int], ...]]] = set()
    while pending:
        owner, slots = pending.pop()
        key = (owner, tuple(sorted((local, slot.index) for local, slot in slots.items())))
        if key in seen:
            continue
        seen.add(key)
        body = owner.body
        place = CalledBody(body, _with_variables(body, slots))
        yield place
        for node in walk(list(body)):
            function = node.function if isinstance(node, tree.Call) else None
            function = node.constructor if isinstance(node, tree.Construct) else function
            if function is not None:
                # A constructor's first parameter is the object that it makes.
                params = function.params[len(function.params) - len(node.args) :]
                passed = {p.id: place.slot_of(a) for p, a in zip(params, node.args, strict=True)}
                pending.append((function, {p: slot for p, slot in passed.items() if slot is not None}))


def _with_variables(body: Sequence[tree.Stmt], slots: dict[int, AccountSlot]) -> dict[int, AccountSlot]:
    """Also the variables that are an account under another name, or a value read of one (`who = user.key()`)."""
    found = dict(slots)
    place = CalledBody(body, found)
    before = -1
    while before != (before := len(found)):
        for node in walk(list(body)):
            if isinstance(node, tree.Assign) and isinstance(node.target, tree.VarTarget):
                slot = place.slot_of(_account_of(node.value))
                if slot is not None:
                    found.setdefault(node.target.local.id, slot)
    return found


def _account_of(value: Any) -> Any:
    """The account on which the program calls `key()` and the like; other expressions as they are."""
    while isinstance(value, tree.Builtin) and value.name in ("key", "pubkey.bytes") and value.args:
        value = value.args[0]
    return value

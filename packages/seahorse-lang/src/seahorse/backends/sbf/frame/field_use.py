"""The fields of accounts that an instruction reads or writes: the code checks only these and, when they are boxed,
reads only these."""

from __future__ import annotations

from collections.abc import Sequence

from seahorse.ir import nodes as ir
from seahorse.semantics import tree
from seahorse.semantics.tree.operations import OPERATIONS
from seahorse.semantics.tree.types import (
    AccountType,
    ArrayType,
    ClassType,
    EmptyType,
    OptionType,
    TupleType,
    Type,
    UnionType,
)
from seahorse.semantics.tree.walk import ASSIGNING, called_functions, walk


class FieldUse:
    """The fields that the code reachable from an instruction names, by account declaration."""

    def __init__(self, instruction: ir.Instruction) -> None:
        self._read: dict[tree.AccountDecl, set[str]] = {}
        self._written: dict[tree.AccountDecl, set[str]] = {}
        self._whole: set[tree.AccountDecl] = set()
        # Every assignment of a field of variable size: account, field, value, and whether it may run more than once.
        self._assigned: list[tuple[tree.AccountDecl, str, tree.Expr | None, bool]] = []
        self._removes = False
        functions = called_functions(instruction.body)
        bodies = [instruction.body, *[f.body for f in functions]]
        self._note_assignments(instruction.body, functions)
        for node in walk(bodies):
            if isinstance(node, tree.GetField) and isinstance(node.obj.type, AccountType):
                self._read.setdefault(node.obj.type.decl, set()).add(node.name)
            elif isinstance(node, ASSIGNING):
                self._note_targets(node.target)
            elif isinstance(node, tree.Return) and node.value is not None:
                t = _account(node.value.type)
                if t is not None:
                    self._whole.add(t.decl)
        for slot in instruction.slots:
            self._note_seeds(instruction, slot.pda)
            if slot.pda is not None and isinstance(slot.pda.bump, ir.BumpStored):
                self._note(instruction.slots[slot.pda.bump.slot], "bump")

    def _note(self, slot: ir.AccountSlot, name: str) -> None:
        if slot.decl is not None:
            self._read.setdefault(slot.decl, set()).add(name)

    def _note_seeds(self, instruction: ir.Instruction, pda: ir.ResolvedPda | None) -> None:
        seeds = [] if pda is None else list(pda.seeds)
        if pda is not None and isinstance(pda.bump, ir.BumpGiven):
            seeds.append(pda.bump.seed)
        for seed in seeds:
            if isinstance(seed, tree.SeedExpr):
                for node in walk(seed.value):
                    if isinstance(node, tree.GetField) and isinstance(node.obj.type, AccountType):
                        self._read.setdefault(node.obj.type.decl, set()).add(node.name)
            if isinstance(seed, tree.SeedParam) and seed.fields:
                for slot in instruction.slots:
                    if slot.name == seed.param:
                        self._note(slot, seed.fields[0])

    def _note_targets(self, target: tree.Target) -> None:
        if isinstance(target, tree.TupleTarget):
            for item in target.items:
                self._note_targets(item)
        elif isinstance(target, tree.PlaceTarget):
            place = target.place
            if isinstance(place, tree.GetField) and isinstance(place.obj.type, AccountType):
                self._written.setdefault(place.obj.type.decl, set()).add(place.name)

    def _note_assignments(self, body: list[tree.Stmt], functions: list[tree.Function]) -> None:
        """A function that is called in one place, outside of loops, runs only once; code in a loop may run again."""
        calls: dict[tree.Function, int] = {}
        repeated = {
            node
            for loop in walk([body, *[f.body for f in functions]])
            if isinstance(loop, tree.For | tree.While)
            for node in walk(loop.body)
        }
        for node in walk([body, *[f.body for f in functions]]):
            if isinstance(node, tree.Call):
                calls[node.function] = calls.get(node.function, 0) + (2 if node in repeated else 1)
            self._removes |= isinstance(node, tree.Builtin) and node.name in _REMOVING
        for part, once in ((body, True), *[(f.body, calls.get(f, 0) == 1) for f in functions]):
            for node in walk(part):
                if isinstance(node, ASSIGNING):
                    loops = isinstance(node, tree.For | tree.CompClause)
                    again = loops or node in repeated or not once
                    value = node.value if isinstance(node, tree.Assign) else None
                    self._note_assignment(node.target, value, again)

    def _note_assignment(self, target: tree.Target, value: tree.Expr | None, again: bool) -> None:
        if isinstance(target, tree.TupleTarget):
            for item in target.items:
                self._note_assignment(item, None, again)
        elif isinstance(target, tree.PlaceTarget) and isinstance(target.place, tree.GetField):
            place = target.place
            if isinstance(place.obj.type, AccountType) and place.type.fixed_size is None:
                self._assigned.append((place.obj.type.decl, place.name, value, again))

    def may_shorten(self, t: AccountType, boxed: Sequence[tree.Field], *, new: bool) -> bool:
        """Whether a value in an account of the type may get shorter than it was before. `boxed`: its boxed fields."""
        boxed = [x for x in boxed if x.type.fixed_size is None]
        if any(self.uses(t.decl, x.name) for x in boxed) and (self._removes or not new):
            return True
        if self.shrinks_from_zero(t, boxed):
            return True
        seen: set[str] = set()
        for decl, name, value, again in self._assigned:
            if decl != t.decl:
                continue
            # A value that is surely present does not get shorter; in a new account everything is empty before its only
            # assignment.
            if not _is_some(value) and (not new or again or name in seen):
                return True
            seen.add(name)
        return False

    def shrinks_from_zero(self, t: AccountType, boxed: Sequence[tree.Field]) -> bool:
        """Whether a value may get shorter than it is in a new account, whose bytes are zeros."""
        named = self._written.get(t.decl, set[str]()) | self._read.get(t.decl, set[str]())
        return any((t.decl in self._whole or x.name in named) and _shrinks_from_zero(x.type) for x in boxed)

    def uses(self, decl: tree.AccountDecl, name: str) -> bool:
        return decl in self._whole or name in self._read.get(decl, ())

    def changes(self, decl: tree.AccountDecl, field: tree.Field) -> bool:
        """Whether a field may be written: assigned, or in place as an object that it holds."""
        held = isinstance(field.type, ClassType | ArrayType) and self.uses(decl, field.name)
        return held or field.name in self._written.get(decl, ())

    def moves_fields(self, decl: tree.AccountDecl) -> bool:
        """Whether a field is assigned whose size can change, so that all that follows it must be walked over."""
        written = self._written.get(decl, ())
        return decl in self._whole or any(f.type.fixed_size is None for f in decl.fields if f.name in written)


# Those that may leave a list shorter.
_REMOVING = {o.name for o in OPERATIONS.values() if o.resizes and not o.stores}


def _shrinks_from_zero(t: Type) -> bool:
    """Whether a value of the type may be shorter than the one whose bytes are zeros."""
    match t:
        case UnionType():
            return True
        case TupleType(elems):
            return any(map(_shrinks_from_zero, elems))
        case ArrayType(elem):
            return _shrinks_from_zero(elem)
        case ClassType(decl=decl):
            return any(_shrinks_from_zero(x.type) for x in decl.all_fields())
        case _:
            return False


def _is_some(value: tree.Expr | None) -> bool:
    """Whether a value is an Option of fixed size that is surely not None."""
    if not isinstance(value, tree.Coerce) or not isinstance(value.type, OptionType):
        return False
    return not isinstance(value.value.type, OptionType) and value.type.inner.fixed_size is not None


def _account(t: Type) -> AccountType | None:
    if isinstance(t, OptionType):
        return _account(t.inner)
    if isinstance(t, EmptyType):
        return _account(t.inner)
    return t if isinstance(t, AccountType) else None

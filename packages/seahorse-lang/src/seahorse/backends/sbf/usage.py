"""Which fields of which accounts an instruction reads or writes: only those are checked and, when boxed, read."""

from __future__ import annotations

from seahorse.ir import nodes as ir
from seahorse.ir.walk import called_functions, walk
from seahorse.semantics import tree
from seahorse.semantics.types import AccountType, EmptyType, OptionType, Type


class FieldUse:
    """The fields that the code reachable from an instruction names, by account declaration."""

    def __init__(self, instruction: ir.Instruction) -> None:
        self._read: dict[int, set[str]] = {}
        self._written: dict[int, set[str]] = {}
        self._whole: set[int] = set()
        bodies = [instruction.body, *[f.body for f in called_functions(instruction.body)]]
        for node in walk(bodies):
            if isinstance(node, tree.GetField) and isinstance(node.obj.type, AccountType):
                self._read.setdefault(id(node.obj.type.decl), set()).add(node.name)
            elif isinstance(node, tree.Assign | tree.AugAssign):
                self._note_targets(node.target)
            elif isinstance(node, tree.Return) and node.value is not None:
                t = _account(node.value.type)
                if t is not None:
                    self._whole.add(id(t.decl))
        for slot in instruction.slots:
            self._note_seeds(instruction, slot.pda)
            if slot.pda is not None and isinstance(slot.pda.bump, ir.BumpStored):
                self._note(instruction.slots[slot.pda.bump.slot], "bump")

    def _note(self, slot: ir.Slot, name: str) -> None:
        if slot.decl is not None:
            self._read.setdefault(id(slot.decl), set()).add(name)

    def _note_seeds(self, instruction: ir.Instruction, pda: ir.ResolvedPda | None) -> None:
        for seed in pda.seeds if pda is not None else []:
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
                self._written.setdefault(id(place.obj.type.decl), set()).add(place.name)

    def uses(self, decl: tree.AccountDecl, name: str) -> bool:
        return id(decl) in self._whole or name in self._read.get(id(decl), ())

    def moves_fields(self, decl: tree.AccountDecl) -> bool:
        """Whether a field is assigned whose size can change, so that all that follows it must be walked over."""
        written = self._written.get(id(decl), ())
        return id(decl) in self._whole or any(f.type.fixed_size is None for f in decl.fields if f.name in written)


def _account(t: Type) -> AccountType | None:
    if isinstance(t, OptionType):
        return _account(t.inner)
    if isinstance(t, EmptyType):
        return _account(t.inner)
    return t if isinstance(t, AccountType) else None

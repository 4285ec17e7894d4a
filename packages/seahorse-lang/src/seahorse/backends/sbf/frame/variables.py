"""Local variables, and where fields of accounts are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from seahorse.backends.sbf.frame.layout import (
    Parts,
    load,
    store,
)
from seahorse.backends.sbf.llvm.values import StackSlot, Value
from seahorse.semantics.tree.types import AccountType, Type


@dataclass
class Variable:
    """A local variable: a slot for each part of its value, or memory that holds the value."""

    memory: Value | None
    slots: list[StackSlot]

    def get(self, t: Type) -> Parts:
        return load(t, self.memory) if self.memory is not None else tuple(s.get() for s in self.slots)

    def set(self, t: Type, parts: Parts) -> None:
        if self.memory is not None:
            store(t, parts, self.memory)
            return
        for slot, part in zip(self.slots, parts, strict=True):
            slot.set(part)


@dataclass
class FoundFields:
    """Where addresses of fields are stored: by the index of the field, the place in memory that holds its address."""

    places: dict[int, Value]


@dataclass
class FieldAddress:
    """Where a field of an account is, in a variable."""

    slot: StackSlot

    def get(self) -> Value:
        return self.slot.get()

    def set(self, ptr: Value) -> None:
        self.slot.set(ptr)

    def move(self, by: Value) -> None:
        self.slot.set(self.slot.f.at(self.slot.get(), by))


@dataclass
class ShiftedFieldAddress:
    """Where a field of a new account is: a constant offset, and how far what was written before it has moved it. That
    is one sum for all fields that moved alike, and costs nothing where no field behind is used."""

    record: Value
    offset: int
    shift: StackSlot

    def get(self) -> Value:
        f = self.shift.f
        return f.at(f.at(self.record, self.shift.get()), self.offset)

    def set(self, ptr: Value) -> None:
        f = self.shift.f
        self.shift.set(f.address(ptr) - f.address(self.record) - self.offset)

    def move(self, by: Value) -> None:
        self.shift.set(self.shift.get() + by)


@dataclass
class TrackedFields:
    """The addresses of an account's fields behind those of variable size, by the index of the field."""

    type: AccountType
    record: Value
    slots: Mapping[int, FieldAddress | ShiftedFieldAddress]

"""SSA values with operators, and variables that hold them. All arithmetic here wraps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Writer(Protocol):
    """The function that values are written into: `emit.Fn`."""

    widened: dict[str, V]

    def value(self, ty: str, text: str) -> V: ...

    def const(self, ty: str, number: int) -> V: ...

    def i64(self, number: int) -> V: ...

    def load(self, ty: str, ptr: V, offset: int = 0) -> V: ...

    def store(self, value: V, ptr: V, offset: int = 0) -> None: ...

    def at(self, ptr: V, offset: int | V) -> V: ...

    def address(self, ptr: V) -> V: ...

    def select(self, cond: V, then: V, other: V) -> V: ...

    def bytes(self, data: bytes, align: int = 1) -> V: ...

    def copy(self, to: V, source: V, size: int) -> None: ...

    def if_(self, cond: V, then: Callable[[], None]) -> None: ...


class V:
    """An SSA value: its LLVM type and its spelling. Operators emit into the function it belongs to."""

    __slots__ = ("f", "ref", "ty")

    def __init__(self, f: Writer, ty: str, ref: str) -> None:
        self.f = f
        self.ty = ty
        self.ref = ref

    def _binary(self, op: str, other: V | int) -> V:
        ref = other.ref if isinstance(other, V) else str(other)
        return self.f.value(self.ty, f"{op} {self.ty} {self.ref}, {ref}")

    def __add__(self, other: V | int) -> V:
        return self if other == 0 else self._binary("add", other)

    def __sub__(self, other: V | int) -> V:
        return self if other == 0 else self._binary("sub", other)

    def __mul__(self, other: V | int) -> V:
        return self if other == 1 else self._binary("mul", other)

    def __and__(self, other: V | int) -> V:
        return self._binary("and", other)

    def __or__(self, other: V | int) -> V:
        return self._binary("or", other)

    def __xor__(self, other: V | int) -> V:
        return self._binary("xor", other)

    def __lshift__(self, other: V | int) -> V:
        return self._binary("shl", other)

    def __rshift__(self, other: V | int) -> V:
        """Logical shift."""
        return self._binary("lshr", other)

    def sar(self, other: V | int) -> V:
        return self._binary("ashr", other)

    def udiv(self, other: V | int) -> V:
        return self._binary("udiv", other)

    def urem(self, other: V | int) -> V:
        return self._binary("urem", other)

    def cmp(self, predicate: str, other: V | int) -> V:
        ref = other.ref if isinstance(other, V) else ("null" if self.ty == "ptr" else str(other))
        return self.f.value("i1", f"icmp {predicate} {self.ty} {self.ref}, {ref}")

    def eq(self, other: V | int) -> V:
        return self.cmp("eq", other)

    def ne(self, other: V | int) -> V:
        return self.cmp("ne", other)

    def ult(self, other: V | int) -> V:
        return self.cmp("ult", other)

    def ule(self, other: V | int) -> V:
        return self.cmp("ule", other)

    def ugt(self, other: V | int) -> V:
        return self.cmp("ugt", other)

    def uge(self, other: V | int) -> V:
        return self.cmp("uge", other)

    def slt(self, other: V | int) -> V:
        return self.cmp("slt", other)

    def zext(self, ty: str) -> V:
        return self if self.ty == ty else self.f.value(ty, f"zext {self.ty} {self.ref} to {ty}")

    def sext(self, ty: str) -> V:
        return self if self.ty == ty else self.f.value(ty, f"sext {self.ty} {self.ref} to {ty}")

    def trunc(self, ty: str) -> V:
        return self if self.ty == ty else self.f.value(ty, f"trunc {self.ty} {self.ref} to {ty}")

    def not_(self) -> V:
        return self._binary("xor", "true") if self.ty == "i1" else self._binary("xor", -1)  # type: ignore[arg-type]

    def typed(self) -> str:
        return f"{self.ty} {self.ref}"

    @property
    def key(self) -> str:
        """The same for the same value, wherever it is used."""
        return self.ref

    def now(self) -> V:
        """The value as it can be used later on, where a phi refers to this place."""
        return self


class Reread(V):
    """An address in a table that never changes: read again where it is used, instead of kept on the stack."""

    __slots__ = ("_at", "_table")

    def __init__(self, table: Slot, index: int) -> None:
        self.f = table.f
        self.ty = "ptr"
        self._table = table
        self._at = 8 * index

    @property
    def ref(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]
        place = self.f.at(self._table.get(), self._at)
        return self.f.value("ptr", f"load ptr, ptr {place.ref}, align 8, !invariant.load !2").ref

    @property
    def key(self) -> str:
        return f"table+{self._at}"

    def now(self) -> V:
        return V(self.f, "ptr", self.ref)


@dataclass
class Slot:
    """A mutable variable: an alloca that LLVM turns into registers."""

    f: Writer
    ty: str
    ptr: V

    def get(self) -> V:
        return self.f.load(self.ty, self.ptr)

    def set(self, value: V | int) -> None:
        self.f.store(value if isinstance(value, V) else self.f.const(self.ty, value), self.ptr)

"""SSA values with operators, and variables that hold them. All arithmetic here wraps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

# Bytes of an address, of a u64, and of what tables of them hold.
WORD = 8


class CodeWriter(Protocol):
    """The function that values are written into: `llvm.function.FunctionBuilder`."""

    widened: dict[str, Value]

    def value(self, ty: str, text: str) -> Value: ...

    def const(self, ty: str, number: int) -> Value: ...

    def i64(self, number: int) -> Value: ...

    def load(self, ty: str, ptr: Value, offset: int = 0) -> Value: ...

    def store(self, value: Value, ptr: Value, offset: int = 0) -> None: ...

    def at(self, ptr: Value, offset: int | Value) -> Value: ...

    def address(self, ptr: Value) -> Value: ...

    def select(self, cond: Value, then: Value, other: Value) -> Value: ...

    def bytes(self, data: bytes, align: int = 1) -> Value: ...

    def copy(self, to: Value, source: Value, size: int) -> None: ...

    def if_(self, cond: Value, then: Callable[[], None]) -> None: ...


class Value:
    """An SSA value: its LLVM type and its spelling. Operators emit into the function it belongs to."""

    __slots__ = ("f", "ref", "ty")

    def __init__(self, f: CodeWriter, ty: str, ref: str) -> None:
        self.f = f
        self.ty = ty
        self.ref = ref

    def _binary(self, op: str, other: Value | int) -> Value:
        ref = other.ref if isinstance(other, Value) else str(other)
        return self.f.value(self.ty, f"{op} {self.ty} {self.ref}, {ref}")

    def __add__(self, other: Value | int) -> Value:
        return self if other == 0 else self._binary("add", other)

    def __sub__(self, other: Value | int) -> Value:
        return self if other == 0 else self._binary("sub", other)

    def __mul__(self, other: Value | int) -> Value:
        return self if other == 1 else self._binary("mul", other)

    def __and__(self, other: Value | int) -> Value:
        return self._binary("and", other)

    def __or__(self, other: Value | int) -> Value:
        return self._binary("or", other)

    def __xor__(self, other: Value | int) -> Value:
        return self._binary("xor", other)

    def __lshift__(self, other: Value | int) -> Value:
        return self._binary("shl", other)

    def __rshift__(self, other: Value | int) -> Value:
        """Logical shift."""
        return self._binary("lshr", other)

    def sar(self, other: Value | int) -> Value:
        return self._binary("ashr", other)

    def udiv(self, other: Value | int) -> Value:
        return self._binary("udiv", other)

    def urem(self, other: Value | int) -> Value:
        return self._binary("urem", other)

    def cmp(self, predicate: str, other: Value | int) -> Value:
        ref = other.ref if isinstance(other, Value) else ("null" if self.ty == "ptr" else str(other))
        return self.f.value("i1", f"icmp {predicate} {self.ty} {self.ref}, {ref}")

    def eq(self, other: Value | int) -> Value:
        return self.cmp("eq", other)

    def ne(self, other: Value | int) -> Value:
        return self.cmp("ne", other)

    def ult(self, other: Value | int) -> Value:
        return self.cmp("ult", other)

    def ule(self, other: Value | int) -> Value:
        return self.cmp("ule", other)

    def ugt(self, other: Value | int) -> Value:
        return self.cmp("ugt", other)

    def uge(self, other: Value | int) -> Value:
        return self.cmp("uge", other)

    def slt(self, other: Value | int) -> Value:
        return self.cmp("slt", other)

    def zext(self, ty: str) -> Value:
        return self if self.ty == ty else self.f.value(ty, f"zext {self.ty} {self.ref} to {ty}")

    def sext(self, ty: str) -> Value:
        return self if self.ty == ty else self.f.value(ty, f"sext {self.ty} {self.ref} to {ty}")

    def trunc(self, ty: str) -> Value:
        return self if self.ty == ty else self.f.value(ty, f"trunc {self.ty} {self.ref} to {ty}")

    def not_(self) -> Value:
        return self._binary("xor", "true") if self.ty == "i1" else self._binary("xor", -1)  # type: ignore[arg-type]

    def typed(self) -> str:
        return f"{self.ty} {self.ref}"

    @property
    def key(self) -> str:
        """The same for the same value, wherever it is used."""
        return self.ref

    def now(self) -> Value:
        """The value as it can be used later on, where a phi refers to this place."""
        return self


class Reread(Value):
    """An address in a table that never changes: read again where it is used, instead of kept on the stack."""

    __slots__ = ("_at", "_table")

    def __init__(self, table: StackSlot, index: int) -> None:
        self.f = table.f
        self.ty = "ptr"
        self._table = table
        self._at = WORD * index

    @property
    def ref(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]
        place = self.f.at(self._table.get(), self._at)
        return self.f.value("ptr", f"load ptr, ptr {place.ref}, align 8, !invariant.load !2").ref

    @property
    def key(self) -> str:
        return f"table+{self._at}"

    def now(self) -> Value:
        return Value(self.f, "ptr", self.ref)


class Status(Value):
    """The result of a function that may fail: 0, or the error code that its caller must leave with."""

    __slots__ = ()


@dataclass
class StackSlot:
    """A mutable variable: an alloca that LLVM turns into registers."""

    f: CodeWriter
    ty: str
    ptr: Value

    def get(self) -> Value:
        return self.f.load(self.ty, self.ptr)

    def set(self, value: Value | int) -> None:
        self.f.store(value if isinstance(value, Value) else self.f.const(self.ty, value), self.ptr)

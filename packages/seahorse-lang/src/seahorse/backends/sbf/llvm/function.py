"""A function being written in LLVM's language: blocks, branches, calls, memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Protocol

from seahorse.backends.sbf.llvm.size_marks import Marks
from seahorse.backends.sbf.llvm.syscalls import SYSCALLS
from seahorse.backends.sbf.llvm.values import WORD, StackSlot, Status, Value
from seahorse.diagnostics import Span

# Longest constant copy that is written out; above it, the syscall costs less (10 + call and arguments).
INLINE_COPY = 56


# How many bytes a helper copies in functions that are to be small: a key.
COPIED_BY_HELPER = 32


# A function that gives 0: the linker writes the instruction instead of a call.
OK = "return_ok"
_NOT_ZERO = "range(i64 1, 0)"
# Functions written from the program, not for the runtime.
_BODY = re.compile(r"i_|u\d+_")


class ModuleServices(Protocol):
    """The methods of its module that a function uses."""

    marks: Marks | None
    globals: list[str]

    def constant(self, data: bytes, align: int = 1) -> str: ...
    def slices(self, parts: list[tuple[str, int]]) -> str: ...
    def declare(self, text: str, name: str) -> None: ...
    def use_syscall(self, name: str) -> None: ...
    def use_runtime(self, name: str) -> None: ...
    def uses_runtime(self, name: str) -> bool: ...


class FunctionBuilder:
    """Writes one function that returns an i64 status (0 = ok). Blocks are appended in order of `start`."""

    def __init__(
        self,
        module: ModuleServices,
        name: str,
        params: list[str],
        *,
        linkage: str = "internal",
        attributes: str = "",
        small: bool = False,
    ) -> None:
        self.module = module
        self.name = name
        # Whether a call of a helper is better than more code that costs less.
        self.small = small
        self.params = [Value(self, ty, f"%a{i}") for i, ty in enumerate(params)]
        self.linkage = linkage
        self.attributes = attributes
        self.returns = "i64"
        self._allocas: list[str] = []
        self._lines: list[str] = []
        # How many lines stood before the code of each statement.
        self._reached: list[tuple[int, Span]] = []
        self._next = 0
        # Errors and statuses with which the function is left, by the detour that is made before.
        self._raises: dict[str, list[tuple[str, str]]] = {}
        self._exits: dict[str, list[tuple[str, str]]] = {}
        # The code that runs first when the function fails here: a name, or "" for none.
        self.detour = ""
        self._detours: dict[str, list[str]] = {}
        self._scratch: dict[str, int] = {}
        self._cold: list[str] = []
        self._error_blocks: dict[tuple[int, str], str] = {}
        self._cold_blocks: dict[object, str] = {}
        self.label = "begin"
        self.closed = False
        self._table: StackSlot | None = None
        # 128-bit values that were made of unsigned ones of fewer bits, by reference: those.
        self.widened: dict[str, Value] = {}
        self._part = "body" if _BODY.match(name) else name
        self._source: Span | None = None

    @contextmanager
    def part(self, name: str) -> Generator[None]:
        """Assign the code that is written to a named part of the program, for measurements of size."""
        before, self._part = self._part, name
        yield
        self._part = before

    @contextmanager
    def source(self, span: Span | None) -> Generator[None]:
        """Note that the code that is written comes from a line of the program, for people who read the code."""
        before, self._source = self._source, span
        if span is not None:
            self._reached.append((len(self._lines), span))
        yield
        self._source = before

    def at_line(self, limit: int) -> Span | None:
        """The statement in whose code a number of lines is reached, or the last one."""
        reached = [span for lines, span in self._reached if lines <= limit]
        return reached[-1] if reached else None

    @property
    def length(self) -> int:
        return len(self._lines)

    def _mark(self, part: str | None = None) -> str:
        marks = self.module.marks
        return f", !dbg !{marks.place(self.name, part or self._part, self._source)}" if marks is not None else ""

    # --- blocks ---

    def fresh(self) -> str:
        self._next += 1
        return f"%t{self._next}"

    def new_label(self) -> str:
        self._next += 1
        return f"b{self._next}"

    def start(self, label: str) -> None:
        """Begin a block; falls through from an open one."""
        if not self.closed:
            self._lines.append(f"  br label %{label}{self._mark()}")
        self._lines.append(f"{label}:")
        self.label = label
        self.closed = False

    def emit(self, text: str) -> None:
        if self.closed:
            # Code after a terminator is unreachable; it still needs a block of its own.
            self.start(self.new_label())
        self._lines.append(f"  {text}{self._mark()}")

    def close(self, text: str) -> None:
        """Emit a terminator."""
        self.emit(text)
        self.closed = True

    def jump(self, label: str) -> None:
        self.close(f"br label %{label}")

    def branch(self, cond: Value, then: str, other: str, likely: bool | None = None) -> None:
        weight = "" if likely is None else (", !prof !0" if likely else ", !prof !1")
        self.close(f"br i1 {cond.ref}, label %{then}, label %{other}{weight}")

    def value(self, ty: str, text: str) -> Value:
        # As `emit` does; most of a program's lines are written here.
        self._next += 1
        name = f"%t{self._next}"
        if self.closed:
            self.start(self.new_label())
        mark = self._mark() if self.module.marks is not None else ""
        self._lines.append(f"  {name} = {text}{mark}")
        return Value(self, ty, name)

    def const(self, ty: str, number: int) -> Value:
        if ty == "ptr":
            return Value(self, ty, "null" if number == 0 else f"inttoptr (i64 {number} to ptr)")
        if ty == "i1":
            return Value(self, ty, "true" if number else "false")
        return Value(self, ty, str(int(number)))

    def i64(self, number: int) -> Value:
        return Value(self, "i64", str(number))

    def bool(self, value: bool) -> Value:
        return Value(self, "i1", "true" if value else "false")

    def phi(self, ty: str, incoming: list[tuple[Value, str]]) -> Value:
        pairs = ", ".join(f"[ {v.ref}, %{label} ]" for v, label in incoming)
        return self.value(ty, f"phi {ty} {pairs}")

    def select(self, cond: Value, then: Value, other: Value) -> Value:
        return self.value(then.ty, f"select i1 {cond.ref}, {then.typed()}, {other.typed()}")

    # --- memory ---

    def alloca(self, size: int, align: int = 8) -> Value:
        name = self.fresh()
        self._allocas.append(f"  {name} = alloca [{max(size, 1)} x i8], align {align}")
        return Value(self, "ptr", name)

    def within(self, area: Value, offset: int) -> Value:
        """An address in a buffer made by `alloca`; all code of the function can use it."""
        name = self.fresh()
        self._allocas.append(f"  {name} = getelementptr i8, ptr {area.ref}, i64 {offset}{self._mark()}")
        return Value(self, "ptr", name)

    def scratch(self, size: int, use: str) -> Value:
        """A buffer that all places of one `use` in the function share, since no two of them use it at the same time."""
        self._scratch[use] = max(self._scratch.get(use, 0), size)
        return Value(self, "ptr", f"%scratch.{use}")

    def slot(self, ty: str, init: Value | int | None = None) -> StackSlot:
        name = self.fresh()
        self._allocas.append(f"  {name} = alloca {ty}, align 8")
        slot = StackSlot(self, ty, Value(self, "ptr", name))
        if init is not None:
            slot.set(init)
        return slot

    def load(self, ty: str, ptr: Value, offset: int = 0) -> Value:
        return self.value(ty, f"load {ty}, ptr {self.at(ptr, offset).ref}, align 1")

    def store(self, value: Value, ptr: Value, offset: int = 0) -> None:
        self.emit(f"store {value.typed()}, ptr {self.at(ptr, offset).ref}, align 1")

    def at(self, ptr: Value, offset: Value | int) -> Value:
        """`ptr + offset` in bytes."""
        if isinstance(offset, int):
            if offset == 0:
                return ptr
            return self.value("ptr", f"getelementptr i8, ptr {ptr.ref}, i64 {offset}")
        return self.value("ptr", f"getelementptr i8, ptr {ptr.ref}, i64 {offset.ref}")

    def word(self, table: Value, index: Value | int) -> Value:
        """The address of an entry of a table of words."""
        return self.at(table, WORD * index if isinstance(index, int) else index << 3)

    def address(self, ptr: Value) -> Value:
        return self.value("i64", f"ptrtoint ptr {ptr.ref} to i64")

    def pointer(self, address: Value) -> Value:
        return self.value("ptr", f"inttoptr i64 {address.ref} to ptr")

    def copy(self, to: Value, source: Value, size: int) -> None:
        """Copy a constant number of bytes between places that do not overlap."""
        if size > INLINE_COPY:
            self.call("sol_memcpy_", to, source, self.i64(size))
            return
        if self.small and size == COPIED_BY_HELPER:
            self.runtime("copy_key", to, source)
            return
        offset = 0
        pieces: list[tuple[Value, int]] = []
        for ty, width in (("i64", 8), ("i32", 4), ("i16", 2), ("i8", 1)):
            while size - offset >= width:
                pieces.append((self.load(ty, source, offset), offset))
                offset += width
        for value, where in pieces:
            self.store(value, to, where)

    def copy_bytes(self, to: Value, source: Value, size: Value) -> None:
        """Copy a number of bytes known at run time only."""
        self.call("sol_memcpy_", to, source, size)

    def bytes(self, data: bytes, align: int = 1) -> Value:
        """A constant in read-only memory."""
        return Value(self, "ptr", self.module.constant(data, align))

    def store_bytes(self, data: bytes, ptr: Value) -> None:
        """Write constant bytes, inline when short."""
        if len(data) > 32:
            self.copy(ptr, self.bytes(data), len(data))
            return
        offset = 0
        for ty, width in (("i64", 8), ("i32", 4), ("i16", 2), ("i8", 1)):
            while len(data) - offset >= width:
                number = int.from_bytes(data[offset : offset + width], "little")
                self.store(self.const(ty, number), ptr, offset)
                offset += width

    # --- calls and status ---

    def call(self, name: str, *args: Value) -> Value:
        """Call a syscall or an internal function; the status or value it returns."""
        if name in SYSCALLS:
            self.module.use_syscall(name)
        result = self.value("i64", f"call i64 @{name}({', '.join(a.typed() for a in args)})")
        self._reread()
        return result

    def runtime(self, name: str, *args: Value) -> Value:
        """Call a helper of the runtime library, which is added to the module when first used."""
        self.module.use_runtime(name)
        # Failure helpers give an error code: never 0, which tells LLVM where control goes after an inlined function.
        result = f"{_NOT_ZERO} i64" if name.startswith("fail") else "i64"
        status = self.value("i64", f"call {result} @{name}({', '.join(a.typed() for a in args)})")
        self._reread()
        return status

    def table(self, ptr: Value) -> StackSlot:
        """A table whose entries are `Reread`: LLVM may remember them up to the next call only."""
        self._table = self.slot("ptr", ptr)
        return self._table

    def _reread(self) -> None:
        if self._table is not None:
            old = self._table.get()
            self._table.set(self.value("ptr", f'call ptr asm "", "=r,0"(ptr {old.ref})'))

    def status(self, name: str, *args: Value) -> Status:
        """Call a helper that returns a status."""
        return self._as_status(self.runtime(name, *args))

    def call_status(self, name: str, *args: Value) -> Status:
        """Call a function of the program, which returns a status."""
        return self._as_status(self.call(name, *args))

    def _as_status(self, value: Value) -> Status:
        return Status(self, value.ty, value.ref)

    def check(self, status: Status) -> None:
        """Leave the function with `status` unless it is 0."""
        ok = self.new_label()
        self._leaves(status.ref)
        self.close(f"br i1 {status.eq(0).ref}, label %{ok}, label %exit{self.detour}, !prof !0")
        self.start(ok)

    def exit_with(self, status: Value | int) -> None:
        """Leave the function with an error code, unconditionally."""
        if self.closed:
            self.start(self.new_label())
        self._leaves(status.ref if isinstance(status, Value) else str(status))
        self.close(f"br label %exit{self.detour}")

    def _leaves(self, status: str) -> None:
        self._exits.setdefault(self.detour, []).append((status, self.label))

    @property
    def detours(self) -> set[str]:
        """The detours that are made by some error."""
        return {*self._raises, *self._exits} - {""}

    def write_detour(self, name: str, write: Callable[[], None]) -> None:
        """The code of a detour."""
        lines, here, closed, detour = self._lines, self.label, self.closed, self.detour
        self._lines, self.closed, self.detour = [], True, ""
        self.start(f"detour{name}")
        with self.part("errors"):
            write()
        self.close(f"ret i64 %status{name}")
        self._detours[name] = self._lines
        self._lines, self.label, self.closed, self.detour = lines, here, closed, detour

    def raise_if(self, cond: Value, error: int) -> None:
        """When `cond`: log the error (a number made by `errors.py`) and leave the function with its code."""
        ok = self.new_label()
        self.close(f"br i1 {cond.ref}, label %{self._error_block(error)}, label %{ok}, !prof !1")
        self.start(ok)

    def raise_once_if(self, cond: Value, error: int) -> None:
        """The same for an error that the function has in one place: its number is loaded there, without a block."""
        ok, number = self.new_label(), self.fresh()
        self.emit(f'{number} = call i64 asm sideeffect "", "=r,0"(i64 {error})')
        self._raises.setdefault(self.detour, []).append((number, self.label))
        self.close(f"br i1 {cond.ref}, label %raise{self.detour}, label %{ok}, !prof !1")
        self.start(ok)

    def _error_block(self, error: int) -> str:
        """The block that raises an error, one for each error of a function.

        The number is hidden from LLVM: otherwise LLVM would load it before every branch to the block.
        """
        key = (error, self.detour)
        if key not in self._error_blocks:
            cold, number = self.new_label(), self.fresh()
            self._error_blocks[key] = cold
            mark = self._mark("errors")
            self._cold += [
                f"{cold}:",
                f'  {number} = call i64 asm sideeffect "", "=r,0"(i64 {error}){mark}',
                f"  br label %raise{self.detour}{mark}",
            ]
            self._raises.setdefault(self.detour, []).append((number, cold))
        return self._error_blocks[key]

    def raise_(self, error: int) -> None:
        self.jump(self._error_block(error))

    def leave_if(self, cond: Value, status: Callable[[], Status]) -> None:
        """When `cond`, which is unlikely: compute a status in a block of its own and leave the function with it."""
        cold, ok = self.new_label(), self.new_label()
        self.branch(cond, cold, ok, likely=False)
        self.start(cold)
        with self.part("errors"):
            self.exit_with(status())
        self.start(ok)

    def cold_block(self, key: object, result: Callable[[], Value]) -> str:
        """A block that leaves the function with a result, written once for each key. The values that it uses must exist
        at every branch to it."""
        if key not in self._cold_blocks:
            label = self.new_label()
            self._cold_blocks[key] = label
            lines, here, closed = self._lines, self.label, self.closed
            self._lines, self.closed = [], True
            self.start(label)
            with self.part("errors"):
                self.exit_with(result())
            self._cold += self._lines
            self._lines, self.label, self.closed = lines, here, closed
        return self._cold_blocks[key]

    def leave_to(self, cond: Value, label: str) -> None:
        """When `cond`, which is unlikely, go to a cold block."""
        ok = self.new_label()
        self.branch(cond, label, ok, likely=False)
        self.start(ok)

    def ret(self, value: Value | int = 0) -> None:
        if value == 0 and "noinline" in self.attributes:
            # LLVM would load a known 0 early, into a register of its own, and every status with it.
            self.module.declare(f"declare i64 @{OK}() nounwind", OK)
            value = self.value("i64", f"call i64 @{OK}()")
        self.close(f"ret i64 {value.ref if isinstance(value, Value) else value}")

    # --- control flow for hand-written helpers ---

    def if_(self, cond: Value, then: Callable[[], None], other: Callable[[], None] | None = None) -> None:
        yes, end = self.new_label(), self.new_label()
        no = self.new_label() if other else end
        self.branch(cond, yes, no)
        self.start(yes)
        then()
        if not self.closed:
            self.jump(end)
        if other:
            self.start(no)
            other()
            if not self.closed:
                self.jump(end)
        self.start(end)

    def while_(self, cond: Callable[[], Value], body: Callable[[], None]) -> None:
        head, inside, end = self.new_label(), self.new_label(), self.new_label()
        self.start(head)
        self.branch(cond(), inside, end)
        self.start(inside)
        body()
        if not self.closed:
            self.jump(head)
        self.start(end)

    # --- text ---

    def text(self) -> str:
        params = ", ".join(f"{p.ty} {p.ref}" for p in self.params)
        marks = self.module.marks
        scope = f" !dbg !{marks.function(self.name)}" if marks is not None else ""
        out = [f"define {self.linkage} i64 @{self.name}({params}) {self.attributes} #0{scope} {{", "entry:"]
        out += [f"  %scratch.{use} = alloca [{size} x i8], align 8" for use, size in self._scratch.items()]
        out += self._allocas
        out += ["  br label %begin", "begin:", *self._lines]
        if not self.closed:
            out.append("  unreachable")
        out += self._cold
        for detour in sorted({*self._raises, *self._exits}):
            out += self._ending(detour)
        return "\n".join([*out, "}"])

    def _ending(self, detour: str) -> list[str]:
        """The blocks by which errors leave the function."""
        raises, exits = self._raises.get(detour, []), self._exits.get(detour, [])
        out: list[str] = []
        if raises:
            self.module.use_runtime("fail")
            pairs = ", ".join(f"[ {error}, %{label} ]" for error, label in raises)
            out += [
                f"raise{detour}:",
                f"  %raised{detour} = phi i64 {pairs}",
                f"  %failed{detour} = call {_NOT_ZERO} i64 @fail(i64 %raised{detour}){self._mark('errors')}",
                f"  br label %exit{detour}{self._mark('errors')}",
            ]
            exits = [*exits, (f"%failed{detour}", f"raise{detour}")]
        pairs = ", ".join(f"[ {status}, %{label} ]" for status, label in exits)
        out += [f"exit{detour}:", f"  %status{detour} = phi i64 {pairs}"]
        if detour:
            return [*out, f"  br label %detour{detour}{self._mark('errors')}", *self._detours[detour]]
        return [*out, f"  ret i64 %status{self._mark('errors')}"]

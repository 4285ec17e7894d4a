"""A program's bytecode with what each instruction comes from: function, line of source, purpose.

LLVM carries the lines through its passes (`backends/sbf/llvm/size_marks.py`). They are kept beside the program: the
bytes that a cluster gets are the same without them, which is checked here.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from dataclasses import dataclass

from seahorse.backends.sbf.link.bytecode import CALL, Op, decode, places
from seahorse.backends.sbf.link.linker import TEXT_ADDRESS
from seahorse.diagnostics import Span
from seahorse.driver.compile import Artifacts
from seahorse.inspection.assembly import SHARED, code_of, linked, owners_and_parts
from seahorse.inspection.selection import Selection
from seahorse.ir.nodes import LoweredProgram
from seahorse.profiling.machine.steps import MachineStep, steps


@dataclass(frozen=True)
class Origin:
    """The origin of an instruction. `function`: of the bytecode, as the source calls it where it does.

    source: the function of the source whose line it is, or None. file, line: 0 for code that no line asked for.
    purpose: `body` for the statement itself, else for example `accounts` or `events`.
    """

    function: str
    source: str | None
    file: str
    line: int
    purpose: str


@dataclass(eq=False)
class TracedCode:
    """One program, ready to be executed and explained."""

    name: str
    id: bytes
    ops: list[Op]
    steps: list[MachineStep]
    entry: int
    constants: bytes
    # By index of an instruction: what a call calls, and the names of functions that begin there.
    targets: dict[int, int]
    functions: dict[int, str]
    at_slot: dict[int, int]
    places: list[Origin]
    instructions: dict[bytes, str]
    path: str

    def named(self, data: bytes) -> str:
        """`program.instruction` of the data that calls it."""
        return f"{self.name}.{self.instructions.get(data[:8], 'unknown instruction')}"


class MapError(Exception):
    """Nothing tells the lines of a program."""


def read_code(built: Artifacts) -> TracedCode:
    """The code of a program that was compiled in this process. Raises MapError."""
    if built.compiler is None:
        raise MapError(f"{built.name} was not compiled here, so nothing is known of its lines")
    program = built.compiler.program(built.name)
    selection = Selection(program, built.compiler.sources, None, built.compiler.batch, built.compiler.quiet_errors)
    elf, layout, marks = linked(selection)
    if elf != built.bytecode:
        raise MapError(f"the code of {built.name} is another one with lines than without")
    ops = decode(code_of(elf))
    slots = places(ops)
    owners, parts = owners_and_parts(layout, marks)
    index = {op: i for i, op in enumerate(ops)}
    starts = {index[op.target] for op in ops if op.code == CALL and op.target is not None}
    entry = (int.from_bytes(elf[24:32], "little") - TEXT_ADDRESS) // 8
    at_slot = {slot: index[op] for op, slot in slots.items()}
    names = _Names(program)
    functions = {i: names.of(owners[i]) for i in {*starts, at_slot[entry]}}
    return TracedCode(
        name=built.name,
        id=program.id,
        ops=ops,
        steps=steps(ops),
        entry=at_slot[entry],
        constants=_constants(elf),
        targets={i: index[op.target] for op, i in index.items() if op.code == CALL and op.target is not None},
        functions=functions,
        at_slot=at_slot,
        places=[names.place(owner, part) for owner, part in zip(owners, parts, strict=True)],
        instructions={bytes(i.discriminator): i.name for i in program.instructions},
        path=program.path,
    )


def _constants(elf: bytes) -> bytes:
    """The read-only segment."""
    (count,) = struct.unpack_from("<H", elf, 56)
    for at in range(64, 64 + 56 * count, 56):
        _, flags, offset, _, _, size, _, _ = struct.unpack_from("<IIQQQQQQ", elf, at)
        if not flags & 1:
            return elf[offset : offset + size]
    return b""


class _Names:
    """Functions of the source, by symbol of the bytecode and by line."""

    def __init__(self, program: LoweredProgram) -> None:
        self._starts: dict[str, list[tuple[int, str]]] = {}
        for owner in (*program.instructions, *program.functions):
            span: Span = owner.span
            self._starts.setdefault(span.file, []).append((span.line, owner.name))
        for found in self._starts.values():
            found.sort()

    def of(self, symbol: str) -> str:
        """The name of a function of the bytecode: that of the source, or of the helper."""
        kind, _, name = symbol.partition("_")
        is_users = kind == "i" or (kind[:1] == "u" and kind[1:].isdigit())
        return name if is_users else symbol

    def place(self, owner: str, part: str) -> Origin:
        where, _, purpose = part.rpartition("\t")
        if part == SHARED or not where:
            return Origin(self.of(owner), None, "", 0, purpose)
        file, _, line = where.rpartition(":")
        return Origin(self.of(owner), self._at(file, int(line)), file, int(line), purpose)

    def _at(self, file: str, line: int) -> str | None:
        starts = self._starts.get(file, [])
        index = bisect_right(starts, (line, "\uffff")) - 1
        return starts[index][1] if index >= 0 else None

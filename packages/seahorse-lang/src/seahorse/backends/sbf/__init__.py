"""sBPF v3 bytecode from the intermediate form: `compile_program(program) -> bytes`, an ELF that clusters load."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Protocol

from seahorse.backends.sbf.entry.entry import write_entry
from seahorse.backends.sbf.frame.errors import Errors
from seahorse.backends.sbf.frame.unit import BackendError, ProgramUnit, symbol
from seahorse.backends.sbf.helper_library import library
from seahorse.backends.sbf.language.calls import write_function
from seahorse.backends.sbf.language.expressions import evaluate
from seahorse.backends.sbf.link.compile import Compilation, LlvmError
from seahorse.backends.sbf.link.linker import LinkError, link
from seahorse.backends.sbf.llvm.module import LlvmModule
from seahorse.backends.sbf.llvm.size_marks import Marks
from seahorse.diagnostics import Span
from seahorse.ir import nodes as ir
from seahorse.ir.facts.views import Views

__all__ = ["BackendError", "CompiledBefore", "compile_program", "compile_programs", "llvm_text", "start_programs"]


def compile_program(program: ir.LoweredProgram, *, batch: bool = True, quiet: bool = False) -> bytes:
    """Compile a program to an sBPF v3 ELF. Raises `BackendError`."""
    return compile_programs([program], batch=batch, quiet=quiet)[0]


class CompiledBefore(Protocol):
    """Programs that LLVM compiled in earlier builds, by LLVM's text."""

    def get(self, text: str) -> bytes | None: ...

    def put(self, text: str, elf: bytes) -> None: ...


def compile_programs(
    programs: Sequence[ir.LoweredProgram],
    *,
    batch: bool = True,
    quiet: bool = False,
    before: CompiledBefore | None = None,
) -> list[bytes]:
    """The same for several programs, which are compiled at once. Raises the first one's `BackendError`."""
    return start_programs(programs, batch=batch, quiet=quiet, before=before)()


def start_programs(
    programs: Sequence[ir.LoweredProgram], *, batch: bool, quiet: bool, before: CompiledBefore | None = None
) -> Callable[[], list[bytes]]:
    """Begin to compile programs; what it returns waits for them, and raises the first one's `BackendError`.

    `batch`: the cluster's token program has instruction 255, which takes several calls. `quiet`: errors have their code
    and no text.
    """
    # LLVM works on one program while the next one is written.
    started = [_Started(llvm_text(program, batch=batch, quiet=quiet), before) for program in programs]

    def finished() -> list[bytes]:
        pairs = zip(programs, started, strict=True)
        return [_finished(program, running, batch=batch, quiet=quiet) for program, running in pairs]

    return finished


class _Started:
    """A compilation that runs, unless its result is known from before."""

    def __init__(self, text: str, before: CompiledBefore | None) -> None:
        self._text, self._before = text, before
        self._known = before.get(text) if before is not None else None
        self._running = Compilation(text, link) if self._known is None else None

    def result(self) -> bytes:
        if self._running is None:
            assert self._known is not None
            return self._known
        elf = self._running.result()
        if self._before is not None:
            self._before.put(self._text, elf)
        return elf


def _finished(program: ir.LoweredProgram, running: _Started, *, batch: bool, quiet: bool) -> bytes:
    try:
        return running.result()
    except (LinkError, LlvmError) as first:
        # Inlined functions share one stack frame. Functions that are not inlined have 4096 bytes each.
        try:
            return Compilation(llvm_text(program, no_inline=True, batch=batch, quiet=quiet), link).result()
        except (LinkError, LlvmError) as second:
            raise _explained(program, str(second), str(first)) from None


# A jump reaches 32,767 instructions; LLVM makes 6 of 10 lines or more.
_REACH = 32_767 * 10 // 6


def _explained(program: ir.LoweredProgram, error: str, first: str) -> BackendError:
    """The error of LLVM or of the linker, in terms of the program."""
    place = Span(program.path, 1, 1, 1, 1)
    name = re.search(r"in function (?:i_|u\d+_)?(\w+)", error)
    if "stack" in error and name is not None:
        for owner in (*program.instructions, *program.functions):
            if symbol(owner.name) == name[1]:
                place = owner.span
        return BackendError(
            f"`{name[1]}` needs more than 4096 bytes of stack",
            place,
            "move parts of it into functions, and hold fewer large values at once",
        )
    if "Branch target" in error:
        longest = max(_unit(program, no_inline=True).module.functions, key=lambda f: f.length)
        return BackendError(
            "the code of this function is too long: from here on a jump to its end is out of reach",
            longest.at_line(_REACH) or place,
            "move parts of it into functions",
        )
    return BackendError(f"program `{program.name}` cannot be compiled to sBPF: {first}", place)


def llvm_text(
    program: ir.LoweredProgram,
    *,
    no_inline: bool = False,
    batch: bool = True,
    quiet: bool = False,
    marks: Marks | None = None,
) -> str:
    """The program as LLVM IR, not yet optimized. `marks`: record for each instruction which part of the program it
    belongs to."""
    return _unit(program, no_inline=no_inline, batch=batch, quiet=quiet, marks=marks).module.text()


def _unit(
    program: ir.LoweredProgram,
    *,
    no_inline: bool = False,
    batch: bool = True,
    quiet: bool = False,
    marks: Marks | None = None,
) -> ProgramUnit:
    """The program with all its functions written."""
    errors = Errors(Span(program.path, 1, 1, 1, 1), quiet, files={program.path: 0})
    module = LlvmModule(library(errors), marks)
    unit = ProgramUnit(program, module, errors, Views(program), no_inline=no_inline, batches=batch)
    write_entry(unit)
    while unit.pending:
        write_function(unit, unit.pending.pop(), evaluate)
    return unit

"""Runs the phases: source files in, artifacts (bytecode and IDLs) out, in memory."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seahorse.diagnostics import Diagnostic, Mistakes, Sources, Span, fail
from seahorse.idl import anchor_idl, legacy_idl
from seahorse.ir.lower import LoweredWorkspace as LoweringWorkspace
from seahorse.ir.nodes import LoweredProgram
from seahorse.semantics import check_program
from seahorse.semantics.tree import CheckedProgram
from seahorse.syntax import SourceModule, SourceWorkspace, module_file, program_name, programs_root
from seahorse.warnings import warnings_of

if TYPE_CHECKING:
    from seahorse.backends.sbf import CompiledBefore
    from seahorse.engine import Forms

_RECURSION = 40_000


@contextmanager
def without_collector() -> Generator[None]:
    """While a program is compiled, hardly anything becomes garbage, and the search for it takes a fifth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@dataclass(frozen=True)
class Artifacts:
    """The output for one program: bytecode (an sBPF v3 ELF), the Anchor IDL, and the IDL that AnchorPy reads.

    `compiler`: the build that it came from, which also has the program as CPython runs it; None when there was none.
    """

    name: str
    bytecode: bytes
    idl: dict[str, Any]
    legacy_idl: dict[str, Any]
    compiler: Compiler | None = field(default=None, compare=False, repr=False)


class Compiler:
    """One build: the compiler reads each source once, and checks programs that call each other once.

    `batch`: consecutive calls of the token program become one; the cluster must have p-token, as mainnet has.
    `quiet_errors`: errors keep their code, without text and place. `before`: what earlier builds compiled.
    `idl_account`: programs answer Anchor's instructions for the account that keeps their IDL on the chain.
    `anchor`: the version of Anchor that crates are for, "0.32" or "1".
    `parsed`: modules that an earlier build has parsed.
    """

    def __init__(
        self,
        sources: Sources | None = None,
        *,
        batch: bool = True,
        quiet_errors: bool = False,
        before: CompiledBefore | None = None,
        idl_account: bool = True,
        anchor: str = "0.32",
        parsed: dict[Path, SourceModule] | None = None,
    ) -> None:
        self.sources = sources or Sources()
        self.batch = batch
        self.quiet_errors = quiet_errors
        self.idl_account = idl_account
        self.anchor = anchor
        self._before = before
        # Every phase goes down an `elif` chain of `restrict.MAX_CHAIN`, a few calls for each `elif`.
        sys.setrecursionlimit(max(sys.getrecursionlimit(), _RECURSION))
        self.workspace = SourceWorkspace(self.sources, parsed)
        self._checked: dict[str, CheckedProgram] = {}
        self._lowered: dict[tuple[str, ...], list[LoweredProgram]] = {}
        self._paths: dict[str, Path] = {}

    def check(self, path: Path) -> CheckedProgram:
        """Check a program and, since calls between programs must agree, every program that it imports.

        Raises CompileError.
        """
        program = self.check_one(path)
        root = programs_root(path)
        pending = list(program.foreign)
        while pending:
            name = pending.pop()
            file = module_file(root / name, self.sources.unsaved)
            if name not in self._checked and file is not None:
                pending += self.check_one(file).foreign
        return program

    def check_one(self, path: Path) -> CheckedProgram:
        """Check a program alone. Raises CompileError."""
        name = program_name(path)
        if name not in self._checked:
            self._checked[name] = self.checked_now(path)
            self._paths[name] = path
        return self._checked[name]

    def checked_now(self, path: Path) -> CheckedProgram:
        """The check itself, once for each program. Raises CompileError."""
        return check_program(path, self.sources, self.workspace)

    def lower(self, path: Path) -> LoweredProgram:
        """Check and lower one program. Raises CompileError."""
        return self.lower_all([path])[0]

    def program(self, name: str) -> LoweredProgram:
        """A program that was checked before, by its name. Raises CompileError."""
        return self.lower(self._paths[name])

    def lower_all(self, paths: list[Path]) -> list[LoweredProgram]:
        """Check and lower programs of one folder. Raises CompileError with the mistakes of all of them."""
        with Mistakes() as mistakes:
            for path in paths:
                with mistakes.collected():
                    self.check(path)
        # Both back ends ask for the same programs, one after the other.
        key = tuple(program_name(path) for path in paths)
        if key not in self._lowered:
            self._lowered[key] = self.lowered_now(key)
        return self._lowered[key]

    def lowered_now(self, names: tuple[str, ...]) -> list[LoweredProgram]:
        """The lowering itself, of programs that are checked. Raises CompileError with the mistakes of all of them."""
        return self.lowered_in(LoweringWorkspace(self._checked, self.idl_account), names)

    @staticmethod
    def lowered_in(workspace: LoweringWorkspace, names: tuple[str, ...]) -> list[LoweredProgram]:
        """Programs of a workspace, lowered. Raises CompileError with the mistakes of all of them."""
        lowered: list[LoweredProgram] = []
        with Mistakes() as mistakes:
            for name in names:
                with mistakes.collected():
                    lowered.append(workspace.lower(name))
        return lowered

    def warnings(self, paths: list[Path]) -> list[Diagnostic]:
        """Warnings: code that builds but is probably a mistake, in programs of one folder. Raises CompileError as
        `lower_all` does."""
        return warnings_of(self.lower_all(paths), self.workspace.modules())

    def build(self, paths: list[Path]) -> list[Artifacts]:
        """Compile programs of one folder to artifacts, all or none. Raises CompileError."""
        return self.start(paths)()

    def start(self, paths: list[Path]) -> Callable[[], list[Artifacts]]:
        """Begin to compile programs of one folder, in other processes. The returned function waits for the artifacts:
        it gives all of them, or none. Both raise CompileError."""
        # Loading LLVM takes longer than checking, so commands that only check do not load it.
        from seahorse.backends.sbf import start_programs

        lowered = self.lower_all(paths)
        for program in lowered:
            if self._checked[program.name].external:
                span = Span(program.path, 1, 1, 1, 2)
                raise fail(span, "this module describes a program of others, and has no code", "import it in a program")
        running = start_programs(lowered, batch=self.batch, quiet=self.quiet_errors, before=self._before)
        idls = [(anchor_idl(p), legacy_idl(p)) for p in lowered]

        def finished() -> list[Artifacts]:
            made = zip(lowered, running(), idls, strict=True)
            return [Artifacts(p.name, bytecode, *idl, self) for p, bytecode, idl in made]

        return finished

    @cached_property
    def forms(self) -> Forms:
        """The programs that were checked, as CPython runs them."""
        from seahorse.engine import Forms

        workspace = LoweringWorkspace(self._checked, self.idl_account)
        modules = {name: self.workspace.load(path, programs_root(path)) for name, path in self._paths.items()}
        return Forms(self.workspace, {name: (workspace.lower(name), module) for name, module in modules.items()})

    def rust(self, paths: list[Path]) -> dict[str, str]:
        """The same programs as a Cargo workspace of Anchor crates: text by path below the project's root.

        Raises UnsupportedError for what Rust cannot express, in any of them.
        """
        from seahorse.backends.anchor import DIALECTS, UnsupportedError, generate, workspace_files

        dialect = DIALECTS[self.anchor]
        lowered = self.lower_all(paths)
        # Rust declares the programs of others from the same IDL as ours.
        others = {n for p in lowered for n, f in p.foreign.items() if f.external}
        external = self.lower_all([self._paths[name] for name in sorted(others)]) if others else []
        files = dict(workspace_files([*lowered, *external], dialect))
        refused: list[Diagnostic] = []
        for program in lowered:
            try:
                crate = generate(program, dialect)
                files |= {f"programs/{program.name}/{path}": text for path, text in crate.items()}
            except UnsupportedError as error:
                refused += error.diagnostics
        if refused:
            raise UnsupportedError.of_all(refused)
        return files

"""Runs the phases: source files in, artifacts (bytecode and IDLs) out, in memory."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seahorse.diagnostics import Diagnostic, Sources
from seahorse.idl import anchor_idl, legacy_idl
from seahorse.ir.lower import LoweredWorkspace as LoweringWorkspace
from seahorse.ir.nodes import LoweredProgram
from seahorse.semantics import check_program
from seahorse.semantics.tree import CheckedProgram
from seahorse.syntax import SourceWorkspace, module_file, program_name, programs_root

_RECURSION = 40_000


@dataclass(frozen=True)
class Artifacts:
    """What one program becomes: bytecode (an sBPF v3 ELF), the Anchor IDL, and the IDL that AnchorPy reads."""

    name: str
    bytecode: bytes
    idl: dict[str, Any]
    legacy_idl: dict[str, Any]


class Compiler:
    """One build: sources are read once, and programs that call each other are checked once."""

    def __init__(self, sources: Sources | None = None) -> None:
        self.sources = sources or Sources()
        # Every phase goes down an `elif` chain of `restrict.MAX_CHAIN`, a few calls for each `elif`.
        sys.setrecursionlimit(max(sys.getrecursionlimit(), _RECURSION))
        self._workspace = SourceWorkspace(self.sources)
        self._checked: dict[str, CheckedProgram] = {}
        self._lowered: dict[tuple[str, ...], list[LoweredProgram]] = {}

    def check(self, path: Path) -> CheckedProgram:
        """Check a program and, since calls between programs must agree, every program that it imports.

        Raises CompileError.
        """
        program = self._check_one(path)
        root = programs_root(path)
        pending = list(program.foreign)
        while pending:
            name = pending.pop()
            file = module_file(root / name)
            if name not in self._checked and file is not None:
                pending += self._check_one(file).foreign
        return program

    def _check_one(self, path: Path) -> CheckedProgram:
        name = program_name(path)
        if name not in self._checked:
            self._checked[name] = check_program(path, self.sources, self._workspace)
        return self._checked[name]

    def lower(self, path: Path) -> LoweredProgram:
        """Check and lower one program. Raises CompileError."""
        return self.lower_all([path])[0]

    def lower_all(self, paths: list[Path]) -> list[LoweredProgram]:
        """Check and lower programs of one folder. Raises CompileError with the mistakes of the first bad one."""
        for path in paths:
            self.check(path)
        # Both back ends ask for the same programs, one after the other.
        key = tuple(program_name(path) for path in paths)
        if key not in self._lowered:
            workspace = LoweringWorkspace(self._checked)
            self._lowered[key] = [workspace.lower(name) for name in key]
        return self._lowered[key]

    def build(self, paths: list[Path]) -> list[Artifacts]:
        """Compile programs of one folder to artifacts, all or none. Raises CompileError."""
        # Loading LLVM takes longer than checking: who only checks does not wait for it.
        from seahorse.backends.sbf import compile_programs

        lowered = self.lower_all(paths)
        bytecode = compile_programs(lowered)
        return [Artifacts(p.name, b, anchor_idl(p), legacy_idl(p)) for p, b in zip(lowered, bytecode, strict=True)]

    def rust(self, paths: list[Path]) -> dict[str, str]:
        """The same programs as a Cargo workspace of Anchor crates: text by path below the project's root.

        Raises UnsupportedError for what Rust cannot express, in any of them.
        """
        from seahorse.backends.anchor import UnsupportedError, generate, workspace_files

        lowered = self.lower_all(paths)
        files = dict(workspace_files(lowered))
        refused: list[Diagnostic] = []
        for program in lowered:
            try:
                files |= {f"programs/{program.name}/{path}": text for path, text in generate(program).items()}
            except UnsupportedError as error:
                refused += error.diagnostics
        if refused:
            raise UnsupportedError.of_all(refused)
        return files

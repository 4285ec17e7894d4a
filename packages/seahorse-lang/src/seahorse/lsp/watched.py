"""A compiler for an editor: what did not change since the last round is neither parsed nor checked again."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from weakref import WeakKeyDictionary

from seahorse.diagnostics import CompileError, Diagnostic, Sources
from seahorse.driver.compile import Compiler
from seahorse.ir.lower import LoweredWorkspace
from seahorse.ir.nodes import LoweredProgram
from seahorse.semantics.tree import CheckedProgram
from seahorse.syntax import Package, SourceModule, SourceWorkspace, program_name

# A question that the checker asked about the files: which method, and its arguments.
Question = tuple[str, Path, str, Path]
_Found = TypeVar("_Found", bound=SourceModule | Package | None)


@dataclass(frozen=True)
class _Answer:
    """What the files answered. `module`: one of the program's own; `told`: what stands for anything else."""

    module: SourceModule | None
    told: object = None


@dataclass(frozen=True)
class _Check:
    """A check of a program with all that it asked, so that the same answers give the same result."""

    asked: dict[Question, _Answer]
    result: CheckedProgram | tuple[Diagnostic, ...]


@dataclass(frozen=True)
class _Lowering:
    """A program with its accounts' checks, and the programs that decide them: it and those that it calls."""

    of: dict[str, CheckedProgram]
    program: LoweredProgram

    def holds(self, checked: dict[str, CheckedProgram]) -> bool:
        """Whether none of the programs was checked again."""
        return all(checked.get(name) is program for name, program in self.of.items())


@dataclass
class Kept:
    """What one round leaves to the next: parsed modules and checks by path, lowered programs by name."""

    parsed: dict[Path, SourceModule] = field(default_factory=dict[Path, SourceModule])
    checks: dict[Path, _Check] = field(default_factory=dict[Path, _Check])
    lowered: dict[str, _Lowering] = field(default_factory=dict[str, _Lowering])
    workspace: LoweredWorkspace | None = None

    def forget_all_but(self, modules: set[Path]) -> None:
        """Drop modules that no program has any more."""
        self.parsed = {path: module for path, module in self.parsed.items() if path in modules}
        self.checks = {path: check for path, check in self.checks.items() if path in modules}
        self.lowered = {name: found for name, found in self.lowered.items() if Path(found.program.path) in modules}


class WatchedWorkspace(SourceWorkspace):
    """A workspace that notes what a check asks it."""

    def __init__(self, sources: Sources, parsed: dict[Path, SourceModule]) -> None:
        super().__init__(sources, parsed)
        self.program: Path | None = None
        self.asked: dict[Question, _Answer] = {}

    def load(self, path: Path, root: Path) -> SourceModule:
        return self._noted(("load", path, "", root), lambda: SourceWorkspace.load(self, path, root))

    def inside(self, directory: Path, dotted: str, root: Path) -> SourceModule | Package | None:
        return self._noted(
            ("inside", directory, dotted, root), lambda: SourceWorkspace.inside(self, directory, dotted, root)
        )

    def asks_again(self, question: Question, program: Path) -> _Answer:
        """What the files answer now to a question of an earlier check."""
        kind, path, dotted, root = question
        self.program = None
        try:
            found = self.load(path, root) if kind == "load" else self.inside(path, dotted, root)
        except CompileError as error:
            return _Answer(None, tuple(error.diagnostics))
        return self._answer(found, program)

    def _noted(self, question: Question, ask: Callable[[], _Found]) -> _Found:
        program = self.program
        if program is None:
            return ask()
        # The questions within a question have the same answer as it has.
        self.program = None
        try:
            found = ask()
            self.asked[question] = self._answer(found, program)
        except CompileError as error:
            self.asked[question] = _Answer(None, tuple(error.diagnostics))
            raise
        finally:
            self.program = program
        return found

    def _answer(self, found: SourceModule | Package | None, program: Path) -> _Answer:
        if not isinstance(found, SourceModule):
            return _Answer(None, found)
        home = found if found.is_program else self.home_of(found)
        if home is None or home.path == program:
            return _Answer(found)
        return _Answer(None, (found.path, declarations(found)))


_DECLARATIONS: WeakKeyDictionary[SourceModule, str] = WeakKeyDictionary()


def declarations(module: SourceModule) -> str:
    """A module as other programs see it: without the bodies of its functions."""
    known = _DECLARATIONS.get(module)
    if known is None:
        tree = copy.copy(module.tree)
        tree.body = [_header(statement) for statement in tree.body]
        known = _DECLARATIONS[module] = ast.dump(tree) + repr([r.diagnostic for r in module.refusals])
    return known


def _header(statement: ast.stmt) -> ast.stmt:
    if not isinstance(statement, ast.FunctionDef):
        return statement
    header = copy.copy(statement)
    header.body = []
    return header


class EditorCompiler(Compiler):
    """One round. `kept` is of the rounds before, and gets what this one finds."""

    def __init__(self, sources: Sources, kept: Kept) -> None:
        super().__init__(sources, parsed=kept.parsed)
        self._kept = kept
        self.workspace: WatchedWorkspace = WatchedWorkspace(sources, kept.parsed)

    def known(self, path: Path) -> CheckedProgram | None:
        """A program that this round has checked; None where it has mistakes."""
        return self._checked.get(program_name(path))

    def checked_now(self, path: Path) -> CheckedProgram:
        workspace = self.workspace
        before = self._kept.checks.get(path)
        if before is not None and all(workspace.asks_again(q, path) == a for q, a in before.asked.items()):
            result = before.result
        else:
            workspace.program, workspace.asked = path, {}
            try:
                result = super().checked_now(path)
            except CompileError as error:
                result = tuple(error.diagnostics)
            finally:
                workspace.program = None
            self._kept.checks[path] = _Check(workspace.asked, result)
        if isinstance(result, CheckedProgram):
            return result
        raise CompileError(list(result))

    def lowered_now(self, names: tuple[str, ...]) -> list[LoweredProgram]:
        kept = self._kept.lowered
        fresh = tuple(n for n in names if (known := kept.get(n)) is None or not known.holds(self._checked))
        if fresh:
            workspace = LoweredWorkspace(self._checked, self.idl_account, self._kept.workspace)
            self._kept.workspace = workspace
            for program in self.lowered_in(workspace, fresh):
                of = {name: self._checked[name] for name in workspace.decided_by(program.name)}
                kept[program.name] = _Lowering(of, program)
        return [kept[name].program for name in names]

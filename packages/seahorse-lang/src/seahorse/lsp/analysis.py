"""What the compiler knows of the programs that an editor has open: their mistakes now, and how they were when good."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from seahorse.diagnostics import CompileError, Diagnostic, Sources
from seahorse.driver.compile import without_collector
from seahorse.ir.nodes import LoweredProgram
from seahorse.lsp.projects import Group
from seahorse.lsp.watched import EditorCompiler, Kept
from seahorse.semantics.tree import CheckedProgram
from seahorse.syntax import SourceModule, SourceWorkspace, programs_root


@dataclass(frozen=True)
class GoodProgram:
    """A program when it had no mistakes. `modules`: the sources of its group then, by path."""

    path: Path
    checked: CheckedProgram
    lowered: LoweredProgram | None
    modules: Mapping[Path, SourceModule]
    workspace: SourceWorkspace
    group: Group

    @property
    def root(self) -> Path:
        return programs_root(self.path)

    def has(self, file: Path) -> bool:
        """Whether a file is a part of the program: its own, or a module that several programs share."""
        module = self.modules.get(file)
        if module is None:
            return False
        home = module if module.is_program else self.workspace.home_of(module)
        return home is None or home.path == self.path


@dataclass(frozen=True)
class Found:
    """The result of a round. `texts`: of every file that was read, by its name in the diagnostics."""

    diagnostics: dict[str, list[Diagnostic]]
    texts: dict[str, str]


@dataclass
class Analysis:
    """Checks groups of programs. One thread calls `check`; what it leaves in `good` is never changed afterwards."""

    kept: dict[Group, Kept] = field(default_factory=dict[Group, Kept])
    good: dict[Path, GoodProgram] = field(default_factory=dict[Path, GoodProgram])

    def check(
        self, group: Group, opened: Iterable[Path], unsaved: Mapping[Path, str], is_old: Callable[[], bool]
    ) -> Found | None:
        """The diagnostics of a group's programs, by file; None when `is_old` says that nobody waits for them.

        `opened`: files of the group that an editor shows; `unsaved`: their texts.
        """
        sources = Sources(unsaved=dict(unsaved))
        found: dict[Diagnostic, None] = {}
        with without_collector():
            kept = self.kept.setdefault(group, Kept())
            compiler = EditorCompiler(sources, kept)
            programs = group.programs(unsaved)
            for path in programs:
                if is_old():
                    return None
                try:
                    compiler.check(path)
                except CompileError as error:
                    found.update(dict.fromkeys(error.diagnostics))
            if is_old():
                return None
            lowered = _lowered(compiler, [p for p in programs if _is_whole(compiler, p)], found)
            self._remember(compiler, group, programs, lowered)
            for path in opened:
                found.update(dict.fromkeys(_alone(compiler, path, group)))
            kept.forget_all_but({module.path for module in compiler.workspace.modules()} | set(opened))
        by_file: dict[str, list[Diagnostic]] = {}
        for diagnostic in found:
            by_file.setdefault(diagnostic.span.file, []).append(diagnostic)
        return Found(by_file, sources.text)

    def forget(self, group: Group) -> None:
        """Drop all that is known of a group."""
        self.kept.pop(group, None)
        self.good = {path: good for path, good in self.good.items() if good.group != group}

    def of(self, file: Path) -> GoodProgram | None:
        """A program that a file is a part of, as it was when it had no mistakes."""
        programs = list(self.good.values())
        return next((good for good in programs if good.has(file)), None)

    def place_for(self, file: Path, text: str, group: Group) -> tuple[GoodProgram, SourceModule] | None:
        """A program for questions about a file, and the file's syntax when it was last good.

        Where the program never was without mistakes, it is an empty one: then types come from annotations alone. None
        when even the syntax was never good.
        """
        good = self.of(file)
        if good is not None:
            return good, good.modules[file]
        kept = self.kept.get(group)
        module = kept.parsed.get(file) if kept is not None else None
        if module is None:
            try:
                module = SourceWorkspace(Sources(unsaved={file: text})).load(file, group.folder)
            except CompileError:
                return None
        modules = {**(kept.parsed if kept is not None else {}), file: module}
        empty = CheckedProgram(module.name, str(file), b"", [], [], [], [], [], [], [], [], [], {})
        workspace = SourceWorkspace(Sources(), dict(modules))
        return GoodProgram(file, empty, None, modules, workspace, group), module

    def _remember(
        self, compiler: EditorCompiler, group: Group, programs: list[Path], lowered: dict[str, LoweredProgram]
    ) -> None:
        modules = {module.path: module for module in compiler.workspace.modules()}
        fresh = dict(self.good)
        for path in [p for p, good in fresh.items() if good.group == group and p not in programs]:
            del fresh[path]
        for path in programs:
            checked = compiler.known(path)
            if checked is not None:
                fresh[path] = GoodProgram(path, checked, lowered.get(checked.name), modules, compiler.workspace, group)
        self.good = fresh


def _is_whole(compiler: EditorCompiler, path: Path) -> bool:
    """Whether a program and all that it calls have no mistakes."""
    try:
        compiler.check(path)
    except CompileError:
        return False
    return True


def _lowered(
    compiler: EditorCompiler, programs: list[Path], found: dict[Diagnostic, None]
) -> dict[str, LoweredProgram]:
    """The programs with their accounts' checks; mistakes and warnings are added to what was found."""
    try:
        found.update(dict.fromkeys(compiler.warnings(programs)))
        return {program.name: program for program in compiler.lower_all(programs)}
    except CompileError as error:
        found.update(dict.fromkeys(error.diagnostics))
    lowered: dict[str, LoweredProgram] = {}
    for path in programs:
        try:
            program = compiler.lower(path)
        except CompileError:
            continue
        lowered[program.name] = program
    return lowered


def _alone(compiler: EditorCompiler, path: Path, group: Group) -> list[Diagnostic]:
    """The mistakes of a file that no program of the group imports: those that its syntax shows."""
    try:
        module = compiler.workspace.load(path, group.folder)
    except CompileError as error:
        return error.diagnostics
    return [refusal.diagnostic for refusal in module.refusals]

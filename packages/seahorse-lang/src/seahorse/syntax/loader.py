"""The modules of a workspace: finds what an import names, reads and parses each file once."""

from __future__ import annotations

import ast
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

from seahorse.diagnostics import CompileError, Sources
from seahorse.syntax.parse import parse, read_source
from seahorse.syntax.restrict import Refusal
from seahorse.syntax.source import Source

# A program that is a folder begins here, as in Python.
INIT = "__init__.py"


def module_file(place: Path, unsaved: Container[Path] = ()) -> Path | None:
    """The file of a module: `place.py`, or `place/__init__.py` of a folder; None when there is neither.

    `unsaved`: files that an editor has and the disk has not.
    """
    for file in (place.with_name(place.name + ".py"), place / INIT):
        if file in unsaved or file.is_file():
            return file
    return None


def program_name(path: Path) -> str:
    """The name of the program in a file: the file's, or the folder's where the file is its `__init__.py`."""
    return path.absolute().parent.name if path.name == INIT else path.stem


def programs_root(path: Path) -> Path:
    """The directory that a program and those it imports lie in."""
    return path.parent.parent if path.name == INIT else path.parent


@dataclass(eq=False)
class SourceModule:
    """One parsed file. `name` is dotted, relative to `root`, the directory of the programs.

    `refusals`: what was taken out of `tree`. A program with refusals is checked, to tell all its mistakes at once, and
    never compiled.
    """

    name: str
    path: Path
    root: Path
    source: Source
    tree: ast.Module
    declare_id: ast.Call | None
    refusals: list[Refusal]

    @property
    def is_external(self) -> bool:
        """Whether the module stands for a program of others, which has no code here."""
        call = self.declare_id
        return call is not None and any(k.arg == "external" and _is_true(k.value) for k in call.keywords)

    @property
    def is_program(self) -> bool:
        return self.declare_id is not None

    @property
    def docs(self) -> str | None:
        return ast.get_docstring(self.tree)


@dataclass(frozen=True)
class Package:
    """A directory of modules, with or without `__init__.py`; one whose `__init__.py` is a program is a `Module`."""

    name: str
    path: Path


class SourceWorkspace:
    """Parsed modules, shared by the programs of one build. It keeps errors too, and raises them at each use of a broken
    file.

    `parsed`: modules of an earlier build by path, each good as long as its text stays; this build's are added.
    """

    def __init__(self, sources: Sources, parsed: dict[Path, SourceModule] | None = None) -> None:
        self.sources = sources
        self._parsed = {} if parsed is None else parsed
        self._loaded: dict[Path, SourceModule | CompileError] = {}
        # The content of a path at the first request: a build does not see later changes of its files.
        self._files: dict[Path, Path | None] = {}
        self._folders: dict[Path, bool] = {}

    def load(self, path: Path, root: Path) -> SourceModule:
        """Read and parse one file. Raises `CompileError`."""
        known = self._loaded.get(path)
        if known is None:
            try:
                known = self._parse(path, root)
            except CompileError as error:
                known = error
            self._loaded[path] = known
        if isinstance(known, CompileError):
            raise CompileError(known.diagnostics)
        return known

    def modules(self) -> list[SourceModule]:
        """Every module that was loaded and could be parsed."""
        return [module for module in self._loaded.values() if isinstance(module, SourceModule)]

    def looked_for(self) -> set[Path]:
        """Every place where a module was looked for, there or not."""
        folders = {folder for module in self.modules() for folder in module.path.parents if folder != module.root}
        return {*self._files, *(f for f in folders if any(m.root in f.parents for m in self.modules()))}

    def find(self, dotted: str, root: Path, near: Path | None = None) -> SourceModule | Package | None:
        """The module or package of a dotted name: below `root`, else below `near`, the importer's directory."""
        found = self.inside(root, dotted, root)
        return found if found is not None or near is None else self.inside(near, dotted, root)

    def inside(self, directory: Path, dotted: str, root: Path) -> SourceModule | Package | None:
        """The module or package of a dotted name below one directory."""
        target = directory.joinpath(*dotted.split("."))
        if target not in self._files:
            self._files[target] = module_file(target, self.sources.unsaved)
            self._folders[target] = target.is_dir()
        file = self._files[target]
        if file is not None:
            module = self.load(file, root)
            if module.is_program or file.name != INIT:
                return module
        return Package(dotted, target) if self._folders[target] else None

    def home_of(self, module: SourceModule) -> SourceModule | None:
        """The program that a module is a part of because it lies in the program's folder; None for a shared module."""
        for folder in module.path.parents:
            if folder == module.root:
                break
            file = folder / INIT
            if file in self.sources.unsaved or file.is_file():
                owner = self.load(file, module.root)
                if owner.is_program:
                    return owner
        return None

    def _parse(self, path: Path, root: Path) -> SourceModule:
        source = read_source(path, self.sources)
        before = self._parsed.get(path)
        if before is not None and before.source.text == source.text and before.root == root:
            return before
        tree, refusals = parse(source)
        try:
            relative = path.relative_to(root)
        except ValueError:
            relative = Path(path.name)
        parts = relative.with_suffix("").parts
        name = ".".join(parts[:-1] if relative.name == INIT and len(parts) > 1 else parts)
        module = SourceModule(name, path, root, source, tree, _declare_id(tree), refusals)
        self._parsed[path] = module
        return module


def _is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def _declare_id(tree: ast.Module) -> ast.Call | None:
    for node in tree.body:
        match node:
            case ast.Expr(value=ast.Call(func=ast.Name(id="declare_id")) as call):
                return call
            case _:
                pass
    return None

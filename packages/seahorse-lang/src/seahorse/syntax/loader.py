"""The modules of a workspace: finds what an import names, reads and parses each file once."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from seahorse.diagnostics import CompileError, Sources
from seahorse.syntax.parse import parse, read_source
from seahorse.syntax.source import Source


@dataclass(eq=False)
class SourceModule:
    """One parsed file. `name` is dotted, relative to `root`, the directory of the programs."""

    name: str
    path: Path
    root: Path
    source: Source
    tree: ast.Module
    declare_id: ast.Call | None

    @property
    def is_program(self) -> bool:
        return self.declare_id is not None

    @property
    def docs(self) -> str | None:
        return ast.get_docstring(self.tree)


@dataclass(frozen=True)
class Package:
    """A directory of modules, with or without `__init__.py`."""

    name: str
    path: Path


class SourceWorkspace:
    """Parsed modules, shared by the programs of one build. Errors are kept too: a broken file is told once per use."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self._loaded: dict[Path, SourceModule | CompileError] = {}
        # What stood at a path when it was first asked for: a build sees its files as they were, as long as it lives.
        self._files: dict[Path, bool] = {}
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

    def find(self, dotted: str, root: Path, near: Path | None = None) -> SourceModule | Package | None:
        """The module or package of a dotted name: below `root`, else below `near`, the importer's directory."""
        found = self.inside(root, dotted, root)
        return found if found is not None or near is None else self.inside(near, dotted, root)

    def inside(self, directory: Path, dotted: str, root: Path) -> SourceModule | Package | None:
        """The module or package of a dotted name below one directory."""
        target = directory.joinpath(*dotted.split("."))
        file = target.with_name(target.name + ".py")
        if self._files.setdefault(file, file.is_file()):
            return self.load(file, root)
        return Package(dotted, target) if self._folders.setdefault(target, target.is_dir()) else None

    def _parse(self, path: Path, root: Path) -> SourceModule:
        source = read_source(path, self.sources)
        tree = parse(source)
        try:
            relative = path.relative_to(root)
        except ValueError:
            relative = Path(path.name)
        name = ".".join(relative.with_suffix("").parts)
        return SourceModule(name, path, root, source, tree, _declare_id(tree))


def _declare_id(tree: ast.Module) -> ast.Call | None:
    for node in tree.body:
        match node:
            case ast.Expr(value=ast.Call(func=ast.Name(id="declare_id")) as call):
                return call
            case _:
                pass
    return None

"""Where names are defined: in modules, in classes, in other programs, in the prelude. By syntax alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from weakref import WeakKeyDictionary

import seahorse.prelude
import seahorse.pyth
from seahorse.diagnostics import CompileError, Span
from seahorse.syntax import Package, Source, SourceModule, SourceWorkspace

_GIVEN = (Path(seahorse.prelude.__file__).parent, Path(seahorse.pyth.__file__))
Import = ast.Import | ast.ImportFrom


@dataclass(frozen=True)
class NamedNode:
    """A definition: the syntax `node` in a module, or with None the module itself.

    `given`: whether it is of the prelude.
    """

    module: SourceModule
    node: ast.stmt | ast.expr | ast.arg | None
    name: str
    given: bool = False

    @property
    def span(self) -> Span:
        """Where the name stands."""
        source = self.module.source
        match self.node:
            case None:
                return source.start()
            case ast.FunctionDef() | ast.ClassDef():
                whole = source.span(self.node)
                word = "class " if isinstance(self.node, ast.ClassDef) else "def "
                start = whole.col + len(word)
                return Span(whole.file, whole.line, start, whole.line, start + len(self.node.name))
            case ast.AnnAssign(target=target):
                return source.span(target)
            case ast.Assign(targets=[target, *_]):
                return source.span(target)
            case ast.arg():
                whole = source.span(self.node)
                return Span(whole.file, whole.line, whole.col, whole.line, whole.col + len(self.node.arg))
            case _:
                return source.span(self.node)

    @property
    def docs(self) -> str | None:
        """The docstring, or of a constant or field the comment lines above it."""
        if isinstance(self.node, ast.FunctionDef | ast.ClassDef):
            return ast.get_docstring(self.node)
        if self.node is None:
            return ast.get_docstring(self.module.tree)
        lines, row = self.module.source.lines, self.span.line - 2
        found: list[str] = []
        while row >= 0 and lines[row].strip().startswith("#"):
            found.insert(0, lines[row].strip().lstrip("#").strip())
            row -= 1
        return "\n".join(found) or None


@dataclass
class _EntriesByName:
    """What a module defines by name, and the modules of which it imports everything."""

    found: dict[str, ast.stmt | ast.expr | tuple[Import, ast.alias]] = field(
        default_factory=dict[str, "ast.stmt | ast.expr | tuple[Import, ast.alias]"]
    )
    stars: list[ast.ImportFrom] = field(default_factory=list[ast.ImportFrom])


_ENTRIES: WeakKeyDictionary[SourceModule, _EntriesByName] = WeakKeyDictionary()


def entries(module: SourceModule) -> _EntriesByName:
    """The names of a module, as its syntax tells them."""
    known = _ENTRIES.get(module)
    if known is None:
        known = _ENTRIES[module] = _EntriesByName()
        for statement in module.tree.body:
            if isinstance(statement, Import):
                for alias in statement.names:
                    if alias.name == "*" and isinstance(statement, ast.ImportFrom):
                        known.stars.append(statement)
                    else:
                        known.found[alias.asname or alias.name.split(".")[0]] = (statement, alias)
            else:
                known.found.update(_defined(statement))
    return known


def _defined(statement: ast.stmt) -> Iterator[tuple[str, ast.stmt]]:
    match statement:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name, statement
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name, statement
        case ast.Assign(targets=targets):
            for target in targets:
                if isinstance(target, ast.Name):
                    yield target.id, statement
        case _:
            pass


def find(workspace: SourceWorkspace, module: SourceModule, name: str) -> NamedNode | None:
    """The definition of a name that a module uses, through imports, of the prelude last."""
    return _find(workspace, module, name, set()) or given(name)


def given(name: str) -> NamedNode | None:
    """A name of the prelude."""
    return _prelude().get(name)


def _find(workspace: SourceWorkspace, module: SourceModule, name: str, seen: set[SourceModule]) -> NamedNode | None:
    seen.add(module)
    known = entries(module)
    entry = known.found.get(name)
    if isinstance(entry, tuple):
        return _imported(workspace, module, *entry, seen)
    if entry is not None:
        return NamedNode(module, entry, name)
    for star in known.stars:
        target = _module(workspace, module, star.module or "", star.level)
        if isinstance(target, SourceModule) and target not in seen:
            found = _find(workspace, target, name, seen)
            if found is not None:
                return found
    return None


def _imported(
    workspace: SourceWorkspace, module: SourceModule, node: Import, alias: ast.alias, seen: set[SourceModule]
) -> NamedNode | None:
    if isinstance(node, ast.Import):
        found = _module(workspace, module, alias.name if alias.asname else alias.name.split(".")[0], 0)
        return NamedNode(found, None, found.name) if isinstance(found, SourceModule) else None
    home = _module(workspace, module, node.module or "", node.level)
    if isinstance(home, SourceModule):
        return None if home in seen else _find(workspace, home, alias.name, seen)
    if isinstance(home, Package):
        part = _asked(lambda: workspace.inside(home.path, alias.name, module.root))
        return NamedNode(part, None, part.name) if isinstance(part, SourceModule) else None
    return given(alias.name)


def _module(workspace: SourceWorkspace, module: SourceModule, name: str, level: int) -> SourceModule | Package | None:
    near = module.path.parent
    if not level:
        return _asked(lambda: workspace.find(name, module.root, near))
    for _ in range(level - 1):
        near = near.parent
    return _asked(lambda: workspace.inside(near, name, module.root)) if name else Package("", near)


def _asked(ask: object) -> SourceModule | Package | None:
    assert callable(ask)
    try:
        found = ask()
    except CompileError:
        return None
    return found if isinstance(found, SourceModule | Package) else None


def member(workspace: SourceWorkspace, of: NamedNode, name: str) -> NamedNode | None:
    """What a module or a class has under a name; of a class also what its bases define."""
    if of.node is None:
        return _find(workspace, of.module, name, set())
    if not isinstance(of.node, ast.ClassDef):
        return None
    for statement in of.node.body:
        for defined, node in _defined(statement):
            if defined == name:
                return NamedNode(of.module, node, name, of.given)
    for target in _fields_of_init(of, name):
        return target
    for base in of.node.bases:
        word = base.value if isinstance(base, ast.Subscript) else base
        home = find(workspace, of.module, word.id) if isinstance(word, ast.Name) else None
        if home is not None and home.node is not of.node:
            found = member(workspace, home, name)
            if found is not None:
                return found
    return None


def _fields_of_init(of: NamedNode, name: str) -> Iterator[NamedNode]:
    """`self.name = ...` in `__init__`, which also defines a field."""
    assert isinstance(of.node, ast.ClassDef)
    for method in of.node.body:
        if isinstance(method, ast.FunctionDef) and method.name == "__init__":
            for node in ast.walk(method):
                match node:
                    case ast.Attribute(value=ast.Name(id="self"), attr=attr, ctx=ast.Store()) if attr == name:
                        yield NamedNode(of.module, node, name, of.given)
                    case _:
                        pass


def members(workspace: SourceWorkspace, of: NamedNode) -> list[str]:
    """The names that a module or class has of its own."""
    if of.node is None:
        known = entries(of.module)
        found = list(known.found)
        for star in known.stars:
            target = _module(workspace, of.module, star.module or "", star.level)
            found += entries(target).found if isinstance(target, SourceModule) else []
        return list(dict.fromkeys(found))
    body = of.node.body if isinstance(of.node, ast.ClassDef) else []
    return [name for statement in body for name, _ in _defined(statement)]


@cache
def _prelude() -> dict[str, NamedNode]:
    """Every name that the prelude's modules define, public or not: bases of public classes are not."""
    found: dict[str, NamedNode] = {}
    for top in _GIVEN:
        for path in sorted(top.rglob("*.py")) if top.is_dir() else [top]:
            text = path.read_text(encoding="utf-8")
            tree = ast.parse(text)
            module = SourceModule(path.stem, path, path.parent, Source(str(path), text), tree, None, [])
            for statement in tree.body:
                for name, node in _defined(statement):
                    found.setdefault(name, NamedNode(module, node, name, given=True))
    return found

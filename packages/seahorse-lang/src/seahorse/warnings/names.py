"""Names that nothing uses: variables, imports, and functions of a program's own modules."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from seahorse.diagnostics import Diagnostic, Replacement, Span
from seahorse.syntax import SourceModule
from seahorse.syntax.walk import walk_syntax
from seahorse.warnings.kinds import warning


@dataclass(frozen=True)
class _ModuleNames:
    """What one module's text says: names that it reads and imports, and the warnings that need no other module."""

    read: set[str]
    imported: set[str]
    unused: list[Diagnostic]


# An editor asks for the warnings of the same modules again and again.
_KNOWN: WeakKeyDictionary[SourceModule, _ModuleNames] = WeakKeyDictionary()


def unused_names(modules: Collection[SourceModule]) -> list[Diagnostic]:
    """The unused names of the modules of a build, which may use what the others define."""
    found: list[Diagnostic] = []
    names = {module.source.file: _names(module) for module in modules}
    for module in modules:
        own = names[module.source.file]
        found += own.unused
        if module.is_program:
            others = (n.read | n.imported for file, n in names.items() if file != module.source.file)
            found += _functions(module, own.read.union(*others))
    return found


def _names(module: SourceModule) -> _ModuleNames:
    known = _KNOWN.get(module)
    if known is None:
        read = _read(module.tree)
        functions = [node for node in walk_syntax(module.tree) if isinstance(node, ast.FunctionDef)]
        unused = [w for node in functions for w in _variables(module, node)] + _imports(module, read)
        known = _KNOWN[module] = _ModuleNames(read, _imported(module.tree), unused)
    return known


def _variables(module: SourceModule, function: ast.FunctionDef) -> list[Diagnostic]:
    """Variables of a function that get a value and are never read. A name that begins with `_` says that it is meant.

    As pyflakes does, this leaves the parts of an unpacked tuple and the variables of loops alone.
    """
    arguments = function.args
    parameters = {a.arg for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]}
    assigned: dict[str, ast.Name] = {}
    times: Counter[str] = Counter()
    read: set[str] = set()
    for node in walk_syntax(function):
        names: list[ast.Name] = []
        match node:
            case ast.Name(id=name, ctx=ast.Load()) | ast.AugAssign(target=ast.Name(id=name)):
                read.add(name)
            case ast.Assign(targets=targets):
                names = [t for t in targets if isinstance(t, ast.Name)]
            case ast.AnnAssign(target=ast.Name() as target) | ast.NamedExpr(target=target):
                names = [target]
            case _:
                pass
        for made in names:
            assigned.setdefault(made.id, made)
            times[made.id] += 1
    return [
        warning(
            "unused-name",
            module.source.span(node),
            f"`{name}` is assigned and never used",
            f"remove it, or call it `_{name}` to say that this is meant"
            if times[name] == 1
            else "begin its name with `_` to say that this is meant, or remove it",
            module.source.first_name(node, name, f"_{name}") if times[name] == 1 else None,
        )
        for name, node in assigned.items()
        if name not in read and name not in parameters and not name.startswith("_")
    ]


def _imports(module: SourceModule, used: set[str]) -> list[Diagnostic]:
    # A package's `__init__.py` imports what its users then find there.
    if module.path.name == "__init__.py":
        return []
    found: list[Diagnostic] = []
    for node in module.tree.body:
        if not isinstance(node, ast.Import | ast.ImportFrom) or getattr(node, "module", None) == "__future__":
            continue
        for alias in node.names:
            name = alias.asname or alias.name.split(".")[0]
            if name != "*" and name not in used:
                message, removed = f"`{name}` is not used here", _without(module, node, alias)
                found.append(warning("unused-name", module.source.span(alias), message, "remove it", removed))
    return found


def _without(module: SourceModule, node: ast.Import | ast.ImportFrom, alias: ast.alias) -> Replacement:
    """An import without one of its names; without the only one, the line goes."""
    source = module.source
    whole = source.span(node)
    if len(node.names) == 1:
        alone = whole.col == 1 and source.lines[whole.end_line - 1][whole.end_col - 1 :].strip() == ""
        if alone and whole.end_line < len(source.lines):
            return Replacement(Span(whole.file, whole.line, 1, whole.end_line + 1, 1), "")
        return Replacement(whole, "pass")
    at = node.names.index(alias)
    here = source.span(alias)
    if at:
        before = source.span(node.names[at - 1])
        return Replacement(Span(whole.file, before.end_line, before.end_col, here.end_line, here.end_col), "")
    behind = source.span(node.names[1])
    return Replacement(Span(whole.file, here.line, here.col, behind.line, behind.col), "")


def _functions(module: SourceModule, used: set[str]) -> list[Diagnostic]:
    """Functions of a program that nothing calls. One of a library may be there for other programs."""
    return [
        warning(
            "unused-name",
            _name_span(module, node),
            f"nothing calls `{node.name}`",
            "remove it, or put `@instruction` above it if clients call it",
            _without_function(module, node),
        )
        for node in module.tree.body
        # The compiler takes one decorator of a function: `@instruction`.
        if isinstance(node, ast.FunctionDef) and node.name not in used and not node.decorator_list
    ]


def _without_function(module: SourceModule, node: ast.FunctionDef) -> Replacement:
    """A module without a function, and without the empty lines above it."""
    whole, lines = module.source.span(node), module.source.lines
    first = whole.line
    while first > 1 and not lines[first - 2].strip():
        first -= 1
    if first == 1:
        return Replacement(whole, "pass")
    return Replacement(Span(whole.file, first - 1, len(lines[first - 2]) + 1, whole.end_line, whole.end_col), "")


def _name_span(module: SourceModule, node: ast.FunctionDef) -> Span:
    span = module.source.span(node)
    start = span.col + len("def ")
    return Span(span.file, span.line, start, span.line, start + len(node.name))


def _read(tree: ast.Module) -> set[str]:
    """Every name that a module reads: as a name, behind a dot, or in an annotation in quotes."""
    names: set[str] = set()
    for node in walk_syntax(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Load()) | ast.Attribute(attr=name):
                names.add(name)
            case ast.Constant(value=str() as text) if text.isidentifier():
                names.add(text)
            case _:
                pass
    return names


def _imported(tree: ast.Module) -> set[str]:
    return {alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}

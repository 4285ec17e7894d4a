"""The outline of a file: its classes with their members, functions and constants."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from lsprotocol.types import DocumentSymbol, SymbolKind

from seahorse.lsp.names import NamedNode
from seahorse.lsp.positions import ColumnUnits
from seahorse.syntax import SourceModule

_BASES = {"Enum": SymbolKind.Enum, "IntEnum": SymbolKind.Enum, "Event": SymbolKind.Event, "Account": SymbolKind.Struct}


def symbols(module: SourceModule, units: ColumnUnits) -> list[DocumentSymbol]:
    """The definitions of a module in order, those of classes below them."""
    return list(_symbols(module, module.tree.body, units, None))


def _symbols(
    module: SourceModule, body: Iterable[ast.stmt], units: ColumnUnits, parent: ast.ClassDef | None
) -> Iterable[DocumentSymbol]:
    lines = module.source.lines
    for node in body:
        named = _named(node, parent)
        if named is None:
            continue
        name, kind = named
        target = NamedNode(module, node, name)
        inner = _symbols(module, node.body, units, node) if isinstance(node, ast.ClassDef) else ()
        yield DocumentSymbol(
            name,
            kind,
            units.range(lines, module.source.span(node)),
            units.range(lines, target.span),
            detail=_detail(node),
            children=list(inner),
        )


def _named(node: ast.stmt, parent: ast.ClassDef | None) -> tuple[str, SymbolKind] | None:
    match node:
        case ast.ClassDef(name=name, bases=bases):
            words = [base.id for base in bases if isinstance(base, ast.Name)]
            return name, next((_BASES[word] for word in words if word in _BASES), SymbolKind.Class)
        case ast.FunctionDef(name=name):
            return name, SymbolKind.Function if parent is None else SymbolKind.Method
        case ast.AnnAssign(target=ast.Name(id=name)):
            return name, SymbolKind.Constant if parent is None else SymbolKind.Field
        case ast.Assign(targets=[ast.Name(id=name), *_]):
            return name, SymbolKind.Constant if parent is None else SymbolKind.EnumMember
        case _:
            return None


def _detail(node: ast.stmt) -> str | None:
    match node:
        case ast.FunctionDef(decorator_list=[_, *_]):
            return "@" + ", @".join(ast.unparse(d) for d in node.decorator_list)
        case ast.AnnAssign(annotation=annotation):
            return ast.unparse(annotation)
        case ast.ClassDef(bases=[_, *_]):
            return ", ".join(ast.unparse(base) for base in node.bases)
        case _:
            return None

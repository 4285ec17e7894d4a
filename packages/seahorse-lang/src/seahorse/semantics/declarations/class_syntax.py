"""The syntax of class declarations: decorators, docstrings, members and the names that they may have."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from seahorse.diagnostics import Span, fail
from seahorse.semantics.names.symbols import ModuleScope, PreludeSymbol

RUST_RESERVED = {"self", "Self", "super", "crate", "_"}


def scope_decorator(scope: ModuleScope, node: ast.expr) -> str | None:
    """The prelude name of a decorator, or None."""
    symbol = scope.symbol(node) if isinstance(node, ast.Name) else None
    return symbol.name if isinstance(symbol, PreludeSymbol) else None


def docs_of(node: ast.ClassDef | ast.FunctionDef | ast.Module) -> list[str]:
    """A docstring as lines, without its indentation."""
    text = ast.get_docstring(node)
    return text.splitlines() if text else []


def members(node: ast.ClassDef) -> Iterator[tuple[ast.stmt, list[str]]]:
    """The statements of a class body with the docstring that follows each; without the class's own docstring."""
    body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    for i, stmt in enumerate(body):
        if isinstance(stmt, ast.Pass) or _doc_text(stmt) is not None:
            continue
        text = _doc_text(body[i + 1]) if i + 1 < len(body) else None
        yield stmt, (text.strip().splitlines() if text else [])


def _doc_text(stmt: ast.stmt) -> str | None:
    match stmt:
        case ast.Expr(value=ast.Constant(value=str() as text)):
            return text
        case _:
            return None


def pascal_case(name: str) -> str:
    """A Python constant name as an IDL variant name: PARTIALLY_FILLED -> PartiallyFilled; PascalCase stays.

    >>> pascal_case("PARTIALLY_FILLED"), pascal_case("Filled"), pascal_case("ON")
    ('PartiallyFilled', 'Filled', 'On')
    """
    parts = [p for p in name.split("_") if p]
    return "".join(p.capitalize() if p.isupper() or p.islower() else p[0].upper() + p[1:] for p in parts) or name


def check_name(scope: ModuleScope, span: Span, name: str, what: str) -> None:
    """Refuse names that the generated code cannot have."""
    if name in RUST_RESERVED or name.startswith("__"):
        raise fail(span, f"`{name}` cannot be the name of {what}", "choose another name")
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise fail(span, f"`{name}` has letters outside ASCII", "an IDL takes ASCII letters, digits and `_` only")

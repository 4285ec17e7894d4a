"""The names of a module with more that are known in one place only: the class of a class method, a type parameter."""

from __future__ import annotations

import ast

from seahorse.diagnostics import CompileError, Span
from seahorse.semantics.names.symbols import Checker, Entry, ModuleScope, Symbol
from seahorse.syntax import SourceModule


class LocalNames:
    """A scope in which `own` names hide those of the module."""

    def __init__(self, outer: ModuleScope, own: dict[str, Symbol]) -> None:
        self.outer = outer
        self.own = own
        self.checker: Checker = outer.checker
        self.module: SourceModule = outer.module
        self.program: str = outer.program
        self.entries: dict[str, Entry] = outer.entries

    @property
    def name(self) -> str:
        return self.outer.name

    def span(self, node: ast.AST) -> Span:
        return self.outer.span(node)

    def name_span(self, node: ast.AST, name: str) -> Span:
        return self.outer.name_span(node, name)

    def lookup(self, name: str) -> Symbol | None:
        return self.own.get(name) or self.outer.lookup(name)

    def member(self, name: str) -> Symbol | None:
        return self.outer.member(name)

    def from_stars(self, name: str, seen: set[ModuleScope]) -> Symbol | None:
        return self.outer.from_stars(name, seen)

    def check_stars(self) -> None:
        self.outer.check_stars()

    def parts(self) -> list[ModuleScope]:
        return self.outer.parts()

    def register(self, name: str, symbol: Symbol) -> None:
        """Make a class of this scope known: one that is made for certain types is not that of the module."""
        self.own[name] = symbol

    def symbol(self, node: ast.expr) -> Symbol | None:
        """The symbol of a dotted path that starts at one of these names."""
        if isinstance(node, ast.Name):
            return self.lookup(node.id)
        if isinstance(node, ast.Attribute):
            base = self.symbol(node.value)
            return None if base is None else self.attribute(base, node)
        return None

    def attribute(self, base: Symbol, node: ast.Attribute) -> Symbol | None:
        return self.outer.attribute(base, node)

    def unknown(self, node: ast.Name, others: list[str]) -> CompileError:
        return self.outer.unknown(node, [*others, *self.own])

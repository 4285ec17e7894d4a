"""Rules of `semantics/calls` that expressions need: expressions come before calls and cannot import them.

`semantics/__init__.py` puts the modules here. Each protocol says which functions of its module are used.
"""

from __future__ import annotations

import ast
from typing import Literal, Protocol

from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.tree import Expr, GetSlice
from seahorse.semantics.tree.types import DictType, ListType


class TableRules(Protocol):
    """dict and set (`calls/containers/tables.py`)."""

    def get_item(self, body: BodyChecker, node: ast.Subscript, value: Expr, t: DictType) -> Expr: ...

    def items_of(self, body: BodyChecker, value: Expr, t: ListType) -> Expr: ...

    def part(self, body: BodyChecker, value: Expr, t: DictType, at: Literal[0, 1]) -> Expr: ...

    def contains(
        self, body: BodyChecker, node: ast.expr, item_node: ast.expr, item: Expr, value: Expr, t: ListType
    ) -> Expr: ...

    def operate(self, body: BodyChecker, node: ast.expr, op: str, left: Expr, right: Expr) -> Expr: ...

    def compare(self, body: BodyChecker, node: ast.expr, op: str, left: Expr, right: Expr) -> Expr: ...

    def text(self, body: BodyChecker, node: ast.expr, value: Expr, t: ListType) -> Expr: ...


class BytearrayRules(Protocol):
    """bytearray (`calls/containers/bytearrays.py`)."""

    def slice_of(self, body: BodyChecker, value: GetSlice) -> Expr: ...

    def operate(self, body: BodyChecker, node: ast.BinOp, op: str, left: Expr, right: Expr) -> Expr: ...

    def compare(self, body: BodyChecker, node: ast.expr, op: str, left: Expr, right: Expr) -> Expr: ...


class FormatRules(Protocol):
    """Formats of f-strings (`calls/builtins/formats.py`)."""

    def formatted(
        self, body: BodyChecker, node: ast.expr, value: Expr, spec: list[str | ast.expr]
    ) -> tuple[Expr, str | None]: ...


class CallRules:
    tables: TableRules
    bytearrays: BytearrayRules
    formats: FormatRules


RULES = CallRules()

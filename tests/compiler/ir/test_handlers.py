"""Every class of node is handled by every table of both back ends; one that is not is told as a fault of the compiler."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any

import pytest

# The modules that register how expressions are translated.
import seahorse.backends.anchor.body
from seahorse.backends.anchor.scope.body_writer import EXPRESSIONS as RUST_EXPRESSIONS
from seahorse.backends.anchor.statements.statements import STATEMENTS as RUST_STATEMENTS
from seahorse.backends.sbf.language.expressions import EXPRESSIONS as BYTECODE_EXPRESSIONS
from seahorse.backends.sbf.language.statements import STATEMENTS as BYTECODE_STATEMENTS
from seahorse.diagnostics import Span
from seahorse.semantics import tree
from seahorse.semantics.tree.handlers import Handlers, UnhandledNodeError
from seahorse.semantics.tree.types import U64

TABLES: list[Handlers[Any]] = [RUST_EXPRESSIONS, RUST_STATEMENTS, BYTECODE_EXPRESSIONS, BYTECODE_STATEMENTS]
assert seahorse.backends.anchor.body.REGISTERED


def nodes_below(base: type) -> set[type]:
    """The classes of the tree that nodes are made of."""
    return {c for _, c in inspect.getmembers(tree, inspect.isclass) if issubclass(c, base) and c is not base}


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.task)
def test_every_class_is_handled_here_or_by_its_parents(table: Handlers[Any]) -> None:
    handled = set(table)
    assert handled | set(table.elsewhere) == nodes_below(table.base)
    assert not handled & set(table.elsewhere)


def all_below(base: type) -> set[type]:
    below = set(base.__subclasses__())
    return below.union(*map(all_below, below))


def test_the_tree_exports_every_class_of_node() -> None:
    for base in (tree.Expr, tree.Stmt):
        declared = {c for c in all_below(base) if c.__module__.startswith(tree.__name__)}
        assert declared == nodes_below(base)


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.task)
def test_another_node_is_a_fault_of_the_compiler(table: Handlers[Any]) -> None:
    @dataclass(eq=False)
    class Unheard(tree.Expr):
        pass

    node = Unheard(U64, Span("vault.py", 7, 1, 7, 2))
    with pytest.raises(UnhandledNodeError, match=rf"fault of the compiler.*Unheard.*{table.task}.*vault.py:7"):
        table.of(node)


def test_a_node_of_its_parents_says_whose() -> None:
    node = tree.SignerSeeds(U64, Span("vault.py", 7, 1, 7, 2), [])
    with pytest.raises(UnhandledNodeError, match="left to the calls that sign"):
        BYTECODE_EXPRESSIONS.of(node)

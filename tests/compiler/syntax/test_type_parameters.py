"""`class Stack[T]` and `def first[T]`: what Python 3.12 parses them to means what the form with `TypeVar` means."""

from __future__ import annotations

import ast
from types import SimpleNamespace
from typing import Any

import pytest

from seahorse.diagnostics import CompileError
from seahorse.syntax import parse
from seahorse.syntax.type_parameters import with_type_variables
from seahorse.testing import Ledger

PROGRAM = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Stack:
    items: List[T]

    def __init__(self) -> None:
        self.items = []

    def push(self, item: T) -> None:
        self.items.append(item)

    def pop(self) -> T:
        return self.items.pop()


def first(items: List[T]) -> T:
    return items[0]


@instruction
def run(n: u64) -> str:
    numbers: Stack[u64] = Stack()
    texts = Stack[str]()
    numbers.push(n)
    numbers.push(n + 1)
    texts.push('a')
    return f"{numbers.pop()} {numbers.pop()} {texts.pop()} {first([n])} {first(['x'])}"
"""


def parameters(monkeypatch: pytest.MonkeyPatch, **bound: Any) -> None:
    """Give the definitions the nodes that a later Python makes of `[T]`."""

    def as_later(tree: ast.Module) -> None:
        for node in tree.body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name in ("Stack", "first"):
                vars(node)["type_params"] = [_Parameter("T", node.lineno, **bound)]
        with_type_variables(tree)

    monkeypatch.setattr(parse, "with_type_variables", as_later)


class _Parameter(ast.expr):
    """What `ast.TypeVar` is in Python 3.12."""

    def __init__(self, name: str, line: int, bound: Any = None) -> None:
        super().__init__()
        self.name, self.bound = name, bound
        self.lineno = self.end_lineno = line
        self.col_offset, self.end_col_offset = 0, 1


def test_a_generic_class_and_function(monkeypatch: pytest.MonkeyPatch) -> None:
    parameters(monkeypatch)
    assert Ledger().deploy_text(PROGRAM).run(n=4).value == "5 4 a 4 x"


def test_a_bound_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    parameters(monkeypatch, bound=SimpleNamespace())
    with pytest.raises(CompileError) as caught:
        Ledger().deploy_text(PROGRAM)
    assert "without a bound" in str(caught.value)

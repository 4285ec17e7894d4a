"""The checked tree: every instruction and function, statement by statement."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from seahorse.driver.compile import Compiler
from seahorse.inspection.nodes import dump
from seahorse.inspection.selection import Selection
from seahorse.semantics.tree import Local, Stmt
from seahorse.semantics.tree.types import Type


def text(compiler: Compiler, path: Path, selection: Selection) -> str:
    out: list[str] = []
    for i in selection.instructions():
        out += ["", f"instruction {i.name}({_parameters([*_locals(i.slots), *_locals(i.args)])}){_result(i.returns)}"]
        out += _block(selection, i.body, 1)
    for f in selection.functions():
        name = f"{f.owner}.{f.name}" if f.owner else f.name
        out += ["", f"function {name}({_parameters(f.params)}){_result(f.returns)}", *_block(selection, f.body, 1)]
    return "\n".join(out).strip("\n")


def _locals(declared: list[Any]) -> list[Local]:
    return [d.local for d in declared if d.local is not None]


def _parameters(parameters: list[Local]) -> str:
    return ", ".join(f"{p.name}: {p.type}" for p in parameters)


def _result(t: Type | None) -> str:
    return "" if t is None else f" -> {t}"


def _block(selection: Selection, body: list[Stmt], depth: int) -> Iterator[str]:
    """Each statement below its line of source; the statements inside it below both, further to the right."""
    indent = "    " * depth
    for statement in body:
        blocks = {
            field.name: cast("list[Stmt]", value)
            for field in dataclasses.fields(statement)
            if isinstance(value := getattr(statement, field.name), list)
        }
        alone = dataclasses.replace(statement, **{name: [] for name in blocks}) if blocks else statement
        yield f"{indent}{selection.line(statement.span)}"
        yield f"{indent}    {dump(alone)}"
        for name, inner in blocks.items():
            if inner:
                yield f"{indent}  {name}:"
                yield from _block(selection, inner, depth + 1)

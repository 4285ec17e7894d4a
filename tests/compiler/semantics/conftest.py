"""Checks programs given as text."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from seahorse.diagnostics import CompileError, Sources
from seahorse.inspection.nodes import dump
from seahorse.semantics import check_program
from seahorse.semantics.tree import CheckedProgram

HEAD = "from seahorse.prelude import *\n\ndeclare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')\n\n"

Check = Callable[..., CheckedProgram]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Check a program's text (the head is added) beside other files: check(text, name_of_module=text, ...)."""

    def run(text: str, **modules: str) -> CheckedProgram:
        for name, module in modules.items():
            path = tmp_path / (name.replace("__", "/") + ".py")
            path.parent.mkdir(exist_ok=True)
            path.write_text(textwrap.dedent(module), encoding="utf-8")
        path = tmp_path / "program.py"
        path.write_text(HEAD + textwrap.dedent(text), encoding="utf-8")
        return check_program(path, Sources())

    return run


@pytest.fixture
def body(check: Check) -> Callable[..., list[str]]:
    """The statements of an instruction's body, dumped. `params` declares its parameters, `before` stands before it."""

    def run(text: str, params: str = "", before: str = "", returns: str = "") -> list[str]:
        arrow = f" -> {returns}" if returns else ""
        lines = textwrap.indent(textwrap.dedent(text).strip(), "    ")
        program = check(f"{textwrap.dedent(before)}\n@instruction\ndef run({params}){arrow}:\n{lines}\n")
        return [dump(s) for s in program.instructions[-1].body]

    return run


@pytest.fixture
def errors(check: Check) -> Callable[..., list[str]]:
    """The messages of a wrong program."""

    def run(text: str, **modules: str) -> list[str]:
        with pytest.raises(CompileError) as caught:
            check(text, **modules)
        assert caught.value.diagnostics
        return [d.message for d in caught.value.diagnostics]

    return run

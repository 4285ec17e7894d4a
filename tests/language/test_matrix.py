"""One snippet for each feature that Python people use every day: what builds gives what CPython gives, and what does not
build is refused with what to write instead.

The snippets stand in `matrix/`. The line above each says its name and the arguments that it is tried with, or the word that
the message of its refusal must have. Run as a script, this file counts them.
"""

from __future__ import annotations

import ast
import copy
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.language.compared import same
from tests.language.plain_names import plain_names

from seahorse.diagnostics import CompileError
from seahorse.testing import Ledger
from seahorse.testing.result import Failed

HERE = Path(__file__).parent / "matrix"
HEADER = """from collections.abc import Callable
from typing import Final, Self
import math
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')
"""
MARK = re.compile(r"^# --- ", flags=re.MULTILINE)


@dataclass(frozen=True)
class Snippet:
    """A function `f` with what it needs. `refused`: the word that the message must have, else None."""

    room: str
    name: str
    source: str
    cases: list[tuple[Any, ...]]
    refused: str | None


def snippets() -> list[Snippet]:
    found: list[Snippet] = []
    for path in sorted(HERE.glob("*.txt")):
        for block in MARK.split(path.read_text(encoding="utf-8"))[1:]:
            head, _, source = block.partition("\n")
            name, _, given = head.rpartition(": ")
            refused = given.split("'")[1] if given.startswith("refused ") else None
            cases = [] if refused is not None else list(ast.literal_eval(f"[{given}]"))
            found.append(Snippet(path.stem, name, source, cases, refused))
    return found


SNIPPETS = snippets()


def text_of(snippet: Snippet) -> str:
    return HEADER + ("\n" + snippet.source).replace("\ndef f(", "\n@instruction\ndef f(")


@pytest.mark.parametrize("snippet", [s for s in SNIPPETS if s.refused is None], ids=lambda s: f"{s.room}: {s.name}")
def test_a_snippet_gives_what_python_gives(snippet: Snippet) -> None:
    program = Ledger().deploy_text(text_of(snippet))
    names = plain_names()
    exec(compile("from __future__ import annotations\n" + snippet.source, "<plain>", "exec"), names)
    (instruction,) = program.idl["instructions"]
    given = [a["name"] for a in instruction["args"]]
    assert snippet.cases, "a snippet needs arguments"
    for case in snippet.cases:
        expected: Any = None
        raised: Exception | None = None
        try:
            expected = names["f"](*copy.deepcopy(case))
        except Exception as error:  # whatever Python raises, the program must refuse
            raised = error
        try:
            found = program.call("f", **dict(zip(given, case, strict=True))).value
        except Failed as failed:
            if raised is None:
                raise AssertionError(f"{case}: Python gives {expected!r}") from failed
            continue
        assert raised is None, f"{case}: Python raises {raised!r}, the program gives {found!r}"
        assert same(found, expected), f"{case}: {found!r}, Python: {expected!r}"


@pytest.mark.parametrize("snippet", [s for s in SNIPPETS if s.refused is not None], ids=lambda s: f"{s.room}: {s.name}")
def test_a_refusal_names_what_to_write(snippet: Snippet) -> None:
    with pytest.raises(CompileError) as caught:
        Ledger().deploy_text(text_of(snippet))
    first = caught.value.diagnostics[0]
    assert snippet.refused is not None
    assert first.hint and snippet.refused in f"{first.message} {first.hint}", f"{first.message}\n{first.hint}"


def test_names_are_told_once() -> None:
    names = [(s.room, s.name) for s in SNIPPETS]
    assert len(names) == len(set(names))


if __name__ == "__main__":
    refused = sum(s.refused is not None for s in SNIPPETS)
    sys.stdout.write(
        f"{len(SNIPPETS)} snippets: {len(SNIPPETS) - refused} build and equal CPython, {refused} are refused\n"
    )

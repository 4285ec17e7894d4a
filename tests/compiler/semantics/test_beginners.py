"""Mistakes that people make in their first programs: the compiler tells the real one first, with what to write.

`beginners.txt` has one program for each. The line above it says what it is about, how many mistakes the compiler tells, and the help of
the first one. Run as a script, this file writes these lines anew: read the diff.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from seahorse.diagnostics import CompileError, Diagnostic, Sources
from seahorse.semantics import check_program

HERE = Path(__file__).parent / "beginners.txt"
MARK = "# --- "
HEADER = "from seahorse.prelude import *\n\ndeclare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')\n\n"


@dataclass(frozen=True)
class Mistake:
    name: str
    count: int
    hint: str
    source: str


def mistakes() -> list[Mistake]:
    found: list[Mistake] = []
    for block in HERE.read_text(encoding="utf-8").split(MARK)[1:]:
        head, _, source = block.partition("\n")
        name, count, hint = [*head.split(" | ", 2), "0", ""][:3]
        found.append(Mistake(name, int(count), hint, source))
    return found


def told(source: str, folder: Path) -> list[Diagnostic]:
    path = folder / "program.py"
    path.write_text(source if source.startswith("from seahorse") else HEADER + source, encoding="utf-8")
    try:
        check_program(path, Sources())
    except CompileError as error:
        return error.diagnostics
    return []


MISTAKES = mistakes()


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: m.name)
def test_a_mistake_is_told_with_what_to_write(mistake: Mistake, tmp_path: Path) -> None:
    found = told(mistake.source, tmp_path)
    assert len(found) == mistake.count > 0, [d.message for d in found]
    assert found[0].hint == mistake.hint


def test_there_are_many() -> None:
    assert len({m.name for m in MISTAKES}) == len(MISTAKES) >= 60


if __name__ == "__main__":
    import tempfile

    text = ""
    for each in MISTAKES:
        with tempfile.TemporaryDirectory() as made:
            diagnostics = told(each.source, Path(made))
        if not diagnostics:
            sys.exit(f"{each.name} compiles")
        text += f"{MARK}{each.name} | {len(diagnostics)} | {diagnostics[0].hint}\n{each.source}"
    HERE.write_text(text, encoding="utf-8")

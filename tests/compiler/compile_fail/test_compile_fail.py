"""Every program of these folders fails to compile, with exactly the message in the .txt file beside it.

After a change of a message: `python tests/compiler/compile_fail/test_compile_fail.py` rewrites the expected files; read the diff.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from seahorse.diagnostics import CompileError, Sources, render
from seahorse.semantics import check_program

HERE = Path(__file__).parent
# `*_ok.py` are modules that the failing programs import.
PROGRAMS = sorted(p for p in HERE.glob("*/*.py") if not p.stem.endswith("_ok"))


def message(path: Path) -> str | None:
    """The rendered diagnostics of a program, without its folder's path; None when it compiles."""
    sources = Sources()
    try:
        check_program(path, sources)
    except CompileError as error:
        return "\n".join(render(d, sources) for d in error.diagnostics).replace(f"{path.parent}/", "") + "\n"
    return None


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda p: p.stem)
def test_message(path: Path) -> None:
    assert message(path) == path.with_suffix(".txt").read_text(encoding="utf-8")


def test_there_are_many_and_none_is_forgotten() -> None:
    assert len(PROGRAMS) >= 60
    assert {p.with_suffix(".txt") for p in PROGRAMS} == set(HERE.glob("*/*.txt"))
    assert len({p.stem for p in PROGRAMS}) == len(PROGRAMS)


if __name__ == "__main__":
    for program in PROGRAMS:
        found = message(program)
        if found is None:
            raise SystemExit(f"{program.name} compiles")
        program.with_suffix(".txt").write_text(found, encoding="utf-8")

"""Programs of many kinds, written as a Python person writes them after reading the README: each builds."""

from __future__ import annotations

from pathlib import Path

import pytest

from seahorse.diagnostics import Sources
from seahorse.driver.compile import Compiler

PROGRAMS = sorted((Path(__file__).parents[1] / "as_written" / "fresh").glob("*/*.py"))


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda p: p.stem)
def test_it_builds(path: Path) -> None:
    [built] = Compiler(Sources()).build([path])
    assert len(built.idl["instructions"]) >= 2


def test_there_are_many_kinds() -> None:
    assert len(PROGRAMS) >= 24

"""The committed Rust is what the sources generate, and nothing else lies beside it."""

from pathlib import Path

import pytest

from seahorse.driver.compile import Compiler
from seahorse.driver.project import find_project

ROOT = Path(__file__).resolve().parents[3]
AGAIN = "run `seahorse build` and commit what it writes"


def made() -> dict[str, str]:
    return Compiler().rust(find_project(ROOT).programs())


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return made()


def test_every_file_is_as_generated(files: dict[str, str]) -> None:
    stale = [
        n for n, text in files.items() if not (ROOT / n).is_file() or (ROOT / n).read_text(encoding="utf-8") != text
    ]
    assert not stale, f"{', '.join(stale[:5])}: {AGAIN}"
    assert len(files) > 100


def test_nothing_else_lies_there(files: dict[str, str]) -> None:
    there = {p.relative_to(ROOT).as_posix() for p in (ROOT / "programs").rglob("*") if p.is_file()}
    assert there == {n for n in files if n.startswith("programs/")}, AGAIN


def test_generation_is_repeatable(files: dict[str, str]) -> None:
    assert made() == files

"""Every promise of SECURITY.md names tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
ROWS = [
    line.strip("|").split("|") for line in DOCUMENT.splitlines() if line.startswith("| ") and "promise |" not in line
]


@pytest.mark.parametrize(("promise", "held"), ROWS, ids=[row[0].strip() for row in ROWS])
def test_a_promise_is_held_by_tests_that_exist(promise: str, held: str) -> None:
    named = re.findall(r"`([^`]+)`", held)
    assert named, promise
    for name in named:
        file, _, function = name.partition("::")
        path = ROOT / file
        assert path.name.startswith("test_"), name
        assert path.is_file(), name
        tests = {
            node.name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
        }
        assert function in tests if function else tests or "TestCase" in path.read_text(encoding="utf-8"), name


def test_every_part_of_the_product_has_its_promises() -> None:
    for part in ("The programs", "The compiler", "The client", "The services", "Localnet"):
        section = re.split(r"^## ", DOCUMENT, flags=re.MULTILINE)
        assert any(s.startswith(part) and s.count("\n| ") > 2 for s in section), part
    assert "private advisory" in DOCUMENT

"""One name, one thing: no two classes of a package have the same name, nor do those of the client and measurements."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# What is read together: the compiler, the validator, and the client with the measurements made with it.
PACKAGES = (("packages/seahorse-lang/src",), ("packages/localnet/src",), ("src", "bench"))
# Programs of the language, each with names of its own.
PROGRAMS = "bench/families/[!_]*.py"
# What an editor reads of a class of the language, and what the engine makes of it, are one thing seen from two sides.
PRELUDE = ("packages/seahorse-lang/src/seahorse/prelude/", "packages/seahorse-lang/src/seahorse/pyth.py")
ENGINE = (
    "packages/seahorse-lang/src/seahorse/engine/values/",
    "packages/seahorse-lang/src/seahorse/engine/state/keys.py",
)


def classes(package: tuple[str, ...]) -> dict[str, set[str]]:
    """Names of classes, and the files that define each."""
    found: dict[str, set[str]] = {}
    for top in package:
        for path in (ROOT / top).rglob("*.py"):
            if path.match(PROGRAMS):
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef):
                    found.setdefault(node.name, set()).add(path.relative_to(ROOT).as_posix())
    return found


def one_thing(homes: set[str]) -> bool:
    """Whether the classes of these files are one thing: one file, or a class of the language and the engine's of it."""
    told = [home for home in homes if home.startswith(PRELUDE)]
    run = [home for home in homes if home.startswith(ENGINE)]
    return len(homes) == 1 or (len(told) == len(run) == 1 and len(homes) == 2)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda p: p[0])
def test_no_class_name_stands_for_two_things(package: tuple[str, ...]) -> None:
    assert {name: sorted(homes) for name, homes in classes(package).items() if not one_thing(homes)} == {}

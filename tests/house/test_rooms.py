"""Rooms stay small enough to be seen at once: at most a dozen modules in a folder, and about 500 lines in a module."""

from collections import Counter
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOPS = ("bench", "data", "deploy", "examples", "packages", "programs_py", "scripts", "src", "tests")
MODULES = 12
# "About 500": what an addition of a few lines may take before the module is divided.
LINES = 520
# Modules that every folder may have besides.
UNCOUNTED = {"__init__.py", "__main__.py", "conftest.py"}
# What a checkout gathers that is not ours.
FOREIGN = {"node_modules", "build", "target"}
# Folders that may hold more, each with its reason.
EXCEPTIONS = {
    "tests/compiler/compile_fail/": "cases, not modules: each is a program beside the message that it must get",
}


@cache
def modules() -> list[Path]:
    """Every Python file of the repository, by its path from the root."""
    found = [path.relative_to(ROOT) for top in TOPS for path in sorted((ROOT / top).rglob("*.py"))]
    return [path for path in found if not FOREIGN & set(path.parts)]


def inside(folder: str) -> list[Path]:
    return [path for path in modules() if path.as_posix().startswith(folder)]


def sizes(paths: list[Path]) -> dict[str, int]:
    """How many modules lie in each folder, without those of its sub-folders."""
    return dict(Counter(path.parent.as_posix() for path in paths if path.name not in UNCOUNTED))


def test_a_folder_holds_at_most_a_dozen_modules() -> None:
    excepted = {path for folder in EXCEPTIONS for path in inside(folder)}
    found = sizes([path for path in modules() if path not in excepted])
    assert len(found) > 100
    assert {folder: size for folder, size in found.items() if size > MODULES} == {}, "make rooms, by subject"


def test_a_module_has_about_500_lines_at_most() -> None:
    lines = {path.as_posix(): len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert len(lines) > 1000
    assert {name: count for name, count in lines.items() if count > LINES} == {}, "divide it, by subject"


def test_every_exception_is_needed() -> None:
    for folder in EXCEPTIONS:
        assert max(sizes(inside(folder)).values()) > MODULES, folder

"""READMEs do not go stale: every file and every `module.name` that one mentions is there."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from seahorse.semantics.tree.account_kinds import ACCOUNT_KINDS

ROOT = Path(__file__).parents[2]
COMPILER = ROOT / "packages/seahorse-lang/src/seahorse"
SOURCES = (
    COMPILER,
    ROOT / "src/gridtokenx",
    ROOT / "packages/localnet/src/solana_localnet",
    ROOT / "bench",
    ROOT / "programs_py",
)
LOCALNET = ROOT / "packages/localnet"
VALIDATOR = LOCALNET / "src/solana_localnet"
CLIENT = ROOT / "src/gridtokenx"
SKIPPED = {"target", "node_modules", "programs"}
DOCUMENTS = [
    path
    for pattern in ("README.md", "*/README.md", "docs/*.md", "docs/*/*.md", "*.md")
    for path in sorted(ROOT.glob(pattern))
] + [path for top in ("packages", "src", "tests", "data") for path in sorted((ROOT / top).rglob("README.md"))]
READMES = sorted({path for path in DOCUMENTS if not SKIPPED & set(path.relative_to(ROOT).parts)})
# Files that a reader makes, or that stand for many.
MADE = {
    "counter.py",
    "main.py",
    "a/b.py",
    "test_counter.py",
    "scripts/COMMAND.py",
    "docs/PAGE.md",
    "programs_py/solar.py",
    "tests/test_solar.py",
    "tests/compiler/compile_fail/SUBJECT/NAME.py",
}
# Words before a dot that name no module: packages, values of the language, objects of examples.
FOREIGN = {"solders", "llvmlite", "token", "os", "pip", "str", "bytes", "list", "pubkey", "program", "ctx", "arg"}


def rooms() -> list[Path]:
    """Folders of the three packages that hold modules; the package's README tells what holds them all."""
    found = {path.parent for top in (COMPILER, VALIDATOR, CLIENT) for path in top.rglob("__init__.py")}
    # The README of the folder tells of generated rooms.
    found = {path for path in found if CLIENT / "clients" not in path.parents}
    return sorted(found - {COMPILER, VALIDATOR, CLIENT, COMPILER / "backends"})


@pytest.mark.parametrize("room", rooms(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_room_has_a_readme(room: Path) -> None:
    text = (room / "README.md").read_text()
    top = next(top for top in (COMPILER, VALIDATOR, CLIENT) if room.is_relative_to(top))
    assert text.startswith((f"# {room.name}\n", f"# {room.relative_to(top)}\n"))
    assert "In:" in text
    assert "ut:" in text
    # A README tells every module of its room, and every room within it.
    modules = {p.name for p in room.glob("*.py")} - {"__init__.py", "__main__.py"}
    rooms = {f"{p.name}/" for p in room.iterdir() if (p / "__init__.py").exists()}
    assert {name for name in modules | rooms if f"`{name}`" not in text} == set()


def quoted(path: Path) -> Iterator[str]:
    """What stands in backticks outside code blocks."""
    text = re.sub(r"^```.*?^```", "", path.read_text(), flags=re.MULTILINE | re.DOTALL)
    yield from (token.strip() for token in re.findall(r"`([^`\n]+)`", text))


def exists(name: str, readme: Path) -> bool:
    """Whether a path exists, seen from the README's folder, one below or above it, or from the compiler."""
    bases = [readme.parent, *readme.parent.parents, COMPILER, COMPILER.parent, ROOT / "tests", ROOT / "tests/localnet"]
    name = name.removeprefix("C/") if readme.name == "CONTRIBUTING.md" else name
    below = any(readme.parent.glob(f"*/{name}")) if readme.parent != ROOT else False
    return below or any((base / name).exists() for base in bases if base.is_relative_to(ROOT))


@pytest.mark.parametrize("readme", READMES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_files_that_are_mentioned_exist(readme: Path) -> None:
    missing: list[str] = []
    for token in quoted(readme):
        for name in re.findall(r"[\w./-]+\.(?:py|md|mk)\b", token):
            if (
                name not in MADE
                and not name.startswith(("target/", "out/", "/"))
                and "<" not in token
                and "*" not in token
            ):
                missing += [] if exists(name, readme) else [name]
    assert missing == []


@pytest.mark.parametrize("readme", READMES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_a_merge_left_no_marks(readme: Path) -> None:
    assert re.findall(r"^(?:<{7}|={7}$|>{7}).*", readme.read_text(), flags=re.MULTILINE) == []


@cache
def modules() -> dict[str, list[Path]]:
    """Modules of all packages by their names."""
    found: dict[str, list[Path]] = {}
    for top in SOURCES:
        for path in top.rglob("*.py"):
            name = path.parent.name if path.stem == "__init__" else path.stem
            found.setdefault(name, []).append(path)
    return found


@cache
def names_of(path: Path) -> set[str]:
    """What a module defines or imports, and the members of its classes."""
    found: set[str] = {p.stem for p in path.parent.iterdir()} if path.stem == "__init__" else set()
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case ast.Attribute(attr=name, ctx=ast.Store()):
                found.add(name)
            case ast.ImportFrom(names=aliases) | ast.Import(names=aliases):
                found |= {alias.asname or alias.name for alias in aliases}
            case _:
                pass
    return found


@cache
def classes() -> dict[str, list[Path]]:
    """Classes of all packages by their names."""
    found: dict[str, list[Path]] = {}
    for paths in modules().values():
        for path in paths:
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ClassDef):
                    found.setdefault(node.name, []).append(path)
    return found


INSIDE = [path for path in READMES if path.is_relative_to(COMPILER) or path.is_relative_to(ROOT / "src")]


@pytest.mark.parametrize("readme", INSIDE, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_names_of_modules_and_classes_that_are_mentioned_exist(readme: Path) -> None:
    groups = {kind.group for kind in ACCOUNT_KINDS.values()} | {"price", "mint"} | FOREIGN
    unknown: list[str] = []
    for token in quoted(readme):
        match = re.fullmatch(r"([A-Za-z]\w*(?:\.[A-Za-z_]\w*)+)(?:\(.*\))?", token)
        if match is None or re.search(r"\.(py|md|json|toml|rs|so)$", match[1]):
            continue
        *owner, name = match[1].split(".")
        if owner[0] in groups or owner[0] in vars(builtins) or len(owner[0]) == 1:
            continue
        homes = modules().get(owner[-1], []) + classes().get(owner[-1], [])
        if not any(name in names_of(home) for home in homes):
            unknown.append(match[1])
    assert unknown == []


CODE = re.compile(r"^ *(?:```python\n)(.*?)^ *```", re.MULTILINE | re.DOTALL)
OWN = {"gridtokenx": ROOT / "src", "seahorse": COMPILER.parent, "solana_localnet": LOCALNET / "src"}


def own_imports(text: str) -> Iterator[tuple[str, str]]:
    """Module and name of every import of ours in the Python that a document shows."""
    for block in CODE.findall(text):
        for line in re.findall(r"^ *from ([\w.]+) import ([\w, ]+)$", block, re.MULTILINE):
            if line[0].split(".")[0] in OWN:
                yield from ((line[0], name.strip()) for name in line[1].split(","))


@pytest.mark.parametrize("document", READMES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_imports_that_a_document_shows_work(document: Path) -> None:
    missing: list[str] = []
    for module, name in own_imports(document.read_text()):
        base = OWN[module.split(".")[0]] / module.replace(".", "/")
        home = base.with_suffix(".py") if base.with_suffix(".py").exists() else base / "__init__.py"
        if not home.exists() or name not in names_of(home):
            missing.append(f"{module}.{name}")
    assert missing == []

"""Data flows one way: no import cycle, and every package imports only what lies before it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TREES = {
    "seahorse": ROOT / "packages" / "seahorse-lang" / "src",
    "solana_localnet": ROOT / "packages" / "localnet" / "src",
    "gridtokenx": ROOT / "src",
}
# What each phase of the compiler may import, besides itself and `seahorse.diagnostics`.
ALLOWED = {
    "syntax": set[str](),
    "semantics": {"syntax"},
    "ir": {"semantics"},
    "idl": {"ir", "semantics"},
    "backends": {"ir", "semantics", "idl"},
    "warnings": {"syntax", "semantics", "ir"},
    # Functions of the language; they import `prelude.values` and `prelude.unavailable` only.
    "prelude": {"library"},
    "engine": {"syntax", "semantics", "ir", "prelude", "library"},
}


# The rooms of a folder, in order: a room imports only from those before it. Modules that lie beside the rooms are the top,
# but for those that the order names.
ROOMS = {
    "seahorse.semantics": (
        *("tree", "names", "inference", "declarations", "scope", "expressions", "calls", "statements", "program"),
    ),
    "seahorse.semantics.calls": ("functions", "accounts", "builtins", "containers"),
    "seahorse.semantics.statements": ("rewriting", "local_functions", "assignments"),
    "seahorse.prelude": ("unavailable", "values", "ledger", "modules"),
    "seahorse.testing": ("resolve", "codec", "failures", "result", "engines"),
    "seahorse.backends.sbf": (
        *("llvm", "link", "helpers", "frame", "scalars", "accounts", "objects", "invoke", "builtins", "language"),
        "entry",
    ),
    "seahorse.backends.anchor": ("rust", "naming", "crate", "facts", "scope", "expressions", "statements"),
    "seahorse.backends.anchor.expressions": ("foreign_tuples", "calls", "accounts"),
    "seahorse.engine": ("state", "values", "code", "runtime"),
    "gridtokenx": ("clients", "chain", "market", "operator", "demo", "services"),
    "gridtokenx.demo": ("world", "prices", "phases"),
    "gridtokenx.chain": ("errors", "flight", "files", "interface", "connection", "signing", "history"),
}


def modules(package: str) -> dict[str, Path]:
    """Module name -> file of every module of a package."""
    top = TREES[package]
    found: dict[str, Path] = {}
    for path in (top / package).rglob("*.py"):
        parts = path.relative_to(top).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports_of(path: Path, known: dict[str, Path]) -> set[str]:
    """Modules of the package that a file names in an import, also for type checkers only or inside a function."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {
                f"{node.module}.{a.name}" if f"{node.module}.{a.name}" in known else node.module for a in node.names
            }
    return {name for name in names if name in known}


def cycle(graph: dict[str, set[str]]) -> list[str] | None:
    """Some cycle of the graph, or None."""
    state: dict[str, int] = {}

    def visit(node: str, path: list[str]) -> list[str] | None:
        state[node] = 1
        for other in sorted(graph[node]):
            if state.get(other) == 1:
                return [*path[path.index(other) :], other]
            if other not in state and (found := visit(other, [*path, other])):
                return found
        state[node] = 2
        return None

    for start in graph:
        if start not in state and (found := visit(start, [start])):
            return found
    return None


@pytest.mark.parametrize("package", TREES)
def test_no_import_cycle(package: str) -> None:
    known = modules(package)
    assert cycle({name: imports_of(path, known) - {name} for name, path in known.items()}) is None


def imported(path: Path) -> set[str]:
    """Every module named by an import anywhere in a file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("phase", ALLOWED)
def test_a_phase_imports_only_what_lies_before_it(phase: str) -> None:
    for path in (TREES["seahorse"] / "seahorse" / phase).rglob("*.py"):
        phases = {m.split(".")[1] for m in imported(path) if m.startswith("seahorse.") and m.count(".")}
        assert phases - {phase, "diagnostics"} <= ALLOWED[phase], path.name


def room_of(module: str, folder: str) -> str | None:
    """The room of a folder that a module is in; None outside the folder, and for modules beside its rooms."""
    inside = module.removeprefix(f"{folder}.")
    return inside.split(".")[0] if inside != module and inside.split(".")[0] in ROOMS[folder] else None


@pytest.mark.parametrize("folder", ROOMS)
def test_a_room_imports_only_from_the_rooms_before_it(folder: str) -> None:
    known = modules(folder.split(".")[0])
    order = ROOMS[folder]
    late: list[str] = []
    for name, path in known.items():
        room = room_of(name, folder)
        for other in imports_of(path, known) if room else ():
            inside = other == folder or other.startswith(f"{folder}.")
            if inside and room_of(other, folder) not in order[: order.index(room or "") + 1]:
                late.append(f"{name} imports {other}")
    assert not late


@pytest.mark.parametrize("folder", ROOMS)
def test_every_sub_folder_is_a_room_with_its_place_in_the_order(folder: str) -> None:
    top = TREES[folder.split(".")[0]].joinpath(*folder.split("."))
    folders = {p.name for p in top.iterdir() if (p / "__init__.py").exists()}
    assert folders == {room for room in ROOMS[folder] if not (top / f"{room}.py").exists()}


def test_the_compiler_knows_neither_product_nor_localnet() -> None:
    for path in modules("seahorse").values():
        tops = {m.split(".")[0] for m in imported(path)}
        assert not tops & {"gridtokenx", "solana_localnet"}, path


def test_localnet_knows_nobody() -> None:
    for path in modules("solana_localnet").values():
        assert not {m.split(".")[0] for m in imported(path)} & {"gridtokenx", "seahorse"}, path

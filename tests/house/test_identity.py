"""Nobody keeps `id(x)`: Python gives the same number to another object later. Objects themselves are the keys."""

import ast
from pathlib import Path
from typing import TypeGuard

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(
    path
    for top in ("packages/seahorse-lang/src", "packages/localnet/src", "src", "bench", "scripts")
    for path in (ROOT / top).rglob("*.py")
)


def uses_of_id(tree: ast.AST) -> list[int]:
    """Lines that use the builtin `id`: call it, or pass it on as in `map(id, nodes)`. A parameter or a variable of this
    name is something else."""
    own = {
        name
        for scope in ast.walk(tree)
        if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.GeneratorExp | ast.ListComp)
        and any(_binds(part) for part in ast.walk(scope))
        for name in ast.walk(scope)
    }
    return [n.lineno for n in ast.walk(tree) if _reads(n) and n not in own]


def _reads(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and node.id == "id" and isinstance(node.ctx, ast.Load)


def _binds(node: ast.AST) -> bool:
    return (isinstance(node, ast.arg) and node.arg == "id") or (
        isinstance(node, ast.Name) and node.id == "id" and isinstance(node.ctx, ast.Store)
    )


@pytest.mark.parametrize(
    "text", ["seen.add(id(node))", "by = {id(n): n for n in nodes}", "keys = list(map(id, nodes))"]
)
def test_uses_are_found(text: str) -> None:
    assert uses_of_id(ast.parse(text)) == [1]


def test_a_parameter_of_this_name_is_something_else() -> None:
    assert uses_of_id(ast.parse("def declare(id: str) -> None:\n    keep(id)\n")) == []


def test_no_module_keeps_the_identity_of_an_object() -> None:
    assert len(FILES) > 400
    found = {
        path.relative_to(ROOT).as_posix(): uses_of_id(ast.parse(path.read_text(encoding="utf-8"))) for path in FILES
    }
    assert {name: lines for name, lines in found.items() if lines} == {}

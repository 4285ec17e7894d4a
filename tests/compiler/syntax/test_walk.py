"""The compiler's walk over syntax trees meets what Python's own meets, in the same order, but for contexts."""

import ast
from pathlib import Path

import pytest

import seahorse
from seahorse.syntax.walk import child_nodes, walk_syntax

SOURCES = sorted(Path(seahorse.__file__).parent.glob("**/*.py"))[::12]
FORMS = """
async def f[T](a, /, b: int = 1, *c, d=2, **e) -> T:
    global g
    async with a as b, c: ...
    try: await a
    except* ValueError as error: raise error from None
    else: pass
    finally: del a[1:2, ...]
    match a:
        case {"x": 1, **rest} | [1, *others] | C(x=2) as both if a: nonlocal b
    return f"{a!r:>{b}}" if (x := lambda y: -y) else [i async for i in a for j in b if i < j <= 2]
type A[*Ts, **P] = list[Ts]
"""


def _texts() -> list[str]:
    import sys

    known = (
        FORMS if sys.version_info >= (3, 12) else FORMS.replace("[T](", "(").replace("type A[*Ts, **P] = list[Ts]", "")
    )
    return [known, *(path.read_text() for path in SOURCES)]


@pytest.mark.parametrize("text", _texts())
def test_walk_is_pythons_without_contexts(text: str) -> None:
    tree = ast.parse(text)
    assert list(walk_syntax(tree)) == [n for n in ast.walk(tree) if not isinstance(n, ast.expr_context)]
    for node in ast.walk(tree):
        assert child_nodes(node) == [n for n in ast.iter_child_nodes(node) if not isinstance(n, ast.expr_context)]

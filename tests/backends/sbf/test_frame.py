"""State is passed: no room assigns anything of a `Frame`, or of what a frame holds; it calls a method, or returns."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3] / "packages/seahorse-lang/src/seahorse/backends/sbf"
# What changes a list, set or dict.
CHANGES = {"append", "extend", "insert", "pop", "clear", "remove", "update", "setdefault", "add", "discard", "popitem"}
# What a frame holds and does not own: all functions of a program share it.
SHARED = {"unit", "f", "errors"}


def parts(node: ast.expr) -> list[str]:
    """`frame.accounts.bumps[slot]` -> ["frame", "accounts", "bumps"]; empty for other expressions."""
    match node:
        case ast.Name(id=name):
            return [name]
        case ast.Attribute(value=value, attr=name):
            before = parts(value)
            return [*before, name] if before else []
        case ast.Subscript(value=value):
            return parts(value)
        case _:
            return []


def is_of_frame(node: ast.expr) -> bool:
    """Whether an expression is something that a frame holds, and not what the whole program shares."""
    names = parts(node)
    names = names[1:] if names[:1] == ["self"] else names
    return len(names) > 1 and names[0] in ("frame", "own") and names[1] not in SHARED


def changes(tree: ast.Module) -> Iterator[int]:
    """Lines that change what a frame holds."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=targets):
                found = any(is_of_frame(t) for t in targets if not isinstance(t, ast.Name))
            case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
                found = not isinstance(target, ast.Name) and is_of_frame(target)
            case ast.Call(func=ast.Attribute(value=value, attr=name)):
                found = name in CHANGES and is_of_frame(value)
            case _:
                found = False
        if found:
            yield node.lineno


def test_no_room_changes_a_frame() -> None:
    modules = [p for p in sorted(ROOT.rglob("*.py")) if p.parent.name != "frame"]
    assert len(modules) > 50
    found = [f"{p.relative_to(ROOT)}:{n}" for p in modules for n in changes(ast.parse(p.read_text(encoding="utf-8")))]
    assert found == []


def test_the_test_sees_a_change() -> None:
    for text in (
        "frame.loops.append(loop)",
        "frame.accounts.found[slot.index] = found",
        "self.frame.names.fixed[1] = parts",
        "frame.batch = None",
        "frame.accounts.bumps |= {}",
    ):
        assert list(changes(ast.parse(text))) == [1], text
    assert not list(
        changes(ast.parse("frame = replace(frame, loop=loop)\nframe.unit.walks.setdefault(1, set()).add(2)"))
    )

"""Objects with several names: what Rust would copy visibly is refused, what it can say is translated."""

from __future__ import annotations

from pathlib import Path

import pytest

from seahorse.backends.anchor import UnsupportedError
from seahorse.driver.compile import Compiler

HEADER = """from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

@dataclass
class Point:
    x: u64

@dataclass
class Shape:
    point: Point

class Store(Account):
    total: u64
    point: Point
    best: Optional[Shape]
    points: List[Point]
    shapes: List[Shape]
    grid: List[List[u64]]

def shift(shape: Shape) -> u64:
    shape.point.x += 1
    return shape.point.x

"""
MEANT = {
    "two names": "two names from here on",
    "its place": "its place gets another object",
    "source": "changes the sequence that it loops over",
    "item": "changes its item and assigns its variable",
    "itself": "changes a value that another part of the expression reads",
}


def rust(folder: Path, *lines: str) -> str:
    """The handler of an instruction with these lines."""
    path = folder / "objects.py"
    text = "".join(f"    {line}\n" for line in lines)
    path.write_text(f"{HEADER}@instruction\ndef run(a: Store, p: Point, ps: List[Point]):\n{text}", encoding="utf-8")
    files = Compiler().rust([path])
    return files["programs/objects/src/instructions/run.rs"]


@pytest.mark.parametrize(
    ("why", "lines"),
    [
        ("two names", ["shift(Shape(p))", "a.total = p.x"]),
        ("two names", ["ps.extend([p])", "ps[-1].x = 3", "a.total = p.x"]),
        ("two names", ["for q in ps[:1]:", "    q.x = 5", "a.total = ps[0].x"]),
        ("two names", ["for q in [p, ps[0]]:", "    q.x = 5", "a.total = p.x"]),
        ("two names", ["q = p if a.total > 3 else ps[0]", "q.x = 5", "a.total = p.x"]),
        ("two names", ["for q in list(ps):", "    q.x = 5", "a.total = ps[0].x"]),
        ("its place", ["for q in ps:", "    ps[0] = p", "    a.total = q.x"]),
        ("source", ["for q, r in zip(ps, ps):", "    q.x += r.x"]),
        ("item", ["for q in a.points:", "    q.x = 1", "    q = Point(2)"]),
        ("itself", ["a.points = a.points + [a.points.pop(0)]"]),
        ("itself", ["ps = [ps[-1], ps.pop(0)]"]),
    ],
)
def test_what_is_refused(tmp_path: Path, why: str, lines: list[str]) -> None:
    with pytest.raises(UnsupportedError, match=MEANT[why]):
        rust(tmp_path, *lines)


def test_an_option_has_no_name_while_its_account_is_used(tmp_path: Path) -> None:
    text = rust(tmp_path, "if a.best is not None:", "    a.best.point.x = a.total", "    a.total += a.best.point.x")
    assert "if a.best.is_some()" in text
    assert "a.best.as_mut().unwrap().point.x = a.total;" in text


def test_an_option_has_a_name_where_it_can(tmp_path: Path) -> None:
    assert "if let Some(best) = &mut a.best" in rust(tmp_path, "if a.best is not None:", "    a.best.point.x = 5")


def test_items_of_several_sequences_are_changed_in_place(tmp_path: Path) -> None:
    text = rust(tmp_path, "for q, s in zip(a.points, a.shapes):", "    print(s.point.x)", "for q, r in zip(a.points, ps):",
                "    q.x += r.x")  # fmt: skip
    assert "for (q, r) in a.points.iter_mut().zip(ps.iter())" in text


def test_variables_that_are_unpacked_or_changed_are_mutable(tmp_path: Path) -> None:
    text = rust(tmp_path, "q, n = Point(1), u64(2)", "q.x = n", "print(q.x)")
    assert "let (mut q, n)" in text


def test_a_value_that_changes_the_account_is_taken_from_it(tmp_path: Path) -> None:
    text = rust(tmp_path, "q = a.points.pop()", "print(q.x)")
    assert "let a = &mut ctx.accounts.a;" in text


def test_what_a_closure_looks_for_is_worked_out_before(tmp_path: Path) -> None:
    text = rust(tmp_path, "ps.remove(a.points[0])")
    assert "let sought = a.points[index(0, a.points.len())?]" in text

"""Objects of accounts that have other names: what is changed through a name is changed in the account, and only then."""

from __future__ import annotations

from typing import Any

import pytest

from seahorse.testing import Ledger

SOURCE = """from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

@dataclass
class Point:
    x: u64
    y: u64

@dataclass
class Shape:
    point: Point
    points: List[Point]

class Store(Account):
    point: Point
    name: str
    last: Point
    points: List[Point]
    best: Optional[Point]
    row: Array[u64, 2]

def put(shape: Shape, store: Store):
    shape.point = store.point

@instruction
def fill_option(store: Store) -> u64:
    best = store.best
    store.best = store.points[0]
    store.points[0].x = 70
    if best is not None:
        best.y = 90
        return best.x
    return 0

@instruction
def through_slice(store: Store):
    for p in store.points[1:]:
        p.x = 50

@instruction
def through_tuple(store: Store):
    p, n = store.point, 60
    p.x = n

@instruction
def through_object(store: Store):
    shape = Shape(Point(0, 0), [])
    put(shape, store)
    shape.point.y = 61

@instruction
def through_list(store: Store):
    points: List[Point] = []
    points.append(store.point)
    points[0].y = 62

@instruction
def popped(store: Store, other: Store):
    other.points.append(store.points.pop())
    other.points[-1].x = 63

@instruction
def only_read(store: Store, other: Store):
    store.points = other.points[:1]
    store.name = 'changed'

@instruction
def replaced(store: Store) -> u64:
    p, row = store.point, store.row
    store.point = Point(1, 2)
    store.row = array(u64(8), 9)
    return p.x * 10 + row[0]

@instruction
def moved(store: Store) -> u64:
    p = store.last
    store.name = 'a longer name'
    p.y = 5
    return p.x
"""
POINT = {"x": 3, "y": 4}
FIELDS: dict[str, Any] = {
    "point": POINT, "name": "n", "last": {"x": 7, "y": 8}, "points": [{"x": 1, "y": 1}, {"x": 2, "y": 2}],
    "best": POINT, "row": [6, 7],
}  # fmt: skip


@pytest.fixture(scope="module")
def program() -> Any:
    return Ledger().deploy_text(SOURCE)


@pytest.fixture
def store(program: Any) -> Any:
    key = program._ledger.key().pubkey()
    program.set_account(key, "Store", space=400, **FIELDS)
    return key


def test_an_optional_object_has_other_names(program: Any, store: Any) -> None:
    assert program.fill_option(store=store).value == 3
    assert program.account(store).best == program.account(store).points[0] == {"x": 70, "y": 1}
    program.set_account(store, "Store", space=400, **{**FIELDS, "best": None})
    assert program.fill_option(store=store).value == 0


@pytest.mark.parametrize(
    ("name", "field", "expected"),
    [
        ("through_slice", "points", [{"x": 1, "y": 1}, {"x": 50, "y": 2}]),
        ("through_tuple", "point", {"x": 60, "y": 4}),
        ("through_object", "point", {"x": 3, "y": 61}),
        ("through_list", "point", {"x": 3, "y": 62}),
    ],
)
def test_what_is_changed_by_another_name_is_written(
    program: Any, store: Any, name: str, field: str, expected: Any
) -> None:
    program.call(name, store=store)
    assert program.account(store)[field] == expected


def test_an_object_moves_from_one_account_to_another(program: Any, store: Any) -> None:
    other = program._ledger.key().pubkey()
    program.set_account(other, "Store", space=400, **FIELDS)
    program.popped(store=store, other=other)
    assert program.account(other).points[-1] == {"x": 63, "y": 2}
    assert len(program.account(store).points) == 1


def test_an_account_whose_objects_are_only_shared_is_not_written(program: Any) -> None:
    metas = next(i for i in program.idl["instructions"] if i["name"] == "only_read")["accounts"]
    assert [m.get("writable", False) for m in metas] == [True, False]


def test_a_name_keeps_the_object_that_its_place_lost(program: Any, store: Any) -> None:
    assert program.replaced(store=store).value == 36
    assert program.account(store).point == {"x": 1, "y": 2} and program.account(store).row == [8, 9]


def test_a_name_stays_when_fields_move(program: Any, store: Any) -> None:
    assert program.moved(store=store).value == 7
    assert program.account(store).last == {"x": 7, "y": 5} and program.account(store).name == "a longer name"

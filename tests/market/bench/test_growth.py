"""A larger market costs no more: the busy instructions take the same units, whatever its size."""

from xml.etree import ElementTree

import pytest
from bench.growth.plots import plot
from bench.growth.units import BUSY, GrowingMarket, against
from bench.scenario import ROOT

from seahorse.driver.compile import Artifacts, Compiler
from seahorse.driver.project import find_project


@pytest.fixture(scope="module")
def built() -> list[Artifacts]:
    return Compiler().build(find_project(ROOT).programs())


@pytest.mark.parametrize(("what", "early"), [("users", False), ("meters", False), ("orders", False), ("orders", True)])
def test_units_are_the_same_in_markets_of_any_size(built: list[Artifacts], what: str, early: bool) -> None:
    made: list[GrowingMarket] = []

    def make(size: int) -> GrowingMarket:
        made.append(
            GrowingMarket(
                built,
                users=size if what == "users" else 0,
                meters=size if what == "meters" else 0,
                orders=size if what == "orders" else 0,
                early=early,
            )
        )
        return made[-1]

    figures = against((0, 9), make)
    assert {name: [cu for _, cu in line] for name, line in figures.items()} == {
        name: [line[0][1]] * 2 for name, line in figures.items()
    }
    assert early or set(figures) == set(BUSY)
    assert not early or {"trading.create_sell_order", "trading.create_buy_order"} <= set(figures)
    # The second market really is larger.
    sizes = [sum(len(m.ledger.owned_by(p.id)) for p in m.programs.values()) for m in made]
    assert sizes[1] >= sizes[0] + 9


def test_a_plot_is_an_svg_with_each_line() -> None:
    for powers in (False, True):
        svg = plot(
            "<title>", "n", "s", {"a & b": [(1, 1.0), (1000, 30.0)], "c": [(1, 2.0), (1000, 2.0)]}, powers=powers
        )
        root = ElementTree.fromstring(svg)
        assert len(list(root.iter("{http://www.w3.org/2000/svg}polyline"))) == 2
        assert "a &amp; b" in svg

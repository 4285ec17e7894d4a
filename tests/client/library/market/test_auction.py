"""The client's auction against the independent model of the market's tests, and the curves that the picture shows."""

from __future__ import annotations

from random import Random

import pytest
from tests.client.library.market.make import BUY, FLOOR, SELL, TICK, USERS, epoch, order
from tests.market.auction.books import draw
from tests.market.auction.model import Grid, Interest, Side, clear

from gridtokenx.market.auction import Clearing, allotment, clearing_of, demand_curve, supply_curve, unsettled
from gridtokenx.market.records import PRICE_LEVELS, OrderStatus


@pytest.mark.parametrize("seed", range(150))
def test_price_volume_and_allotments_are_the_models(seed: int):
    drawn = draw(Random(seed), Grid(FLOOR, TICK, PRICE_LEVELS), ["1", "2", "3"])
    orders = [
        order(SELL if o.side is Side.SELL else BUY, USERS[int(o.owner)], o.amount, (o.limit - FLOOR) // TICK, o.name)
        for o in drawn.orders
    ]
    expected = clear([Interest(o.name, o.side, o.amount, o.limit) for o in drawn.orders], drawn.grid, drawn.weight_bps)
    cleared = epoch(*orders, weight_bps=drawn.weight_bps)
    assert clearing_of(cleared) == Clearing(
        expected.volume, expected.price, expected.marginal_ask, expected.marginal_bid
    )
    assert {o.sequence: allotment(cleared, o) for o in orders} == expected.allotments


def test_the_curves_are_the_books_sums():
    found = epoch(order(SELL, USERS[0], 100, 0, 0), order(SELL, USERS[0], 50, 2, 1), order(BUY, USERS[1], 70, 1, 2))
    assert supply_curve(found)[:4] == [100, 100, 150, 150]
    assert demand_curve(found)[:4] == [70, 70, 0, 0]


def test_an_order_that_ended_has_nothing_to_settle():
    offer, bid = order(SELL, USERS[0], 1000, 1, 0), order(BUY, USERS[1], 1000, 1, 1)
    cleared = epoch(offer, bid)
    assert unsettled(cleared, offer) == 1000
    taken_back = order(SELL, USERS[0], 1000, 1, 0, cancelled_amount=400)
    assert unsettled(cleared, taken_back) == 600
    assert unsettled(cleared, order(SELL, USERS[0], 1000, 1, 0, status=OrderStatus.EXPIRED)) == 0

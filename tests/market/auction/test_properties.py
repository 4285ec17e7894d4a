"""What must hold in every auction, whoever trades and whoever pairs: thousands of random books, each paired in several orders."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from random import Random

import pytest
from tests.market.auction.books import SHAPES, Book, draw
from tests.market.auction.model import (
    GRID_PER_WH,
    WH_PER_KWH,
    Epoch,
    Grid,
    Interest,
    Refused,
    Side,
    Standing,
    asked,
    lock_of,
    offered,
    value_of,
    value_of_fee,
)

BATCHES, BOOKS = 20, 100
GRID = Grid(floor=2_000, tick=1_000, levels=64)
TRADERS = ["Ann", "Bob", "Cy", "Dee", "Eve"]


def play(book: Book) -> Epoch:
    """The book up to its clearing."""
    epoch = Epoch(book.grid, book.fee_bps, book.weight_bps)
    for order in book.orders:
        epoch.place(order.name, order.owner, order.side, order.amount, order.limit)
    for order in book.orders:
        if order.cancelled:
            epoch.cancel(order.name)
    epoch.clear()
    return epoch


def settle(epoch: Epoch, random: Random) -> Epoch:
    """Everybody matches whatever he likes, in any order, until nothing more can be matched."""
    sells = [o.name for o in epoch.orders.values() if o.side is Side.SELL]
    buys = [o.name for o in epoch.orders.values() if o.side is Side.BUY]
    pairs = [(sell, buy) for sell in sells for buy in buys]
    random.shuffle(pairs)
    for sell, buy in pairs:
        try:
            epoch.match(sell, buy)
        except Refused:
            continue
    return epoch


def standing(epoch: Epoch) -> list[Interest]:
    return [Interest(o.name, o.side, o.amount, o.limit) for o in epoch.orders.values() if not o.gone]


def check_clearing(epoch: Epoch) -> None:
    """The price, the volume and the allotments of a cleared epoch are what an auction promises."""
    found, book = epoch.outcome, standing(epoch)
    assert found is not None
    # No price trades more.
    assert all(min(offered(book, p), asked(book, p)) <= found.volume for p in epoch.grid.prices)
    for order in epoch.orders.values():
        if order.gone or found.volume == 0:
            assert order.allotted == 0
            continue
        is_sell = order.side is Side.SELL
        inside = order.limit <= found.price if is_sell else order.limit >= found.price
        assert order.allotted == 0 or inside
        if order.limit < found.marginal_ask if is_sell else order.limit > found.marginal_bid:
            assert order.allotted == order.amount
    for side in Side:
        allotted = [o.allotted for o in epoch.orders.values() if o.side is side and not o.gone]
        assert found.volume - max(len(allotted), 1) < sum(allotted) <= found.volume


def check_money(epoch: Epoch) -> None:
    """Money and energy: what went in is what came out, what is locked, and fees. A fill alone decides its order's money."""
    locked, out = Counter[Side](), Counter[Side]()
    for order in epoch.orders.values():
        locked[order.side] += order.locked
        out[Side.SELL] += order.energy
        out[Side.BUY] += order.money
        assert 0 <= order.filled <= order.allotted
    brought = Counter[Side]()
    for order in epoch.orders.values():
        brought[order.side] += originally_locked(order)
    assert brought[Side.SELL] == locked[Side.SELL] + out[Side.SELL]
    assert brought[Side.BUY] == locked[Side.BUY] + out[Side.BUY] + epoch.fees
    assert epoch.outcome is not None
    for order in epoch.orders.values():
        if not order.gone:
            assert order.money == money_of(order, epoch.outcome.price, epoch.fee_bps)
            assert order.energy == (order.filled * GRID_PER_WH if order.side is Side.BUY else 0)


def originally_locked(order: Standing) -> int:
    """What an order brought with it, told from its terms: cancelled ones keep theirs in what came out."""
    if order.gone:
        return order.energy if order.side is Side.SELL else order.money
    return lock_of(order.side, order.amount, order.limit)


def money_of(order: Standing, price: int, fee_bps: int) -> int:
    """What an order has got out in payment, from its fill alone."""
    value = value_of(order.filled, price)
    if order.side is Side.SELL:
        return value - value_of_fee(value, fee_bps)
    return (
        lock_of(Side.BUY, order.amount, order.limit)
        - lock_of(Side.BUY, order.amount - order.filled, order.limit)
        - value
    )


@pytest.mark.parametrize("batch", range(BATCHES))
def test_every_book(batch: int) -> None:
    """Clearing, conservation, and the same result for everybody from three different pairings."""
    shapes: set[str] = set()
    for number in range(BOOKS):
        random = Random(f"{batch}/{number}")
        book = draw(random, GRID, TRADERS)
        shapes.add(book.shape)
        cleared = play(book)
        check_clearing(cleared)
        ends = [settle(deepcopy(cleared), random) for _ in range(3)]
        for end in ends:
            check_money(end)
            check_exhausted(end)
    assert shapes == set(SHAPES)


def check_exhausted(epoch: Epoch) -> None:
    """What is left of the allotments is what flooring left over, or stands between two orders of one owner."""
    left = {side: [o for o in epoch.orders.values() if o.side is side and o.tradable] for side in Side}
    assert all(s.owner == b.owner for s in left[Side.SELL] for b in left[Side.BUY])
    owners = {side: {o.owner for o in epoch.orders.values() if o.side is side and o.allotted} for side in Side}
    if not owners[Side.SELL] & owners[Side.BUY]:
        for side in Side:
            assert sum(o.tradable for o in left[side]) < max(len(epoch.orders), 1)
        assert epoch.is_settled or not epoch.orders


def test_prices_of_whole_thousands_leave_no_fraction() -> None:
    """Why pieces do not matter: on a grid of thousands, a watt-hour costs a whole number of base units."""
    assert all(price % WH_PER_KWH == 0 for price in GRID.prices)

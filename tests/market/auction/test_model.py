"""The model itself: document A's worked example to the last digit, and cases that anybody can work out with a pencil."""

from __future__ import annotations

import pytest
from tests.market.auction.model import GRID_PER_WH, Epoch, Grid, Interest, Outcome, Refused, Side, clear
from tests.market.fee import EXAMPLE_BPS, EXAMPLE_FEE, EXAMPLE_VALUE, value_of_fee

CENTS = Grid(floor=10, tick=10, levels=10)
K = pytest.mark.parametrize("weight", [0, 5_000, 10_000])


def sells(*terms: tuple[int, int]) -> list[Interest]:
    """Offers of (Wh, price), named 0, 1, ..."""
    return [Interest(name, Side.SELL, amount, limit) for name, (amount, limit) in enumerate(terms)]


def buys(*terms: tuple[int, int]) -> list[Interest]:
    """Bids of (Wh, price), named 100, 101, ..."""
    return [Interest(100 + name, Side.BUY, amount, limit) for name, (amount, limit) in enumerate(terms)]


def cleared(book: list[Interest], weight: int = 0) -> Outcome:
    return clear(book, CENTS, weight)


def test_document_a_to_the_last_digit() -> None:
    """Sell 2000 Wh at 0.15 GRID, buy 1500 Wh at 0.16, fee 25 bps, at 1/1000 of the document's scale."""
    epoch = Epoch(Grid(floor=100_000_000, tick=1_000_000), fee_bps=EXAMPLE_BPS, weight_bps=0)
    epoch.place(1, "A", Side.SELL, 2000, 150_000_000)
    epoch.place(2, "B", Side.BUY, 1500, 160_000_000)
    sell, buy = epoch.orders[1], epoch.orders[2]
    assert (sell.locked, buy.locked) == (2_000_000_000, 240_000_000)

    assert epoch.clear() == Outcome(1500, 150_000_000, 150_000_000, 160_000_000, {1: 1500, 2: 1500})
    assert epoch.match(1, 2) == 1500
    assert sell.money == EXAMPLE_VALUE - EXAMPLE_FEE
    assert (buy.money, buy.energy) == (15_000_000, 1_500_000_000)
    assert epoch.fees == EXAMPLE_FEE
    assert (sell.amount - sell.filled, buy.amount - buy.filled) == (500, 0)
    assert (sell.locked, buy.locked) == (500_000_000, 0)


@pytest.mark.parametrize(
    ("weight", "price"), [(0, 30), (5_000, 40), (4_999, 30), (7_500, 40), (9_999, 40), (10_000, 50)]
)
def test_the_price_lies_between_the_margins_on_the_grid(weight: int, price: int) -> None:
    found = cleared(sells((500, 30)) + buys((500, 50)), weight)
    assert (found.marginal_ask, found.marginal_bid, found.price) == (30, 50, price)


@K
def test_no_crossing_trades_nothing(weight: int) -> None:
    assert cleared(sells((500, 50)) + buys((500, 40)), weight) == Outcome(0, 0, 0, 0, {0: 0, 100: 0})


@K
@pytest.mark.parametrize("book", [[], sells((500, 10)), buys((500, 100))], ids=["empty", "offers only", "bids only"])
def test_one_side_alone_trades_nothing(book: list[Interest], weight: int) -> None:
    found = cleared(book, weight)
    assert (found.volume, found.price) == (0, 0)
    assert set(found.allotments.values()) <= {0}


@K
def test_offers_at_the_margin_share_what_the_better_ones_leave(weight: int) -> None:
    """1000 Wh asked; 400 offered below; the rest, 600, goes to 900 and 300 at the margin, in proportion 3 to 1."""
    found = cleared(sells((400, 10), (900, 20), (300, 20), (999, 30)) + buys((1000, 20)), weight)
    assert found.volume == 1000
    assert found.allotments == {0: 400, 1: 450, 2: 150, 3: 0, 100: 1000}


@K
def test_bids_at_the_margin_share_too_and_flooring_leaves_watt_hours_over(weight: int) -> None:
    """100 Wh are left for three equal bids: 33 each, and 1 Wh belongs to nobody."""
    found = cleared(sells((300, 20)) + buys((200, 90), (150, 50), (150, 50), (150, 50)), weight)
    assert found.allotments == {0: 300, 100: 200, 101: 33, 102: 33, 103: 33}


@K
def test_both_sides_can_be_rationed_only_at_the_same_volume(weight: int) -> None:
    """Offers and bids at one price: the scarcer side trades whole, the other in proportion."""
    found = cleared(sells((300, 50), (700, 50)) + buys((100, 50), (400, 50)), weight)
    assert (found.volume, found.price) == (500, 50)
    assert found.allotments == {0: 150, 1: 350, 100: 100, 101: 400}


def test_the_ends_of_the_grid_are_prices_like_any_other() -> None:
    assert cleared(sells((100, 10)) + buys((100, 10))).price == 10
    assert cleared(sells((100, 100)) + buys((100, 100)), 10_000).price == 100
    wide = cleared(sells((100, 10)) + buys((100, 100)), 5_000)
    assert (wide.marginal_ask, wide.marginal_bid, wide.price) == (10, 100, 50)


def epoch_of(*orders: tuple[str, Side, int, int], fee_bps: int = 25) -> Epoch:
    epoch = Epoch(Grid(floor=1_000, tick=1_000, levels=100), fee_bps, 0)
    for name, (owner, side, amount, limit) in enumerate(orders):
        epoch.place(name, owner, side, amount, limit)
    return epoch


def test_what_is_cancelled_before_clearing_was_never_there() -> None:
    epoch = epoch_of(("A", Side.SELL, 500, 10_000), ("B", Side.SELL, 500, 20_000), ("C", Side.BUY, 500, 30_000))
    assert epoch.cancel(0) == 500 * GRID_PER_WH
    found = epoch.clear()
    assert (found.price, found.allotments) == (20_000, {1: 500, 2: 500})


def test_after_clearing_only_what_was_not_allotted_goes_home() -> None:
    epoch = epoch_of(("A", Side.SELL, 2000, 10_000), ("B", Side.BUY, 1500, 20_000))
    epoch.clear()
    assert epoch.cancel(0) == 500 * GRID_PER_WH
    with pytest.raises(Refused):
        epoch.cancel(1)
    assert epoch.match(0, 1) == 1500
    assert (epoch.orders[0].locked, epoch.orders[1].locked) == (0, 0)


def test_a_fee_is_the_same_in_one_piece_and_in_many() -> None:
    """Three buyers of 333 Wh: floored one by one, the fees would be 3 * 8 instead of 25 base units."""
    orders = [
        ("A", Side.SELL, 1000, 10_000),
        *((f"B{i}", Side.BUY, amount, 10_000) for i, amount in enumerate((333, 333, 334))),
    ]
    epoch = epoch_of(*orders)
    epoch.clear()
    for buy in (2, 3, 1):
        epoch.match(0, buy)
    assert epoch.fees == value_of_fee(10_000, 25)
    assert epoch.orders[0].money == 10_000 - epoch.fees


def test_nobody_trades_with_himself_and_nothing_trades_for_nothing() -> None:
    epoch = epoch_of(("A", Side.SELL, 500, 10_000), ("A", Side.BUY, 500, 10_000), ("B", Side.BUY, 500, 9_000))
    epoch.clear()
    for buy in (1, 2):
        with pytest.raises(Refused):
            epoch.match(0, buy)


def test_prices_off_the_grid_are_refused() -> None:
    with pytest.raises(Refused):
        epoch_of(("A", Side.SELL, 500, 10_500))

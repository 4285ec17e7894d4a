"""Attacks with an epoch whose index comes again, as it can when the length of epochs is changed."""

from __future__ import annotations

import pytest
from solders.keypair import Keypair
from tests.market.security.town import DAY, QUARTER, Town

from seahorse.testing import expect_error

SIDES = pytest.mark.parametrize("side", ["sell", "buy"])
LENGTHS = pytest.mark.parametrize("length", [QUARTER + 1, QUARTER + 60, 2 * QUARTER])
"""Longer epochs: the numbers of the quarter-hours so far are then told to weeks, years or decades to come."""
WINDOWS = pytest.mark.parametrize("window", [DAY, 3_650 * DAY], ids=["a day", "ten years"])


def order(town: Town, side: str, who: Keypair, order_id: int, amount: int = 1_000) -> None:
    if side == "sell":
        town.trading.create_sell_order(**town.create_sell_order(who, order_id, amount))
    else:
        town.trading.create_buy_order(**town.create_buy_order(who, order_id, amount))


def come_again(town: Town, length: int) -> None:
    """The present epoch is cleared and closed, and opened anew when its index has come again in epochs of `length`."""
    town.clear()
    town.trading.close_epoch(payer=town.gateway.pubkey(), epoch=town.epoch_account())
    town.trading.update_market_config(**town.market_config(epoch_length=length))
    town.ledger.set_time(town.epoch * length)
    town.trading.open_epoch(**town.open_epoch())


@SIDES
@LENGTHS
@WINDOWS
def test_taking_an_old_order_out_of_the_new_book(market: Town, side: str, length: int, window: int) -> None:
    """Mallory takes an order back that she left; the book that honest orders are in now stays as it is."""
    market.trading.update_market_config(**market.market_config(settlement_window=window))
    market.epoch += 1
    market.trading.open_epoch(**market.open_epoch())
    order(market, side, market.mallory, 1)
    old = market.cancel_order(market.mallory, 1)
    come_again(market, length)
    order(market, side, market.alice if side == "sell" else market.bob, 2)
    before = market.book_of()
    still_in_its_window = market.ledger.now <= market.trading.account(market.order(1)).expires_at
    for closed in (None, market.epoch_account()):
        if still_in_its_window:
            with expect_error("InvalidEpoch"):
                market.trading.cancel_order(**old | {"epoch": None, "closed_epoch": closed})
    market.trading.cancel_order(**old)
    assert market.book_of() == before
    assert market.trading.account(market.order(1)).locked == 0
    market.assert_books()


@LENGTHS
def test_settling_an_old_order_against_the_new_book(market: Town, length: int) -> None:
    """What was left of an order whose price meets the new one's is no part of the new auction."""
    market.trading.create_sell_order(**market.create_sell_order(market.mallory, 1))
    come_again(market, length)
    market.trading.create_sell_order(**market.create_sell_order(market.alice, 2))
    market.trading.create_buy_order(**market.create_buy_order(market.bob, 3))
    market.ledger.set_time((market.epoch + 1) * length)
    market.oracle.trigger_market_clearing(**market.trigger_market_clearing())
    with expect_error("InvalidEpoch"):
        market.trading.match_orders(**market.match_orders(1, 3, market.mallory, market.bob))
    market.trading.match_orders(**market.match_orders(2, 3, market.alice, market.bob))
    market.trading.expire_order(**market.expire_order(market.mallory, 1))
    assert market.book_of().unsettled == 0
    market.assert_books()

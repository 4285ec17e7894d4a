"""Attacks on matching: orders that do not belong together, accounts that are not the traders', trades twice."""

from __future__ import annotations

from typing import Any

import pytest
from solders.pubkey import Pubkey
from tests.market.security.town import DAY, Town, open_town

from seahorse.testing import expect_error


def book(town: Town, sell_price: int | None = None, buy_price: int | None = None) -> None:
    """Alice sells 2000 Wh as order 1, Bob buys 1500 Wh as order 2."""
    town.trading.create_sell_order(**town.create_sell_order(town.alice, 1, price=sell_price))
    town.trading.create_buy_order(**town.create_buy_order(town.bob, 2, price=buy_price))


def match(town: Town, **changed: Any) -> Any:
    return town.trading.match_orders(**town.match_orders(1, 2, town.alice, town.bob) | changed)


def test_one_order_on_both_sides(market: Town) -> None:
    """An order trades with itself: its lock would be paid out twice."""
    book(market)
    one = {"trade_record": market.trading.address("trade", market.order(1), market.order(1))}
    with expect_error("ConstraintDuplicateMutableAccount"):
        match(market, buy_order=market.order(1), **one)
    two = {"trade_record": market.trading.address("trade", market.order(2), market.order(2))}
    with expect_error("ConstraintDuplicateMutableAccount"):
        match(market, sell_order=market.order(2), **two)


def test_two_orders_of_one_side(market: Town) -> None:
    """Two sell orders, two buy orders."""
    book(market)
    market.trading.create_sell_order(**market.create_sell_order(market.mallory, 3))
    market.trading.create_buy_order(**market.create_buy_order(market.mallory, 4))
    with expect_error("InactiveBuyOrder"):
        market.trading.match_orders(**market.match_orders(1, 3, market.alice, market.mallory))
    with expect_error("InactiveSellOrder"):
        market.trading.match_orders(**market.match_orders(4, 2, market.mallory, market.bob))


def test_sides_exchanged(market: Town) -> None:
    """The buy order as what is sold."""
    book(market)
    with expect_error("InactiveSellOrder"):
        match(
            market,
            sell_order=market.order(2),
            buy_order=market.order(1),
            trade_record=market.trading.address("trade", market.order(2), market.order(1)),
        )


def test_trading_with_oneself(market: Town) -> None:
    """Volume out of nothing: with the one trading account twice, and with another's in its place."""
    market.trading.create_sell_order(**market.create_sell_order(market.mallory, 1))
    market.trading.create_buy_order(**market.create_buy_order(market.mallory, 2))
    with expect_error("ConstraintDuplicateMutableAccount"):
        market.trading.match_orders(**market.match_orders(1, 2, market.mallory, market.mallory))
    for stooge in (
        {"seller_trading_account": market.trader(market.bob)},
        {"buyer_trading_account": market.trader(market.bob)},
    ):
        with expect_error("SelfTrade"):
            market.trading.match_orders(**market.match_orders(1, 2, market.mallory, market.mallory) | stooge)


def test_price_below_the_sellers(market: Town) -> None:
    """A buyer who offers less than the seller takes, by one base unit."""
    book(market, sell_price=1_000, buy_price=999)
    with expect_error("PriceMismatch"):
        match(market)


@pytest.mark.parametrize(
    ("account", "who"),
    [
        ("seller_payment_account", "mallory"),
        ("seller_payment_account", "bob"),
        ("buyer_energy_account", "mallory"),
        ("buyer_energy_account", "alice"),
        ("buyer_payment_account", "mallory"),
        ("buyer_payment_account", "alice"),
    ],
)
def test_settling_to_somebody_else(market: Town, account: str, who: str) -> None:
    """The matcher diverts the seller's payment, the buyer's energy, or the buyer's change."""
    book(market)
    wallet = getattr(market, who)
    token = market.grid_of(wallet) if "energy" in account else market.money_of(wallet)
    with expect_error("InvalidTokenAccount"):
        match(market, **{account: token})


def test_settling_into_the_vault(market: Town) -> None:
    """What is paid out comes straight back into the vault, where it is nobody's."""
    book(market)
    for account in ("seller_payment_account", "buyer_payment_account"):
        with expect_error("InvalidTokenAccount"):
            match(market, **{account: market.vault(market.money)})
    with expect_error("InvalidTokenAccount"):
        match(market, buyer_energy_account=market.vault(market.grid))


def test_settling_in_the_wrong_token(baht: Town) -> None:
    """Payment into the seller's GRID account, energy into the buyer's money account."""
    book(baht)
    with expect_error("InvalidTokenAccount"):
        match(baht, seller_payment_account=baht.grid_of(baht.alice))
    with expect_error("InvalidTokenAccount"):
        match(baht, buyer_energy_account=baht.money_of(baht.bob))


def test_vaults_exchanged(baht: Town) -> None:
    """Energy out of the money, money out of the energy, or both out of one."""
    book(baht)
    energy, payment = baht.vault(baht.grid), baht.vault(baht.money)
    for vaults in ((payment, energy), (energy, energy), (payment, payment)):
        with expect_error("InvalidVault"):
            match(baht, energy_vault=vaults[0], payment_vault=vaults[1])


def test_matcher_who_is_not_the_markets() -> None:
    """Where a matcher is named, even the authority cannot match in his place."""
    boss = open_town().ledger.key()
    town = open_town(matcher=boss)
    book(town)
    for signer in (town.gateway, town.deployer, town.mallory, town.alice):
        with expect_error("UnauthorizedMatcher"):
            match(town, matcher=signer)


def test_matching_while_it_is_switched_off(market: Town) -> None:
    """clearing_enabled stops everybody."""
    book(market)
    market.trading.update_market_params(authority=market.deployer, market_fee_bps=25, clearing_enabled=False)
    with expect_error("ClearingDisabled"):
        match(market)


def test_orders_past_their_time(market: Town) -> None:
    """An expired order does not trade, though nobody has taken it off the book."""
    book(market)
    market.ledger.warp(DAY + 1)
    with expect_error("InactiveSellOrder"):
        match(market)


def test_orders_that_are_finished(market: Town) -> None:
    """A cancelled sell order, and a completed buy order."""
    book(market)
    match(market)
    market.trading.create_sell_order(**market.create_sell_order(market.mallory, 3))
    with expect_error("InactiveBuyOrder"):
        market.trading.match_orders(**market.match_orders(3, 2, market.mallory, market.bob))
    market.trading.cancel_order(**market.cancel_order(market.mallory, 3))
    market.trading.create_buy_order(**market.create_buy_order(market.bob, 4))
    with expect_error("InactiveSellOrder"):
        market.trading.match_orders(**market.match_orders(3, 4, market.mallory, market.bob))


def test_one_trade_twice_in_a_transaction(market: Town) -> None:
    """The second time finds the record of the first."""
    book(market)
    call = market.trading.prepare("match_orders", **market.match_orders(1, 2, market.alice, market.bob))
    with expect_error("AccountAlreadyInUse"):
        market.ledger.send(call, call)


def test_record_of_another_trade(market: Town) -> None:
    """A trade can be recorded at its own address only, and not over an existing account."""
    book(market)
    for address in (market.trade(2, 1), market.trade(1, 1), market.order(1), market.ledger.key().pubkey()):
        with expect_error("ConstraintSeeds"):
            match(market, trade_record=address)


def test_counting_a_trade_for_somebody_else(market: Town) -> None:
    """A completed order leaves its owner's count. Another's count cannot be brought down instead."""
    book(market)
    market.trading.create_sell_order(**market.create_sell_order(market.mallory, 3))
    with expect_error("UnauthorizedUser"):
        match(market, buyer_trading_account=market.trader(market.mallory))


def test_somebody_elses_account_beside_a_partial_fill(market: Town) -> None:
    """An order that stays open changes no count, so whichever trading account is given stays as it is."""
    book(market)
    market.trading.create_sell_order(**market.create_sell_order(market.mallory, 3))
    before = market.ledger.account(market.trader(market.mallory))
    match(market, seller_trading_account=market.trader(market.mallory))
    assert market.ledger.account(market.trader(market.mallory)) == before
    market.assert_books()


def test_one_trading_account_for_both_sides(market: Town) -> None:
    """Both orders are completed; one account for both would be counted down twice, the other never."""
    market.trading.create_sell_order(**market.create_sell_order(market.alice, 1, 1_500))
    market.trading.create_sell_order(**market.create_sell_order(market.alice, 3, 1_500))
    market.trading.create_buy_order(**market.create_buy_order(market.bob, 2, 1_500))
    with expect_error("ConstraintDuplicateMutableAccount"):
        match(market, buyer_trading_account=market.trader(market.alice))
    match(market)
    market.assert_books()


def test_pair_that_traded_before(market: Town) -> None:
    """A buy order under the id of one that traded cannot trade with the same sell order again; all else goes on.

    Order ids can be used again after close_order, and the trade's address is made of the two orders' addresses.
    Mallory can shut only herself out of a sell order in this way: another order of hers, or anybody's, trades.
    """
    market.trading.create_sell_order(**market.create_sell_order(market.alice, 1))
    buy = market.create_buy_order(market.mallory, 2, 100)
    market.trading.create_buy_order(**buy)
    market.trading.match_orders(**market.match_orders(1, 2, market.alice, market.mallory))
    market.trading.close_order(owner=market.mallory, order=market.order(2))
    market.trading.create_buy_order(**buy)
    with expect_error("AccountAlreadyInUse"):
        market.trading.match_orders(**market.match_orders(1, 2, market.alice, market.mallory))
    for order_id, buyer in ((3, market.mallory), (4, market.bob)):
        market.trading.create_buy_order(**market.create_buy_order(buyer, order_id, 100))
        market.trading.match_orders(**market.match_orders(1, order_id, market.alice, buyer))
    market.trading.cancel_order(**market.cancel_order(market.mallory, 2))
    market.assert_books()


def test_orders_of_another_program(market: Town) -> None:
    """A perfect copy of Alice's sell order, ten times over, owned by Mallory's program."""
    book(market)
    fake = market.ledger.key().pubkey()
    real = market.ledger.account(market.order(1))
    assert real is not None
    market.ledger.set_account(fake, data=bytes(real.data), owner=market.ledger.key().pubkey())
    record = market.trading.address("trade", fake, market.order(2))
    with expect_error("AccountOwnedByWrongProgram"):
        match(market, sell_order=fake, trade_record=record)


def test_market_of_somebody_else(market: Town) -> None:
    """A copy of the market whose vaults are Mallory's, and whose fee is all."""
    book(market)
    fake = market.ledger.key().pubkey()
    real = market.ledger.account(market.trading.address("market"))
    assert real is not None
    market.ledger.set_account(fake, data=bytes(real.data), owner=market.trading.id)
    with expect_error("ConstraintSeeds"):
        match(market, market=fake)


def test_token_program_of_somebody_else(market: Town) -> None:
    """A "token program" that says yes to every transfer."""
    book(market)
    fake = market.ledger.deploy_text(
        "from seahorse.prelude import *\n"
        "declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')\n"
        "@instruction\ndef transfer():\n    pass\n"
    )
    with expect_error("InvalidProgramId"):
        match(market, token_program=fake.id)


def test_matching_for_nobody(market: Town) -> None:
    """All-zero traders: a buy order's empty `seller` is nobody whose signature could be made."""
    book(market)
    assert market.trading.account(market.order(2)).seller == Pubkey.default()
    assert market.trading.account(market.order(1)).buyer == Pubkey.default()
    with expect_error("UnauthorizedUser"):
        market.trading.cancel_order(**market.cancel_order(market.bob, 2) | {"owner": market.alice})

"""Attacks on matching: orders that do not belong together, accounts that are not the traders', trades twice."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from solders.pubkey import Pubkey
from tests.market.auction.model import value_of_fee
from tests.market.security.town import DAY, QUARTER, Town, open_town

from seahorse.testing import Failed, expect_error


def book(town: Town, sell_price: int | None = None, buy_price: int | None = None) -> None:
    """Alice sells 2000 Wh as order 1, Bob buys 1500 Wh as order 2."""
    town.trading.create_sell_order(**town.create_sell_order(town.alice, 1, price=sell_price))
    town.trading.create_buy_order(**town.create_buy_order(town.bob, 2, price=buy_price))


def cleared(town: Town, **prices: Any) -> None:
    """The same book, cleared."""
    book(town, **prices)
    town.clear()


def match(town: Town, **changed: Any) -> Any:
    return town.trading.match_orders(**town.match_orders(1, 2, town.alice, town.bob) | changed)


def test_one_order_on_both_sides(market: Town) -> None:
    """An order trades with itself: its lock would be paid out twice."""
    cleared(market)
    one = {"trade_record": market.trade(1, 1)}
    with expect_error("ConstraintDuplicateMutableAccount"):
        match(market, buy_order=market.order(1), **one)
    two = {"trade_record": market.trade(2, 2)}
    with expect_error("ConstraintDuplicateMutableAccount"):
        match(market, sell_order=market.order(2), **two)


def test_two_orders_of_one_side(market: Town) -> None:
    """Two sell orders, two buy orders."""
    book(market)
    market.trading.create_sell_order(**market.create_sell_order(market.mallory, 3))
    market.trading.create_buy_order(**market.create_buy_order(market.mallory, 4))
    market.clear()
    with expect_error("InactiveBuyOrder"):
        market.trading.match_orders(**market.match_orders(1, 3, market.alice, market.mallory))
    with expect_error("InactiveSellOrder"):
        market.trading.match_orders(**market.match_orders(4, 2, market.mallory, market.bob))


def test_sides_exchanged(market: Town) -> None:
    """The buy order as what is sold."""
    cleared(market)
    with expect_error("InactiveSellOrder"):
        match(
            market,
            sell_order=market.order(2),
            buy_order=market.order(1),
            trade_record=market.trade(2, 1),
        )


def test_trading_with_oneself(market: Town) -> None:
    """Volume out of nothing: with the one trading account twice, and with another's in its place."""
    market.trading.create_sell_order(**market.create_sell_order(market.mallory, 1))
    market.trading.create_buy_order(**market.create_buy_order(market.mallory, 2))
    market.clear()
    with expect_error("ConstraintDuplicateMutableAccount"):
        market.trading.match_orders(**market.match_orders(1, 2, market.mallory, market.mallory))
    for stooge in (
        {"seller_trading_account": market.trader(market.bob)},
        {"buyer_trading_account": market.trader(market.bob)},
    ):
        with expect_error("SelfTrade"):
            market.trading.match_orders(**market.match_orders(1, 2, market.mallory, market.mallory) | stooge)


def test_prices_that_do_not_meet(market: Town) -> None:
    """A buyer who offers less than the seller takes, by one tick: nothing is allotted, and everything goes home."""
    cleared(market, sell_price=market.price, buy_price=market.price - market.tick)
    assert market.book_of().volume == 0
    with expect_error("PriceMismatch"):
        match(market)
    for owner, order_id in ((market.alice, 1), (market.bob, 2)):
        market.trading.cancel_order(**market.cancel_order(owner, order_id))
    assert market.order_book() == {}
    market.assert_books()


def test_dear_ask_while_a_cheap_one_stands(market: Town) -> None:
    """A seller matches her dear ask with a good bid, past the cheap one: the auction allots her nothing."""
    dear, cheap, limit = market.price + 20 * market.tick, market.price, market.price + 40 * market.tick
    market.trading.create_sell_order(**market.create_sell_order(market.mallory, 1, 1_500, dear))
    market.trading.create_sell_order(**market.create_sell_order(market.alice, 3, 1_500, cheap))
    market.trading.create_buy_order(**market.create_buy_order(market.bob, 2, 1_500, limit))
    market.clear()
    for signer in (market.mallory, market.gateway):
        with expect_error("PriceMismatch"):
            market.trading.match_orders(**market.match_orders(1, 2, market.mallory, market.bob) | {"matcher": signer})
    market.trading.match_orders(**market.match_orders(3, 2, market.alice, market.bob))
    assert market.trading.account(market.trade(3, 2)).price_per_kwh == cheap
    market.assert_books()


def test_order_and_match_in_one_transaction(market: Town) -> None:
    """Whoever sees a bid cannot take it before the quarter-hour is over, and then not past the others."""
    market.trading.create_buy_order(**market.create_buy_order(market.bob, 2))
    sell = market.trading.prepare("create_sell_order", **market.create_sell_order(market.mallory, 1))
    given = market.match_orders(2, 2, market.mallory, market.bob) | {
        "sell_order": market.order(1),
        "trade_record": market.trading.address("trade", (1).to_bytes(8, "little"), bytes(8)),
    }
    with expect_error("EpochNotCleared"):
        market.ledger.send(sell, market.trading.prepare("match_orders", **given))


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
    cleared(market)
    wallet = getattr(market, who)
    token = market.grid_of(wallet) if "energy" in account else market.money_of(wallet)
    with expect_error("InvalidTokenAccount"):
        match(market, **{account: token})


def test_settling_into_the_vault(market: Town) -> None:
    """What is paid out comes straight back into the vault, where it is nobody's."""
    cleared(market)
    for account in ("seller_payment_account", "buyer_payment_account"):
        with expect_error("InvalidTokenAccount"):
            match(market, **{account: market.vault(market.money)})
    with expect_error("InvalidTokenAccount"):
        match(market, buyer_energy_account=market.vault(market.grid))


def test_settling_in_the_wrong_token(baht: Town) -> None:
    """Payment into the seller's GRID account, energy into the buyer's money account."""
    cleared(baht)
    with expect_error("InvalidTokenAccount"):
        match(baht, seller_payment_account=baht.grid_of(baht.alice))
    with expect_error("InvalidTokenAccount"):
        match(baht, buyer_energy_account=baht.money_of(baht.bob))


def test_vaults_exchanged(baht: Town) -> None:
    """Energy out of the money, money out of the energy, or both out of one."""
    cleared(baht)
    energy, payment = baht.vault(baht.grid), baht.vault(baht.money)
    for vaults in ((payment, energy), (energy, energy), (payment, payment)):
        with expect_error("InvalidVault"):
            match(baht, energy_vault=vaults[0], payment_vault=vaults[1])


def test_matcher_who_is_not_the_markets() -> None:
    """Where a matcher is named, even the authority cannot match in his place."""
    boss = open_town().ledger.key()
    town = open_town(matcher=boss)
    cleared(town)
    for signer in (town.gateway, town.deployer, town.mallory, town.alice):
        with expect_error("UnauthorizedMatcher"):
            match(town, matcher=signer)


def test_switching_the_market_off(market: Town) -> None:
    """No epoch is opened any more; what stands is cleared and settled under the rules that it was placed by."""
    book(market)
    market.trading.update_market_params(authority=market.deployer, market_fee_bps=1_000, clearing_enabled=False)
    with expect_error("ClearingDisabled"):
        market.trading.open_epoch(**market.open_epoch(market.epoch + 1))
    market.clear()
    match(market)
    record = market.trading.account(market.trade(1, 2))
    assert record.fee_amount == value_of_fee(record.total_value, 25)


def test_orders_past_their_time(market: Town) -> None:
    """An expired order does not trade, though nobody has taken it off the book."""
    cleared(market)
    market.ledger.warp(DAY + 1)
    with expect_error("InactiveSellOrder"):
        match(market)
    market.trading.close_epoch(payer=market.gateway.pubkey(), epoch=market.epoch_account())


def test_orders_that_are_finished(market: Town) -> None:
    """A completed order on either side, and one that was taken back."""
    for order_id, seller in ((1, market.alice), (3, market.mallory), (5, market.mallory)):
        market.trading.create_sell_order(**market.create_sell_order(seller, order_id, 1_500))
    for order_id in (2, 4):
        market.trading.create_buy_order(**market.create_buy_order(market.bob, order_id, 1_500))
    market.trading.cancel_order(**market.cancel_order(market.mallory, 3))
    market.clear()
    match(market)
    with expect_error("InactiveBuyOrder"):
        market.trading.match_orders(**market.match_orders(5, 2, market.mallory, market.bob))
    for finished, seller in ((1, market.alice), (3, market.mallory)):
        with expect_error("InactiveSellOrder"):
            market.trading.match_orders(**market.match_orders(finished, 4, seller, market.bob))


def test_orders_of_two_quarter_hours(market: Town) -> None:
    """An order trades in its own epoch only, at its price, though both are cleared."""
    book(market)
    market.clear()
    first = market.epoch
    market.next_quarter()
    market.trading.create_buy_order(**market.create_buy_order(market.mallory, 3))
    market.trading.create_sell_order(**market.create_sell_order(market.mallory, 4))
    market.clear()
    for epoch in (first, first + 1):
        with expect_error("InvalidEpoch"):
            market.trading.match_orders(
                **market.match_orders(1, 3, market.alice, market.mallory) | {"epoch": market.epoch_account(epoch)}
            )


def test_one_trade_twice_in_a_transaction(market: Town) -> None:
    """The second time finds the record of the first."""
    cleared(market)
    call = market.trading.prepare("match_orders", **market.match_orders(1, 2, market.alice, market.bob))
    with expect_error("AccountAlreadyInUse"):
        market.ledger.send(call, call)


def test_record_of_another_trade(market: Town) -> None:
    """A trade can be recorded at its own address only, and not over an existing account."""
    cleared(market)
    for address in (market.trade(2, 1), market.trade(1, 1), market.order(1), market.ledger.key().pubkey()):
        with expect_error("ConstraintSeeds"):
            match(market, trade_record=address)


def test_counting_a_trade_for_somebody_else(market: Town) -> None:
    """A completed order leaves its owner's count. Another's count cannot be brought down instead."""
    cleared(market)
    with expect_error("UnauthorizedUser"):
        match(market, buyer_trading_account=market.trader(market.mallory))


def test_somebody_elses_account_beside_a_partial_fill(market: Town) -> None:
    """An order that stays open changes no count, so whichever trading account is given stays as it is."""
    book(market)
    market.trading.create_sell_order(**market.create_sell_order(market.mallory, 3))
    market.clear()
    before = market.ledger.account(market.trader(market.mallory))
    match(market, seller_trading_account=market.trader(market.mallory))
    assert market.ledger.account(market.trader(market.mallory)) == before
    market.assert_books()


def test_one_trading_account_for_both_sides(market: Town) -> None:
    """Both orders are completed; one account for both would be counted down twice, the other never."""
    market.trading.create_sell_order(**market.create_sell_order(market.alice, 1, 1_500))
    market.trading.create_sell_order(**market.create_sell_order(market.alice, 3, 1_500))
    market.trading.create_buy_order(**market.create_buy_order(market.bob, 2, 3_000))
    market.clear()
    with expect_error("ConstraintDuplicateMutableAccount"):
        match(market, buyer_trading_account=market.trader(market.alice))
    match(market)
    market.trading.match_orders(**market.match_orders(3, 2, market.alice, market.bob))
    market.assert_books()


def test_order_ids_on_a_second_day(market: Town) -> None:
    """The same ids, the same people, day after day, and a stranger's wash trades: every trade has its own record."""
    for _ in range(3):
        book(market)
        wash = [market.create_sell_order(market.mallory, 3, 100), market.create_buy_order(market.bob, 4, 100)]
        market.trading.create_sell_order(**wash[0])
        market.trading.create_buy_order(**wash[1])
        market.clear()
        for sell_id, seller in ((1, market.alice), (3, market.mallory)):
            for buy_id in (2, 4):
                with contextlib.suppress(Failed):  # what one has settled, the next finds settled
                    market.trading.match_orders(**market.match_orders(sell_id, buy_id, seller, market.bob))
        assert market.book_of().unsettled < market.book_of().orders
        for order_id, owner in ((1, market.alice), (2, market.bob), (3, market.mallory), (4, market.bob)):
            if market.trading.account(market.order(order_id)).status in ("Active", "PartiallyFilled"):
                market.trading.cancel_order(**market.cancel_order(owner, order_id))
            market.trading.close_order(**market.close_order(owner, order_id))
        market.assert_books()
        market.ledger.warp(DAY)
        market.next_quarter()
    assert market.trading.account(market.trading.address("market")).total_trades == 9


def test_records_of_old_trades(market: Town) -> None:
    """A record stays for 30 days; then its payer, and nobody else, takes its rent back."""
    cleared(market)
    match(market)
    record = market.trade(1, 2)
    market.ledger.warp(30 * DAY - 1)
    with expect_error("TradeRecordTooYoung"):
        market.trading.close_trade_record(payer=market.gateway, trade_record=record)
    market.ledger.warp(1)
    for signer in (market.mallory, market.alice, market.deployer):
        with expect_error("InvalidPayer"):
            market.trading.close_trade_record(payer=signer, trade_record=record)
    market.trading.close_trade_record(payer=market.gateway, trade_record=record)
    assert market.ledger.account(record) is None


def test_wash_trades_do_not_stop_the_market(baht: Town) -> None:
    """The market's volume counts to the end of its numbers, and stays there: a fortune goes round and round."""
    price = 2**54 * 1_000  # 2**54 base units per Wh
    baht.trading.update_market_params(authority=baht.deployer, market_fee_bps=0, clearing_enabled=True)
    baht.trading.update_market_config(**baht.market_config(price_floor=price))
    baht.ledger.warp(QUARTER)
    baht.next_quarter()
    baht.ledger.token_account(baht.money, baht.alice, 2**62)
    for n in range(12):
        buyer, seller = (baht.alice, baht.mallory) if n % 2 == 0 else (baht.mallory, baht.alice)
        baht.trading.create_sell_order(**baht.create_sell_order(seller, 2 * n, 100, price))
        baht.trading.create_buy_order(**baht.create_buy_order(buyer, 2 * n + 1, 100, price))
        baht.clear()
        baht.trading.match_orders(**baht.match_orders(2 * n, 2 * n + 1, seller, buyer))
        baht.next_quarter()
    market = baht.trading.account(baht.trading.address("market"))
    assert (market.total_volume, market.total_trades) == (2**64 - 1, 12)


def test_orders_of_another_program(market: Town) -> None:
    """A perfect copy of Alice's sell order, ten times over, owned by Mallory's program."""
    cleared(market)
    fake = market.ledger.key().pubkey()
    real = market.ledger.account(market.order(1))
    assert real is not None
    market.ledger.set_account(fake, data=bytes(real.data), owner=market.ledger.key().pubkey())
    record = market.trade(1, 2)
    with expect_error("AccountOwnedByWrongProgram"):
        match(market, sell_order=fake, trade_record=record)


def test_market_of_somebody_else(market: Town) -> None:
    """A copy of the market whose vaults are Mallory's, and whose fee is all."""
    cleared(market)
    fake = market.ledger.key().pubkey()
    real = market.ledger.account(market.trading.address("market"))
    assert real is not None
    market.ledger.set_account(fake, data=bytes(real.data), owner=market.trading.id)
    with expect_error("ConstraintSeeds"):
        match(market, market=fake)


def test_token_program_of_somebody_else(market: Town) -> None:
    """A "token program" that says yes to every transfer."""
    cleared(market)
    fake = market.ledger.deploy_text(
        "from seahorse.prelude import *\n"
        "declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')\n"
        "@instruction\ndef transfer():\n    pass\n"
    )
    with expect_error("InvalidProgramId"):
        match(market, token_program=fake.id)


def test_matching_for_nobody(market: Town) -> None:
    """All-zero traders: a buy order's empty `seller` is nobody whose signature could be made."""
    cleared(market)
    assert market.trading.account(market.order(2)).seller == Pubkey.default()
    assert market.trading.account(market.order(1)).buyer == Pubkey.default()
    with expect_error("UnauthorizedUser"):
        market.trading.cancel_order(**market.cancel_order(market.bob, 2) | {"owner": market.alice})

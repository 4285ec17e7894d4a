"""Attacks on the vaults: fees, rounding, dust, gifts, and any order of partial fills, cancellations and expiries."""

from __future__ import annotations

import struct

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.market.auction.model import value_of_fee
from tests.market.security.town import DAY, QUARTER, Town, open_town

from seahorse.testing import Failed, expect_error
from seahorse.testing.tokens import TOKEN_PROGRAM

GREATEST_TICK = (2**64 - 1 - 1_000) // 511 // 1_000 * 1_000
"""The step of the dearest grid from 1,000 base units on: one step more and its highest price is no u64."""


def spl_transfer(source: Pubkey, to: Pubkey, owner: Keypair, amount: int) -> Instruction:
    """SPL's own Transfer."""
    metas = [AccountMeta(source, False, True), AccountMeta(to, False, True), AccountMeta(owner.pubkey(), True, False)]
    return Instruction(TOKEN_PROGRAM, struct.pack("<BQ", 3, amount), metas)


def trade(town: Town, sell_id: int = 1, buy_id: int = 2) -> None:
    town.trading.create_sell_order(**town.create_sell_order(town.alice, sell_id))
    town.trading.create_buy_order(**town.create_buy_order(town.bob, buy_id))
    town.clear()
    town.trading.match_orders(**town.match_orders(sell_id, buy_id, town.alice, town.bob))


# --- fees -----------------------------------------------------------------------------------------


def test_fees_of_a_stranger(market: Town) -> None:
    """Mallory withdraws, into her account and into the authority's."""
    trade(market)
    market.ledger.token_account(market.money, market.deployer)
    for account in (market.mallory, market.deployer):
        with expect_error("UnauthorizedAuthority"):
            market.trading.withdraw_fees(
                **market.withdraw_fees() | {"authority": market.mallory, "fee_token_account": market.money_of(account)}
            )


def test_fees_leave_the_locks_alone(market: Town) -> None:
    """The authority gets the fees once, and nothing of what orders have locked."""
    trade(market)
    fees = market.trading.account(market.trade(1, 2)).fee_amount
    market.next_quarter()
    market.trading.create_buy_order(**market.create_buy_order(market.bob, 3))
    before = market.ledger.token(market.ledger.token_account(market.money, market.deployer)).amount
    withdraw = market.trading.prepare("withdraw_fees", **market.withdraw_fees())
    with expect_error("NoUnclaimedFees"):
        market.ledger.send(withdraw, withdraw)
    market.ledger.send(withdraw)
    assert market.ledger.token(market.money_of(market.deployer)).amount == before + fees
    with expect_error("NoUnclaimedFees"):
        market.ledger.send(withdraw)
    market.assert_books()


def test_fees_out_of_the_energy(baht: Town) -> None:
    """The authority takes its fees in other people's energy."""
    trade(baht)
    baht.ledger.token_account(baht.money, baht.deployer)
    baht.ledger.token_account(baht.grid, baht.deployer)
    with expect_error("InvalidVault"):
        baht.trading.withdraw_fees(**baht.withdraw_fees() | {"payment_vault": baht.vault(baht.grid)})
    with expect_error("InvalidTokenAccount"):
        baht.trading.withdraw_fees(**baht.withdraw_fees() | {"fee_token_account": baht.grid_of(baht.deployer)})


def test_fees_beyond_the_maximum(market: Town) -> None:
    """Not even the authority takes more than 10 %: not at once, and not by a number that wraps."""
    for fee in (1_001, 10_000, 65_535):
        with expect_error("InvalidFee"):
            market.trading.update_market_params(authority=market.deployer, market_fee_bps=fee, clearing_enabled=True)


def test_market_settings_of_a_stranger(market: Town) -> None:
    """Mallory becomes the matcher, or switches the market off."""
    with expect_error("UnauthorizedAuthority"):
        market.trading.update_market_params(authority=market.mallory, market_fee_bps=0, clearing_enabled=False)
    with expect_error("UnauthorizedAuthority"):
        market.trading.update_market_config(**market.market_config() | {"authority": market.mallory})


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"epoch_length": 0}, "InvalidConfig"),
        ({"epoch_length": -900}, "InvalidConfig"),
        ({"epoch_length": 3_650 * DAY + 1}, "InvalidConfig"),
        ({"settlement_window": 0}, "InvalidConfig"),
        ({"settlement_window": -1}, "InvalidConfig"),
        ({"settlement_window": 3_650 * DAY + 1}, "InvalidConfig"),
        ({"settlement_window": 2**63 - 1}, "InvalidConfig"),
        ({"price_weight_bps": 10_001}, "InvalidConfig"),
        ({"min_order_wh": 0}, "InvalidConfig"),
        ({"price_floor": 0}, "InvalidPriceGrid"),
        ({"price_tick": 1_500}, "InvalidPriceGrid"),
        ({"price_tick": 2**64 - 616}, "InvalidPriceGrid"),
        ({"price_floor": 2**64 - 616}, "InvalidPriceGrid"),
        ({"price_floor": 1_000, "price_tick": GREATEST_TICK + 1_000}, "InvalidPriceGrid"),
    ],
)
def test_settings_that_would_stop_the_market(market: Town, changed: dict[str, int], error: str) -> None:
    """No length, or one beyond all clocks; a share above the whole; a grid on which energy costs nothing."""
    with expect_error(error):
        market.trading.update_market_config(**market.market_config(**changed))


def test_the_greatest_prices_that_there_are(market: Town) -> None:
    """The highest price of the grid is a number by a hair: epochs open, and what nobody can pay is refused."""
    market.trading.update_market_config(**market.market_config(price_floor=1_000, price_tick=GREATEST_TICK))
    market.epoch += 1
    market.trading.open_epoch(**market.open_epoch())
    highest = 1_000 + 511 * GREATEST_TICK
    market.trading.create_sell_order(**market.create_sell_order(market.alice, 1, 1_000, highest))
    with expect_error("InsufficientEscrowBalance"):
        market.trading.create_buy_order(**market.create_buy_order(market.bob, 2, 1_000, highest))
    market.trading.create_buy_order(**market.create_buy_order(market.bob, 2, 1_000, 1_000))
    market.clear()
    assert market.book_of().volume == 0
    for wallet, order_id in ((market.alice, 1), (market.bob, 2)):
        market.trading.cancel_order(**market.cancel_order(wallet, order_id))
    market.assert_books()


def test_rules_changed_between_order_and_match(market: Town) -> None:
    """Fee, grid, weight and matcher are those of the epoch: nothing changes under an order that stands."""
    market.trading.create_sell_order(**market.create_sell_order(market.alice, 1))
    limit = market.price + 40 * market.tick
    market.trading.create_buy_order(**market.create_buy_order(market.bob, 2, price=limit))
    market.trading.update_market_params(authority=market.deployer, market_fee_bps=1_000, clearing_enabled=True)
    market.trading.update_market_config(
        **market.market_config(
            matcher=market.deployer.pubkey(),
            price_floor=7_000,
            price_tick=3_000,
            price_weight_bps=10_000,
            settlement_window=1,
        )
    )
    market.clear()
    market.ledger.warp(DAY)
    market.trading.match_orders(**market.match_orders(1, 2, market.alice, market.bob))
    record = market.trading.account(market.trade(1, 2))
    assert record.price_per_kwh == market.price
    assert record.fee_amount == value_of_fee(record.total_value, 25)
    market.assert_books()


# --- past the programs ----------------------------------------------------------------------------


def test_taking_from_the_vault_directly(market: Town) -> None:
    """Neither the authority nor the deployer holds a key to the vaults."""
    market.trading.create_sell_order(**market.create_sell_order(market.alice, 1))
    vault = market.vault(market.grid)
    assert market.ledger.token(vault).owner == market.trading.address("market")
    for signer in (market.deployer, market.mallory):
        with expect_error("OwnerMismatch"):
            market.ledger.send(spl_transfer(vault, market.grid_of(market.mallory), signer, 1), signers=[signer])


def test_gift_to_the_vault(market: Town) -> None:
    """Tokens sent to a vault by nobody's order change nobody's claim, are not fees, and stop nothing."""
    gift = 12_345
    market.ledger.send(
        spl_transfer(market.money_of(market.mallory), market.vault(market.money), market.mallory, gift),
        signers=[market.mallory],
    )
    market.ledger.token_account(market.money, market.deployer)
    trade(market)
    market.trading.withdraw_fees(**market.withdraw_fees())
    market.trading.cancel_order(**market.cancel_order(market.alice, 1))
    assert market.order_book() == {}
    assert market.ledger.token(market.vault(market.money)).amount == gift


# --- rounding and dust ----------------------------------------------------------------------------


@pytest.mark.parametrize("pieces", [1, 3, 15])
def test_pieces_cost_what_the_whole_costs(market: Town, pieces: int) -> None:
    """Bought in one piece or in many, the same energy brings its seller the same money, and the market the same fee."""
    market.trading.create_sell_order(**market.create_sell_order(market.alice, 0, 1_500))
    for n in range(1, pieces + 1):
        market.trading.create_buy_order(**market.create_buy_order(market.bob, n, 1_500 // pieces))
    before = market.ledger.token(market.money_of(market.alice)).amount
    market.clear()
    for n in range(1, pieces + 1):
        market.trading.match_orders(**market.match_orders(0, n, market.alice, market.bob))
        market.assert_books()
    value = 1_500 * market.price // 1_000
    fee = value_of_fee(value, 25)
    assert market.ledger.token(market.money_of(market.alice)).amount == before + value - fee
    assert market.trading.account(market.trading.address("market")).unclaimed_fees == fee


def test_forty_trades_of_dust(market: Town) -> None:
    """Nothing is traded for nothing: an order has its least size, and even one Wh has its price and its record's end."""
    for side in ("sell", "buy"):
        given = getattr(market, f"create_{side}_order")(market.mallory, 1, 2)
        with expect_error("InvalidAmount"):
            getattr(market.trading, f"create_{side}_order")(**given)
    market.trading.update_market_config(**market.market_config(min_order_wh=1))
    market.ledger.warp(QUARTER)
    market.next_quarter()
    market.trading.create_sell_order(**market.create_sell_order(market.alice, 1, 1, market.tick))
    market.trading.create_buy_order(**market.create_buy_order(market.bob, 2, 1, market.tick))
    market.clear()
    market.trading.match_orders(**market.match_orders(1, 2, market.alice, market.bob))
    assert market.trading.account(market.trade(1, 2)).total_value == market.tick // 1_000 > 0
    market.assert_books()


# --- any order of things --------------------------------------------------------------------------

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("sell"), st.integers(50, 4_000), st.integers(0, 40)),
        st.tuples(st.just("buy"), st.integers(50, 4_000), st.integers(0, 40)),
        st.tuples(st.just("match"), st.integers(0, 99), st.integers(0, 99)),
        st.tuples(st.just("cancel"), st.integers(0, 99), st.just(0)),
        st.tuples(st.just("fee"), st.integers(0, 1_000), st.just(0)),
        st.tuples(st.just("wait"), st.integers(1, DAY), st.just(0)),
        st.tuples(st.just("expire"), st.integers(0, 99), st.just(0)),
        st.tuples(st.just("clear"), st.just(0), st.just(0)),
        st.tuples(st.just("next"), st.just(0), st.just(0)),
        st.tuples(st.just("close_epoch"), st.integers(0, 9), st.just(0)),
        st.tuples(st.just("withdraw"), st.just(0), st.just(0)),
    ),
    min_size=10,
    max_size=40,
)


class Tape:
    """Plays steps on a town; what the rules refuse is skipped, and must have changed nothing."""

    def __init__(self, payment: str) -> None:
        self.town = open_town(payment)
        self.town.ledger.token_account(self.town.money, self.town.deployer)
        self.orders: list[tuple[int, str, Keypair]] = []
        self.wealth = self.all_tokens()

    def all_tokens(self) -> tuple[int, int]:
        """All GRID and all money, wherever it is."""
        town = self.town
        people = (town.alice, town.bob, town.mallory, town.deployer)
        totals: list[int] = []
        for mint in dict.fromkeys((town.grid, town.money)):
            accounts = [town.vault(mint), *(town._associated(who, mint) for who in people)]
            totals.append(sum(town.ledger.token(a).amount for a in accounts if town.ledger.account(a)))
        return totals[0], totals[-1]

    def play(self, step: tuple[str, int, int]) -> None:
        kind, first, second = step
        changed: list[Pubkey] = []
        try:
            getattr(self, kind)(first, second)
        except Failed as refused:
            changed = refused.result.changed
        assert changed == []
        self.town.assert_books()
        assert self.all_tokens() == self.wealth

    def price(self, place: int) -> int:
        """Some price in the middle of the grid; place 13 is between two ticks."""
        return self.town.price + place * self.town.tick + (1 if place == 13 else 0)

    def sell(self, amount: int, price: int) -> None:
        seller = (self.town.alice, self.town.mallory)[amount % 2]
        given = self.town.create_sell_order(seller, len(self.orders), amount, self.price(price))
        self.town.trading.create_sell_order(**given)
        self.orders.append((len(self.orders), "sell", seller))

    def buy(self, amount: int, price: int) -> None:
        buyer = (self.town.bob, self.town.mallory)[amount % 2]
        given = self.town.create_buy_order(buyer, len(self.orders), amount, self.price(price))
        self.town.trading.create_buy_order(**given)
        self.orders.append((len(self.orders), "buy", buyer))

    def match(self, first: int, second: int) -> None:
        sells = [o for o in self.orders if o[1] == "sell"]
        buys = [o for o in self.orders if o[1] == "buy"]
        if sells and buys:
            sell, buy = sells[first % len(sells)], buys[second % len(buys)]
            self.town.trading.match_orders(**self.town.match_orders(sell[0], buy[0], sell[2], buy[2]))

    def cancel(self, which: int, _: int) -> None:
        if self.orders:
            order_id, _, owner = self.orders[which % len(self.orders)]
            given = self.town.cancel_order(owner, order_id)
            if self.town.ledger.account(given["epoch"]) is None:
                given |= {"epoch": None, "closed_epoch": given["epoch"]}
            self.town.trading.cancel_order(**given)

    def expire(self, which: int, _: int) -> None:
        if self.orders:
            order_id, _, owner = self.orders[which % len(self.orders)]
            self.town.trading.expire_order(**self.town.expire_order(owner, order_id))

    def clear(self, _: int, __: int) -> None:
        self.town.clear()

    def next(self, _: int, __: int) -> None:
        self.town.next_quarter()

    def close_epoch(self, back: int, _: int) -> None:
        epochs = list(self.town.trading.accounts("Epoch"))
        if epochs:
            self.town.trading.close_epoch(payer=self.town.gateway.pubkey(), epoch=epochs[back % len(epochs)])

    def fee(self, bps: int, _: int) -> None:
        self.town.trading.update_market_params(authority=self.town.deployer, market_fee_bps=bps, clearing_enabled=True)

    def wait(self, seconds: int, _: int) -> None:
        self.town.ledger.warp(seconds)

    def withdraw(self, _: int, __: int) -> None:
        self.town.trading.withdraw_fees(**self.town.withdraw_fees())

    def end(self) -> None:
        """The windows pass, and everybody goes home: cancel all, withdraw all; the vaults are empty."""
        self.town.ledger.warp(2 * DAY)
        for order_id, _, owner in self.orders:
            self.play(("cancel", order_id, 0))
            assert owner
        self.play(("withdraw", 0, 0))
        for mint in (self.town.grid, self.town.money):
            assert self.town.ledger.token(self.town.vault(mint)).amount == 0


@pytest.mark.parametrize("payment", ["GRID", "THB"])
@given(steps=STEPS)
@settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def test_escrow_holds_whatever_happens(payment: str, steps: list[tuple[str, int, int]]) -> None:
    """After every step the vaults hold the locks and the fees, no token is made or lost; at the end they are empty."""
    tape = Tape(payment)
    for step in steps:
        tape.play(step)
    tape.end()

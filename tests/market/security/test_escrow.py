"""Attacks on the vaults: fees, rounding, dust, gifts, and any order of partial fills, cancellations and expiries."""

from __future__ import annotations

import struct

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.market.security.town import DAY, GRID_PER_WH, Town, open_town

from seahorse.testing import Failed, expect_error
from seahorse.testing.tokens import TOKEN_PROGRAM


def spl_transfer(source: Pubkey, to: Pubkey, owner: Keypair, amount: int) -> Instruction:
    """SPL's own Transfer."""
    metas = [AccountMeta(source, False, True), AccountMeta(to, False, True), AccountMeta(owner.pubkey(), True, False)]
    return Instruction(TOKEN_PROGRAM, struct.pack("<BQ", 3, amount), metas)


def trade(town: Town, sell_id: int = 1, buy_id: int = 2) -> None:
    town.trading.create_sell_order(**town.create_sell_order(town.alice, sell_id))
    town.trading.create_buy_order(**town.create_buy_order(town.bob, buy_id))
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
        market.trading.update_market_config(
            authority=market.mallory,
            matcher=market.mallory.pubkey(),
            epoch_length=1,
            max_orders_per_user=0,
            require_erc=False,
            order_ttl=1,
        )


@pytest.mark.parametrize(("epoch_length", "order_ttl"), [(0, 1), (1, 0), (-900, 1), (1, -1)])
def test_settings_that_would_stop_the_market(market: Town, epoch_length: int, order_ttl: int) -> None:
    """An epoch of no length would divide by zero, an order of no lifetime would never trade."""
    with expect_error("InvalidConfig"):
        market.trading.update_market_config(
            authority=market.deployer,
            matcher=Pubkey.default(),
            epoch_length=epoch_length,
            max_orders_per_user=50,
            require_erc=False,
            order_ttl=order_ttl,
        )


def test_fee_raised_between_order_and_match(market: Town) -> None:
    """The fee is the one of the match; it comes out of the seller's part, and the buyer never pays more."""
    market.trading.create_sell_order(**market.create_sell_order(market.alice, 1))
    market.trading.create_buy_order(**market.create_buy_order(market.bob, 2))
    market.trading.update_market_params(authority=market.deployer, market_fee_bps=1_000, clearing_enabled=True)
    locked = market.trading.account(market.order(2)).locked
    market.trading.match_orders(**market.match_orders(1, 2, market.alice, market.bob))
    record = market.trading.account(market.trade(1, 2))
    assert record.total_value <= locked
    assert record.fee_amount == record.total_value // 10
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


def test_lock_covers_the_dearest_fills(baht: Town) -> None:
    """Filled watt-hour by watt-hour, each value floored, an order still has its lock for the rest at every step."""
    baht.trading.create_buy_order(**baht.create_buy_order(baht.bob, 100, amount=7, price=1_999))
    assert baht.trading.account(baht.order(100)).locked == 14
    for sell_id in range(1, 8):
        baht.trading.create_sell_order(**baht.create_sell_order(baht.alice, sell_id, amount=1, price=1_999))
        baht.trading.match_orders(**baht.match_orders(sell_id, 100, baht.alice, baht.bob))
        assert baht.trading.account(baht.trade(sell_id, 100)).total_value == 1
        baht.assert_books()
    assert baht.trading.account(baht.order(100)).locked == 0
    assert baht.ledger.token(baht.vault(baht.money)).amount == 0


def test_dust_costs_the_seller_less_than_one_base_unit(baht: Town) -> None:
    """2 Wh at 4.20 THB/kWh are worth 0.84 satang, which is floored to nothing. That is all that a trade can lose."""
    before = baht.ledger.token(baht.money_of(baht.alice)).amount
    baht.trading.create_sell_order(**baht.create_sell_order(baht.alice, 1))
    lost = 0.0
    for n in range(10):
        baht.trading.create_buy_order(**baht.create_buy_order(baht.bob, 10 + n, amount=2))
        baht.trading.match_orders(**baht.match_orders(1, 10 + n, baht.alice, baht.bob))
        record = baht.trading.account(baht.trade(1, 10 + n))
        loss = record.amount * record.price_per_kwh / 1_000 - record.total_value
        assert 0 <= loss < 1
        lost += loss
    assert lost < 10
    assert baht.ledger.token(baht.money_of(baht.alice)).amount == before
    baht.assert_books()


def test_fee_of_dust(baht: Town) -> None:
    """A fee is floored too: never more than its share of the value, so the seller's part is never negative."""
    baht.trading.update_market_params(authority=baht.deployer, market_fee_bps=1_000, clearing_enabled=True)
    baht.trading.create_sell_order(**baht.create_sell_order(baht.alice, 1, amount=3))
    baht.trading.create_buy_order(**baht.create_buy_order(baht.bob, 2, amount=3))
    baht.trading.match_orders(**baht.match_orders(1, 2, baht.alice, baht.bob))
    record = baht.trading.account(baht.trade(1, 2))
    assert (record.total_value, record.fee_amount) == (1, 0)
    baht.assert_books()


# --- any order of things --------------------------------------------------------------------------

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("sell"), st.integers(1, 4_000), st.integers(1, 3_000)),
        st.tuples(st.just("buy"), st.integers(1, 4_000), st.integers(1, 3_000)),
        st.tuples(st.just("match"), st.integers(0, 99), st.integers(0, 99)),
        st.tuples(st.just("cancel"), st.integers(0, 99), st.just(0)),
        st.tuples(st.just("fee"), st.integers(0, 1_000), st.just(0)),
        st.tuples(st.just("wait"), st.integers(1, DAY), st.just(0)),
        st.tuples(st.just("expire"), st.integers(0, 99), st.just(0)),
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

    def sell(self, amount: int, price: int) -> None:
        seller = (self.town.alice, self.town.mallory)[amount % 2]
        self.town.trading.create_sell_order(**self.town.create_sell_order(seller, len(self.orders), amount, price))
        self.orders.append((len(self.orders), "sell", seller))

    def buy(self, amount: int, price: int) -> None:
        buyer = (self.town.bob, self.town.mallory)[amount % 2]
        self.town.trading.create_buy_order(**self.town.create_buy_order(buyer, len(self.orders), amount, price))
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
            self.town.trading.cancel_order(**self.town.cancel_order(owner, order_id))

    def expire(self, which: int, _: int) -> None:
        if self.orders:
            order_id, _, owner = self.orders[which % len(self.orders)]
            self.town.trading.expire_order(**self.town.expire_order(owner, order_id))

    def fee(self, bps: int, _: int) -> None:
        self.town.trading.update_market_params(authority=self.town.deployer, market_fee_bps=bps, clearing_enabled=True)

    def wait(self, seconds: int, _: int) -> None:
        self.town.ledger.warp(seconds)

    def withdraw(self, _: int, __: int) -> None:
        self.town.trading.withdraw_fees(**self.town.withdraw_fees())

    def end(self) -> None:
        """Everybody goes home: cancel all, withdraw all; the vaults are empty."""
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


def test_whole_life_in_dust(baht: Town) -> None:
    """The smallest of everything: 1 Wh at 1 satang/kWh locks one satang, trades for nothing, and gives it back."""
    before = baht.ledger.token(baht.money_of(baht.bob)).amount
    baht.trading.create_sell_order(**baht.create_sell_order(baht.alice, 1, amount=1, price=1))
    baht.trading.create_buy_order(**baht.create_buy_order(baht.bob, 2, amount=1, price=1))
    assert baht.ledger.token(baht.vault(baht.money)).amount == 1
    assert baht.ledger.token(baht.vault(baht.grid)).amount == GRID_PER_WH
    baht.trading.match_orders(**baht.match_orders(1, 2, baht.alice, baht.bob))
    assert baht.ledger.token(baht.money_of(baht.bob)).amount == before
    baht.assert_books()

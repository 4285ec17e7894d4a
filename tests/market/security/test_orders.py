"""Attacks on orders: somebody else's money, somebody else's order, an order that is finished, ids and addresses."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey
from tests.market.security.town import DAY, QUARTER, Town

from seahorse.testing import Failed, expect_error
from seahorse.testing.tokens import TOKEN_PROGRAM

SIDES = pytest.mark.parametrize("side", ["sell", "buy"])


def order(town: Town, side: str, order_id: int = 1, who: Any = None, **changed: Any) -> Any:
    """Place an order of Mallory's, or of somebody else's."""
    wallet = who or town.mallory
    if side == "sell":
        return town.trading.create_sell_order(**town.create_sell_order(wallet, order_id) | changed)
    return town.trading.create_buy_order(**town.create_buy_order(wallet, order_id) | changed)


def source(side: str) -> str:
    return "seller_token_account" if side == "sell" else "buyer_token_account"


def vault(side: str) -> str:
    return "energy_vault" if side == "sell" else "payment_vault"


def money_of(town: Town, side: str, wallet: Any) -> Pubkey:
    return town.grid_of(wallet) if side == "sell" else town.money_of(wallet)


# --- placing --------------------------------------------------------------------------------------


@SIDES
def test_locking_somebody_elses_money(market: Town, side: str) -> None:
    """Mallory's order, Alice's tokens; also when Alice once made Mallory a delegate."""
    theirs = money_of(market, side, market.alice)
    for delegated in (False, True):
        if delegated:
            state = market.ledger.token(theirs)
            state.delegate, state.delegated_amount = market.mallory.pubkey(), state.amount
            market.ledger.set_account(theirs, data=state.pack(), owner=TOKEN_PROGRAM)
        with expect_error("InvalidTokenAccount"):
            order(market, side, **{source(side): theirs})


@SIDES
def test_locking_another_token(market: Town, side: str) -> None:
    """A token that Mallory prints instead of GRID or money."""
    fake = market.ledger.mint(authority=market.mallory)
    printed = market.ledger.token_account(fake, market.mallory, 10**15)
    with expect_error("InvalidTokenAccount"):
        order(market, side, **{source(side): printed})


@SIDES
def test_locking_into_ones_own_account(market: Town, side: str) -> None:
    """The "vault" is another account of Mallory's: an order that costs nothing."""
    mint = market.grid if side == "sell" else market.money
    second = market.ledger.token_account(mint, market.mallory, address=market.ledger.key())
    for own in (second, money_of(market, side, market.mallory)):
        with expect_error("InvalidVault"):
            order(market, side, **{vault(side): own})


@SIDES
def test_locking_into_the_other_vault(baht: Town, side: str) -> None:
    """The market's, but the wrong one."""
    other = baht.vault(baht.money if side == "sell" else baht.grid)
    with expect_error("InvalidVault"):
        order(baht, side, **{vault(side): other})


@SIDES
def test_locking_from_the_vault_itself(market: Town, side: str) -> None:
    """The vault on both sides: an order backed by other people's locks."""
    order(market, side, 9, who=market.alice)
    own = market.vault(market.grid if side == "sell" else market.money)
    with expect_error("InvalidTokenAccount"):
        order(market, side, **{source(side): own})


@SIDES
def test_somebody_elses_standing(market: Town, side: str) -> None:
    """Alice's trading account (her limit) or her registration (her being a prosumer) for Mallory's order."""
    for account in ({"trading_account": market.trader(market.alice)}, {"user_account": market.user(market.alice)}):
        with expect_error("UnauthorizedUser"):
            order(market, side, **account)


def test_consumer_with_a_prosumers_registration(market: Town) -> None:
    """A consumer may not sell, neither as himself nor as Alice."""
    with expect_error("UserNotEligible"):
        market.trading.create_sell_order(**market.create_sell_order(market.bob, 1))
    with expect_error("UnauthorizedUser"):
        market.trading.create_sell_order(
            **market.create_sell_order(market.bob, 1) | {"user_account": market.user(market.alice)}
        )


@SIDES
def test_more_orders_than_allowed(market: Town, side: str) -> None:
    """The limit holds, and not by another user's count."""
    market.trading.update_market_config(**market.market_config(max_orders_per_user=1))
    order(market, side, 1)
    with expect_error("OrderLimitReached"):
        order(market, side, 2)
    with expect_error("UnauthorizedUser"):
        order(market, side, 2, trading_account=market.trader(market.bob))


@SIDES
def test_order_id_that_is_taken(market: Town, side: str) -> None:
    """An id that somebody else's order has, or one's own on the other side: refused, and nothing is locked."""
    order(market, "sell", 7, who=market.alice)
    with expect_error("AccountAlreadyInUse"):
        order(market, side, 7)
    with expect_error("ConstraintSeeds"):
        order(market, side, 8, order=market.order(9))
    market.assert_books()


EXTREMES = (2**64 - 1, 2**63, 2**64 // 1_000_000 + 1, 2**32, 10**14, 10**9, 10**8)
"""Amounts and prices whose products do not fit, or do so by a hair."""


@SIDES
@pytest.mark.parametrize("price", EXTREMES)
@pytest.mark.parametrize("amount", EXTREMES)
def test_sizes_that_overflow(market: Town, side: str, amount: int, price: int) -> None:
    """A lock is never smaller than its order: what nobody can have, or has no place, is refused by name; nothing wraps."""
    wallet = market.bob if side == "buy" else market.alice
    named = {"energy_amount": amount, "max_price_per_kwh" if side == "buy" else "price_per_kwh": price}
    on_grid = price % market.tick == 0 and price <= 512 * market.tick
    with pytest.raises(Failed) as refused:
        order(market, side, 1, wallet, **named)
    assert refused.value.failure.matches("InsufficientEscrowBalance" if on_grid else "InvalidPrice")
    assert refused.value.result.changed == []


@SIDES
def test_order_for_nothing(market: Town, side: str) -> None:
    """Dust fills the book for free; a price off the grid, below it or above it has no place in the book."""
    price = "price_per_kwh" if side == "sell" else "max_price_per_kwh"
    for amount in (0, 1, 99):
        with expect_error("InvalidAmount"):
            order(market, side, energy_amount=amount)
    for off_grid in (0, 1, market.tick - 1, market.price + 1, market.tick * 513):
        with expect_error("InvalidPrice"):
            order(market, side, **{price: off_grid})
    for end in (1, 2):
        order(market, side, end, **{price: market.tick if end == 1 else market.tick * 512, "energy_amount": 100})
    market.assert_books()


def test_sell_order_that_wraps_to_almost_nothing(market: Town) -> None:
    """amount * 10**6 is 1 448 384 in 64 bits that wrap: 18 TWh for a thousandth of a GRID."""
    amount = 2**64 // 1_000_000 + 2
    assert amount * 1_000_000 % 2**64 < 2_000_000
    with expect_error("InsufficientEscrowBalance"):
        market.trading.create_sell_order(**market.create_sell_order(market.alice, 1, amount))


@SIDES
def test_more_than_one_has(market: Town, side: str) -> None:
    """An order for one watt-hour more than its owner can pay for."""
    have = market.ledger.token(money_of(market, side, market.mallory)).amount
    price = 100 * market.tick
    amount = have // 1_000_000 if side == "sell" else have // (price // 1_000)
    given = {"energy_amount": amount + 1, "price_per_kwh" if side == "sell" else "max_price_per_kwh": price}
    with expect_error("InsufficientEscrowBalance"):
        order(market, side, **given)
    order(market, side, **given | {"energy_amount": amount})
    market.assert_books()


# --- ending ---------------------------------------------------------------------------------------


@SIDES
def test_cancelling_somebody_elses_order(market: Town, side: str) -> None:
    """Mallory signs: with Alice's accounts, with her own, and with her own where the money goes."""
    order(market, side, who=market.alice)
    good = market.cancel_order(market.alice, 1)
    mine = {
        "trading_account": market.trader(market.mallory),
        "owner_token_account": money_of(market, side, market.mallory),
    }
    for changed in ({}, mine):
        with expect_error("UnauthorizedUser"):
            market.trading.cancel_order(**good | {"owner": market.mallory} | changed)


@SIDES
def test_refund_to_somebody_else(market: Town, side: str) -> None:
    """Whoever ends an order, the money goes to its owner: not to Mallory, and not into another token."""
    order(market, side, who=market.alice)
    mint = market.grid if side == "sell" else market.money
    for wrong in (money_of(market, side, market.mallory), market.vault(mint)):
        with expect_error("InvalidTokenAccount"):
            market.trading.cancel_order(**market.cancel_order(market.alice, 1) | {"owner_token_account": wrong})
    market.ledger.warp(2 * DAY)
    for wrong in (money_of(market, side, market.mallory), market.vault(mint)):
        with expect_error("InvalidTokenAccount"):
            market.trading.expire_order(**market.expire_order(market.alice, 1) | {"owner_token_account": wrong})


@SIDES
def test_refund_from_the_other_vault(baht: Town, side: str) -> None:
    """A sell order's refund out of the money, a buy order's out of the energy."""
    order(baht, side, who=baht.mallory)
    order(baht, "buy" if side == "sell" else "sell", 2, who=baht.alice)
    other = baht.money if side == "sell" else baht.grid
    swapped = {
        "vault": baht.vault(other),
        "owner_token_account": baht.money_of(baht.mallory) if side == "sell" else baht.grid_of(baht.mallory),
    }
    with expect_error("InvalidVault"):
        baht.trading.cancel_order(**baht.cancel_order(baht.mallory, 1) | swapped)
    baht.ledger.warp(2 * DAY)
    with expect_error("InvalidVault"):
        baht.trading.expire_order(**baht.expire_order(baht.mallory, 1) | swapped)


@SIDES
def test_counting_an_order_out_of_somebody_elses_account(market: Town, side: str) -> None:
    """Mallory keeps her own count low, or brings Alice's down to zero so that Alice can never cancel."""
    order(market, side, who=market.alice)
    order(market, side, 2)
    with expect_error("UnauthorizedUser"):
        market.trading.cancel_order(
            **market.cancel_order(market.mallory, 2) | {"trading_account": market.trader(market.alice)}
        )
    market.ledger.warp(2 * DAY)
    with expect_error("UnauthorizedUser"):
        market.trading.expire_order(
            **market.expire_order(market.mallory, 2) | {"trading_account": market.trader(market.alice)}
        )


@SIDES
def test_ending_an_order_twice(market: Town, side: str) -> None:
    """Cancel and cancel, cancel and expire, in one transaction and later: one refund."""
    order(market, side)
    order(market, side, 2, who=market.alice)
    market.ledger.warp(2 * DAY)
    cancel = market.trading.prepare("cancel_order", **market.cancel_order(market.mallory, 1))
    expire = market.trading.prepare("expire_order", **market.expire_order(market.mallory, 1))
    for both in ((cancel, cancel), (cancel, expire), (expire, cancel), (expire, expire)):
        with expect_error("OrderNotCancellable"):
            market.ledger.send(*both)
    market.ledger.send(cancel)
    for again in (cancel, expire):
        with expect_error("OrderNotCancellable"):
            market.ledger.send(again)
    market.assert_books()


@SIDES
def test_expiring_too_early(market: Town, side: str) -> None:
    """Anyone may expire an order, but not while it could still trade: not even in its last second."""
    order(market, side, who=market.alice)
    market.ledger.warp(QUARTER + DAY)
    with expect_error("OrderNotExpired"):
        market.trading.expire_order(**market.expire_order(market.alice, 1))
    market.ledger.warp(1)
    market.trading.expire_order(**market.expire_order(market.alice, 1))
    market.assert_books()


@SIDES
def test_closing_an_order_that_is_open(market: Town, side: str) -> None:
    """Its lock would stay in the vault for ever."""
    order(market, side)
    for late in (False, True):
        if late:
            market.ledger.warp(2 * DAY)
        with expect_error("OrderStillOpen"):
            market.trading.close_order(**market.close_order(market.mallory, 1))


@SIDES
def test_closing_somebody_elses_order(market: Town, side: str) -> None:
    """The rent belongs to who paid it: not to who signs, not to the order's user when a sponsor paid."""
    order(market, side, who=market.alice, payer=market.gateway)
    market.trading.cancel_order(**market.cancel_order(market.alice, 1))
    with expect_error("UnauthorizedUser"):
        market.trading.close_order(**market.close_order(market.mallory, 1))
    for thief in (market.alice, market.mallory):
        with expect_error("InvalidPayer"):
            market.trading.close_order(
                **market.close_order(market.alice, 1) | {"payer": thief.pubkey(), "closer": market.gateway}
            )
    before = market.ledger.lamports(market.gateway)
    market.trading.close_order(**market.close_order(market.alice, 1) | {"payer": market.gateway.pubkey()})
    assert market.ledger.lamports(market.gateway) > before


@SIDES
def test_order_into_a_quarter_hour_that_is_over(market: Town, side: str) -> None:
    """In its last second an order enters the book; then the energy is metered, and nobody bids on what he knows."""
    market.ledger.set_time((market.epoch + 1) * QUARTER - 1)
    order(market, side, 1)
    market.ledger.warp(1)
    with expect_error("EpochOver"):
        order(market, side, 2)
    market.clear()
    with expect_error("EpochOver"):
        order(market, side, 2)


@SIDES
def test_taking_back_what_was_allotted(market: Town, side: str) -> None:
    """After clearing only what does not trade goes home; after the settlement, or its window, everything."""
    order(market, "sell", 1, who=market.alice, energy_amount=2_000)
    order(market, "buy", 2, who=market.bob, energy_amount=2_000)
    order(market, side, 3, energy_amount=1_000)  # the longer side is rationed: 2000 of 3000
    mine, amount = 3, 1_000
    cancel = market.cancel_order(market.mallory, mine)
    market.clear()
    market.trading.cancel_order(**cancel)
    left = market.trading.account(market.order(mine))
    assert (left.status, left.cancelled_amount) == ("Active", amount - amount * 2 // 3)
    with expect_error("OrderNotCancellable"):
        market.trading.cancel_order(**cancel)
    market.ledger.warp(QUARTER + DAY)
    market.trading.cancel_order(**cancel)
    ended = market.trading.account(market.order(mine))
    assert (ended.status, ended.locked, ended.cancelled_amount) == ("Cancelled", 0, amount)
    market.assert_books()


@SIDES
def test_taking_back_under_another_epoch(market: Town, side: str) -> None:
    """An epoch that is not the order's, none at all, or one that is said to be closed."""
    market.trading.open_epoch(**market.open_epoch(market.epoch + 1))
    order(market, side)
    cancel = market.cancel_order(market.mallory, 1)
    other = market.epoch_account(market.epoch + 1)
    with expect_error("InvalidEpoch"):
        market.trading.cancel_order(**cancel | {"epoch": other})
    for said in (None, other, market.epoch_account(), market.epoch_account(market.epoch - 1)):
        with expect_error("InvalidEpoch"):
            market.trading.cancel_order(**cancel | {"epoch": None, "closed_epoch": said})
    market.clear()
    for said in (None, other, market.epoch_account()):
        with expect_error("InvalidEpoch"):
            market.trading.cancel_order(**cancel | {"epoch": None, "closed_epoch": said})


@SIDES
def test_taking_back_after_the_epoch_was_closed(market: Town, side: str) -> None:
    """A settled epoch goes, and its orders still go home."""
    order(market, side)
    cancel = market.cancel_order(market.mallory, 1)
    with expect_error("EpochNotSettled"):
        market.trading.close_epoch(payer=market.gateway.pubkey(), epoch=market.epoch_account())
    market.clear()  # nothing trades, so nothing is left to settle
    with expect_error("InvalidPayer"):
        market.trading.close_epoch(payer=market.mallory.pubkey(), epoch=market.epoch_account())
    market.trading.close_epoch(payer=market.gateway.pubkey(), epoch=market.epoch_account())
    market.trading.cancel_order(**cancel | {"epoch": None, "closed_epoch": market.epoch_account()})
    market.assert_books()


@pytest.mark.parametrize("quarters", [-1, 97, 2**40])
def test_epochs_that_nobody_waits_for(market: Town, quarters: int) -> None:
    """Not the past, and not beyond a day; and no epoch twice."""
    with expect_error("EpochOutOfRange"):
        market.trading.open_epoch(**market.open_epoch(market.epoch + quarters))
    market.trading.open_epoch(**market.open_epoch(market.epoch + 96))
    with expect_error("AccountAlreadyInUse"):
        market.trading.open_epoch(**market.open_epoch())


@SIDES
def test_order_revived_in_the_same_transaction(market: Town, side: str) -> None:
    """Closed and paid for again at once, so that the account lives on: it is empty, and nobody's."""
    order(market, side)
    market.trading.cancel_order(**market.cancel_order(market.mallory, 1))
    close = market.trading.prepare("close_order", **market.close_order(market.mallory, 1))
    pay = Instruction(
        Pubkey.default(),
        struct.pack("<IQ", 2, 5_000_000),
        [AccountMeta(market.mallory.pubkey(), True, True), AccountMeta(market.order(1), False, True)],
    )
    with expect_error("AccountOwnedByWrongProgram"):
        market.ledger.send(close, pay, close, signers=[market.mallory])
    market.ledger.send(close, pay, signers=[market.mallory])
    left = market.ledger.account(market.order(1))
    assert left is not None
    assert (left.owner, bytes(left.data)) == (Pubkey.default(), b"")


@SIDES
def test_order_closed_and_placed_again_in_one_transaction(market: Town, side: str) -> None:
    """A new order under the old id starts anew: nothing of the old one is left in it, and the books hold."""
    order(market, side)
    cancel = market.trading.prepare("cancel_order", **market.cancel_order(market.mallory, 1))
    close = market.trading.prepare("close_order", **market.close_order(market.mallory, 1))
    given = (
        market.create_sell_order(market.mallory, 1, 100)
        if side == "sell"
        else market.create_buy_order(market.mallory, 1, 100)
    )
    again = market.trading.prepare(f"create_{side}_order", **given)
    market.ledger.send(cancel, close, again)
    placed = market.trading.account(market.order(1))
    assert (placed.amount, placed.filled_amount, placed.status, placed.sequence) == (100, 0, "Active", 1)
    market.assert_books()


@SIDES
def test_another_account_type_as_order(market: Town, side: str) -> None:
    """A trading account is not an order, and neither is an order that another program made up."""
    order(market, side)
    good = market.expire_order(market.mallory, 1)
    market.ledger.warp(2 * DAY)
    with expect_error("AccountDiscriminatorMismatch"):
        market.trading.expire_order(**good | {"order": market.trader(market.mallory)})
    real = market.ledger.account(market.order(1))
    assert real is not None
    fake = market.ledger.key().pubkey()
    market.ledger.set_account(fake, data=bytes(real.data), owner=market.ledger.key().pubkey())
    with expect_error("AccountOwnedByWrongProgram"):
        market.trading.expire_order(**good | {"order": fake})


@SIDES
def test_cancelling_under_another_orders_id(market: Town, side: str) -> None:
    """The id that is announced is the order's."""
    order(market, side, 1)
    order(market, side, 2)
    with expect_error("ConstraintSeeds"):
        market.trading.cancel_order(**market.cancel_order(market.mallory, 1) | {"order": market.order(2)})

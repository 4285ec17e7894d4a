"""Trading: how orders are placed, taken back, expired and deleted, and where their money is meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from solders.keypair import Keypair
from tests.support import calls, campus
from tests.support.call import Call
from tests.support.calls import PRICE, TICK, Offer
from tests.support.campus import QUARTER, People
from tests.support.errors import Governance, Trading
from tests.support.events import Event
from tests.support.tokens import holding, other_mint
from tests.support.world import GRID_PER_WH, NOBODY, World

ORDER_SPACE = 8 + 32 + 32 + 8 + 8 + 8 + 1 + 1 + 8 + 8 + 8 + 8 + 8 + 8 + 8 + (1 + 32) + 32 + 1
DAY = 86_400


async def market(world: World) -> dict[str, Any]:
    return await world.account("trading", "Market", world.at.market)


async def epoch_of(world: World, index: int) -> dict[str, Any]:
    return await world.account("trading", "Epoch", world.at.epoch(index))


async def order_of(world: World, offer: Offer) -> dict[str, Any]:
    found = await world.account("trading", "Order", world.at.order(offer.order_id))
    assert found.pop("bump") in range(256)
    return found


async def open_orders(world: World, user: Keypair) -> int:
    account = await world.account("trading", "TradingAccount", world.at.trader(user.pubkey()))
    return account["open_orders"]


def create(world: World, side: str, offer: Offer) -> Call:
    return (calls.create_sell_order if side == "sell" else calls.create_buy_order)(world, offer)


def offer_of(who: People, side: str, order_id: int, epoch: int) -> Offer:
    """Of the one who is on this side: alice sells, bob buys."""
    return Offer(who.alice if side == "sell" else who.bob, order_id, epoch)


@pytest.mark.parametrize("side", ["sell", "buy"])
@pytest.mark.parametrize(("amount", "ticks"), [(2000, 150), (100, 1), (333, 512)])
async def test_an_order_locks_what_it_may_spend(town: World, who: People, side: str, amount: int, ticks: int) -> None:
    index = await campus.open_quarter(town)
    order_id = 2**64 - ticks * 2 - (side == "sell")
    offer = replace(offer_of(who, side, order_id, index), amount=amount, price=ticks * TICK)
    user = offer.owner
    before, now, count = await market(town), await town.now(), await open_orders(town, user)
    book = await epoch_of(town, index)
    account, vault = town.grid(user), town.at.vault(town.at.energy_mint)
    balances = await town.balance(account), await town.balance(vault)
    done = await town.done(create(town, side, offer))
    key, trader = town.at.order(order_id), town.at.trader(user.pubkey())
    assert done.changed == {key, trader, town.at.market, town.at.epoch(index), account, vault, user.pubkey()}
    assert len(done.after[key].data) == ORDER_SPACE
    assert done.lamports(user.pubkey()) == -done.lamports(key)
    locked = amount * GRID_PER_WH if side == "sell" else amount * ticks * TICK // 1000
    assert (await town.balance(account), await town.balance(vault)) == (balances[0] - locked, balances[1] + locked)
    assert await order_of(town, offer) == {
        "seller": user.pubkey() if side == "sell" else NOBODY,
        "buyer": user.pubkey() if side == "buy" else NOBODY,
        "amount": amount,
        "filled_amount": 0,
        "price_per_kwh": ticks * TICK,
        "order_type": side.title(),
        "status": "Active",
        "created_at": now,
        "expires_at": (index + 1) * QUARTER + DAY,
        "order_id": order_id,
        "sequence": before["next_order_id"],
        "epoch": index,
        "locked": locked,
        "cancelled_amount": 0,
        "erc_certificate": None,
        "payer": user.pubkey(),
    }
    counted = {"active_orders": before["active_orders"] + 1, "next_order_id": before["next_order_id"] + 1}
    assert await market(town) == {**before, **counted}
    assert await open_orders(town, user) == count + 1
    histogram, total = ("offers", "supply") if side == "sell" else ("bids", "demand")
    grown = [wh + amount * (place == ticks - 1) for place, wh in enumerate(book[histogram])]
    entered = {histogram: grown, total: book[total] + amount, "orders": book["orders"] + 1}
    assert await epoch_of(town, index) == {**book, **entered}
    fields: dict[str, Any] = {
        "order_id": order_id,
        "amount": amount,
        "price_per_kwh": ticks * TICK,
        "timestamp": now,
        "epoch": index,
    }
    fields |= {"seller": user.pubkey(), "erc_certificate": None} if side == "sell" else {"buyer": user.pubkey()}
    assert done.events == [Event("trading", f"{side.title()}OrderCreated", fields)]


async def test_an_order_id_in_use_is_refused(town: World, who: People) -> None:
    index = await campus.open_quarter(town)
    await town.run(calls.create_sell_order(town, Offer(who.alice, 21, index)))
    await town.refused(calls.create_sell_order(town, Offer(who.carol, 21, index)), 0)
    await town.refused(calls.create_buy_order(town, Offer(who.bob, 21, index)), 0)


@pytest.mark.parametrize("side", ["sell", "buy"])
async def test_an_order_has_a_least_size_and_a_price_on_the_grid(town: World, who: People, side: str) -> None:
    offer = offer_of(who, side, 22, await campus.open_quarter(town))
    for amount in (0, 1, 99):
        await town.refused(create(town, side, replace(offer, amount=amount)), Trading.INVALID_AMOUNT)
    for price in (0, 1, TICK - 1, PRICE + 1, PRICE + TICK // 2, 513 * TICK):
        await town.refused(create(town, side, replace(offer, price=price)), Trading.INVALID_PRICE)


@pytest.mark.parametrize("side", ["sell", "buy"])
async def test_an_order_comes_in_time(town: World, who: People, side: str) -> None:
    index = await campus.next_quarter(town)
    call = create(town, side, offer_of(who, side, 23, index))
    await town.travel(QUARTER - 1)
    assert await town.simulated(call) is None
    await town.travel(1)
    await town.refused(call, Trading.EPOCH_OVER)


async def test_only_what_is_there_is_locked(town: World, who: People) -> None:
    index = await campus.open_quarter(town)
    have = await town.balance(town.grid(who.alice))
    sell = Offer(who.alice, 24, index, have // GRID_PER_WH + 1)
    await town.refused(calls.create_sell_order(town, sell), Trading.INSUFFICIENT_ESCROW_BALANCE)
    have = await town.balance(town.grid(who.bob))
    buy = Offer(who.bob, 24, index, have * 1000 // PRICE + 1)
    await town.refused(calls.create_buy_order(town, buy), Trading.INSUFFICIENT_ESCROW_BALANCE)
    for side, user in (("sell", who.alice), ("buy", who.bob)):
        absurd = create(town, side, Offer(user, 24, index, 2**64 - 1))
        await town.refused(absurd, Trading.INSUFFICIENT_ESCROW_BALANCE)


async def test_only_active_prosumers_sell_and_active_users_buy(town: World, who: People) -> None:
    index = await campus.open_quarter(town)
    await town.refused(calls.create_sell_order(town, Offer(who.bob, 25, index)), Trading.USER_NOT_ELIGIBLE)
    for status in ("Suspended", "Inactive"):
        await town.run(calls.update_user_status(town, who.carol, status))
        for side in ("sell", "buy"):
            await town.refused(create(town, side, Offer(who.carol, 25, index)), Trading.USER_NOT_ELIGIBLE)
    await town.run(calls.update_user_status(town, who.carol, "Active"))


@pytest.mark.parametrize("side", ["sell", "buy"])
async def test_only_ones_own_tokens_are_locked_in_the_vault(town: World, who: People, side: str) -> None:
    offer = offer_of(who, side, 26, await campus.open_quarter(town))
    call = create(town, side, offer)
    source = "seller_token_account" if side == "sell" else "buyer_token_account"
    vault = "energy_vault" if side == "sell" else "payment_vault"
    fake = await other_mint(town, "not GRID")
    mine = await holding(town, offer.owner, fake, 10**18)
    for wrong in (town.grid(who.carol), mine):
        await town.refused(call.with_accounts(**{source: wrong}), Trading.INVALID_TOKEN_ACCOUNT)
    await town.refused(call.with_accounts(**{vault: town.grid(who.carol)}), Trading.INVALID_VAULT)


async def test_a_user_has_a_limited_number_of_open_orders(town: World, who: People) -> None:
    index = await campus.open_quarter(town)
    count = await open_orders(town, who.bob)
    first, second = Offer(who.bob, 27, index, 100), Offer(who.bob, 28, index, 100)
    await town.run(calls.update_market_config(town, max_orders_per_user=count + 1))
    await town.run(calls.create_buy_order(town, first))
    await town.refused(calls.create_buy_order(town, second), Trading.ORDER_LIMIT_REACHED)
    await town.run(calls.cancel_order(town, first), calls.create_buy_order(town, second))
    await town.run(calls.update_market_config(town))


@pytest.mark.parametrize("side", ["sell", "buy"])
@pytest.mark.parametrize("end", ["cancel", "cancel over", "cancel late", "expire"])
async def test_what_is_locked_goes_home(town: World, who: People, side: str, end: str) -> None:
    """Before clearing (in its quarter-hour, and after it), and after the settlement window."""
    index = await campus.next_quarter(town)
    order_id = 30 + 10 * ["cancel", "cancel over", "cancel late", "expire"].index(end) + ["sell", "buy"].index(side)
    offer = offer_of(who, side, order_id, index)
    user, locked = offer.owner, 2000 * GRID_PER_WH if side == "sell" else 2000 * PRICE // 1000
    await town.run(create(town, side, offer))
    cancel, expire = calls.cancel_order(town, offer), calls.expire_order(town, offer)
    await town.refused(expire, Trading.ORDER_NOT_EXPIRED)
    if end != "cancel":
        await town.travel(QUARTER)
    if end in ("cancel late", "expire"):
        await town.travel(DAY)
        await town.refused(expire, Trading.ORDER_NOT_EXPIRED)
        await town.travel(1)
    before, placed, now = await market(town), await order_of(town, offer), await town.now()
    count = await open_orders(town, user)
    account, vault = town.grid(user), town.at.vault(town.at.energy_mint)
    balances = await town.balance(account), await town.balance(vault)
    done = await town.done(expire if end == "expire" else cancel)
    key, trader = town.at.order(order_id), town.at.trader(user.pubkey())
    assert done.changed - {town.at.epoch(index)} == {key, trader, town.at.market, account, vault}
    assert (await town.balance(account), await town.balance(vault)) == (balances[0] + locked, balances[1] - locked)
    status = "Expired" if end == "expire" else "Cancelled"
    assert await order_of(town, offer) == {**placed, "status": status, "locked": 0, "cancelled_amount": 2000}
    assert await market(town) == {**before, "active_orders": before["active_orders"] - 1}
    assert await open_orders(town, user) == count - 1
    fields = {"order_id": order_id, "user": user.pubkey(), "timestamp": now}
    if end != "expire":
        fields |= {"amount": 2000}
        book = await epoch_of(town, index)
        assert (book["supply"], book["demand"], book["orders"]) == (0, 0, 0)
        assert sum(book["offers"]) + sum(book["bids"]) == 0
    assert done.events == [Event("trading", f"Order{status}", fields)]
    if end in ("cancel late", "expire"):
        for again in (cancel, expire):
            await town.refused(again, Trading.ORDER_NOT_CANCELLABLE)


@pytest.mark.parametrize("side", ["sell", "buy"])
async def test_after_clearing_only_the_rest_goes_home(town: World, who: People, side: str) -> None:
    """An order of 2000 Wh of which the other side takes 500."""
    index = await campus.next_quarter(town)
    offer = offer_of(who, side, 161 if side == "sell" else 163, index)
    other_side = "buy" if side == "sell" else "sell"
    other = replace(offer_of(who, other_side, offer.order_id + 1, index), amount=500)
    await town.run(create(town, side, offer), create(town, other_side, other))
    await campus.clear_quarter(town, index)
    account = town.grid(offer.owner)
    rest = 1500 * GRID_PER_WH if side == "sell" else 1500 * PRICE // 1000
    balance = await town.balance(account)
    done = await town.done(calls.cancel_order(town, offer))
    assert done.events[0].fields["amount"] == 1500
    assert await town.balance(account) == balance + rest
    left = await order_of(town, offer)
    assert (left["status"], left["cancelled_amount"], left["locked"]) == ("Active", 1500, rest // 3)
    for allotted in (offer, other):
        await town.refused(calls.cancel_order(town, allotted), Trading.ORDER_NOT_CANCELLABLE)
    sell, buy = (offer, other) if side == "sell" else (other, offer)
    await town.run(await campus.match(town, who.carol, sell, buy))
    ended = await order_of(town, offer)
    assert (ended["status"], ended["filled_amount"], ended["locked"]) == ("Completed", 500, 0)


async def test_the_epoch_is_the_orders(town: World, who: People) -> None:
    index = await campus.next_quarter(town)
    await town.run(calls.open_epoch(town, index + 1))
    offer = Offer(who.alice, 71, index)
    await town.run(calls.create_sell_order(town, offer))
    other = calls.cancel_order(town, offer).with_accounts(epoch=town.at.epoch(index + 1))
    await town.refused(other, Trading.INVALID_EPOCH)
    await town.refused(calls.cancel_order(town, offer, epoch_closed=True), Trading.INVALID_EPOCH)
    neither = other.with_accounts(epoch=town.ids["trading"])
    await town.refused(neither, Trading.INVALID_EPOCH)


async def test_a_refund_goes_to_the_owner_from_the_orders_vault(town: World, who: People) -> None:
    offer = Offer(who.alice, 72, await campus.open_quarter(town))
    await town.run(calls.create_sell_order(town, offer))
    fake = await other_mint(town, "not GRID")
    mine = await holding(town, who.alice, fake, 0)
    await town.travel(QUARTER + DAY + 1)
    for call in (calls.cancel_order(town, offer), calls.expire_order(town, offer)):
        for account in (town.grid(who.mallory), mine):
            spoiled = call.with_accounts(owner_token_account=account)
            await town.refused(spoiled, Trading.INVALID_TOKEN_ACCOUNT)
        await town.refused(call.with_accounts(vault=town.grid(who.mallory)), Trading.INVALID_VAULT)
        theirs = call.with_accounts(trading_account=town.at.trader(who.mallory.pubkey()))
        await town.refused(theirs, Trading.UNAUTHORIZED_USER)
    await town.refused(calls.cancel_order(town, replace(offer, owner=who.mallory)), Trading.UNAUTHORIZED_USER)


async def test_close_order_returns_the_rent_to_the_payer(town: World, who: People) -> None:
    offer = Offer(who.bob, 73, await campus.next_quarter(town))
    await town.run(calls.create_buy_order(town, offer).signed_by(payer=who.gateway))
    key = town.at.order(73)
    close = calls.close_order(town, offer).with_accounts(payer=who.gateway.pubkey())
    await town.refused(close, Trading.ORDER_STILL_OPEN)
    await town.run(calls.cancel_order(town, offer))
    await town.refused(close.signed_by(closer=who.mallory), Trading.UNAUTHORIZED_USER)
    await town.refused(calls.close_order(town, offer), Trading.INVALID_PAYER)
    now, rent = await town.now(), (await town.state(key)).lamports
    done = await town.done(close.signed_by(closer=who.gateway))
    assert done.changed == {key, who.gateway.pubkey()}
    assert done.lamports(who.gateway.pubkey()) == rent
    fields = {"order_id": 73, "user": who.bob.pubkey(), "timestamp": now}
    assert done.events == [Event("trading", "OrderClosed", fields)]
    await town.run(calls.create_buy_order(town, offer))


async def test_get_order_returns_the_order(town: World, who: People) -> None:
    offer = Offer(who.carol, 81, await campus.open_quarter(town))
    await town.run(calls.create_sell_order(town, offer))
    returned = await town.view(town.call("trading", "get_order", order=town.at.order(81)))
    assert returned.pop("bump") in range(256)
    assert returned == await order_of(town, offer)


async def test_money_goes_home_during_a_pause_and_nothing_else_moves(town: World, who: People) -> None:
    index = await campus.next_quarter(town)
    sell, buy = Offer(who.alice, 91, index), Offer(who.bob, 92, index)
    rest, late = Offer(who.carol, 93, index), Offer(who.carol, 94, index)
    for side, offer in (("sell", sell), ("buy", buy), ("sell", rest), ("sell", late)):
        await town.run(create(town, side, offer))
    await town.run(calls.cancel_order(town, late), calls.open_epoch(town, index + 1))
    await campus.clear_quarter(town, index)
    held_back = [
        await campus.match(town, who.carol, sell, buy),
        calls.create_sell_order(town, Offer(who.alice, 95, index + 1)),
        calls.create_buy_order(town, Offer(who.bob, 96, index + 1)),
    ]
    end = await campus.pause(town)
    for call in held_back:
        await town.refused(call, Governance.SYSTEM_PAUSED)
    await town.run(calls.cancel_order(town, rest), calls.close_order(town, late))
    await town.run(end, town.call("governance", "set_maintenance_mode", True, authority=town.deployer))
    for call in held_back:
        await town.refused(call, Governance.MAINTENANCE_MODE)
    await town.run(town.call("governance", "set_maintenance_mode", False, authority=town.deployer))
    await town.run(*held_back)

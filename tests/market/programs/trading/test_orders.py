"""Trading: how orders are placed, taken back, expired and deleted, and where their money is meanwhile."""

from __future__ import annotations

import pytest
from tests.support import calls, campus
from tests.support.campus import People
from tests.support.errors import Governance, Trading
from tests.support.events import Event
from tests.support.tokens import holding, other_mint
from tests.support.world import NOBODY, World

from gridtokenx.market.units import buy_lock, sell_lock

ORDER_SPACE = 8 + 32 + 32 + 8 + 8 + 8 + 1 + 1 + 8 + 8 + 8 + 8 + 8 + (1 + 32) + 1
DAY = 86_400
SELL_PRICE, BUY_PRICE = 150_000_000, 160_000_000


async def market(world: World) -> dict:
    return await world.account("trading", "Market", world.at.market)


async def order(world: World, order_id: int) -> dict:
    found = await world.account("trading", "Order", world.at.order(order_id))
    assert found.pop("bump") in range(256)
    return found


async def open_orders(world: World, user) -> int:
    account = await world.account("trading", "TradingAccount", world.at.trader(user.pubkey()))
    return account["open_orders"]


async def test_a_sell_order_locks_energy(town: World, who: People) -> None:
    before, now, count = await market(town), await town.now(), await open_orders(town, who.alice)
    account, vault = town.grid(who.alice), town.at.vault(town.at.energy_mint)
    balances = await town.balance(account), await town.balance(vault)
    done = await town.done(calls.create_sell_order(town, who.alice, 2**64 - 1, 2000, SELL_PRICE))
    key, trader = town.at.order(2**64 - 1), town.at.trader(who.alice.pubkey())
    assert done.changed == {key, trader, town.at.market, account, vault, who.alice.pubkey()}
    assert len(done.after[key].data) == ORDER_SPACE
    assert done.lamports(who.alice.pubkey()) == -done.lamports(key)
    locked = 2_000_000_000
    assert (await town.balance(account), await town.balance(vault)) == (balances[0] - locked, balances[1] + locked)
    assert await order(town, 2**64 - 1) == {
        "seller": who.alice.pubkey(),
        "buyer": NOBODY,
        "amount": 2000,
        "filled_amount": 0,
        "price_per_kwh": SELL_PRICE,
        "order_type": "Sell",
        "status": "Active",
        "created_at": now,
        "expires_at": now + DAY,
        "order_id": 2**64 - 1,
        "sequence": before["next_order_id"],
        "locked": locked,
        "erc_certificate": None,
    }
    counted = {"active_orders": before["active_orders"] + 1, "next_order_id": before["next_order_id"] + 1}
    assert await market(town) == {**before, **counted}
    assert await open_orders(town, who.alice) == count + 1
    fields = {
        "seller": who.alice.pubkey(),
        "order_id": 2**64 - 1,
        "amount": 2000,
        "price_per_kwh": SELL_PRICE,
        "timestamp": now,
    }
    assert done.events == [Event("trading", "SellOrderCreated", fields)]


@pytest.mark.parametrize(("order_id", "amount", "price"), [(11, 1500, BUY_PRICE), (12, 1, 1), (13, 333, 1001)])
async def test_a_buy_order_locks_the_payment_rounded_up(
    town: World, who: People, order_id: int, amount: int, price: int
) -> None:
    before, now, count = await market(town), await town.now(), await open_orders(town, who.bob)
    account, vault = town.grid(who.bob), town.at.vault(town.at.energy_mint)
    balances = await town.balance(account), await town.balance(vault)
    done = await town.done(calls.create_buy_order(town, who.bob, order_id, amount, price))
    key, trader = town.at.order(order_id), town.at.trader(who.bob.pubkey())
    assert done.changed == {key, trader, town.at.market, account, vault, who.bob.pubkey()}
    locked = -(-amount * price // 1000)
    assert (await town.balance(account), await town.balance(vault)) == (balances[0] - locked, balances[1] + locked)
    assert await order(town, order_id) == {
        "seller": NOBODY,
        "buyer": who.bob.pubkey(),
        "amount": amount,
        "filled_amount": 0,
        "price_per_kwh": price,
        "order_type": "Buy",
        "status": "Active",
        "created_at": now,
        "expires_at": now + DAY,
        "order_id": order_id,
        "sequence": before["next_order_id"],
        "locked": locked,
        "erc_certificate": None,
    }
    counted = {"active_orders": before["active_orders"] + 1, "next_order_id": before["next_order_id"] + 1}
    assert await market(town) == {**before, **counted}
    assert await open_orders(town, who.bob) == count + 1
    fields = {
        "buyer": who.bob.pubkey(),
        "order_id": order_id,
        "amount": amount,
        "price_per_kwh": price,
        "timestamp": now,
    }
    assert done.events == [Event("trading", "BuyOrderCreated", fields)]


async def test_an_order_id_in_use_is_refused(town: World, who: People) -> None:
    await town.run(calls.create_sell_order(town, who.alice, 21, 100, SELL_PRICE))
    await town.refused(calls.create_sell_order(town, who.carol, 21, 100, SELL_PRICE), 0)
    await town.refused(calls.create_buy_order(town, who.bob, 21, 100, SELL_PRICE), 0)


async def test_an_order_is_for_something_and_not_for_free(town: World, who: People) -> None:
    for make, user in ((calls.create_sell_order, who.alice), (calls.create_buy_order, who.bob)):
        await town.refused(make(town, user, 22, 0, SELL_PRICE), Trading.INVALID_AMOUNT)
        await town.refused(make(town, user, 22, 100, 0), Trading.INVALID_PRICE)


async def test_only_what_is_there_is_locked(town: World, who: People) -> None:
    have = await town.balance(town.grid(who.alice))
    sell = calls.create_sell_order(town, who.alice, 23, have // 10**6 + 1, SELL_PRICE)
    await town.refused(sell, Trading.INSUFFICIENT_ESCROW_BALANCE)
    buy = calls.create_buy_order(town, who.bob, 23, 1000, await town.balance(town.grid(who.bob)) + 1)
    await town.refused(buy, Trading.INSUFFICIENT_ESCROW_BALANCE)


async def test_locks_do_not_wrap(town: World, who: People) -> None:
    huge = 2**64 - 1
    await town.refused(calls.create_sell_order(town, who.alice, 24, huge, 1), "ArithmeticOverflow")
    await town.refused(calls.create_sell_order(town, who.alice, 24, 2**64 // 10**6 + 1, 1), "ArithmeticOverflow")
    await town.refused(calls.create_buy_order(town, who.bob, 24, huge, huge), "ArithmeticOverflow")
    await town.refused(calls.create_buy_order(town, who.bob, 24, 1001, huge), "ArithmeticOverflow")
    below = calls.create_buy_order(town, who.bob, 24, 1000, huge)
    await town.refused(below, Trading.INSUFFICIENT_ESCROW_BALANCE)


async def test_only_active_users_trade_and_only_prosumers_sell(town: World, who: People) -> None:
    consumer = calls.create_sell_order(town, who.bob, 25, 100, SELL_PRICE)
    await town.refused(consumer, Trading.USER_NOT_ELIGIBLE)
    for status in ("Suspended", "Inactive"):
        for user in (who.alice, who.bob):
            await town.run(calls.update_user_status(town, user, status))
        await town.refused(calls.create_sell_order(town, who.alice, 25, 100, SELL_PRICE), Trading.USER_NOT_ELIGIBLE)
        await town.refused(calls.create_buy_order(town, who.bob, 25, 100, SELL_PRICE), Trading.USER_NOT_ELIGIBLE)
    for user in (who.alice, who.bob):
        await town.run(calls.update_user_status(town, user, "Active"))


async def test_an_order_uses_its_users_own_accounts(town: World, who: People) -> None:
    sell = calls.create_sell_order(town, who.alice, 26, 100, SELL_PRICE)
    buy = calls.create_buy_order(town, who.bob, 26, 100, SELL_PRICE)
    mallory = who.mallory.pubkey()
    for call in (sell, buy):
        trader = call.with_accounts(trading_account=town.at.trader(mallory))
        await town.refused(trader, Trading.UNAUTHORIZED_USER)
        await town.refused(call.with_accounts(user_account=town.at.user(mallory)), Trading.UNAUTHORIZED_USER)
    theirs = town.grid(who.carol)
    await town.refused(sell.with_accounts(seller_token_account=theirs), Trading.INVALID_TOKEN_ACCOUNT)
    await town.refused(buy.with_accounts(buyer_token_account=theirs), Trading.INVALID_TOKEN_ACCOUNT)
    fake = await other_mint(town, "not GRID")
    mine = await holding(town, who.alice, fake, 10**18)
    await town.refused(sell.with_accounts(seller_token_account=mine), Trading.INVALID_TOKEN_ACCOUNT)
    mine = await holding(town, who.bob, fake, 10**18)
    await town.refused(buy.with_accounts(buyer_token_account=mine), Trading.INVALID_TOKEN_ACCOUNT)
    await town.refused(sell.with_accounts(energy_vault=theirs), Trading.INVALID_VAULT)
    await town.refused(buy.with_accounts(payment_vault=theirs), Trading.INVALID_VAULT)


async def test_a_user_has_a_limited_number_of_open_orders(town: World, who: People) -> None:
    before = await market(town)
    names = ("matcher", "epoch_length", "max_orders_per_user", "require_erc", "order_ttl")

    def configure(limit: int):
        settings = {**{name: before[name] for name in names}, "max_orders_per_user": limit}
        return town.call("trading", "update_market_config", *settings.values(), authority=town.deployer)

    count = await open_orders(town, who.bob)
    await town.run(configure(count + 1), calls.create_buy_order(town, who.bob, 27, 1, 1))
    await town.refused(calls.create_buy_order(town, who.bob, 28, 1, 1), Trading.ORDER_LIMIT_REACHED)
    await town.run(calls.cancel_order(town, who.bob, 27), calls.create_buy_order(town, who.bob, 28, 1, 1))
    await town.run(configure(0))
    await town.refused(calls.create_sell_order(town, who.carol, 29, 1, 1), Trading.ORDER_LIMIT_REACHED)
    await town.run(configure(before["max_orders_per_user"]))


@pytest.mark.parametrize("side", ["sell", "buy"])
@pytest.mark.parametrize("end", ["cancel", "cancel late", "expire"])
async def test_what_is_locked_goes_home(town: World, who: People, side: str, end: str) -> None:
    order_id = 30 + 10 * ["cancel", "cancel late", "expire"].index(end) + ["sell", "buy"].index(side)
    user, amount = (who.alice, 700) if side == "sell" else (who.bob, 701)
    make = calls.create_sell_order if side == "sell" else calls.create_buy_order
    locked = sell_lock(amount) if side == "sell" else buy_lock(amount, 1_234_567)
    await town.run(make(town, user, order_id, amount, 1_234_567))
    cancel, expire = calls.cancel_order(town, user, order_id), calls.expire_order(town, user, order_id)
    await town.travel(DAY)
    await town.refused(expire, Trading.ORDER_NOT_EXPIRED)
    if end != "cancel":
        await town.travel(1)
    before, placed, now = await market(town), await order(town, order_id), await town.now()
    count = await open_orders(town, user)
    account, vault = town.grid(user), town.at.vault(town.at.energy_mint)
    balances = await town.balance(account), await town.balance(vault)
    done = await town.done(expire if end == "expire" else cancel)
    key, trader = town.at.order(order_id), town.at.trader(user.pubkey())
    assert done.changed == {key, trader, town.at.market, account, vault}
    assert (await town.balance(account), await town.balance(vault)) == (balances[0] + locked, balances[1] - locked)
    status = "Expired" if end == "expire" else "Cancelled"
    assert await order(town, order_id) == {**placed, "status": status, "locked": 0}
    assert await market(town) == {**before, "active_orders": before["active_orders"] - 1}
    assert await open_orders(town, user) == count - 1
    fields = {"order_id": order_id, "user": user.pubkey(), "timestamp": now}
    assert done.events == [Event("trading", f"Order{status}", fields)]
    await town.refused(cancel, Trading.ORDER_NOT_CANCELLABLE)
    await town.travel(DAY + 1)
    await town.refused(expire, Trading.ORDER_NOT_CANCELLABLE)


async def test_a_refund_goes_to_the_owner_from_the_orders_vault(town: World, who: People) -> None:
    await town.run(calls.create_sell_order(town, who.alice, 61, 100, SELL_PRICE))
    fake = await other_mint(town, "not GRID")
    mine = await holding(town, who.alice, fake, 0)
    await town.travel(DAY + 1)
    for call in (calls.cancel_order(town, who.alice, 61), calls.expire_order(town, who.alice, 61)):
        for account in (town.grid(who.mallory), mine):
            spoiled = call.with_accounts(owner_token_account=account)
            await town.refused(spoiled, Trading.INVALID_TOKEN_ACCOUNT)
        await town.refused(call.with_accounts(vault=town.grid(who.mallory)), Trading.INVALID_VAULT)
        theirs = call.with_accounts(trading_account=town.at.trader(who.mallory.pubkey()))
        await town.refused(theirs, Trading.UNAUTHORIZED_USER)
    await town.refused(calls.cancel_order(town, who.mallory, 61), Trading.UNAUTHORIZED_USER)


async def test_close_order_returns_the_rent(town: World, who: People) -> None:
    await town.run(calls.create_buy_order(town, who.bob, 71, 100, SELL_PRICE))
    close, key = calls.close_order(town, who.bob, 71), town.at.order(71)
    await town.refused(close, Trading.ORDER_STILL_OPEN)
    await town.run(calls.cancel_order(town, who.bob, 71))
    await town.refused(close.signed_by(owner=who.mallory), Trading.UNAUTHORIZED_USER)
    now, rent = await town.now(), (await town.state(key)).lamports
    done = await town.done(close)
    assert done.changed == {key, who.bob.pubkey()}
    assert key not in done.after
    assert done.lamports(who.bob.pubkey()) == rent
    fields = {"order_id": 71, "user": who.bob.pubkey(), "timestamp": now}
    assert done.events == [Event("trading", "OrderClosed", fields)]
    await town.run(calls.create_buy_order(town, who.bob, 71, 100, SELL_PRICE))


async def test_get_order_returns_the_order(town: World, who: People) -> None:
    await town.run(calls.create_sell_order(town, who.carol, 81, 100, SELL_PRICE))
    returned = await town.view(town.call("trading", "get_order", order=town.at.order(81)))
    assert returned.pop("bump") in range(256)
    assert returned == await order(town, 81)


async def test_money_goes_home_during_a_pause_and_nothing_else_moves(town: World, who: People) -> None:
    await town.run(
        calls.create_sell_order(town, who.alice, 91, 100, SELL_PRICE),
        calls.create_buy_order(town, who.bob, 92, 100, SELL_PRICE),
        calls.create_sell_order(town, who.carol, 93, 100, SELL_PRICE),
    )
    held_back = [
        calls.create_sell_order(town, who.alice, 94, 100, SELL_PRICE),
        calls.create_buy_order(town, who.bob, 95, 100, SELL_PRICE),
        calls.match_orders(town, who.carol, (who.alice, 91), (who.bob, 92)),
    ]
    end = await campus.pause(town)
    for call in held_back:
        await town.refused(call, Governance.SYSTEM_PAUSED)
    await town.run(calls.cancel_order(town, who.alice, 91))
    await town.travel(DAY + 1)
    await town.run(calls.expire_order(town, who.bob, 92), calls.cancel_order(town, who.carol, 93))
    await town.run(calls.close_order(town, who.alice, 91))
    await town.run(end, town.call("governance", "set_maintenance_mode", True, authority=town.deployer))
    for call in held_back[:2]:
        await town.refused(call, Governance.MAINTENANCE_MODE)
    await town.run(town.call("governance", "set_maintenance_mode", False, authority=town.deployer))
    await town.run(*held_back[:2])

"""Trading: matching and settlement, to the last base unit."""

from __future__ import annotations

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.support import calls, campus
from tests.support.campus import People
from tests.support.chain import Done
from tests.support.errors import Framework, Trading
from tests.support.events import Event
from tests.support.tokens import holding, other_mint
from tests.support.world import FEE_BPS, NOBODY, World

TRADE_SPACE = 8 + 4 * 32 + 5 * 8 + 1
DAY = 86_400
PRICE = 150_000_000


async def market(world: World) -> dict:
    return await world.account("trading", "Market", world.at.market)


async def order(world: World, order_id: int) -> dict:
    return await world.account("trading", "Order", world.at.order(order_id))


async def open_orders(world: World, user: Keypair) -> int:
    account = await world.account("trading", "TradingAccount", world.at.trader(user.pubkey()))
    return account["open_orders"]


async def place(
    world: World,
    sell: tuple[Keypair, int, int, int],
    buy: tuple[Keypair, int, int, int],
    mint: Pubkey | None = None,
) -> None:
    """A sell and a buy order, each (user, order id, Wh, price)."""
    await world.run(calls.create_sell_order(world, *sell), calls.create_buy_order(world, *buy, mint))


async def test_document_a_example(town: World, who: People) -> None:
    """Sell 2000 Wh at 0.15, buy 1500 Wh at 0.16: 0.225 GRID change hands at the seller's price."""
    vault = town.at.vault(town.at.energy_mint)
    keys = {"seller": town.grid(who.alice), "buyer": town.grid(who.bob), "vault": vault}
    before = {name: await town.balance(key) for name, key in keys.items()}
    start = await market(town)
    orders = await open_orders(town, who.alice), await open_orders(town, who.bob)
    await place(town, (who.alice, 1, 2000, 150_000_000), (who.bob, 2, 1500, 160_000_000))
    assert await town.balance(keys["seller"]) == before["seller"] - 2_000_000_000
    assert await town.balance(keys["buyer"]) == before["buyer"] - 240_000_000
    assert await town.balance(vault) == before["vault"] + 2_240_000_000
    sell, buy, now = await order(town, 1), await order(town, 2), await town.now()

    done = await town.done(calls.match_orders(town, who.carol, (who.alice, 1), (who.bob, 2)))
    sell_key, buy_key = town.at.order(1), town.at.order(2)
    trade_key = town.at.trade(sell_key, buy_key)
    traders = {town.at.trader(who.bob.pubkey())}
    others = {sell_key, buy_key, trade_key, town.at.market, who.carol.pubkey()}
    assert done.changed == set(keys.values()) | traders | others
    assert len(done.after[trade_key].data) == TRADE_SPACE
    assert done.lamports(who.carol.pubkey()) == -done.lamports(trade_key)
    # seller receives 0.2244375, the fee is 0.0005625, the buyer gets 1.5 of energy and 0.015 back
    assert await town.balance(keys["seller"]) == before["seller"] - 2_000_000_000 + 224_437_500
    assert await town.balance(keys["buyer"]) == before["buyer"] - 240_000_000 + 1_500_000_000 + 15_000_000
    assert await town.balance(vault) == before["vault"] + 500_000_000 + 562_500
    filled = {"filled_amount": 1500, "status": "PartiallyFilled", "locked": 500_000_000}
    assert await order(town, 1) == {**sell, **filled}
    assert await order(town, 2) == {**buy, "filled_amount": 1500, "status": "Completed", "locked": 0}
    assert await open_orders(town, who.alice) == orders[0] + 1
    assert await open_orders(town, who.bob) == orders[1]
    assert await market(town) == {
        **start,
        "active_orders": start["active_orders"] + 1,
        "next_order_id": start["next_order_id"] + 2,
        "total_volume": start["total_volume"] + 225_000_000,
        "total_trades": start["total_trades"] + 1,
        "unclaimed_fees": start["unclaimed_fees"] + 562_500,
    }
    trade = {
        "sell_order": sell_key,
        "buy_order": buy_key,
        "seller": who.alice.pubkey(),
        "buyer": who.bob.pubkey(),
        "amount": 1500,
        "total_value": 225_000_000,
        "fee_amount": 562_500,
    }
    record = await town.account("trading", "TradeRecord", trade_key)
    assert record.pop("bump") in range(256)
    assert record == {**trade, "price_per_kwh": 150_000_000, "executed_at": now}
    assert done.events == [Event("trading", "OrderMatched", {**trade, "price": 150_000_000, "timestamp": now})]


async def test_a_pair_trades_only_once(town: World, who: People) -> None:
    await place(town, (who.alice, 11, 1000, PRICE), (who.bob, 12, 1000, PRICE))
    match = calls.match_orders(town, who.carol, (who.alice, 11), (who.bob, 12))
    await town.run(match)
    await town.refused(match, 0)
    # A new pair at the same addresses: the record of the old trade is still there.
    await town.run(calls.close_order(town, who.alice, 11), calls.close_order(town, who.bob, 12))
    await place(town, (who.alice, 11, 1000, PRICE), (who.bob, 12, 1000, PRICE))
    await town.refused(match, 0)


async def test_an_order_is_filled_in_several_trades(town: World, who: People) -> None:
    """A buy of 1001 Wh against three sells at prices where every floor and ceiling matters."""
    price, sells = 1_000_003, [(21, 333, 1_000_003), (22, 334, 999_999), (23, 500, 777_777)]
    start = await market(town)
    paid = await town.balance(town.grid(who.bob))
    for order_id, amount, sell_price in sells:
        await town.run(calls.create_sell_order(town, who.alice, order_id, amount, sell_price))
    await town.run(calls.create_buy_order(town, who.bob, 24, 1001, price))
    left, spent, fees = 1001, 0, 0
    for order_id, amount, sell_price in sells:
        before = await town.balance(town.grid(who.alice))
        await town.run(calls.match_orders(town, who.carol, (who.alice, order_id), (who.bob, 24)))
        traded = min(amount, left)
        left -= traded
        value = traded * sell_price // 1000
        fee = value * FEE_BPS // 10_000
        spent, fees = spent + value, fees + fee
        assert await town.balance(town.grid(who.alice)) == before + value - fee
        buy = await order(town, 24)
        assert buy["locked"] == -(-left * price // 1000)
        assert buy["status"] == ("PartiallyFilled" if left else "Completed")
    assert left == 0
    assert await town.balance(town.grid(who.bob)) == paid - spent + 1_001_000_000
    after = await market(town)
    assert after["total_volume"] == start["total_volume"] + spent
    assert after["unclaimed_fees"] == start["unclaimed_fees"] + fees
    rest = await order(town, 23)
    assert (rest["filled_amount"], rest["locked"], rest["status"]) == (334, 166_000_000, "PartiallyFilled")
    refund = await town.balance(town.grid(who.alice))
    await town.run(calls.cancel_order(town, who.alice, 23))
    assert await town.balance(town.grid(who.alice)) == refund + 166_000_000


@pytest.mark.parametrize(("fee_bps", "fee"), [(0, 0), (1, 15_000), (1000, 15_000_000)])
async def test_the_fee_is_the_markets(town: World, who: People, fee_bps: int, fee: int) -> None:
    await town.run(town.call("trading", "update_market_params", fee_bps, True, authority=town.deployer))
    ids = 31 + 2 * fee_bps, 32 + 2 * fee_bps
    await place(town, (who.alice, ids[0], 1000, PRICE), (who.bob, ids[1], 1000, PRICE))
    before = await market(town)
    match = calls.match_orders(town, who.carol, (who.alice, ids[0]), (who.bob, ids[1]))
    done = await town.done(match)
    assert done.events[0].fields["fee_amount"] == fee
    assert (await market(town))["unclaimed_fees"] == before["unclaimed_fees"] + fee
    await town.run(town.call("trading", "update_market_params", FEE_BPS, True, authority=town.deployer))


@pytest.mark.parametrize(
    ("order_id", "price", "fee_bps", "value", "fee"),
    [
        (2101, 9999, 1, 9999, 0),
        (2103, 10_000, 1, 10_000, 1),
        (2105, 399, 25, 399, 0),
        (2107, 400, 25, 400, 1),
        (2109, 19_999, 1000, 19_999, 1999),
    ],
)
async def test_the_fee_is_floored(
    town: World, who: People, order_id: int, price: int, fee_bps: int, value: int, fee: int
) -> None:
    await town.run(town.call("trading", "update_market_params", fee_bps, True, authority=town.deployer))
    await place(town, (who.alice, order_id, 1000, price), (who.bob, order_id + 1, 1000, price))
    match = calls.match_orders(town, who.carol, (who.alice, order_id), (who.bob, order_id + 1))
    (event,) = (await town.done(match)).events
    assert (event.fields["total_value"], event.fields["fee_amount"]) == (value, fee)
    await town.run(town.call("trading", "update_market_params", FEE_BPS, True, authority=town.deployer))


async def test_only_open_crossing_orders_of_two_people_match(town: World, who: People) -> None:
    await place(town, (who.alice, 41, 1000, PRICE), (who.bob, 42, 1000, PRICE - 1))
    apart = calls.match_orders(town, who.carol, (who.alice, 41), (who.bob, 42))
    await town.refused(apart, Trading.PRICE_MISMATCH)
    await town.run(calls.create_buy_order(town, who.alice, 43, 1000, PRICE))
    alone = calls.match_orders(town, who.carol, (who.alice, 41), (who.alice, 43))
    # The same trading account twice, both to be changed: the framework refuses before the rule is asked.
    await town.refused(alone, Framework.CONSTRAINT_DUPLICATE_MUTABLE_ACCOUNT)
    two = alone.with_accounts(buyer_trading_account=town.at.trader(who.bob.pubkey()))
    await town.refused(two, Trading.SELF_TRADE)
    backwards = calls.match_orders(town, who.carol, (who.bob, 42), (who.alice, 41))
    await town.refused(backwards, Trading.INACTIVE_SELL_ORDER)
    await town.run(calls.create_sell_order(town, who.carol, 44, 1000, PRICE))
    sells = calls.match_orders(town, who.carol, (who.alice, 41), (who.carol, 44))
    await town.refused(sells, Trading.INACTIVE_BUY_ORDER)


@pytest.mark.parametrize("side", ["sell", "buy"])
async def test_a_cancelled_order_does_not_match(town: World, who: People, side: str) -> None:
    ids = (51, 52) if side == "sell" else (53, 54)
    await place(town, (who.alice, ids[0], 1000, PRICE), (who.bob, ids[1], 1000, PRICE))
    match = calls.match_orders(town, who.carol, (who.alice, ids[0]), (who.bob, ids[1]))
    cancelled = (who.alice, ids[0]) if side == "sell" else (who.bob, ids[1])
    await town.run(calls.cancel_order(town, *cancelled))
    await town.refused(match, Trading.INACTIVE_SELL_ORDER if side == "sell" else Trading.INACTIVE_BUY_ORDER)


@pytest.mark.parametrize("side", ["sell", "buy"])
async def test_an_order_past_its_time_does_not_match(town: World, who: People, side: str) -> None:
    ids = (61, 62) if side == "sell" else (63, 64)
    sell = calls.create_sell_order(town, who.alice, ids[0], 1000, PRICE)
    buy = calls.create_buy_order(town, who.bob, ids[1], 1000, PRICE)
    match = calls.match_orders(town, who.carol, (who.alice, ids[0]), (who.bob, ids[1]))
    first, second = (sell, buy) if side == "sell" else (buy, sell)
    await town.run(first)
    await town.travel(DAY)
    await town.run(second)
    assert await town.simulated(match) is None
    await town.travel(1)
    await town.refused(match, Trading.INACTIVE_SELL_ORDER if side == "sell" else Trading.INACTIVE_BUY_ORDER)


async def test_matching_needs_the_matcher_and_the_switch(town: World, who: People) -> None:
    await place(town, (who.alice, 71, 1000, PRICE), (who.bob, 72, 1000, PRICE))
    match = calls.match_orders(town, who.carol, (who.alice, 71), (who.bob, 72))

    def configure(matcher: Pubkey):
        settings = (matcher, 900, 50, False, DAY)
        return town.call("trading", "update_market_config", *settings, authority=town.deployer)

    def switch(enabled: bool):
        return town.call("trading", "update_market_params", FEE_BPS, enabled, authority=town.deployer)

    await town.run(configure(who.mallory.pubkey()))
    await town.refused(match, Trading.UNAUTHORIZED_MATCHER)
    assert await town.simulated(match.signed_by(matcher=who.mallory)) is None
    await town.run(configure(NOBODY), switch(False))
    await town.refused(match, Trading.CLEARING_DISABLED)
    await town.run(switch(True), match)


async def test_everybody_gets_what_is_theirs(town: World, who: People) -> None:
    await place(town, (who.alice, 81, 1000, PRICE), (who.bob, 82, 1000, PRICE + 1))
    match = calls.match_orders(town, who.carol, (who.alice, 81), (who.bob, 82))
    fake = await other_mint(town, "not GRID")
    for account, owner in (
        ("seller_payment_account", who.alice),
        ("buyer_energy_account", who.bob),
        ("buyer_payment_account", who.bob),
    ):
        wrong_mint = await holding(town, owner, fake, 0)
        for key in (town.grid(who.mallory), wrong_mint):
            await town.refused(match.with_accounts(**{account: key}), Trading.INVALID_TOKEN_ACCOUNT)
    for vault in ("energy_vault", "payment_vault"):
        spoiled = match.with_accounts(**{vault: town.grid(who.mallory)})
        await town.refused(spoiled, Trading.INVALID_VAULT)
    theirs = match.with_accounts(seller_trading_account=town.at.trader(who.mallory.pubkey()))
    await town.refused(theirs, Trading.UNAUTHORIZED_USER)
    theirs = match.with_accounts(buyer_trading_account=town.at.trader(who.mallory.pubkey()))
    await town.refused(theirs, Trading.UNAUTHORIZED_USER)
    another_pair = town.at.trade(town.at.order(81), town.at.order(81))
    await town.refused(match.with_accounts(trade_record=another_pair), Framework.CONSTRAINT_SEEDS)
    await town.refused(match.with_accounts(sell_order=town.at.market), Framework.ACCOUNT_DISCRIMINATOR_MISMATCH)
    await town.run(match)


# --- a market that is paid in another token ---


async def baht_town(chains) -> tuple[World, People, Pubkey]:
    """A campus whose market is paid in baht with two decimals; bob has 1000 of them."""
    world = await chains("paid in baht")
    who = await campus.people(world)
    baht = await other_mint(world, "THB", decimals=2)
    if await world.state(world.at.market) is None:
        await campus.initialize(world, baht)
        await campus.populate(world)
        for user in (who.alice, who.carol, who.mallory):
            await holding(world, user, baht, 0)
        await holding(world, who.bob, baht, 100_000)
    return world, who, baht


async def test_payment_in_another_token_moves_two_tokens(chains) -> None:
    world, who, baht = await baht_town(chains)
    energy_vault, payment_vault = world.at.vault(world.at.energy_mint), world.at.vault(baht)
    # 2000 Wh at 4.00 baht, wanted at 4.50: 1500 Wh cost 6.00, of which floor(600 * 25 / 10000) = 1 satang is the fee.
    await place(world, (who.alice, 1, 2000, 400), (who.bob, 2, 1500, 450), baht)
    paid = world.token_account(who.bob, baht)
    assert await world.balance(paid) == 100_000 - 675
    assert (await world.balance(energy_vault), await world.balance(payment_vault)) == (2_000_000_000, 675)
    energy = await world.balance(world.grid(who.bob))
    call = calls.match_orders(world, who.carol, (who.alice, 1), (who.bob, 2), baht)
    swapped = call.with_accounts(energy_vault=payment_vault, payment_vault=energy_vault)
    await world.refused(swapped, Trading.INVALID_VAULT)
    done: Done = await world.done(call)
    assert done.events[0].fields["total_value"] == 600
    assert await world.balance(world.token_account(who.alice, baht)) == 599
    assert await world.balance(paid) == 100_000 - 600
    assert await world.balance(world.grid(who.bob)) == energy + 1_500_000_000
    assert (await world.balance(energy_vault), await world.balance(payment_vault)) == (500_000_000, 1)


async def test_each_side_is_refunded_in_its_own_token(chains) -> None:
    world, who, baht = await baht_town(chains)
    await place(world, (who.alice, 11, 1000, 400), (who.bob, 12, 1000, 399), baht)
    sell = calls.cancel_order(world, who.alice, 11)
    buy = calls.cancel_order(world, who.bob, 12, baht)
    wrong_vault = sell.with_accounts(vault=world.at.vault(baht))
    await world.refused(wrong_vault, Trading.INVALID_VAULT)
    wrong_account = sell.with_accounts(owner_token_account=world.token_account(who.alice, baht))
    await world.refused(wrong_account, Trading.INVALID_TOKEN_ACCOUNT)
    await world.refused(buy.with_accounts(vault=world.at.vault(world.at.energy_mint)), Trading.INVALID_VAULT)
    await world.refused(buy.with_accounts(owner_token_account=world.grid(who.bob)), Trading.INVALID_TOKEN_ACCOUNT)
    grid, money = await world.balance(world.grid(who.alice)), await world.balance(world.token_account(who.bob, baht))
    await world.run(sell, buy)
    assert await world.balance(world.grid(who.alice)) == grid + 1_000_000_000
    assert await world.balance(world.token_account(who.bob, baht)) == money + 399

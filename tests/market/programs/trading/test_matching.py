"""Trading: settlement of what an auction allots, to the last base unit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from solders.keypair import Keypair
from tests.support import calls, campus
from tests.support.calls import PRICE, TICK, Offer
from tests.support.campus import People
from tests.support.errors import Framework, Trading
from tests.support.events import Event
from tests.support.tokens import holding, other_mint
from tests.support.world import FEE_BPS, NOBODY, World

from gridtokenx.market.units import fee_of

TRADE_SPACE = 8 + 4 * 32 + 5 * 8 + 3 * 8 + (1 + 32) + 32 + 1
DAY = 86_400


async def market(world: World) -> dict[str, Any]:
    return await world.account("trading", "Market", world.at.market)


async def order(world: World, offer: Offer) -> dict[str, Any]:
    return await world.account("trading", "Order", world.at.order(offer.order_id))


async def open_orders(world: World, user: Keypair) -> int:
    account = await world.account("trading", "TradingAccount", world.at.trader(user.pubkey()))
    return account["open_orders"]


async def cleared(world: World, sells: list[Offer], buys: list[Offer]) -> None:
    """All of one quarter-hour, which is then over and cleared."""
    await world.run(*[calls.create_sell_order(world, o) for o in sells])
    await world.run(*[calls.create_buy_order(world, o) for o in buys])
    await campus.clear_quarter(world, (sells + buys)[0].epoch)


async def test_document_a_example(town: World, who: People) -> None:
    """Sell 2000 Wh at 0.15, buy 1500 Wh at 0.16: 0.225 GRID change hands at the seller's price."""
    vault = town.at.vault(town.at.energy_mint)
    keys = {"seller": town.grid(who.alice), "buyer": town.grid(who.bob), "vault": vault}
    before = {name: await town.balance(key) for name, key in keys.items()}
    start = await market(town)
    orders = await open_orders(town, who.alice), await open_orders(town, who.bob)
    epoch = await campus.next_quarter(town)
    sold, bought = Offer(who.alice, 1, epoch, 2000, 150_000_000), Offer(who.bob, 2, epoch, 1500, 160_000_000)
    await cleared(town, [sold], [bought])
    assert await town.balance(keys["seller"]) == before["seller"] - 2_000_000_000
    assert await town.balance(keys["buyer"]) == before["buyer"] - 240_000_000
    assert await town.balance(vault) == before["vault"] + 2_240_000_000
    sell, buy, now = await order(town, sold), await order(town, bought), await town.now()

    done = await town.done(await campus.match(town, who.carol, sold, bought))
    sell_key, buy_key = town.at.order(1), town.at.order(2)
    trade_key = town.at.trade(sell["sequence"], buy["sequence"])
    traders = {town.at.trader(who.bob.pubkey())}
    others = {sell_key, buy_key, trade_key, town.at.market, town.at.epoch(epoch), who.carol.pubkey()}
    assert done.changed == set(keys.values()) | traders | others
    assert len(done.after[trade_key].data) == TRADE_SPACE
    assert done.lamports(who.carol.pubkey()) == -done.lamports(trade_key)
    # seller receives 0.225 less the fee, the buyer gets 1.5 of energy and 0.015 back
    fee = fee_of(225_000_000, FEE_BPS)
    assert await town.balance(keys["seller"]) == before["seller"] - 2_000_000_000 + 225_000_000 - fee
    assert await town.balance(keys["buyer"]) == before["buyer"] - 240_000_000 + 1_500_000_000 + 15_000_000
    assert await town.balance(vault) == before["vault"] + 500_000_000 + fee
    filled = {"filled_amount": 1500, "status": "PartiallyFilled", "locked": 500_000_000}
    assert await order(town, sold) == {**sell, **filled}
    assert await order(town, bought) == {**buy, "filled_amount": 1500, "status": "Completed", "locked": 0}
    assert await open_orders(town, who.alice) == orders[0] + 1
    assert await open_orders(town, who.bob) == orders[1]
    assert await market(town) == {
        **start,
        "active_orders": start["active_orders"] + 1,
        "next_order_id": start["next_order_id"] + 2,
        "total_volume": start["total_volume"] + 225_000_000,
        "total_trades": start["total_trades"] + 1,
        "unclaimed_fees": start["unclaimed_fees"] + fee,
    }
    assert (await town.account("trading", "Epoch", town.at.epoch(epoch)))["unsettled"] == 0
    trade = {
        "sell_order": sell_key,
        "buy_order": buy_key,
        "seller": who.alice.pubkey(),
        "buyer": who.bob.pubkey(),
        "amount": 1500,
        "total_value": 225_000_000,
        "fee_amount": fee,
        "epoch": epoch,
        "erc_certificate": None,
    }
    record = await town.account("trading", "TradeRecord", trade_key)
    assert record.pop("bump") in range(256)
    assert record == {
        **trade,
        "price_per_kwh": 150_000_000,
        "executed_at": now,
        "sell_sequence": sell["sequence"],
        "buy_sequence": buy["sequence"],
        "payer": who.carol.pubkey(),
    }
    assert done.events == [Event("trading", "OrderMatched", {**trade, "price": 150_000_000, "timestamp": now})]


async def test_a_pair_trades_once_and_its_ids_again(town: World, who: People) -> None:
    """The record's address is that of the orders' sequence numbers, so that order ids can come again."""
    for _ in range(2):
        epoch = await campus.next_quarter(town)
        sell, buy = Offer(who.alice, 11, epoch, 1000), Offer(who.bob, 12, epoch, 1000)
        await campus.traded(town, who.carol, sell, buy)
        await town.refused(await campus.match(town, who.carol, sell, buy), 0)
        await town.run(calls.close_order(town, sell), calls.close_order(town, buy))


@pytest.mark.parametrize("backwards", [False, True])
async def test_any_order_of_settling_pays_the_same(town: World, who: People, backwards: bool) -> None:
    """One buy order against three sell orders, of which the dearest is rationed: the fee is each seller's whole fee."""
    epoch = await campus.next_quarter(town)
    first = 41 if backwards else 21
    sells = [Offer(who.alice, first + n, epoch, 333 + n, PRICE + n * TICK) for n in range(3)]
    buy = Offer(who.bob, first + 3, epoch, 900, PRICE + 10 * TICK)
    price = PRICE + 2 * TICK
    start, earned = await market(town), await town.balance(town.grid(who.alice))
    paid = await town.balance(town.grid(who.bob))
    await cleared(town, sells, [buy])
    earned -= 1002 * 1_000_000  # locked
    traded = {0: 333, 1: 334, 2: 233}
    for n in sorted(traded, reverse=backwards):
        await town.run(await campus.match(town, who.carol, sells[n], buy))
    fees = sum(fee_of(wh * price // 1000, FEE_BPS) for wh in traded.values())
    assert await town.balance(town.grid(who.alice)) == earned + 900 * price // 1000 - fees
    assert await town.balance(town.grid(who.bob)) == paid - 900 * price // 1000 + 900_000_000
    after = await market(town)
    assert after["total_volume"] == start["total_volume"] + 900 * price // 1000
    assert after["unclaimed_fees"] == start["unclaimed_fees"] + fees
    rest = await order(town, sells[2])
    assert (rest["filled_amount"], rest["locked"], rest["status"]) == (233, 102_000_000, "PartiallyFilled")
    await town.run(calls.cancel_order(town, sells[2]))


@pytest.mark.parametrize("fee_bps", [0, 1, 1000])
async def test_the_fee_is_the_epochs(town: World, who: People, fee_bps: int) -> None:
    """What the fee is when the epoch is opened; of all that a sell order has traded, floored once."""

    def set_fee(bps: int):
        return town.call("trading", "update_market_params", bps, True, authority=town.deployer)

    await town.run(set_fee(fee_bps))
    epoch = await campus.next_quarter(town)
    await town.run(set_fee(FEE_BPS))
    sell = Offer(who.alice, 3000 + 10 * fee_bps, epoch, 999, 7 * TICK)
    buys = [Offer(who.bob, sell.order_id + 1 + n, epoch, 333, 7 * TICK) for n in range(3)]
    await cleared(town, [sell], buys)
    fees = 0
    for n, buy in enumerate(buys, 1):
        done = await town.done(await campus.match(town, who.carol, sell, buy))
        fees += done.events[0].fields["fee_amount"]
        assert fees == fee_of(333 * n * 7 * TICK // 1000, fee_bps)


async def test_only_open_orders_of_two_people_match(town: World, who: People) -> None:
    epoch = await campus.next_quarter(town)
    sell, buy = Offer(who.alice, 51, epoch, 1000), Offer(who.bob, 52, epoch, 1000)
    own, other = Offer(who.alice, 53, epoch, 1000), Offer(who.carol, 54, epoch, 1000)
    early = calls.match_orders(town, who.carol, sell, buy, (0, 0))
    await town.run(calls.create_sell_order(town, sell), calls.create_buy_order(town, buy))
    await town.refused(await campus.match(town, who.carol, sell, buy), Trading.EPOCH_NOT_CLEARED)
    await cleared(town, [other], [own])
    alone = await campus.match(town, who.carol, sell, own)
    # The same trading account twice, both to be changed: the framework refuses before the rule is asked.
    await town.refused(alone, Framework.CONSTRAINT_DUPLICATE_MUTABLE_ACCOUNT)
    two = alone.with_accounts(buyer_trading_account=town.at.trader(who.bob.pubkey()))
    await town.refused(two, Trading.SELF_TRADE)
    await town.refused(await campus.match(town, who.carol, buy, sell), Trading.INACTIVE_SELL_ORDER)
    await town.refused(await campus.match(town, who.carol, sell, other), Trading.INACTIVE_BUY_ORDER)
    await town.refused(early, Framework.CONSTRAINT_SEEDS)


async def test_what_is_not_allotted_does_not_trade(town: World, who: People) -> None:
    """The dear offer and the cheap bid get nothing, though each would meet somebody's limit."""
    epoch = await campus.next_quarter(town)
    cheap, dear = Offer(who.alice, 61, epoch, 1000, PRICE), Offer(who.carol, 62, epoch, 1000, PRICE + 9 * TICK)
    high, low = Offer(who.bob, 63, epoch, 1000, PRICE + 9 * TICK), Offer(who.bob, 64, epoch, 1000, PRICE)
    await cleared(town, [cheap, dear], [high, low])
    for sell, buy in ((dear, high), (cheap, low)):
        await town.refused(await campus.match(town, who.carol, sell, buy), Trading.PRICE_MISMATCH)
    await town.run(await campus.match(town, who.carol, cheap, high))
    await town.run(calls.cancel_order(town, dear), calls.cancel_order(town, low))


async def test_an_order_trades_in_its_own_epoch(town: World, who: People) -> None:
    epoch = await campus.next_quarter(town)
    sell, buy = Offer(who.alice, 71, epoch, 1000), Offer(who.bob, 72, epoch, 1000)
    await cleared(town, [sell], [buy])
    later = await campus.open_quarter(town)
    other = Offer(who.carol, 73, later, 1000)
    await cleared(town, [other], [])
    await town.refused(await campus.match(town, who.carol, other, buy), Trading.INVALID_EPOCH)
    await town.refused(await campus.match(town, who.carol, replace(sell, epoch=later), buy), Trading.INVALID_EPOCH)


async def test_an_order_past_its_time_does_not_match(town: World, who: People) -> None:
    epoch = await campus.next_quarter(town)
    sell, buy = Offer(who.alice, 81, epoch, 1000), Offer(who.bob, 82, epoch, 1000)
    await cleared(town, [sell], [buy])
    match = await campus.match(town, who.carol, sell, buy)
    await town.travel(DAY)
    assert await town.simulated(match) is None
    await town.travel(1)
    await town.refused(match, Trading.INACTIVE_SELL_ORDER)


async def test_the_matcher_is_the_epochs(town: World, who: People) -> None:
    await town.run(calls.update_market_config(town, matcher=who.mallory.pubkey()))
    epoch = await campus.next_quarter(town)
    await town.run(calls.update_market_config(town, matcher=NOBODY))
    sell, buy = Offer(who.alice, 91, epoch, 1000), Offer(who.bob, 92, epoch, 1000)
    await cleared(town, [sell], [buy])
    match = await campus.match(town, who.carol, sell, buy)
    await town.refused(match, Trading.UNAUTHORIZED_MATCHER)
    await town.run(match.signed_by(matcher=who.mallory))


async def test_everybody_gets_what_is_theirs(town: World, who: People) -> None:
    epoch = await campus.next_quarter(town)
    sell, buy = Offer(who.alice, 101, epoch, 1000), Offer(who.bob, 102, epoch, 1000, PRICE + TICK)
    await cleared(town, [sell], [buy])
    match = await campus.match(town, who.carol, sell, buy)
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
    theirs = match.with_accounts(buyer_trading_account=town.at.trader(who.mallory.pubkey()))
    await town.refused(theirs, Trading.UNAUTHORIZED_USER)
    await town.run(match)


async def test_a_record_is_kept_for_30_days(town: World, who: People) -> None:
    epoch = await campus.next_quarter(town)
    sell, buy = Offer(who.alice, 111, epoch, 1000), Offer(who.bob, 112, epoch, 1000)
    await campus.traded(town, who.carol, sell, buy)
    sequences = ((await order(town, sell))["sequence"], (await order(town, buy))["sequence"])
    close, key = calls.close_trade_record(town, who.carol, sequences), town.at.trade(*sequences)
    await town.travel(30 * DAY - 1)
    await town.refused(close, Trading.TRADE_RECORD_TOO_YOUNG)
    await town.travel(1)
    await town.refused(close.signed_by(payer=who.mallory), Trading.INVALID_PAYER)
    now, rent = await town.now(), (await town.state(key)).lamports
    done = await town.done(close)
    assert done.changed == {key, who.carol.pubkey()}
    assert done.lamports(who.carol.pubkey()) == rent
    fields = {"sell_sequence": sequences[0], "buy_sequence": sequences[1], "timestamp": now}
    assert done.events == [Event("trading", "TradeRecordClosed", fields)]


async def test_energy_is_paid_in_another_token(chains) -> None:
    """Two vaults: energy comes out of one, payment and refund out of the other."""
    world: World = await chains("baht")
    baht = await other_mint(world, "THB", decimals=6)
    await campus.initialize(world, baht)
    who = await campus.populate(world)
    have = 10**12
    for owner in (who.alice, who.bob):
        await holding(world, owner, baht, have if owner is who.bob else 0)
    epoch = await campus.next_quarter(world)
    sell = Offer(who.alice, 1, epoch, 2000, 4 * TICK, mint=baht)
    buy = Offer(who.bob, 2, epoch, 1500, 5 * TICK, mint=baht)
    energy = await world.balance(world.grid(who.bob))
    await cleared(world, [sell], [buy])
    done = await world.done(await campus.match(world, who.carol, sell, buy))
    value = 6_000_000
    fee = fee_of(value, FEE_BPS)
    assert (done.events[0].fields["total_value"], done.events[0].fields["fee_amount"]) == (value, fee)
    assert await world.balance(world.token_account(who.alice, baht)) == value - fee
    assert await world.balance(world.token_account(who.bob, baht)) == have - value
    assert await world.balance(world.grid(who.bob)) == energy + 1500 * 1_000_000
    assert await world.balance(world.at.vault(baht)) == fee
    assert await world.balance(world.at.vault(world.at.energy_mint)) == 500 * 1_000_000

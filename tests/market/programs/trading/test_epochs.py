"""Trading: the life of a quarter-hour, opened, cleared and closed."""

from __future__ import annotations

import pytest
from tests.support import calls, campus
from tests.support.calls import PRICE, TICK, Offer
from tests.support.campus import QUARTER, People
from tests.support.errors import Governance, Trading
from tests.support.events import Event
from tests.support.world import FEE_BPS, NOBODY, World

RULES_SPACE = 2 + 32 + 8 + 1 + 8 + 8 + 2
EPOCH_SPACE = 8 + 4 * 8 + 32 + RULES_SPACE + 3 * 8 + 1 + 9 * 8 + 1 + 2 * 512 * 8
DAY = 86_400


async def epoch_of(world: World, index: int) -> dict:
    return await world.account("trading", "Epoch", world.at.epoch(index))


async def test_open_epoch_takes_the_markets_rules(town: World, who: People) -> None:
    index, now = await town.now() // QUARTER + 2, await town.now()
    key = town.at.epoch(index)
    done = await town.done(calls.open_epoch(town, index))
    assert done.changed == {key, who.gateway.pubkey()}
    assert len(done.after[key].data) == EPOCH_SPACE
    assert done.lamports(who.gateway.pubkey()) == -done.lamports(key)
    account = await epoch_of(town, index)
    assert account.pop("bump") in range(256)
    assert account == {
        "index": index,
        "starts_at": index * QUARTER,
        "ends_at": (index + 1) * QUARTER,
        "settles_until": (index + 1) * QUARTER + DAY,
        "payer": who.gateway.pubkey(),
        "rules": {
            "market_fee_bps": FEE_BPS,
            "matcher": NOBODY,
            "min_order_wh": 100,
            "require_erc": False,
            "price_floor": TICK,
            "price_tick": TICK,
            "price_weight_bps": 0,
        },
        **dict.fromkeys(("orders", "supply", "demand", "price", "volume", "unsettled"), 0),
        **dict.fromkeys(("marginal_ask", "marginal_bid", "offered_at_margin", "sold_at_margin"), 0),
        **dict.fromkeys(("asked_at_margin", "bought_at_margin"), 0),
        "cleared": False,
        "offers": [0] * 512,
        "bids": [0] * 512,
    }
    fields = {
        "epoch": index,
        "starts_at": index * QUARTER,
        "ends_at": (index + 1) * QUARTER,
        "timestamp": now,
    }
    assert done.events == [Event("trading", "EpochOpened", fields)]
    await town.refused(calls.open_epoch(town, index), 0)


async def test_only_the_present_and_a_day_ahead_are_opened(town: World) -> None:
    present = await town.now() // QUARTER
    for index in (0, present - 1, present + 97, 2**64 - 1):
        await town.refused(calls.open_epoch(town, index), Trading.EPOCH_OUT_OF_RANGE)
    for index in (present, present + 96):
        assert await town.simulated(calls.open_epoch(town, index)) is None


async def test_no_epoch_is_opened_while_the_market_is_off_or_paused(town: World) -> None:
    def switch(enabled: bool):
        return town.call("trading", "update_market_params", FEE_BPS, enabled, authority=town.deployer)

    call = calls.open_epoch(town, await town.now() // QUARTER + 5)
    await town.run(switch(False))
    await town.refused(call, Trading.CLEARING_DISABLED)
    await town.run(switch(True))
    end = await campus.pause(town)
    await town.refused(call, Governance.SYSTEM_PAUSED)
    await town.run(end)


@pytest.mark.parametrize(
    ("weight", "price"), [(0, PRICE), (5_000, PRICE + 5 * TICK), (9_999, PRICE + 9 * TICK), (10_000, PRICE + 10 * TICK)]
)
async def test_clearing_finds_one_price(town: World, who: People, weight: int, price: int) -> None:
    """2000 Wh offered at 0.15, 1500 Wh asked at 0.16: 1500 Wh trade, at a price between the two as k says."""
    await town.run(calls.update_market_config(town, price_weight_bps=weight))
    epoch = await campus.next_quarter(town)
    sell, buy = Offer(who.alice, 1, epoch), Offer(who.bob, 2, epoch, 1500, PRICE + 10 * TICK)
    await town.run(calls.create_sell_order(town, sell), calls.create_buy_order(town, buy))
    await town.travel(QUARTER)
    before, now = await epoch_of(town, epoch), await town.now()
    done = await town.done(calls.trigger_market_clearing(town, epoch))
    result = {
        "price": price,
        "volume": 1500,
        "marginal_ask": PRICE,
        "marginal_bid": PRICE + 10 * TICK,
    }
    assert await epoch_of(town, epoch) == {
        **before,
        **result,
        "cleared": True,
        "unsettled": 1500,
        "offered_at_margin": 2000,
        "sold_at_margin": 1500,
        "asked_at_margin": 1500,
        "bought_at_margin": 1500,
    }
    fields = {"epoch": epoch, **result, "supply": 2000, "demand": 1500, "timestamp": now}
    assert done.events[0] == Event("trading", "MarketCleared", fields)
    await town.run(await campus.match(town, who.carol, sell, buy))
    await town.run(calls.cancel_order(town, sell), calls.close_order(town, sell), calls.close_order(town, buy))
    await town.run(calls.update_market_config(town))


async def test_an_epoch_is_cleared_within_its_settlement_window(town: World) -> None:
    epoch = await campus.next_quarter(town)
    await town.travel(QUARTER + DAY)
    assert await town.simulated(calls.trigger_market_clearing(town, epoch)) is None
    await town.travel(1)
    await town.refused(calls.trigger_market_clearing(town, epoch), Trading.EPOCH_OVER)


async def test_a_settled_epoch_is_closed_by_anyone(town: World, who: People) -> None:
    epoch = await campus.next_quarter(town)
    sell, buy = Offer(who.alice, 11, epoch), Offer(who.bob, 12, epoch, 1500)
    await town.run(calls.create_sell_order(town, sell), calls.create_buy_order(town, buy))
    close, key = calls.close_epoch(town, epoch), town.at.epoch(epoch)
    await town.refused(close, Trading.EPOCH_NOT_SETTLED)
    await campus.clear_quarter(town, epoch)
    await town.refused(close, Trading.EPOCH_NOT_SETTLED)
    await town.run(await campus.match(town, who.carol, sell, buy))
    await town.refused(close.with_accounts(payer=who.mallory.pubkey()), Trading.INVALID_PAYER)
    now, rent = await town.now(), (await town.state(key)).lamports
    done = await town.done(close)
    assert done.changed == {key, who.gateway.pubkey()}
    assert done.lamports(who.gateway.pubkey()) == rent
    assert done.events == [Event("trading", "EpochClosed", {"epoch": epoch, "timestamp": now})]
    # What is left of the sell order still goes home.
    await town.refused(calls.cancel_order(town, sell, epoch_closed=False), 3012)
    await town.run(calls.cancel_order(town, sell, epoch_closed=True))


async def test_an_epoch_that_was_never_settled_is_closed_after_its_window(town: World, who: People) -> None:
    epoch = await campus.next_quarter(town)
    sell, buy = Offer(who.alice, 21, epoch), Offer(who.bob, 22, epoch, 1500)
    await town.run(calls.create_sell_order(town, sell), calls.create_buy_order(town, buy))
    await campus.clear_quarter(town, epoch)
    await town.travel(DAY)
    await town.refused(calls.close_epoch(town, epoch), Trading.EPOCH_NOT_SETTLED)
    await town.travel(1)
    await town.run(calls.close_epoch(town, epoch), calls.expire_order(town, sell), calls.expire_order(town, buy))

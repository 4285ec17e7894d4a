"""Trading: the market's initialization, its settings, its fees, and the trading accounts."""

from __future__ import annotations

import pytest
from tests.support import calls, campus
from tests.support.calls import PRICE, TICK, Offer
from tests.support.campus import People
from tests.support.errors import Framework, Governance, Trading
from tests.support.events import Event
from tests.support.snapshots import TOKEN_PROGRAM
from tests.support.tokens import holding, other_mint
from tests.support.world import FEE_BPS, NOBODY, World

from gridtokenx.market.units import fee_of

MARKET_SPACE = 8 + 32 + 3 * 8 + 8 + 1 + 2 + 3 * 32 + 8 + 8 + 4 + 8 + 1 + 8 + 8 + 8 + 2 + 2 * 32 + 8 + 1
TRADER_SPACE = 8 + 32 + 4 + 8 + 1


async def market(world: World) -> dict:
    return await world.account("trading", "Market", world.at.market)


async def test_initialize_only_announces(bare: World) -> None:
    done = await bare.done(bare.call("trading", "initialize", deployer=bare.deployer))
    assert done.changed == set()
    fields = {"authority": bare.deployer.pubkey(), "timestamp": await bare.now()}
    assert done.events == [Event("trading", "TradingInitialized", fields)]


async def with_grid(world: World) -> World:
    await world.run(calls.initialize_energy_token(world), calls.initialize_token(world))
    return world


def is_vault(world: World, data: bytes, mint) -> bool:
    """Whether token account data is an empty account of `mint` that the market controls, with no delegate."""
    return data[:64] == bytes(mint) + bytes(world.at.market) and data[64:72] == bytes(8) and data[108] == 1


async def test_initialize_market_creates_market_and_vault(chains) -> None:
    world = await with_grid(await chains("market in GRID"))
    grid, vault = world.at.energy_mint, world.at.vault(world.at.energy_mint)
    matcher, now = (await world.wallet("matcher")).pubkey(), await world.now()
    done = await world.done(calls.initialize_market(world, 40, matcher))
    assert done.changed == {world.at.market, vault, world.deployer.pubkey()}
    assert len(done.after[world.at.market].data) == MARKET_SPACE
    assert done.after[vault].owner == TOKEN_PROGRAM
    assert is_vault(world, done.after[vault].data, grid)
    paid = done.lamports(world.at.market) + done.lamports(vault)
    assert done.lamports(world.deployer.pubkey()) == -paid
    account = await market(world)
    assert account.pop("bump") in range(256)
    assert account == {
        "authority": world.deployer.pubkey(),
        "active_orders": 0,
        "total_volume": 0,
        "total_trades": 0,
        "created_at": now,
        "clearing_enabled": True,
        "market_fee_bps": 40,
        "energy_mint": grid,
        "payment_mint": grid,
        "matcher": matcher,
        "epoch_length": 900,
        "next_order_id": 0,
        "max_orders_per_user": 50,
        "min_order_wh": 100,
        "require_erc": False,
        "price_floor": TICK,
        "price_tick": TICK,
        "settlement_window": 86_400,
        "price_weight_bps": 0,
        "energy_vault": vault,
        "payment_vault": vault,
        "unclaimed_fees": 0,
    }
    fields = {"authority": world.deployer.pubkey(), "timestamp": now}
    assert done.events == [Event("trading", "MarketInitialized", fields)]
    await world.refused(calls.initialize_market(world, 40, matcher), 0)


async def test_payment_in_another_token_has_a_vault_of_its_own(chains) -> None:
    world = await with_grid(await chains("market in another token"))
    baht = await other_mint(world, "THB", decimals=6)
    call = calls.initialize_market(world, FEE_BPS, NOBODY, baht)
    without = call.with_accounts(payment_vault=world.ids["trading"])
    await world.refused(without, Trading.INVALID_VAULT)
    done = await world.done(call)
    energy, payment = world.at.vault(world.at.energy_mint), world.at.vault(baht)
    assert done.changed == {world.at.market, energy, payment, world.deployer.pubkey()}
    assert is_vault(world, done.after[energy].data, world.at.energy_mint)
    assert is_vault(world, done.after[payment].data, baht)
    account = await market(world)
    vaults = {"energy_vault": energy, "payment_vault": payment, "payment_mint": baht}
    assert vaults.items() <= account.items()


async def test_one_mint_has_one_vault(chains) -> None:
    world = await with_grid(await chains("two vaults"))
    call = calls.initialize_market(world, FEE_BPS, NOBODY)
    twice = call.with_accounts(payment_vault=world.at.vault(world.at.energy_mint))
    await world.refused(twice, 0)
    fake = await other_mint(world, "not GRID")
    await world.refused(call.with_accounts(energy_mint=fake), Framework.CONSTRAINT_SEEDS)
    await world.refused(calls.initialize_market(world, 1001, NOBODY), Trading.INVALID_FEE)
    await world.run(calls.initialize_market(world, 1000, NOBODY))


async def test_update_market_params(town: World) -> None:
    before = await market(town)
    for fee, enabled in ((1000, False), (0, True), (FEE_BPS, True)):
        now = await town.now()
        done = await town.done(town.call("trading", "update_market_params", fee, enabled, authority=town.deployer))
        assert done.changed == ({town.at.market} if done.before != done.after else set())
        settings = {"market_fee_bps": fee, "clearing_enabled": enabled}
        assert await market(town) == {**before, **settings}
        fields = {"authority": town.deployer.pubkey(), **settings, "timestamp": now}
        assert done.events == [Event("trading", "MarketParamsUpdated", fields)]
    too_much = town.call("trading", "update_market_params", 1001, True, authority=town.deployer)
    await town.refused(too_much, Trading.INVALID_FEE)


async def test_update_market_config(town: World, who: People) -> None:
    before, now = await market(town), await town.now()
    settings = {
        "matcher": who.carol.pubkey(),
        "epoch_length": 60,
        "max_orders_per_user": 1,
        "min_order_wh": 7,
        "require_erc": True,
        "price_floor": 5_000,
        "price_tick": 3_000,
        "settlement_window": 3600,
        "price_weight_bps": 5_000,
    }
    done = await town.done(calls.update_market_config(town, **settings))
    assert done.changed == {town.at.market}
    assert await market(town) == {**before, **settings}
    fields = {"authority": town.deployer.pubkey(), "config": settings, "timestamp": now}
    assert done.events == [Event("trading", "MarketConfigUpdated", fields)]
    for name, values in {
        "epoch_length": (0, -1, 315_360_001),
        "settlement_window": (0, -1, 315_360_001),
        "min_order_wh": (0,),
        "price_weight_bps": (10_001,),
    }.items():
        for value in values:
            spoiled = calls.update_market_config(town, **{**settings, name: value})
            await town.refused(spoiled, Trading.INVALID_CONFIG)
    for name in ("price_floor", "price_tick"):
        for value in (0, 1, 999, 1_500):
            spoiled = calls.update_market_config(town, **{**settings, name: value})
            await town.refused(spoiled, Trading.INVALID_PRICE_GRID)
    await town.run(calls.update_market_config(town))
    assert await market(town) == before


@pytest.mark.parametrize("decimals", [0, 5, 10, 18])
async def test_money_has_6_to_9_decimals(chains, decimals: int) -> None:
    world = await with_grid(await chains(f"money with {decimals} decimals"))
    money = await other_mint(world, f"money {decimals}", decimals=decimals)
    await world.refused(calls.initialize_market(world, FEE_BPS, NOBODY, money), Trading.INVALID_PAYMENT_MINT)


async def test_nobody_is_no_authority(town: World) -> None:
    call = town.call("trading", "set_authority", NOBODY, authority=town.deployer)
    await town.refused(call, Trading.INVALID_AUTHORITY)


async def test_set_authority_hands_over_and_back(town: World, who: People) -> None:
    before, now = await market(town), await town.now()
    handover = town.call("trading", "set_authority", who.carol.pubkey(), authority=town.deployer)
    done = await town.done(handover)
    assert done.changed == {town.at.market}
    assert await market(town) == {**before, "authority": who.carol.pubkey()}
    fields = {
        "old_authority": town.deployer.pubkey(),
        "new_authority": who.carol.pubkey(),
        "changed_by": town.deployer.pubkey(),
        "timestamp": now,
    }
    assert done.events == [Event("trading", "AuthorityChanged", fields)]
    await town.refused(handover, Trading.UNAUTHORIZED_AUTHORITY)
    await town.run(handover.with_args(town.deployer.pubkey()).signed_by(authority=who.carol))


async def test_open_trading_account_once_per_user(town: World) -> None:
    dave = await town.wallet("dave")
    key, now = town.at.trader(dave.pubkey()), await town.now()
    call = calls.open_trading_account(town, dave)
    end = await campus.pause(town)
    await town.refused(call, Governance.SYSTEM_PAUSED)
    await town.run(end)
    done = await town.done(call)
    assert done.changed == {key, dave.pubkey()}
    assert len(done.after[key].data) == TRADER_SPACE
    assert done.lamports(dave.pubkey()) == -done.lamports(key)
    account = await town.account("trading", "TradingAccount", key)
    assert account.pop("bump") in range(256)
    assert account == {"user": dave.pubkey(), "open_orders": 0, "created_at": now}
    assert done.events == [Event("trading", "TradingAccountOpened", {"user": dave.pubkey(), "timestamp": now})]
    await town.refused(call, 0)


async def test_withdraw_fees_takes_the_fees_and_nothing_else(town: World, who: People) -> None:
    own = await town.open_token_account(town.deployer)
    withdraw = town.call("trading", "withdraw_fees", authority=town.deployer, fee_token_account=own)
    await town.refused(withdraw, Trading.NO_UNCLAIMED_FEES)
    epoch = await campus.next_quarter(town)
    await campus.traded(town, who.carol, Offer(who.alice, 501, epoch), Offer(who.bob, 502, epoch, 1500))
    fee = fee_of(1500 * PRICE // 1000, FEE_BPS)
    before, now = await market(town), await town.now()
    assert before["unclaimed_fees"] == fee
    vault = town.at.vault(town.at.energy_mint)
    held, owned = await town.balance(vault), await town.balance(own)
    theirs = withdraw.with_accounts(fee_token_account=town.grid(who.mallory))
    await town.refused(theirs, Trading.INVALID_TOKEN_ACCOUNT)
    fake = await holding(town, town.deployer, await other_mint(town, "not GRID"), 0)
    await town.refused(withdraw.with_accounts(fee_token_account=fake), Trading.INVALID_TOKEN_ACCOUNT)
    await town.refused(withdraw.with_accounts(payment_vault=town.grid(who.alice)), Trading.INVALID_VAULT)
    end = await campus.pause(town)
    await town.refused(withdraw, Governance.SYSTEM_PAUSED)
    await town.run(end)
    done = await town.done(withdraw)
    assert done.changed == {town.at.market, vault, own}
    assert await market(town) == {**before, "unclaimed_fees": 0}
    assert (await town.balance(vault), await town.balance(own)) == (held - fee, owned + fee)
    fields = {"authority": town.deployer.pubkey(), "amount": fee, "timestamp": now}
    assert done.events == [Event("trading", "FeesWithdrawn", fields)]
    await town.refused(withdraw, Trading.NO_UNCLAIMED_FEES)

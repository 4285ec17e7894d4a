"""Energy token: GRID is minted against settled generation, moved, and burned."""

from __future__ import annotations

import pytest
from tests.support import calls, campus
from tests.support.campus import People
from tests.support.errors import EnergyToken, Framework, Governance, Registry
from tests.support.events import Event
from tests.support.tokens import holding, other_mint
from tests.support.world import GRID_PER_WH, World


async def token_info(world: World) -> dict:
    return await world.account("energy_token", "TokenInfo", world.at.token_info)


async def metered(world: World, who: People, meter: str, produced: int, consumed: int = 0) -> str:
    """A new meter of alice's with one reading."""
    await world.run(calls.register_meter(world, who.alice, meter))
    await campus.read_meter(world, meter, produced, consumed)
    return meter


async def test_minting_turns_settled_generation_into_grid(town: World, who: People) -> None:
    # Document A: 5000 Wh generated, 2000 Wh consumed, so 3000 Wh are settled and minted.
    meter = await metered(town, who, "EXAMPLE", 5000, 2000)
    key, account, now = town.at.meter(meter), town.grid(who.alice), await town.now()
    info, balance = await token_info(town), await town.balance(account)
    record = await town.account("registry", "MeterAccount", key)
    done = await town.done(calls.mint_grid_tokens(town, who.alice, meter))
    assert done.changed == {key, account, town.at.energy_mint, town.at.token_info}
    amount = 3_000_000_000
    assert await town.balance(account) == balance + amount
    assert await token_info(town) == {**info, "total_supply": info["total_supply"] + amount}
    assert await town.supply() == info["total_supply"] + amount
    settled = {**record, "settled_net_generation": 3000}
    assert await town.account("registry", "MeterAccount", key) == settled
    assert done.events[1:] == [
        Event(
            "energy_token",
            "GridTokensMinted",
            {"meter_owner": who.alice.pubkey(), "amount": amount, "timestamp": now},
        )
    ]
    await town.refused(calls.mint_grid_tokens(town, who.alice, meter), Registry.NO_UNSETTLED_BALANCE)


async def test_only_the_owners_grid_account_is_filled(town: World, who: People) -> None:
    meter = await metered(town, who, "RECEIVER", 100)
    call = calls.mint_grid_tokens(town, who.alice, meter)
    theirs = call.with_accounts(user_token_account=town.grid(who.mallory))
    await town.refused(theirs, EnergyToken.INVALID_TOKEN_ACCOUNT)
    fake = await other_mint(town, "not GRID")
    wrong = call.with_accounts(user_token_account=await holding(town, who.alice, fake, 0))
    await town.refused(wrong, EnergyToken.INVALID_TOKEN_ACCOUNT)
    await town.refused(call.with_accounts(mint=fake), Framework.CONSTRAINT_SEEDS)


async def test_a_meter_that_is_switched_off_does_not_mint(town: World, who: People) -> None:
    meter = await metered(town, who, "OFF", 100)
    call = calls.mint_grid_tokens(town, who.alice, meter)
    await town.run(calls.update_meter_status(town, meter, "Inactive"))
    await town.refused(call, EnergyToken.INVALID_METER)
    await town.run(calls.update_meter_status(town, meter, "Maintenance"), call)


async def test_transfer_tokens_moves_grid(town: World, who: People) -> None:
    sender, receiver, now = town.grid(who.alice), town.grid(who.bob), await town.now()
    balances = await town.balance(sender), await town.balance(receiver)
    done = await town.done(calls.transfer_tokens(town, who.alice, who.bob, 7))
    assert done.changed == {sender, receiver}
    assert (await town.balance(sender), await town.balance(receiver)) == (balances[0] - 7, balances[1] + 7)
    fields = {"sender": who.alice.pubkey(), "recipient": who.bob.pubkey(), "amount": 7, "timestamp": now}
    assert done.events == [Event("energy_token", "GridTokensTransferred", fields)]


async def test_burn_tokens_lowers_the_supply(town: World, who: People) -> None:
    account, now = town.grid(who.alice), await town.now()
    info, balance = await token_info(town), await town.balance(account)
    done = await town.done(calls.burn_tokens(town, who.alice, 500 * GRID_PER_WH))
    assert done.changed == {account, town.at.energy_mint, town.at.token_info}
    assert await town.balance(account) == balance - 500 * GRID_PER_WH
    assert await town.supply() == info["total_supply"] - 500 * GRID_PER_WH
    assert await token_info(town) == {**info, "total_supply": info["total_supply"] - 500 * GRID_PER_WH}
    fields = {"owner": who.alice.pubkey(), "amount": 500 * GRID_PER_WH, "timestamp": now}
    assert done.events == [Event("energy_token", "GridTokensBurned", fields)]


@pytest.mark.parametrize("verb", ["transfer", "burn"])
async def test_only_what_is_there_is_spent(town: World, who: People, verb: str) -> None:
    def call(amount: int):
        if verb == "burn":
            return calls.burn_tokens(town, who.carol, amount)
        return calls.transfer_tokens(town, who.carol, who.mallory, amount)

    await town.refused(call(0), EnergyToken.INVALID_AMOUNT)
    balance = await town.balance(town.grid(who.carol))
    for amount in (balance + 1, 2**64 - 1):
        await town.refused(call(amount), EnergyToken.INSUFFICIENT_BALANCE)
    assert await town.simulated(call(balance)) is None


async def test_only_ones_own_grid_is_spent(town: World, who: People) -> None:
    transfer = calls.transfer_tokens(town, who.mallory, who.bob, 1)
    theirs = transfer.with_accounts(sender_token_account=town.grid(who.alice))
    await town.refused(theirs, EnergyToken.INVALID_TOKEN_ACCOUNT)
    burn = calls.burn_tokens(town, who.mallory, 1).with_accounts(token_account=town.grid(who.alice))
    await town.refused(burn, EnergyToken.INVALID_TOKEN_ACCOUNT)


async def test_only_grid_is_spent(town: World, who: People) -> None:
    fake = await other_mint(town, "not GRID")
    mine, theirs = await holding(town, who.alice, fake, 100), await holding(town, who.bob, fake, 0)
    call = calls.transfer_tokens(town, who.alice, who.bob, 1)
    wrong_sender = call.with_accounts(sender_token_account=mine)
    wrong_receiver = call.with_accounts(recipient_token_account=theirs)
    for spoiled in (wrong_sender, wrong_receiver, wrong_sender.with_accounts(recipient_token_account=theirs)):
        await town.refused(spoiled, EnergyToken.INVALID_TOKEN_ACCOUNT)
    burn = calls.burn_tokens(town, who.alice, 1).with_accounts(token_account=mine)
    await town.refused(burn, EnergyToken.INVALID_TOKEN_ACCOUNT)


async def test_nothing_moves_during_a_pause(town: World, who: People) -> None:
    meter = await metered(town, who, "PAUSED", 100)
    held_back = [
        calls.mint_grid_tokens(town, who.alice, meter),
        calls.transfer_tokens(town, who.alice, who.bob, 1),
        calls.burn_tokens(town, who.alice, 1),
    ]
    end = await campus.pause(town)
    for call in held_back:
        await town.refused(call, Governance.SYSTEM_PAUSED)
    await town.run(end, town.call("governance", "set_maintenance_mode", True, authority=town.deployer))
    for call in held_back:
        await town.refused(call, Governance.MAINTENANCE_MODE)
    await town.run(town.call("governance", "set_maintenance_mode", False, authority=town.deployer))
    await town.run(*held_back)

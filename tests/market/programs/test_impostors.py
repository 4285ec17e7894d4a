"""A callee believes nobody: its own rules hold even when the program that may call it would call with anything."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from solders.pubkey import Pubkey
from tests.support import calls, campus
from tests.support.call import Call
from tests.support.campus import People
from tests.support.errors import EnergyToken, Framework, Governance, Oracle, Registry
from tests.support.events import Event
from tests.support.impostors import with_impostor
from tests.support.world import GRID_PER_WH, World

SOLAR = campus.SOLAR


@pytest_asyncio.fixture(scope="module")
async def read(town: World, who: People) -> World:
    """The campus, with 3000 Wh on alice's meter that are not minted, and another meter of hers in maintenance."""
    await campus.read_meter(town, SOLAR, 5000, 2000)
    await town.run(
        calls.register_meter(town, who.alice, "IDLE"),
        calls.update_meter_status(town, "IDLE", "Maintenance"),
    )
    return town


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the impostors are compiled."""
    return tmp_path_factory.mktemp("impostors")


@pytest_asyncio.fixture(scope="module")
async def false_oracle(read: World, folder: Path) -> AsyncIterator[World]:
    world = await with_impostor(read, "oracle", folder)
    yield world
    await world.close()


@pytest_asyncio.fixture(scope="module")
async def false_token(read: World, folder: Path) -> AsyncIterator[World]:
    world = await with_impostor(read, "energy_token", folder)
    yield world
    await world.close()


@pytest_asyncio.fixture(scope="module")
async def false_governance(read: World, folder: Path) -> AsyncIterator[World]:
    world = await with_impostor(read, "governance", folder)
    yield world
    await world.close()


async def meter_of(world: World, meter: str) -> dict:
    return await world.account("registry", "MeterAccount", world.at.meter(meter))


def reading(world: World, meter: str, generated: int, consumed: int, timestamp: int) -> Call:
    key, own = world.at.meter(meter), world.at.oracle_data
    return world.call("impostor", "pass_reading_on", generated, consumed, timestamp, own=own, meter=key)


async def test_registry_takes_readings_only_forward_in_time(false_oracle: World, who: People) -> None:
    world = false_oracle
    before = await meter_of(world, SOLAR)
    now = before["last_reading_at"] + 1
    for timestamp in (before["last_reading_at"], before["last_reading_at"] - 1, -(2**63)):
        await world.refused(reading(world, SOLAR, 1, 1, timestamp), Oracle.INVALID_METER_READING)
    await world.refused(reading(world, "IDLE", 1, 1, now), Registry.INVALID_METER_STATUS)
    for energies in ((2**64 - 1, 0), (0, 2**64 - 1)):
        await world.refused(reading(world, SOLAR, *energies, now), "ArithmeticOverflow")
    done = await world.done(reading(world, SOLAR, 7, 5, now))
    assert done.changed == {world.at.meter(SOLAR)}
    totals = {"total_generation": before["total_generation"] + 7, "total_consumption": before["total_consumption"] + 5}
    assert await meter_of(world, SOLAR) == {**before, **totals, "last_reading_at": now}
    energies = {"energy_generated": 7, "energy_consumed": 5}
    fields = {"meter_id": SOLAR, "owner": who.alice.pubkey(), **energies, "timestamp": now}
    assert done.events == [Event("registry", "MeterReadingUpdated", fields)]


async def test_registry_reads_only_its_own_meters(false_oracle: World) -> None:
    world = false_oracle
    call = reading(world, SOLAR, 1, 1, await world.now())
    await world.refused(call.with_accounts(registry_program=world.ids["trading"]), Framework.INVALID_PROGRAM_ID)
    await world.refused(call.with_accounts(meter=world.at.registry), Framework.ACCOUNT_DISCRIMINATOR_MISMATCH)


async def test_energy_token_mints_only_to_the_owner(false_oracle: World, who: People) -> None:
    world = false_oracle
    accounts: dict[str, Pubkey] = {
        "own": world.at.oracle_data,
        "grid": world.at.energy_mint,
        "meter": world.at.meter(SOLAR),
        "user": world.at.user(who.alice.pubkey()),
        "receiver": world.grid(who.alice),
    }
    mint = world.call("impostor", "mint", **accounts)
    stolen = mint.with_accounts(receiver=world.grid(who.mallory))
    await world.refused(stolen, EnergyToken.INVALID_TOKEN_ACCOUNT)
    await world.refused(mint.with_accounts(user=world.at.user(who.mallory.pubkey())), Registry.UNAUTHORIZED_USER)
    await world.refused(mint.with_accounts(meter=world.at.meter("IDLE")), Registry.NO_UNSETTLED_BALANCE)
    unsettled = await world.view(world.call("registry", "get_unsettled_balance", meter_account=world.at.meter(SOLAR)))
    balance, supply, now = await world.balance(accounts["receiver"]), await world.supply(), await world.now()
    done = await world.done(mint)
    amount = unsettled * GRID_PER_WH
    assert done.changed == {accounts["meter"], accounts["receiver"], accounts["grid"], world.at.token_info}
    assert await world.balance(accounts["receiver"]) == balance + amount
    assert await world.supply() == supply + amount
    minted = {"meter_owner": who.alice.pubkey(), "amount": amount, "timestamp": now}
    assert done.events[-1] == Event("energy_token", "GridTokensMinted", minted)
    await world.refused(mint, Registry.NO_UNSETTLED_BALANCE)


async def test_trading_clears_only_what_is_over_and_only_once(false_oracle: World) -> None:
    world = false_oracle
    epoch = await world.now() // campus.QUARTER + 1
    await world.run(calls.open_epoch(world, epoch))
    call = world.call("impostor", "clear", own=world.at.oracle_data, epoch=world.at.epoch(epoch))
    await world.refused(call, Oracle.MARKET_CLEARING_IN_PROGRESS)
    await world.travel((epoch + 1) * campus.QUARTER - await world.now())
    done = await world.done(call)
    assert done.changed == {world.at.epoch(epoch)}
    await world.refused(call, Oracle.MARKET_CLEARING_IN_PROGRESS)


async def test_registry_settles_for_the_owner_and_returns_the_amount(false_token: World, who: People) -> None:
    world = false_token
    key, now = world.at.meter(SOLAR), await world.now()
    settle = world.call(
        "impostor", "settle", own=world.at.token_info, meter=key, user=world.at.user(who.alice.pubkey())
    )
    await world.refused(settle.with_accounts(user=world.at.user(who.mallory.pubkey())), Registry.UNAUTHORIZED_USER)
    await world.refused(settle.with_accounts(meter=world.at.meter("IDLE")), Registry.NO_UNSETTLED_BALANCE)
    before = await meter_of(world, SOLAR)
    done = await world.done(settle)
    assert done.returned == 3000
    assert done.changed == {key}
    total = before["settled_net_generation"] + 3000
    assert await meter_of(world, SOLAR) == {**before, "settled_net_generation": total}
    amounts = {"tokens_to_mint": 3000, "total_settled": total}
    fields = {"meter_id": SOLAR, "owner": who.alice.pubkey(), **amounts, "timestamp": now}
    assert done.events == [Event("registry", "MeterBalanceSettled", fields)]
    await world.refused(settle, Registry.NO_UNSETTLED_BALANCE)


async def test_registry_remembers_claims(false_governance: World, who: People) -> None:
    world = false_governance
    key, now, before = world.at.meter(SOLAR), await world.now(), await meter_of(world, SOLAR)
    available = before["total_generation"] - before["claimed_erc_generation"]
    claim = world.call("impostor", "claim", available, own=world.at.poa_config, meter=key)
    for amount in (available + 1, 2**64 - 1):
        await world.refused(claim.with_args(amount), Governance.INSUFFICIENT_AVAILABLE_ENERGY)
    done = await world.done(claim)
    assert done.changed == {key}
    assert await meter_of(world, SOLAR) == {**before, "claimed_erc_generation": before["total_generation"]}
    amounts = {"amount": available, "total_claimed": before["total_generation"]}
    fields = {"meter_id": SOLAR, "owner": who.alice.pubkey(), **amounts, "timestamp": now}
    assert done.events == [Event("registry", "ErcGenerationClaimed", fields)]
    await world.refused(claim.with_args(1), Governance.INSUFFICIENT_AVAILABLE_ENERGY)

"""Oracle: readings of the meters, minting along with them, and market clearing."""

from __future__ import annotations

import pytest
from tests.support import calls, campus
from tests.support.campus import People
from tests.support.errors import EnergyToken, Governance, Oracle, Registry
from tests.support.events import Event
from tests.support.world import GRID_PER_WH, World

LARGEST = 1_000_000  # Wh in a quarter of an hour
QUARTER = 900  # seconds


async def oracle(world: World) -> dict:
    return await world.account("oracle", "OracleData", world.at.oracle_data)


async def new_meter(world: World, who: People, meter: str) -> str:
    """A meter of alice's that was registered a quarter of an hour ago."""
    many = world.call("registry", "update_registry_config", 255, False, "Library", authority=world.deployer)
    await world.run(many, calls.register_meter(world, who.alice, meter))
    await world.travel(QUARTER)
    return meter


async def test_a_reading_is_counted_recorded_and_passed_on(town: World, who: People) -> None:
    meter = await new_meter(town, who, "READ")
    before, now = await oracle(town), await town.now()
    done = await town.done(calls.submit_meter_reading(town, meter, 5000, 2000, now - 1))
    assert done.changed == {town.at.oracle_data, town.at.meter(meter)}
    counted = {"total_readings": before["total_readings"] + 1, "last_reading_timestamp": now - 1}
    assert await oracle(town) == {**before, **counted}
    record = {
        "meter_id": meter,
        "energy_produced": 5000,
        "energy_consumed": 2000,
        "timestamp": now - 1,
        "submitter": who.gateway.pubkey(),
    }
    passed_on = {
        "meter_id": meter,
        "owner": who.alice.pubkey(),
        "energy_generated": 5000,
        "energy_consumed": 2000,
        "timestamp": now - 1,
    }
    assert done.events == [
        Event("oracle", "MeterReadingSubmitted", record),
        Event("registry", "MeterReadingUpdated", passed_on),
    ]


@pytest.mark.parametrize(
    ("produced", "consumed"), [(LARGEST + 1, 0), (0, LARGEST + 1), (2**64 - 1, 0), (2**64 - 1, 2**64 - 1)]
)
async def test_an_implausible_reading_is_refused(town: World, who: People, produced: int, consumed: int) -> None:
    """More than the meter can measure in the quarter of an hour since its registration."""
    meter = f"IMPLAUSIBLE-{produced % 7}{consumed % 7}"
    await new_meter(town, who, meter)
    now = await town.now()
    reading = calls.submit_meter_reading(town, meter, produced, consumed, now)
    await town.refused(reading, Oracle.INVALID_METER_READING)
    processed = calls.process_energy_data(town, who.alice, meter, produced, consumed, now)
    await town.refused(processed, Oracle.INVALID_METER_READING)


@pytest.mark.parametrize("seconds", [1, 9, 450, 900, 901])
async def test_a_reading_is_a_rate(town: World, who: People, seconds: int) -> None:
    meter = await new_meter(town, who, f"RATE-{seconds}")
    first = await town.now()
    await town.run(calls.submit_meter_reading(town, meter, LARGEST, LARGEST, first))
    await town.travel(seconds)
    most = LARGEST * seconds // QUARTER
    for produced, consumed in ((most + 1, 0), (0, most + 1)):
        reading = calls.submit_meter_reading(town, meter, produced, consumed, first + seconds)
        await town.refused(reading, Oracle.INVALID_METER_READING)
    await town.run(calls.submit_meter_reading(town, meter, most, most, first + seconds))


async def test_a_night_of_nothing_is_a_reading(town: World, who: People) -> None:
    meter = await new_meter(town, who, "NIGHT")
    now = await town.now()
    done = await town.done(calls.submit_meter_reading(town, meter, 0, 0, now))
    assert done.changed == {town.at.oracle_data, town.at.meter(meter)}
    assert (await town.account("registry", "MeterAccount", town.at.meter(meter)))["last_reading_at"] == now


async def test_a_reading_is_newer_than_the_meter(town: World, who: People) -> None:
    meter = await new_meter(town, who, "BORN")
    born = (await town.account("registry", "MeterAccount", town.at.meter(meter)))["registered_at"]
    for timestamp in (born, born - 1, 0):
        reading = calls.submit_meter_reading(town, meter, 0, 0, timestamp)
        await town.refused(reading, Oracle.INVALID_METER_READING)
    await town.run(calls.submit_meter_reading(town, meter, 0, 0, born + 1))


async def test_a_reading_is_newer_than_the_last(town: World, who: People) -> None:
    meter = await new_meter(town, who, "NEWER")
    now = await town.now()
    await town.run(calls.submit_meter_reading(town, meter, 1, 0, now))
    for timestamp in (now, now - 1, 0, -(2**63)):
        reading = calls.submit_meter_reading(town, meter, 1, 0, timestamp)
        await town.refused(reading, Oracle.INVALID_METER_READING)
    await town.run(calls.submit_meter_reading(town, meter, 1, 0, now + 1))


async def test_a_reading_is_at_most_60_seconds_ahead(town: World, who: People) -> None:
    meter = await new_meter(town, who, "AHEAD")
    now = await town.now()
    for timestamp in (now + 61, 2**63 - 1):
        reading = calls.submit_meter_reading(town, meter, 1, 0, timestamp)
        await town.refused(reading, Oracle.INVALID_METER_READING)
    await town.run(calls.submit_meter_reading(town, meter, 1, 0, now + 60))


async def test_the_meter_is_the_one_that_is_named(town: World, who: People) -> None:
    meter = await new_meter(town, who, "NAMED")
    reading = calls.submit_meter_reading(town, meter, 1, 0, await town.now())
    await town.refused(reading.with_args("OTHER", *reading.args[1:]), Oracle.INVALID_METER_READING)
    theirs = reading.with_accounts(meter_account=town.at.meter(campus.GRID_METER))
    await town.refused(theirs, Oracle.INVALID_METER_READING)


async def test_process_energy_data_reads_and_mints_at_once(town: World, who: People) -> None:
    meter = await new_meter(town, who, "PROCESSED")
    before, now = await oracle(town), await town.now()
    balance, supply = await town.balance(town.grid(who.alice)), await town.supply()
    done = await town.done(calls.process_energy_data(town, who.alice, meter, 5000, 2000, now))
    key = town.at.meter(meter)
    assert done.changed == {
        town.at.oracle_data,
        key,
        town.at.token_info,
        town.at.energy_mint,
        town.grid(who.alice),
    }
    amount = 3000 * GRID_PER_WH
    assert await town.balance(town.grid(who.alice)) == balance + amount
    assert await town.supply() == supply + amount
    info = await town.account("energy_token", "TokenInfo", town.at.token_info)
    assert info["total_supply"] == supply + amount
    assert (await oracle(town))["total_readings"] == before["total_readings"] + 1
    settled = await town.account("registry", "MeterAccount", key)
    totals = ("total_generation", "total_consumption", "settled_net_generation", "last_reading_at")
    assert [settled[name] for name in totals] == [5000, 2000, 3000, now]
    names = ["MeterReadingSubmitted", "MeterReadingUpdated", "MeterBalanceSettled", "GridTokensMinted"]
    assert [event.name for event in done.events] == names
    minted = {"meter_owner": who.alice.pubkey(), "amount": amount, "timestamp": now}
    assert done.events[3] == Event("energy_token", "GridTokensMinted", minted)
    settlement = {
        "meter_id": meter,
        "owner": who.alice.pubkey(),
        "tokens_to_mint": 3000,
        "total_settled": 3000,
        "timestamp": now,
    }
    assert done.events[2] == Event("registry", "MeterBalanceSettled", settlement)


async def test_process_energy_data_mints_nothing_for_consumption(town: World, who: People) -> None:
    meter = await new_meter(town, who, "CONSUMED")
    done = await town.done(calls.process_energy_data(town, who.alice, meter, 100, 300, await town.now()))
    assert done.changed == {town.at.oracle_data, town.at.meter(meter)}
    assert [event.name for event in done.events] == ["MeterReadingSubmitted", "MeterReadingUpdated"]


async def test_process_energy_data_mints_to_the_owner_only(town: World, who: People) -> None:
    meter = await new_meter(town, who, "OWNERS")
    call = calls.process_energy_data(town, who.alice, meter, 100, 0, await town.now())
    elsewhere = call.with_accounts(owner_token_account=town.grid(who.mallory))
    await town.refused(elsewhere, EnergyToken.INVALID_TOKEN_ACCOUNT)
    not_owner = call.with_accounts(user_account=town.at.user(who.mallory.pubkey()))
    await town.refused(not_owner, Registry.UNAUTHORIZED_USER)


async def test_a_suspended_owner_is_read_and_gets_nothing_yet(town: World, who: People) -> None:
    meter = await new_meter(town, who, "SUSPENDED")
    await town.run(calls.update_user_status(town, who.alice, "Suspended"))
    call = calls.process_energy_data(town, who.alice, meter, 100, 0, await town.now())
    done = await town.done(call)
    assert [event.name for event in done.events] == ["MeterReadingSubmitted", "MeterReadingUpdated"]
    await town.refused(calls.mint_grid_tokens(town, who.alice, meter), Registry.INVALID_USER_STATUS)
    await town.run(calls.update_user_status(town, who.alice, "Active"))
    await town.run(calls.mint_grid_tokens(town, who.alice, meter))


async def test_nothing_is_read_during_a_pause(town: World, who: People) -> None:
    epoch = await campus.open_quarter(town)
    end = await campus.pause(town)
    now = await town.now()
    for call in (
        calls.submit_meter_reading(town, campus.GRID_METER, 0, 1, now),
        calls.process_energy_data(town, who.bob, campus.GRID_METER, 0, 1, now),
        calls.trigger_market_clearing(town, epoch),
    ):
        await town.refused(call, Governance.SYSTEM_PAUSED)
    await town.run(end, town.call("governance", "set_maintenance_mode", True, authority=town.deployer))
    reading = calls.submit_meter_reading(town, campus.GRID_METER, 0, 1, now)
    await town.refused(reading, Governance.MAINTENANCE_MODE)
    await town.run(town.call("governance", "set_maintenance_mode", False, authority=town.deployer))


async def test_clearing_clears_an_epoch_that_is_over_once(town: World, who: People) -> None:
    epoch = await campus.next_quarter(town)
    trigger = calls.trigger_market_clearing(town, epoch)
    for seconds in (0, QUARTER - 1):
        await town.travel(seconds)
        await town.refused(trigger, Oracle.MARKET_CLEARING_IN_PROGRESS)
    await town.travel(1)
    before, now = await oracle(town), await town.now()
    done = await town.done(trigger)
    assert done.changed == {town.at.oracle_data, town.at.epoch(epoch)}
    assert await oracle(town) == {**before, "last_clearing": now}
    nothing = dict.fromkeys(("price", "marginal_ask", "marginal_bid", "volume", "supply", "demand"), 0)
    triggered = {"authority": who.gateway.pubkey(), "timestamp": now, "epoch": epoch}
    assert done.events == [
        Event("trading", "MarketCleared", {"epoch": epoch, **nothing, "timestamp": now}),
        Event("oracle", "MarketClearingTriggered", triggered),
    ]
    await town.refused(trigger, Oracle.MARKET_CLEARING_IN_PROGRESS)


async def test_a_late_clearing_moves_no_other(town: World) -> None:
    """400 s late each time, and one missed and made up for: every quarter-hour is cleared."""
    first = await campus.next_quarter(town)
    await town.run(*[calls.open_epoch(town, first + n) for n in range(1, 5)])
    await town.travel(400)
    for n in range(5):
        await town.travel(QUARTER)
        if n != 1:
            await town.run(calls.trigger_market_clearing(town, first + n))
    await town.run(calls.trigger_market_clearing(town, first + 1))
    epochs = [await town.account("trading", "Epoch", town.at.epoch(first + n)) for n in range(5)]
    assert all(epoch["cleared"] for epoch in epochs)
    assert [epoch["starts_at"] for epoch in epochs] == [(first + n) * QUARTER for n in range(5)]


async def test_the_epoch_is_the_one_that_is_named(town: World) -> None:
    epoch = await campus.next_quarter(town)
    await town.travel(QUARTER)
    call = calls.trigger_market_clearing(town, epoch)
    await town.refused(call.with_args(epoch - 1), Oracle.INVALID_EPOCH)


async def test_clearing_can_be_switched_off(town: World) -> None:
    epoch = await campus.next_quarter(town)
    await town.travel(QUARTER)
    await town.run(calls.update_oracle_config(town, auto_clearing_enabled=False))
    await town.refused(calls.trigger_market_clearing(town, epoch), Oracle.AUTO_CLEARING_DISABLED)
    await town.run(calls.update_oracle_config(town), calls.trigger_market_clearing(town, epoch))

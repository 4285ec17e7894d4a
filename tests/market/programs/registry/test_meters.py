"""Registry: meters, what they measured, and what was taken from that."""

from __future__ import annotations

from itertools import pairwise

import pytest
from tests.support import calls, campus
from tests.support.campus import People
from tests.support.errors import Framework, Governance, Oracle, Registry
from tests.support.events import Event
from tests.support.world import World

METER_SPACE = 8 + (4 + 50) + 32 + 1 + 1 + 8 + 8 + 8 + 8 + 8 + 8 + 32 + 1


async def read(world: World, meter: str) -> dict:
    return await world.account("registry", "MeterAccount", world.at.meter(meter))


@pytest.mark.parametrize("meter", ["M", "METER-" + "x" * 26, "long meter id: " + "~" * 35])
async def test_register_meter_creates_the_account(town: World, who: People, meter: str) -> None:
    key, user, now = town.at.meter(meter), town.at.user(who.alice.pubkey()), await town.now()
    owner = await town.account("registry", "UserAccount", user)
    registry = await town.account("registry", "Registry", town.at.registry)
    done = await town.done(calls.register_meter(town, who.alice, meter, "Battery"))
    assert done.changed == {key, user, town.at.registry, who.alice.pubkey()}
    assert len(done.after[key].data) == METER_SPACE
    assert done.lamports(who.alice.pubkey()) == -done.lamports(key)
    account = await read(town, meter)
    assert account.pop("bump") in range(256)
    assert account == {
        "meter_id": meter,
        "owner": who.alice.pubkey(),
        "meter_type": "Battery",
        "status": "Active",
        "registered_at": now,
        "last_reading_at": 0,
        "total_generation": 0,
        "total_consumption": 0,
        "settled_net_generation": 0,
        "claimed_erc_generation": 0,
        "payer": who.alice.pubkey(),
    }
    counted = {**owner, "meter_count": owner["meter_count"] + 1}
    assert await town.account("registry", "UserAccount", user) == counted
    counted = {**registry, "meter_count": registry["meter_count"] + 1}
    assert await town.account("registry", "Registry", town.at.registry) == counted
    fields = {"meter_id": meter, "owner": who.alice.pubkey(), "meter_type": "Battery", "timestamp": now}
    assert done.events == [Event("registry", "MeterRegistered", fields)]


async def test_a_meter_id_is_taken_once(town: World, who: People) -> None:
    await town.refused(calls.register_meter(town, who.mallory, campus.SOLAR), 0)
    await town.refused(calls.assign_meter(town, who.mallory, campus.SOLAR), 0)


async def test_a_meter_id_has_at_most_50_bytes(town: World, who: People) -> None:
    call = calls.register_meter(town, who.alice, "x" * 50)
    too_long = call.with_args("x" * 51, call.args[1])
    await town.refused(too_long, Framework.INSTRUCTION_DID_NOT_DESERIALIZE)


@pytest.mark.parametrize("meter", ["", "tab\there", "smörgås", "\x7f"])
async def test_a_meter_id_is_printable_ascii(town: World, who: People, meter: str) -> None:
    from gridtokenx.chain.interface.addresses import find_address

    key = find_address((b"meter", meter[:32].encode(), meter[32:].encode()), town.ids["registry"])
    template = calls.register_meter(town, who.alice, "template")
    call = template.with_args(meter, template.args[1]).with_accounts(meter_account=key)
    await town.refused(call, Registry.INVALID_METER_ID)


async def test_the_address_is_that_of_the_id(town: World, who: People) -> None:
    call = calls.register_meter(town, who.alice, "ADDRESS-A")
    await town.refused(call.with_accounts(meter_account=town.at.meter("ADDRESS-B")), Framework.CONSTRAINT_SEEDS)


async def test_another_users_account_is_not_charged(town: World, who: People) -> None:
    call = calls.register_meter(town, who.alice, "OTHERS")
    theirs = call.with_accounts(user_account=town.at.user(who.mallory.pubkey()))
    await town.refused(theirs, Framework.CONSTRAINT_SEEDS)


async def test_a_user_has_a_limited_number_of_meters(town: World) -> None:
    kim = await town.wallet("kim")
    await town.run(calls.register_user(town, kim))

    def limit(meters: int):
        return town.call("registry", "update_registry_config", meters, False, "Library", authority=town.deployer)

    await town.run(limit(2), calls.register_meter(town, kim, "KIM-1"), calls.assign_meter(town, kim, "KIM-2"))
    await town.refused(calls.register_meter(town, kim, "KIM-3"), Registry.METER_LIMIT_REACHED)
    await town.refused(calls.assign_meter(town, kim, "KIM-3"), Registry.METER_LIMIT_REACHED)
    await town.run(limit(10), calls.register_meter(town, kim, "KIM-3"))


async def test_assign_meter_is_paid_by_the_authority(town: World, who: People) -> None:
    meter = "ASSIGNED"
    key, user, now = town.at.meter(meter), town.at.user(who.bob.pubkey()), await town.now()
    done = await town.done(calls.assign_meter(town, who.bob, meter, "Wind"))
    assert done.changed == {key, user, town.at.registry, town.deployer.pubkey()}
    assert done.lamports(town.deployer.pubkey()) == -done.lamports(key)
    account = await read(town, meter)
    assert (account["owner"], account["meter_type"], account["status"]) == (who.bob.pubkey(), "Wind", "Active")
    fields = {"meter_id": meter, "owner": who.bob.pubkey(), "meter_type": "Wind", "timestamp": now}
    assert done.events == [Event("registry", "MeterRegistered", fields)]


async def test_assign_meter_needs_the_owners_account(town: World, who: People) -> None:
    call = calls.assign_meter(town, who.bob, "MISASSIGNED")
    theirs = call.with_accounts(user_account=town.at.user(who.alice.pubkey()))
    await town.refused(theirs, Framework.CONSTRAINT_SEEDS)
    stranger = calls.assign_meter(town, who.stranger, "MISASSIGNED")
    await town.refused(stranger, Framework.ACCOUNT_NOT_INITIALIZED)


async def test_remove_meter_frees_an_id(town: World, who: People) -> None:
    """A meter that never gave a reading goes without a trace, and its real owner can register it."""
    meter = "SQUATTED"
    await town.run(calls.register_meter(town, who.mallory, meter))
    key, user, now = town.at.meter(meter), town.at.user(who.mallory.pubkey()), await town.now()
    counts = [
        (await town.account("registry", name, at))["meter_count"]
        for name, at in (("UserAccount", user), ("Registry", town.at.registry))
    ]
    done = await town.done(calls.remove_meter(town, who.mallory, meter))
    assert done.changed == {key, user, town.at.registry, who.mallory.pubkey()}
    assert await town.state(key) is None
    assert done.lamports(who.mallory.pubkey()) == -done.lamports(key)
    assert [
        (await town.account("registry", name, at))["meter_count"]
        for name, at in (("UserAccount", user), ("Registry", town.at.registry))
    ] == [count - 1 for count in counts]
    fields = {"meter_id": meter, "owner": who.mallory.pubkey(), "timestamp": now}
    assert done.events == [Event("registry", "MeterRemoved", fields)]
    await town.run(calls.register_meter(town, who.carol, meter))


async def test_remove_meter_keeps_what_was_measured(town: World, who: People) -> None:
    await town.refused(calls.remove_meter(town, who.alice, campus.SOLAR), Registry.METER_IN_USE)


async def test_remove_meter_pays_the_payer(town: World, who: People) -> None:
    await town.run(calls.register_meter(town, who.mallory, "RENT"))
    remove = calls.remove_meter(town, who.mallory, "RENT")
    await town.refused(remove.with_accounts(payer=who.bob.pubkey()), Registry.INVALID_PAYER)
    theirs = remove.with_accounts(user_account=town.at.user(who.bob.pubkey()))
    await town.refused(theirs, Registry.UNAUTHORIZED_USER)


async def test_the_authority_switches_a_meter(town: World, who: People) -> None:
    meter = "SWITCHED"
    await town.run(calls.register_meter(town, who.carol, meter))
    key, before = town.at.meter(meter), await read(town, meter)
    is_valid = town.call("registry", "is_valid_meter", meter_account=key)
    statuses = ["Active", "Maintenance", "Active", "Inactive", "Maintenance", "Inactive", "Active"]
    for old, new in pairwise(statuses):
        now = await town.now()
        done = await town.done(calls.update_meter_status(town, meter, new))
        assert done.changed == {key}
        assert await read(town, meter) == {**before, "status": new}
        fields = {
            "meter_id": meter,
            "owner": who.carol.pubkey(),
            "old_status": old,
            "new_status": new,
            "timestamp": now,
        }
        assert done.events == [Event("registry", "MeterStatusUpdated", fields)]
        assert await town.view(is_valid) is (new == "Active")
        for status in set(statuses):
            silence = calls.update_meter_status(town, meter, status).signed_by(authority=who.carol)
            await town.refused(silence, Registry.UNAUTHORIZED_AUTHORITY)


async def test_transfer_meter_gives_it_to_another(town: World, who: People) -> None:
    meter = "GIVEN"
    await town.run(calls.register_meter(town, who.mallory, meter))
    await campus.read_meter(town, meter, 500, 0)
    give = calls.transfer_meter(town, who.mallory, who.bob, meter)
    await town.refused(give, Registry.UNSETTLED_ENERGY)
    await town.run(calls.mint_grid_tokens(town, who.mallory, meter))
    key, now = town.at.meter(meter), await town.now()
    users = [town.at.user(user.pubkey()) for user in (who.mallory, who.bob)]
    counts = [(await town.account("registry", "UserAccount", user))["meter_count"] for user in users]
    before = await read(town, meter)
    done = await town.done(give)
    assert done.changed == {key, *users}
    assert await read(town, meter) == {**before, "owner": who.bob.pubkey()}
    after = [(await town.account("registry", "UserAccount", user))["meter_count"] for user in users]
    assert after == [counts[0] - 1, counts[1] + 1]
    fields = {
        "meter_id": meter,
        "old_owner": who.mallory.pubkey(),
        "new_owner": who.bob.pubkey(),
        "timestamp": now,
    }
    assert done.events == [Event("registry", "MeterTransferred", fields)]
    await town.refused(calls.transfer_meter(town, who.mallory, who.carol, meter), Registry.UNAUTHORIZED_USER)


async def test_the_authority_switches_meters_also_during_a_pause(town: World) -> None:
    end = await campus.pause(town)
    off = calls.update_meter_status(town, campus.WIND, "Inactive")
    assert (await town.done(off)).changed == {town.at.meter(campus.WIND)}
    await town.run(calls.update_meter_status(town, campus.WIND, "Active"), end)


async def test_no_account_is_no_valid_meter(town: World) -> None:
    assert await town.view(town.call("registry", "is_valid_meter", meter_account=None)) is False
    call = town.call("registry", "get_unsettled_balance", meter_account=None)
    await town.refused(call, Registry.METER_NOT_FOUND)


async def test_a_reading_adds_to_the_totals(town: World, who: People) -> None:
    meter = "TOTALS"
    await town.run(calls.register_meter(town, who.carol, meter))
    key, now = town.at.meter(meter), await town.now()
    before = await read(town, meter)
    for at, (produced, consumed, total) in enumerate([(5000, 2000, (5000, 2000)), (1, 0, (5001, 2000))]):
        timestamp = now + 10 * (at + 1)
        done = await town.done(calls.submit_meter_reading(town, meter, produced, consumed, timestamp))
        assert done.changed == {key, town.at.oracle_data}
        totals = {"total_generation": total[0], "total_consumption": total[1], "last_reading_at": timestamp}
        assert await read(town, meter) == {**before, **totals}
        fields = {
            "meter_id": meter,
            "owner": who.carol.pubkey(),
            "energy_generated": produced,
            "energy_consumed": consumed,
            "timestamp": timestamp,
        }
        assert Event("registry", "MeterReadingUpdated", fields) in done.events


async def test_a_reading_needs_an_active_meter(town: World, who: People) -> None:
    meter = "IDLE"
    await town.run(calls.register_meter(town, who.carol, meter))
    reading = calls.submit_meter_reading(town, meter, 1, 0, await town.now() + 1)
    for status in ("Maintenance", "Inactive"):
        await town.run(calls.update_meter_status(town, meter, status))
        await town.refused(reading, Registry.INVALID_METER_STATUS)
    await town.run(calls.update_meter_status(town, meter, "Active"), reading)


async def test_totals_do_not_wrap(town: World, who: People) -> None:
    meter = "NEARLY-FULL"
    await town.run(calls.register_meter(town, who.carol, meter))
    key = town.at.meter(meter)
    state = await town.state(key)
    offset = 8 + 4 + len(meter) + 32 + 1 + 1 + 8 + 8
    full = state.data[:offset] + (2**64 - 10).to_bytes(8, "little") + state.data[offset + 8 :]
    await town.set_account(key, type(state)(state.lamports, state.owner, full))
    now = await town.now() + 1
    await town.refused(calls.submit_meter_reading(town, meter, 10, 0, now), "ArithmeticOverflow")
    await town.run(calls.submit_meter_reading(town, meter, 9, 0, now))


async def test_unsettled_balance_is_never_negative(town: World, who: People) -> None:
    meter = "BALANCE"
    await town.run(calls.register_meter(town, who.alice, meter))
    view = town.call("registry", "get_unsettled_balance", meter_account=town.at.meter(meter))
    now = await town.now()
    # (produced, consumed, mint?, unsettled): after a mint, consumption can take the net below what is settled.
    steps = [(100, 300, False, 0), (1000, 0, False, 800), (0, 0, True, 0), (0, 500, False, 0), (600, 0, False, 100)]
    for at, (produced, consumed, mint, unsettled) in enumerate(steps):
        if mint:
            await town.run(calls.mint_grid_tokens(town, who.alice, meter))
        else:
            await town.run(calls.submit_meter_reading(town, meter, produced, consumed, now + at + 1))
        assert await town.view(view) == unsettled


async def test_settling_marks_what_is_minted(town: World, who: People) -> None:
    meter = "SETTLED"
    await town.run(calls.register_meter(town, who.alice, meter))
    await campus.read_meter(town, meter, 5000, 2000)
    before, now = await read(town, meter), await town.now()
    done = await town.done(calls.mint_grid_tokens(town, who.alice, meter))
    assert await read(town, meter) == {**before, "settled_net_generation": 3000}
    fields = {
        "meter_id": meter,
        "owner": who.alice.pubkey(),
        "tokens_to_mint": 3000,
        "total_settled": 3000,
        "timestamp": now,
    }
    assert done.events[0] == Event("registry", "MeterBalanceSettled", fields)
    await town.refused(calls.mint_grid_tokens(town, who.alice, meter), Registry.NO_UNSETTLED_BALANCE)


async def test_settling_checks_the_owner(town: World, who: People) -> None:
    meter = "OWNED"
    await town.run(calls.register_meter(town, who.alice, meter))
    await campus.read_meter(town, meter, 5000, 2000)
    theirs = calls.mint_grid_tokens(town, who.alice, meter).signed_by(meter_owner=who.mallory)
    await town.refused(theirs, Registry.UNAUTHORIZED_USER)


async def test_claims_are_remembered(town: World, who: People) -> None:
    meter = "CLAIMED"
    await town.run(calls.register_meter(town, who.alice, meter))
    await campus.read_meter(town, meter, 10_000, 0)
    before, now = await read(town, meter), await town.now()
    done = await town.done(calls.issue_erc(town, "CLAIM-1", (meter, who.alice), 5000))
    assert await read(town, meter) == {**before, "claimed_erc_generation": 5000}
    fields = {
        "meter_id": meter,
        "owner": who.alice.pubkey(),
        "amount": 5000,
        "total_claimed": 5000,
        "timestamp": now,
    }
    assert done.events[0] == Event("registry", "ErcGenerationClaimed", fields)
    again = calls.issue_erc(town, "CLAIM-2", (meter, who.alice), 6000)
    await town.refused(again, Governance.INSUFFICIENT_AVAILABLE_ENERGY)


async def test_time_passes_between_readings(town: World, who: People) -> None:
    meter = "CLOCKED"
    await town.run(calls.register_meter(town, who.alice, meter))
    now = await campus.read_meter(town, meter, 10, 0)
    for timestamp in (now, now - 1, -1):
        call = calls.submit_meter_reading(town, meter, 10, 0, timestamp)
        await town.refused(call, Oracle.INVALID_METER_READING)

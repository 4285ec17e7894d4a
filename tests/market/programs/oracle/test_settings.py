"""Oracle: its initialization, its switch, its gateway and its settings."""

from __future__ import annotations

import pytest
from solders.pubkey import Pubkey
from tests.support import calls, campus
from tests.support.campus import People
from tests.support.errors import Framework, Oracle
from tests.support.events import Event
from tests.support.world import World

ORACLE_SPACE = 8 + 32 + 32 + 8 + 8 + 8 + 1 + 8 + 8 + 1 + (4 + 128) + 8 + 1


async def oracle(world: World) -> dict:
    return await world.account("oracle", "OracleData", world.at.oracle_data)


async def test_initialize_creates_the_oracle(bare: World) -> None:
    gateway = await bare.wallet("gateway")
    now = await bare.now()
    done = await bare.done(calls.initialize_oracle(bare, gateway.pubkey()))
    assert done.changed == {bare.at.oracle_data, bare.deployer.pubkey()}
    assert len(done.after[bare.at.oracle_data].data) == ORACLE_SPACE
    assert done.lamports(bare.deployer.pubkey()) == -done.lamports(bare.at.oracle_data)
    account = await oracle(bare)
    assert account.pop("bump") in range(256)
    assert account == {
        "authority": bare.deployer.pubkey(),
        "api_gateway": gateway.pubkey(),
        "total_readings": 0,
        "last_reading_timestamp": 0,
        "last_clearing": 0,
        "active": True,
        "created_at": now,
        "market_clearing_interval": 900,
        "auto_clearing_enabled": True,
        "ami_endpoint": "",
        "max_reading_wh": 1_000_000,
    }
    fields = {"authority": bare.deployer.pubkey(), "api_gateway": gateway.pubkey(), "timestamp": now}
    assert done.events == [Event("oracle", "OracleInitialized", fields)]


async def test_nobody_initializes_twice(town: World, who: People) -> None:
    await town.refused(calls.initialize_oracle(town, who.gateway.pubkey()), 0)


async def test_an_inactive_oracle_takes_nothing(town: World, who: People) -> None:
    epoch = await campus.next_quarter(town)
    await town.travel(900)
    before = await oracle(town)

    def switch(active: bool):
        return town.call("oracle", "update_oracle_status", active, authority=town.deployer)

    for active in (False, True):
        now = await town.now()
        done = await town.done(switch(active))
        assert done.changed == {town.at.oracle_data}
        assert await oracle(town) == {**before, "active": active}
        fields = {"authority": town.deployer.pubkey(), "active": active, "timestamp": now}
        assert done.events == [Event("oracle", "OracleStatusUpdated", fields)]
        reading = calls.submit_meter_reading(town, campus.GRID_METER, 0, 10, now + 1)
        processed = calls.process_energy_data(town, who.bob, campus.GRID_METER, 0, 10, now + 1)
        for call in (reading, processed, calls.trigger_market_clearing(town, epoch)):
            if active:
                assert await town.simulated(call) is None
            else:
                await town.refused(call, Oracle.ORACLE_INACTIVE)


async def test_the_gateway_is_replaced_at_once(town: World, who: People) -> None:
    before, now = await oracle(town), await town.now()
    change = town.call("oracle", "update_api_gateway", who.carol.pubkey(), authority=town.deployer)
    done = await town.done(change)
    assert done.changed == {town.at.oracle_data}
    assert await oracle(town) == {**before, "api_gateway": who.carol.pubkey()}
    fields = {
        "authority": town.deployer.pubkey(),
        "old_gateway": who.gateway.pubkey(),
        "new_gateway": who.carol.pubkey(),
        "timestamp": now,
    }
    assert done.events == [Event("oracle", "ApiGatewayUpdated", fields)]
    old = calls.submit_meter_reading(town, campus.GRID_METER, 0, 10, now + 1)
    await town.refused(old, Oracle.UNAUTHORIZED_GATEWAY)
    await town.run(old.signed_by(api_gateway=who.carol))
    await town.run(change.with_args(who.gateway.pubkey()))


async def test_update_oracle_config_changes_the_settings(town: World) -> None:
    before, now = await oracle(town), await town.now()
    settings = {
        "market_clearing_interval": 600,
        "auto_clearing_enabled": False,
        "ami_endpoint": "e" * 128,
        "max_reading_wh": 5000,
    }
    done = await town.done(calls.update_oracle_config(town, **settings))
    assert done.changed == {town.at.oracle_data}
    assert await oracle(town) == {**before, **settings}
    fields = {"authority": town.deployer.pubkey(), "config": settings, "timestamp": now}
    assert done.events == [Event("oracle", "OracleConfigUpdated", fields)]
    # A shorter endpoint moves what comes after it: all of it must still be there.
    shorter = {**settings, "ami_endpoint": "https://ami.example", "max_reading_wh": 6000}
    await town.run(calls.update_oracle_config(town, **shorter))
    assert await oracle(town) == {**before, **shorter}
    await town.run(calls.update_oracle_config(town, **{name: before[name] for name in settings}))
    assert await oracle(town) == before


@pytest.mark.parametrize(("interval", "largest"), [(0, 5000), (-1, 5000), (315_360_001, 5000), (900, 0)])
async def test_settings_are_positive_and_end(town: World, interval: int, largest: int) -> None:
    call = calls.update_oracle_config(town, market_clearing_interval=interval, max_reading_wh=largest)
    await town.refused(call, Oracle.INVALID_CONFIG)


async def test_an_endpoint_that_is_too_long_is_no_instruction_data(town: World) -> None:
    call = calls.update_oracle_config(town, ami_endpoint="e" * 129)
    await town.refused(call, Framework.INSTRUCTION_DID_NOT_DESERIALIZE)


async def test_a_flag_is_zero_or_one(town: World) -> None:
    call = town.call("oracle", "update_oracle_status", True, authority=town.deployer)
    broken = call.with_data(lambda data: data[:8] + b"\x02")
    await town.refused(broken, Framework.INSTRUCTION_DID_NOT_DESERIALIZE)


async def test_set_authority_hands_over_and_back(town: World, who: People) -> None:
    before, now = await oracle(town), await town.now()
    done = await town.done(town.call("oracle", "set_authority", who.carol.pubkey(), authority=town.deployer))
    assert done.changed == {town.at.oracle_data}
    assert await oracle(town) == {**before, "authority": who.carol.pubkey()}
    fields = {
        "old_authority": town.deployer.pubkey(),
        "new_authority": who.carol.pubkey(),
        "changed_by": town.deployer.pubkey(),
        "timestamp": now,
    }
    assert done.events == [Event("oracle", "AuthorityChanged", fields)]
    old = town.call("oracle", "set_authority", town.deployer.pubkey(), authority=town.deployer)
    await town.refused(old, Oracle.UNAUTHORIZED_AUTHORITY)
    await town.run(old.signed_by(authority=who.carol))


async def test_nobody_is_no_authority_and_no_gateway(town: World, chains) -> None:
    for name in ("set_authority", "update_api_gateway"):
        call = town.call("oracle", name, Pubkey.default(), authority=town.deployer)
        await town.refused(call, Oracle.INVALID_AUTHORITY)
    bare = await chains("nobody")
    await bare.refused(calls.initialize_oracle(bare, Pubkey.default()), Oracle.INVALID_AUTHORITY)

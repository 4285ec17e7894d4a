"""Registry: its initialization, its settings, and the people in it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from solders.pubkey import Pubkey
from tests.support import calls, campus
from tests.support.calls import Offer
from tests.support.campus import People
from tests.support.errors import Framework, Governance, Registry, Trading
from tests.support.events import Event
from tests.support.snapshots import AccountState
from tests.support.world import World

from gridtokenx.chain.interface.addresses import program_data_address

REGISTRY_SPACE = 8 + 32 + 8 + 8 + 8 + 1 + 1 + (4 + 64) + 1
USER_SPACE = 8 + 32 + 1 + (4 + 300) + 1 + 8 + 4 + 1 + 32 + 1


async def test_initialize_creates_the_registry(bare: World) -> None:
    admin = await bare.wallet("admin")
    now = await bare.now()
    done = await bare.done(calls.initialize_registry(bare, admin.pubkey()))
    assert done.changed == {bare.at.registry, bare.deployer.pubkey()}
    assert len(done.after[bare.at.registry].data) == REGISTRY_SPACE
    assert done.lamports(bare.deployer.pubkey()) == -done.lamports(bare.at.registry)
    assert done.lamports(bare.at.registry) == await bare.rpc("getMinimumBalanceForRentExemption", REGISTRY_SPACE)
    account = await bare.account("registry", "Registry", bare.at.registry)
    assert account.pop("bump") in range(256)
    assert account == {
        "authority": admin.pubkey(),
        "user_count": 0,
        "meter_count": 0,
        "created_at": now,
        "max_meters_per_user": 10,
        "open_registration": False,
        "building_location": "Engineering Complex",
    }
    fields = {"authority": admin.pubkey(), "timestamp": now}
    assert done.events == [Event("registry", "RegistryInitialized", fields)]


async def test_nobody_initializes_a_program_without_upgrade_authority(chains) -> None:
    world = await chains("immutable")
    key = program_data_address(world.ids["registry"])
    state = await world.state(key)
    # tag, slot, then the option of the authority: 4 + 8 bytes before it
    frozen = state.data[:12] + b"\0" + state.data[13:]
    await world.set_account(key, AccountState(state.lamports, state.owner, frozen))
    await world.refused(calls.initialize_registry(world), Registry.UNAUTHORIZED_AUTHORITY)
    await world.set_account(key, state)
    await world.run(calls.initialize_registry(world))


async def test_nobody_initializes_twice(town: World) -> None:
    await town.refused(calls.initialize_registry(town), 0)


async def test_nothing_else_works_before_governance_is_initialized(chains) -> None:
    world = await chains("registry only")
    alice = await world.wallet("alice")
    await world.run(calls.initialize_registry(world))
    await world.refused(calls.register_user(world, alice), Framework.ACCOUNT_NOT_INITIALIZED)


async def test_update_registry_config_changes_the_settings(town: World) -> None:
    before = await town.account("registry", "Registry", town.at.registry)
    now = await town.now()
    settings = {"max_meters_per_user": 3, "open_registration": True, "building_location": "L" * 64}
    call = town.call("registry", "update_registry_config", *settings.values(), authority=town.deployer)
    done = await town.done(call)
    assert done.changed == {town.at.registry}
    assert await town.account("registry", "Registry", town.at.registry) == {**before, **settings}
    fields = {"authority": town.deployer.pubkey(), **settings, "timestamp": now}
    assert done.events == [Event("registry", "RegistryConfigUpdated", fields)]
    back = [before[name] for name in settings]
    await town.run(town.call("registry", "update_registry_config", *back, authority=town.deployer))


async def test_a_setting_that_is_too_long_is_no_instruction_data(town: World) -> None:
    call = town.call("registry", "update_registry_config", 3, True, "L" * 65, authority=town.deployer)
    await town.refused(call, Framework.INSTRUCTION_DID_NOT_DESERIALIZE)


async def test_set_authority_hands_over_and_back(town: World, who: People) -> None:
    before = await town.account("registry", "Registry", town.at.registry)
    now = await town.now()
    done = await town.done(town.call("registry", "set_authority", who.carol.pubkey(), authority=town.deployer))
    assert done.changed == {town.at.registry}
    after = await town.account("registry", "Registry", town.at.registry)
    assert after == {**before, "authority": who.carol.pubkey()}
    fields = {
        "old_authority": town.deployer.pubkey(),
        "new_authority": who.carol.pubkey(),
        "changed_by": town.deployer.pubkey(),
        "timestamp": now,
    }
    assert done.events == [Event("registry", "AuthorityChanged", fields)]
    old = town.call("registry", "set_authority", town.deployer.pubkey(), authority=town.deployer)
    await town.refused(old, Registry.UNAUTHORIZED_AUTHORITY)
    await town.run(old.signed_by(authority=who.carol))


async def test_register_user_creates_the_account(town: World) -> None:
    dave = await town.wallet("dave")
    count = (await town.account("registry", "Registry", town.at.registry))["user_count"]
    key, now = town.at.user(dave.pubkey()), await town.now()
    done = await town.done(calls.register_user(town, dave, "Consumer", "Gebäude 7, Zimmer 12", "Faculty"))
    assert done.changed == {key, dave.pubkey(), town.at.registry}
    assert len(done.after[key].data) == USER_SPACE
    assert done.lamports(dave.pubkey()) == -done.lamports(key)
    account = await town.account("registry", "UserAccount", key)
    assert account.pop("bump") in range(256)
    assert account == {
        "authority": dave.pubkey(),
        "user_type": "Consumer",
        "location": "Gebäude 7, Zimmer 12",
        "status": "Active",
        "registered_at": now,
        "meter_count": 0,
        "affiliation": "Faculty",
        "payer": dave.pubkey(),
    }
    assert (await town.account("registry", "Registry", town.at.registry))["user_count"] == count + 1
    fields = {
        "user": dave.pubkey(),
        "user_type": "Consumer",
        "location": "Gebäude 7, Zimmer 12",
        "timestamp": now,
    }
    assert done.events == [Event("registry", "UserRegistered", fields)]
    await town.refused(calls.register_user(town, dave), 0)


async def test_a_location_has_100_characters_of_three_bytes(town: World) -> None:
    erin = await town.wallet("erin")
    too_long = calls.register_user(town, erin, location="ห" * 100 + "x")
    await town.refused(too_long, Framework.INSTRUCTION_DID_NOT_DESERIALIZE)
    await town.run(calls.register_user(town, erin, location="ห" * 100))


async def test_a_location_is_text(town: World) -> None:
    fred = await town.wallet("fred")
    call = calls.register_user(town, fred, location="abcd")
    broken = call.with_data(lambda data: data.replace(b"abcd", b"\xff\xfe\xfd\xfc"))
    await town.refused(broken, Framework.INSTRUCTION_DID_NOT_DESERIALIZE)


@pytest.mark.parametrize("place", [8, -1])
async def test_an_enum_has_no_other_variants(town: World, place: int) -> None:
    call = calls.register_user(town, await town.wallet("gina"))

    def spoil(data: bytes) -> bytes:
        spoiled = bytearray(data)
        spoiled[place] = 9
        return bytes(spoiled)

    await town.refused(call.with_data(spoil), Framework.INSTRUCTION_DID_NOT_DESERIALIZE)


async def test_registration_needs_the_authority_until_it_is_open(town: World, who: People) -> None:
    henry, ida = await town.wallet("henry"), await town.wallet("ida")

    def configure(is_open: bool):
        return town.call("registry", "update_registry_config", 10, is_open, "Library", authority=town.deployer)

    both = calls.register_user(town, henry)
    alone = both.with_accounts(registry_authority=town.ids["registry"])
    alone = replace(alone, signers=(henry,))
    await town.refused(alone, Registry.UNAUTHORIZED_AUTHORITY)
    await town.refused(both.signed_by(registry_authority=who.mallory), Registry.UNAUTHORIZED_AUTHORITY)
    await town.refused(both.unsigned("registry_authority"), Framework.ACCOUNT_NOT_SIGNER)
    done = await town.done(both)
    assert done.changed == {town.at.registry, town.at.user(henry.pubkey()), henry.pubkey()}
    await town.run(configure(True))
    alone = replace(calls.register_user(town, ida), signers=(ida,)).with_accounts(
        registry_authority=town.ids["registry"]
    )
    done = await town.done(alone)
    assert done.changed == {town.at.registry, town.at.user(ida.pubkey()), ida.pubkey()}
    await town.run(configure(False))


async def test_a_sponsor_pays_and_gets_the_rent_back(town: World, who: People) -> None:
    """The gateway pays for an account that a user signs for; when the user leaves, the rent is the gateway's."""
    kim = await town.wallet("kim")
    key = town.at.user(kim.pubkey())
    done = await town.done(calls.register_user(town, kim).signed_by(payer=who.gateway))
    assert done.changed == {town.at.registry, key, who.gateway.pubkey()}
    rent = -done.lamports(who.gateway.pubkey())
    count = (await town.account("registry", "Registry", town.at.registry))["user_count"]
    now = await town.now()
    leave = calls.deregister_user(town, kim, trades=False)
    await town.refused(leave, Registry.INVALID_PAYER)
    done = await town.done(leave.with_accounts(payer=who.gateway.pubkey()))
    assert done.changed == {town.at.registry, key, who.gateway.pubkey()}
    assert done.lamports(who.gateway.pubkey()) == rent
    assert await town.state(key) is None
    assert (await town.account("registry", "Registry", town.at.registry))["user_count"] == count - 1
    assert done.events == [Event("registry", "UserDeregistered", {"user": kim.pubkey(), "timestamp": now})]


async def test_nobody_leaves_with_meters_or_open_orders(town: World, who: People) -> None:
    await town.refused(calls.deregister_user(town, who.alice), Registry.USER_HAS_METERS)
    lee = await town.wallet("lee")
    await town.run(calls.register_user(town, lee), calls.open_trading_account(town, lee))
    await town.open_token_account(lee)
    await town.send(*campus.transfer(town, who.alice, lee, 1_000_000_000))
    order = Offer(lee, 71, await campus.open_quarter(town))
    await town.run(calls.create_sell_order(town, replace(order, amount=100)))
    await town.refused(calls.deregister_user(town, lee), Registry.USER_HAS_OPEN_ORDERS)
    await town.refused(calls.deregister_user(town, lee, trades=False), Registry.TRADING_ACCOUNT_REQUIRED)
    await town.run(calls.cancel_order(town, order))
    await town.run(calls.update_user_status(town, lee, "Suspended"))
    await town.refused(calls.deregister_user(town, lee), Registry.INVALID_USER_STATUS)
    await town.run(calls.update_user_status(town, lee, "Active"), calls.deregister_user(town, lee))
    assert await town.state(town.at.user(lee.pubkey())) is None


async def test_user_type_decides_who_sells(town: World, who: People) -> None:
    key, now = town.at.user(who.alice.pubkey()), await town.now()
    before = await town.account("registry", "UserAccount", key)
    done = await town.done(calls.update_user_type(town, who.alice, "Consumer"))
    assert done.changed == {key}
    assert await town.account("registry", "UserAccount", key) == {**before, "user_type": "Consumer"}
    fields = {"user": who.alice.pubkey(), "old_type": "Prosumer", "new_type": "Consumer", "timestamp": now}
    assert done.events == [Event("registry", "UserTypeUpdated", fields)]
    order = Offer(who.alice, 72, await campus.open_quarter(town))
    await town.refused(calls.create_sell_order(town, order), Trading.USER_NOT_ELIGIBLE)
    await town.run(calls.update_user_type(town, who.alice, "Prosumer"))


async def test_nobody_is_no_authority(town: World, chains) -> None:
    call = town.call("registry", "set_authority", Pubkey.default(), authority=town.deployer)
    await town.refused(call, Registry.INVALID_AUTHORITY)
    bare = await chains("nobody")
    await bare.refused(calls.initialize_registry(bare, Pubkey.default()), Registry.INVALID_AUTHORITY)


async def test_user_status_decides_who_is_valid(town: World) -> None:
    iris = await town.wallet("iris")
    await town.run(calls.register_user(town, iris))
    key = town.at.user(iris.pubkey())
    before = await town.account("registry", "UserAccount", key)
    is_valid = town.call("registry", "is_valid_user", user_account=key)
    verify = town.call("registry", "verify_user", user_account=key)
    old = "Active"
    for new in ("Suspended", "Inactive", "Active"):
        now = await town.now()
        done = await town.done(calls.update_user_status(town, iris, new))
        assert done.changed == {key}
        assert await town.account("registry", "UserAccount", key) == {**before, "status": new}
        fields = {"user": iris.pubkey(), "old_status": old, "new_status": new, "timestamp": now}
        assert done.events == [Event("registry", "UserStatusUpdated", fields)]
        assert await town.view(is_valid) is (new == "Active")
        if new != "Active":
            await town.refused(verify, Registry.INVALID_USER_STATUS)
            await town.refused(calls.register_meter(town, iris, "IRIS-1"), Registry.INVALID_USER_STATUS)
        else:
            assert (await town.done(verify)).changed == set()
        old = new


async def test_no_account_is_no_valid_user(town: World) -> None:
    assert await town.view(town.call("registry", "is_valid_user", user_account=None)) is False
    await town.refused(town.call("registry", "verify_user", user_account=None), Registry.USER_NOT_FOUND)


@pytest.mark.parametrize("state", ["pause", "maintenance"])
async def test_nobody_registers_while_the_system_stands_still(town: World, who: People, state: str) -> None:
    jane = await town.wallet("jane")
    if state == "pause":
        code, end = Governance.SYSTEM_PAUSED, await campus.pause(town)
    else:
        code = Governance.MAINTENANCE_MODE
        await town.run(town.call("governance", "set_maintenance_mode", True, authority=town.deployer))
        end = town.call("governance", "set_maintenance_mode", False, authority=town.deployer)
    await town.refused(calls.register_user(town, jane), code)
    await town.refused(calls.register_meter(town, who.alice, "PAUSED"), code)
    await town.refused(calls.assign_meter(town, who.alice, "PAUSED"), code)
    await town.refused(calls.transfer_meter(town, who.alice, who.bob, campus.SOLAR), code)
    await town.refused(calls.deregister_user(town, who.mallory), code)
    await town.run(end)

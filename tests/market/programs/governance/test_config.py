"""Governance: its initialization, its settings, and the emergency brake."""

from __future__ import annotations

import pytest
from solders.pubkey import Pubkey
from tests.support import calls, campus
from tests.support.campus import People
from tests.support.errors import Framework, Governance
from tests.support.events import Event
from tests.support.world import World

TEXTS = (4 + 192) + (4 + 384) + (1 + 4 + 384) + (4 + 64)
OPTIONS = (1 + 8) + (1 + 32) + (1 + 8) + (1 + 40) + (1 + 40)
POA_SPACE = 8 + 32 + TEXTS + OPTIONS + 1 + 4 + 3 * 8 + 2 + 1 + 1 + 4 * 8 + 2 * 8 + 32 + 4 * 32 + 1
YEAR = 31_536_000


async def config(world: World) -> dict:
    return await world.account("governance", "PoAConfig", world.at.poa_config)


async def test_initialize_poa_opens_the_market(bare: World) -> None:
    rec, now = (await bare.wallet("rec")).pubkey(), await bare.now()
    done = await bare.done(calls.initialize_poa(bare, rec))
    assert done.changed == {bare.at.poa_config, bare.deployer.pubkey()}
    assert len(done.after[bare.at.poa_config].data) == POA_SPACE
    assert done.lamports(bare.deployer.pubkey()) == -done.lamports(bare.at.poa_config)
    account = await config(bare)
    assert account.pop("bump") in range(256)
    assert account == {
        "authority": rec,
        "authority_name": "REC",
        "contact_info": "",
        "version": 1,
        "emergency_paused": False,
        "emergency_timestamp": None,
        "emergency_reason": None,
        "maintenance_mode": False,
        "erc_validation_enabled": True,
        "min_energy_amount": 100,
        "max_erc_amount": 1_000_000,
        "erc_validity_period": YEAR,
        "auto_revoke_expired": True,
        "require_oracle_validation": False,
        "delegation_enabled": False,
        "oracle_authority": None,
        "min_oracle_confidence": 80,
        "allow_certificate_transfers": False,
        "total_ercs_issued": 0,
        "total_ercs_validated": 0,
        "total_ercs_revoked": 0,
        "total_energy_certified": 0,
        "created_at": now,
        "last_updated": now,
        "last_erc_issued_at": None,
        "engineering_authority": bare.deployer.pubkey(),
        "pending_authority": None,
        "pending_engineering_authority": None,
        "authorized_programs": [bare.ids[name] for name in ("registry", "energy_token", "oracle", "trading")],
        "campus_network": "Engineering Complex",
    }
    fields = {"authority": rec, "authority_name": "REC", "timestamp": now}
    assert done.events == [Event("governance", "PoAInitialized", fields)]
    await bare.refused(calls.initialize_poa(bare, rec), 0)


@pytest.mark.parametrize("reason", ["", "smoke in the substation", "ห" * 128])
async def test_pause_and_unpause(town: World, who: People, reason: str) -> None:
    await town.travel(10)
    before, now = await config(town), await town.now()
    pause = town.call("governance", "emergency_pause", reason, authority=who.rec)
    unpause = town.call("governance", "emergency_unpause", authority=who.rec)
    await town.refused(unpause, Governance.NOT_PAUSED)
    done = await town.done(pause)
    assert done.changed == {town.at.poa_config}
    paused = {"emergency_paused": True, "emergency_timestamp": now, "emergency_reason": reason, "last_updated": now}
    assert await config(town) == {**before, **paused}
    fields = {"authority": who.rec.pubkey(), "reason": reason, "timestamp": now}
    assert done.events == [Event("governance", "EmergencyPauseActivated", fields)]
    await town.refused(pause, Governance.SYSTEM_PAUSED)
    now = await town.travel(5)
    done = await town.done(unpause)
    assert done.changed == {town.at.poa_config}
    assert await config(town) == {**before, "last_updated": now}
    fields = {"authority": who.rec.pubkey(), "timestamp": now}
    assert done.events == [Event("governance", "EmergencyPauseDeactivated", fields)]


async def test_a_reason_has_128_characters_of_three_bytes(town: World, who: People) -> None:
    pause = town.call("governance", "emergency_pause", "ห" * 128 + "x", authority=who.rec)
    await town.refused(pause, Framework.INSTRUCTION_DID_NOT_DESERIALIZE)


async def test_the_roles_are_not_each_other(town: World, who: People) -> None:
    """The engineering authority cannot pause, and the REC authority cannot configure."""
    pause = town.call("governance", "emergency_pause", "no", authority=town.deployer)
    maintenance = town.call("governance", "set_maintenance_mode", True, authority=who.rec)
    issue = calls.issue_erc(town, "ROLES", (campus.SOLAR, who.alice), 1000)
    for call in (pause, maintenance, issue.signed_by(authority=town.deployer)):
        await town.refused(call, Governance.UNAUTHORIZED_AUTHORITY)


async def test_maintenance_mode(town: World) -> None:
    for enabled in (True, False):
        now = await town.travel(3)
        before = await config(town)
        call = town.call("governance", "set_maintenance_mode", enabled, authority=town.deployer)
        done = await town.done(call)
        assert done.changed == {town.at.poa_config}
        assert await config(town) == {**before, "maintenance_mode": enabled, "last_updated": now}
        fields = {"authority": town.deployer.pubkey(), "enabled": enabled, "timestamp": now}
        assert done.events == [Event("governance", "MaintenanceModeChanged", fields)]


async def test_configuration_is_possible_during_a_pause(town: World) -> None:
    end = await campus.pause(town)
    await town.run(
        town.call("governance", "update_governance_config", False, authority=town.deployer),
        town.call("governance", "update_governance_config", True, authority=town.deployer),
        calls.update_parameters(town),
        end,
    )


async def test_update_governance_config(town: World) -> None:
    for old, new in ((True, False), (False, True)):
        now = await town.travel(3)
        before = await config(town)
        done = await town.done(town.call("governance", "update_governance_config", new, authority=town.deployer))
        assert done.changed == {town.at.poa_config}
        assert await config(town) == {**before, "erc_validation_enabled": new, "last_updated": now}
        fields = {
            "authority": town.deployer.pubkey(),
            "field": "erc_validation_enabled",
            "old_value": str(old),
            "new_value": str(new),
            "timestamp": now,
        }
        assert done.events == [Event("governance", "GovernanceConfigUpdated", fields)]


async def test_update_authority_info(town: World) -> None:
    old = (await config(town))["contact_info"]
    for new in ("ห" * 128, "REC office, Bangkok", ""):
        now = await town.travel(3)
        before = await config(town)
        done = await town.done(town.call("governance", "update_authority_info", new, authority=town.deployer))
        assert done.changed == {town.at.poa_config}
        assert await config(town) == {**before, "contact_info": new, "last_updated": now}
        fields = {
            "authority": town.deployer.pubkey(),
            "field": "contact_info",
            "old_value": old,
            "new_value": new,
            "timestamp": now,
        }
        assert done.events == [Event("governance", "GovernanceConfigUpdated", fields)]
        old = new


async def test_update_erc_limits(town: World) -> None:
    now = await town.travel(3)
    before = await config(town)
    limits = {"min_energy_amount": 1, "max_erc_amount": 2**64 - 1, "erc_validity_period": 60}
    change = town.call("governance", "update_erc_limits", *limits.values(), authority=town.deployer)
    done = await town.done(change)
    assert done.changed == {town.at.poa_config}
    assert await config(town) == {**before, **limits, "last_updated": now}
    fields = {"authority": town.deployer.pubkey(), **limits, "timestamp": now}
    assert done.events == [Event("governance", "ErcLimitsUpdated", fields)]
    await town.refused(change.with_args(0, 10, 60), Governance.INVALID_MINIMUM_ENERGY)
    await town.refused(change.with_args(10, 9, 60), Governance.INVALID_MAXIMUM_ENERGY)
    for period in (0, -1, 315_360_001):
        await town.refused(change.with_args(10, 10, period), Governance.INVALID_VALIDITY_PERIOD)
    await town.run(change.with_args(*(before[name] for name in limits)))


async def test_update_parameters(town: World, who: People) -> None:
    now = await town.travel(3)
    before = await config(town)
    settings = {
        "auto_revoke_expired": False,
        "require_oracle_validation": True,
        "delegation_enabled": True,
        "oracle_authority": who.carol.pubkey(),
        "min_oracle_confidence": 100,
        "allow_certificate_transfers": True,
        "campus_network": "n" * 64,
    }
    done = await town.done(calls.update_parameters(town, **settings))
    assert done.changed == {town.at.poa_config}
    assert await config(town) == {**before, **settings, "last_updated": now}
    fields = {"authority": town.deployer.pubkey(), "parameters": settings, "timestamp": now}
    assert done.events == [Event("governance", "ParametersUpdated", fields)]
    doubtful = calls.update_parameters(town, min_oracle_confidence=101)
    await town.refused(doubtful, Governance.INVALID_ORACLE_CONFIDENCE)
    nobody = calls.update_parameters(town, require_oracle_validation=True)
    await town.refused(nobody, Governance.ORACLE_VALIDATION_REQUIRED)
    await town.run(calls.update_parameters(town))
    assert await config(town) == {**before, "last_updated": now}


async def test_get_governance_stats(town: World, who: People) -> None:
    await town.run(calls.issue_erc(town, "STATS", (campus.WIND, who.carol), 1234, "Wind"))
    state = await config(town)
    stats = await town.view(town.call("governance", "get_governance_stats"))
    assert stats == {name: state[name] for name in stats}
    names = "issued", "validated", "revoked"
    assert {f"total_ercs_{name}" for name in names} | {"total_energy_certified", "last_updated"} <= stats.keys()
    assert (stats["total_ercs_issued"], stats["total_energy_certified"]) == (1, 1234)


async def test_nobody_is_no_rec_authority(chains) -> None:
    bare = await chains("nobody")
    await bare.refused(calls.initialize_poa(bare, Pubkey.default()), Governance.INVALID_AUTHORITY)

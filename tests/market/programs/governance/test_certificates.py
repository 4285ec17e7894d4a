"""Governance: certificates are issued against generation, validated, transferred, revoked, and expire."""

from __future__ import annotations

import pytest
from solders.pubkey import Pubkey
from tests.support import calls, campus
from tests.support.calls import Offer
from tests.support.campus import People
from tests.support.errors import Framework, Governance
from tests.support.events import Event
from tests.support.world import World

from gridtokenx.chain.interface.addresses import find_address

CERTIFICATE_SPACE = (
    8
    + (4 + 64)
    + 32
    + 8
    + (4 + 64)
    + (4 + 256)
    + 8
    + (1 + 8)
    + 1
    + 1
    + (1 + 8)
    + 32
    + (4 + 50)
    + (1 + 4 + 384)
    + 16
    + 1
)
YEAR = 31_536_000


async def config(world: World) -> dict:
    return await world.account("governance", "PoAConfig", world.at.poa_config)


async def certificate(world: World, name: str) -> dict:
    found = await world.account("governance", "ErcCertificate", world.at.certificate(name))
    assert found.pop("bump") in range(256)
    return found


async def metered(world: World, who: People, meter: str, energy: int = 10_000, kind: str = "Solar") -> str:
    """A new meter of alice's that has generated so many Wh."""
    await world.run(calls.register_meter(world, who.alice, meter, kind))
    await campus.read_meter(world, meter, energy, 0)
    return meter


async def test_document_a_example(town: World, who: People) -> None:
    """Of 10,000 Wh generated, 5,000 are certified; 6,000 more are refused, until 5,000 more are generated."""
    meter = await metered(town, who, "ERC-EXAMPLE")
    key, name = town.at.meter(meter), "ERC-2025-11-07-001"
    before, record, now = await config(town), await town.account("registry", "MeterAccount", key), await town.now()
    done = await town.done(calls.issue_erc(town, name, (meter, who.alice), 5000, "Solar", "REC-CERT-2025-001"))
    account = town.at.certificate(name)
    assert done.changed == {account, key, town.at.poa_config, who.rec.pubkey()}
    assert len(done.after[account].data) == CERTIFICATE_SPACE
    assert done.lamports(who.rec.pubkey()) == -done.lamports(account)
    assert await certificate(town, name) == {
        "certificate_id": name,
        "authority": who.rec.pubkey(),
        "energy_amount": 5000,
        "renewable_source": "Solar",
        "validation_data": "REC-CERT-2025-001",
        "issued_at": now,
        "expires_at": now + YEAR,
        "status": "Valid",
        "validated_for_trading": False,
        "trading_validated_at": None,
        "owner": who.alice.pubkey(),
        "meter_id": meter,
        "revocation_reason": None,
        "reserved_amount": 0,
        "retired_amount": 0,
    }
    claimed = {**record, "claimed_erc_generation": 5000}
    assert await town.account("registry", "MeterAccount", key) == claimed
    assert await config(town) == {
        **before,
        "total_ercs_issued": before["total_ercs_issued"] + 1,
        "total_energy_certified": before["total_energy_certified"] + 5000,
        "last_erc_issued_at": now,
    }
    fields = {
        "certificate_id": name,
        "authority": who.rec.pubkey(),
        "energy_amount": 5000,
        "renewable_source": "Solar",
        "timestamp": now,
    }
    assert done.events[-1] == Event("governance", "ErcIssued", fields)
    more = calls.issue_erc(town, "ERC-2025-11-07-002", (meter, who.alice), 6000)
    await town.refused(more, Governance.INSUFFICIENT_AVAILABLE_ENERGY)
    await campus.read_meter(town, meter, 5000, 0)
    await town.run(more)
    assert (await town.account("registry", "MeterAccount", key))["claimed_erc_generation"] == 11_000
    rest = calls.issue_erc(town, "ERC-2025-11-07-003", (meter, who.alice), 4001)
    await town.refused(rest, Governance.INSUFFICIENT_AVAILABLE_ENERGY)


async def test_the_checks_come_in_document_as_order(town: World, who: People) -> None:
    """Operational, enabled, signer, limits, double claim: each hides the next."""
    meter = await metered(town, who, "ORDERED")
    wrong = calls.issue_erc(town, "ORDERED-1", (meter, who.alice), 99).signed_by(authority=who.mallory)
    await town.run(town.call("governance", "update_governance_config", False, authority=town.deployer))
    end = await campus.pause(town)
    await town.refused(wrong, Governance.SYSTEM_PAUSED)
    await town.run(end, town.call("governance", "set_maintenance_mode", True, authority=town.deployer))
    await town.refused(wrong, Governance.MAINTENANCE_MODE)
    await town.run(town.call("governance", "set_maintenance_mode", False, authority=town.deployer))
    await town.refused(wrong, Governance.ERC_VALIDATION_DISABLED)
    await town.run(town.call("governance", "update_governance_config", True, authority=town.deployer))
    await town.refused(wrong, Governance.UNAUTHORIZED_AUTHORITY)
    await town.refused(wrong.signed_by(authority=who.rec), Governance.INVALID_MINIMUM_ENERGY)
    too_much = calls.issue_erc(town, "ORDERED-1", (meter, who.alice), 1_000_001)
    await town.refused(too_much, Governance.INVALID_MAXIMUM_ENERGY)
    not_there = calls.issue_erc(town, "ORDERED-1", (meter, who.alice), 10_001)
    await town.refused(not_there, Governance.INSUFFICIENT_AVAILABLE_ENERGY)
    await town.run(calls.issue_erc(town, "ORDERED-1", (meter, who.alice), 10_000))


@pytest.mark.parametrize("name", ["C", "c" * 32, "certificate id " + "~" * 49])
async def test_certificate_ids_have_up_to_64_characters(town: World, who: People, name: str) -> None:
    await town.run(calls.issue_erc(town, name, (campus.SOLAR, who.alice), 100, "Solar", "v" * 256))
    found = await certificate(town, name)
    assert (found["certificate_id"], found["renewable_source"]) == (name, "Solar")
    assert found["validation_data"] == "v" * 256
    await town.refused(calls.issue_erc(town, name, (campus.SOLAR, who.alice), 100), 0)


async def test_texts_that_are_too_long_are_no_instruction_data(town: World, who: People) -> None:
    good = calls.issue_erc(town, "TEXTS", (campus.SOLAR, who.alice), 100)
    for spoiled in (("x" * 65, 100, "s", "v"), ("TEXTS", 100, "s" * 65, "v"), ("TEXTS", 100, "s", "v" * 257)):
        await town.refused(good.with_args(*spoiled), Framework.INSTRUCTION_DID_NOT_DESERIALIZE)


@pytest.mark.parametrize("name", ["", "line\nbreak", "Zertifikat-ü"])
async def test_certificate_ids_are_printable_ascii(town: World, who: People, name: str) -> None:
    good = calls.issue_erc(town, "TEMPLATE", (campus.SOLAR, who.alice), 100)
    key = find_address((b"erc_certificate", name.encode(), b""), town.ids["governance"])
    call = good.with_args(name, *good.args[1:]).with_accounts(erc_certificate=key)
    await town.refused(call, Governance.INVALID_CERTIFICATE_ID)


@pytest.mark.parametrize(("kind", "code"), [("Battery", Governance.NOT_RENEWABLE), ("Grid", Governance.NOT_RENEWABLE)])
async def test_only_generation_is_certified(town: World, who: People, kind: str, code: int) -> None:
    meter = await metered(town, who, f"KIND-{kind}", kind=kind)
    await town.refused(calls.issue_erc(town, f"KIND-{kind}", (meter, who.alice), 1000), code)


@pytest.mark.parametrize("source", ["", "solar", "Wind", "Solar ", "Geothermal"])
async def test_the_source_is_the_meters_type(town: World, who: People, source: str) -> None:
    call = calls.issue_erc(town, f"SOURCE-{source}", (campus.SOLAR, who.alice), 100, source)
    await town.refused(call, Governance.WRONG_RENEWABLE_SOURCE)
    wind = calls.issue_erc(town, "SOURCE", (campus.WIND, who.carol), 100, "Wind")
    assert await town.simulated(wind) is None


@pytest.mark.parametrize("status", ["Suspended", "Inactive"])
async def test_only_active_users_get_and_validate_certificates(town: World, who: People, status: str) -> None:
    name = f"STATUS-{status}"
    await town.run(calls.issue_erc(town, name, (campus.SOLAR, who.alice), 100))
    await town.run(calls.update_user_status(town, who.alice, status))
    issue = calls.issue_erc(town, f"{name}-2", (campus.SOLAR, who.alice), 100)
    for call in (issue, calls.validate_erc(town, who.alice, name)):
        await town.refused(call, Governance.USER_NOT_ACTIVE)
        others = call.with_accounts(user_account=town.at.user(who.carol.pubkey()))
        await town.refused(others, Governance.USER_NOT_ACTIVE)
    await town.run(calls.update_user_status(town, who.alice, "Active"), issue)


async def test_certified_energy_is_used_outside_of_the_market(town: World, who: People) -> None:
    name = "USED"
    await town.run(calls.issue_erc(town, name, (campus.SOLAR, who.alice), 100))
    use, found, now = (
        calls.retire_erc(town, who.alice, name, 60, who.bob.pubkey()),
        await certificate(town, name),
        (await town.now()),
    )
    await town.refused(use.signed_by(owner=who.rec), Governance.UNAUTHORIZED_AUTHORITY)
    await town.refused(use.with_args(0, use.args[1]), Governance.INVALID_AMOUNT)
    await town.refused(use.with_args(101, use.args[1]), Governance.INSUFFICIENT_CERTIFIED_ENERGY)
    done = await town.done(use)
    assert done.changed == {town.at.certificate(name)}
    assert await certificate(town, name) == {**found, "retired_amount": 60}
    fields = {
        "certificate_id": name,
        "beneficiary": who.bob.pubkey(),
        "amount": 60,
        "retired_amount": 60,
        "timestamp": now,
    }
    assert done.events == [Event("governance", "ErcRetired", fields)]
    await town.refused(use, Governance.INSUFFICIENT_CERTIFIED_ENERGY)


async def test_the_oracle_authority_may_have_to_sign(town: World, who: People) -> None:
    await town.run(calls.update_parameters(town, require_oracle_validation=True, oracle_authority=who.carol.pubkey()))
    alone = calls.issue_erc(town, "WITNESSED", (campus.SOLAR, who.alice), 100)
    await town.refused(alone, Governance.ORACLE_VALIDATION_REQUIRED)
    await town.refused(alone.signed_by(oracle_authority=who.mallory), Governance.ORACLE_VALIDATION_REQUIRED)
    both = calls.issue_erc(town, "WITNESSED", (campus.SOLAR, who.alice), 100, oracle_authority=who.carol)
    await town.refused(both.unsigned("oracle_authority"), Framework.ACCOUNT_NOT_SIGNER)
    await town.run(both, calls.update_parameters(town))


async def test_the_owner_asks_and_rec_validates(town: World, who: People) -> None:
    name = "VALIDATED"
    await town.run(calls.issue_erc(town, name, (campus.SOLAR, who.alice), 100))
    found, state, now = await certificate(town, name), await config(town), await town.now()
    validate = calls.validate_erc(town, who.alice, name)
    await town.refused(calls.validate_erc(town, who.carol, name), Governance.UNAUTHORIZED_AUTHORITY)
    await town.refused(validate.signed_by(authority=who.mallory), Governance.UNAUTHORIZED_AUTHORITY)
    done = await town.done(validate)
    assert done.changed == {town.at.certificate(name), town.at.poa_config}
    expected = {**found, "validated_for_trading": True, "trading_validated_at": now}
    assert await certificate(town, name) == expected
    counted = {**state, "total_ercs_validated": state["total_ercs_validated"] + 1}
    assert await config(town) == counted
    fields = {"certificate_id": name, "authority": who.rec.pubkey(), "timestamp": now}
    assert done.events == [Event("governance", "ErcValidatedForTrading", fields)]
    await town.refused(validate, Governance.CERTIFICATE_ALREADY_VALIDATED)


async def test_validation_can_be_delegated(town: World, who: People) -> None:
    await town.run(calls.issue_erc(town, "DELEGATED", (campus.SOLAR, who.alice), 100))
    validate = calls.validate_erc(town, who.alice, "DELEGATED", who.carol)
    await town.refused(validate, Governance.UNAUTHORIZED_AUTHORITY)
    await town.run(calls.update_parameters(town, oracle_authority=who.carol.pubkey()))
    await town.refused(validate, Governance.UNAUTHORIZED_AUTHORITY)
    await town.run(calls.update_parameters(town, delegation_enabled=True, oracle_authority=who.carol.pubkey()))
    await town.run(validate, calls.update_parameters(town))


async def test_revoking_is_for_good(town: World, who: People) -> None:
    name = "TAKEN-BACK"
    await town.run(
        calls.issue_erc(town, name, (campus.SOLAR, who.alice), 100), calls.validate_erc(town, who.alice, name)
    )
    found, state, now = await certificate(town, name), await config(town), await town.now()
    claimed = await town.account("registry", "MeterAccount", town.at.meter(campus.SOLAR))
    revoke = calls.revoke_erc(town, name, "ห" * 128)
    done = await town.done(revoke)
    assert done.changed == {town.at.certificate(name), town.at.poa_config}
    revoked = {"status": "Revoked", "validated_for_trading": False, "revocation_reason": "ห" * 128}
    assert await certificate(town, name) == {**found, **revoked}
    assert await config(town) == {**state, "total_ercs_revoked": state["total_ercs_revoked"] + 1}
    assert await town.account("registry", "MeterAccount", town.at.meter(campus.SOLAR)) == claimed
    fields = {"certificate_id": name, "authority": who.rec.pubkey(), "reason": "ห" * 128, "timestamp": now}
    assert done.events == [Event("governance", "ErcRevoked", fields)]
    await town.refused(revoke, Governance.CERTIFICATE_REVOKED)
    await town.refused(calls.validate_erc(town, who.alice, name), Governance.CERTIFICATE_REVOKED)
    expire = town.call("governance", "expire_erc", erc_certificate=town.at.certificate(name))
    await town.refused(expire, Governance.CERTIFICATE_REVOKED)


async def test_certificates_expire(town: World, who: People) -> None:
    name = "EXPIRING"
    limits = town.call("governance", "update_erc_limits", 100, 1_000_000, 3600, authority=town.deployer)
    await town.run(limits, calls.issue_erc(town, name, (campus.SOLAR, who.alice), 100))
    validate = calls.validate_erc(town, who.alice, name)
    expire = town.call("governance", "expire_erc", erc_certificate=town.at.certificate(name))
    await town.travel(3600)
    await town.refused(expire, Governance.CERTIFICATE_NOT_EXPIRED)
    assert await town.simulated(validate) is None
    now = await town.travel(1)
    await town.refused(validate, Governance.CERTIFICATE_EXPIRED)
    await town.run(calls.update_parameters(town, auto_revoke_expired=False))
    await town.refused(expire, Governance.AUTO_REVOKE_DISABLED)
    await town.run(calls.update_parameters(town))
    found = await certificate(town, name)
    done = await town.done(expire)
    assert done.changed == {town.at.certificate(name)}
    assert await certificate(town, name) == {**found, "status": "Expired", "validated_for_trading": False}
    assert done.events == [Event("governance", "ErcExpired", {"certificate_id": name, "timestamp": now})]
    for call in (expire, validate):
        await town.refused(call, Governance.CERTIFICATE_EXPIRED)
    await town.run(calls.revoke_erc(town, name, "expired"))
    await town.run(limits.with_args(100, 1_000_000, YEAR))


async def test_certificates_change_hands_where_that_is_allowed(town: World, who: People) -> None:
    name = "GIVEN-AWAY"
    await town.run(calls.issue_erc(town, name, (campus.SOLAR, who.alice), 100))
    transfer = calls.transfer_erc(town, who.alice, name, who.carol)
    await town.refused(transfer, Governance.CERTIFICATE_TRANSFERS_DISABLED)
    await town.run(calls.update_parameters(town, allow_certificate_transfers=True))
    await town.refused(transfer.signed_by(owner=who.rec), Governance.UNAUTHORIZED_AUTHORITY)
    await town.refused(transfer.with_args(Pubkey.default()), Framework.CONSTRAINT_SEEDS)
    for status in ("Suspended", "Inactive"):
        await town.run(calls.update_user_status(town, who.carol, status))
        await town.refused(transfer, Governance.USER_NOT_ACTIVE)
    await town.run(calls.update_user_status(town, who.carol, "Active"))
    await town.run(calls.validate_erc(town, who.alice, name))
    order = Offer(who.alice, 1, await campus.open_quarter(town), 100, certificate=name)
    await town.run(calls.create_sell_order(town, order))
    await town.refused(transfer, Governance.CERTIFICATE_RESERVED)
    await town.run(calls.cancel_order(town, order))
    found, now = await certificate(town, name), await town.now()
    done = await town.done(transfer)
    assert done.changed == {town.at.certificate(name)}
    assert await certificate(town, name) == {**found, "owner": who.carol.pubkey()}
    fields = {
        "certificate_id": name,
        "old_owner": who.alice.pubkey(),
        "new_owner": who.carol.pubkey(),
        "timestamp": now,
    }
    assert done.events == [Event("governance", "ErcTransferred", fields)]
    await town.refused(transfer, Governance.UNAUTHORIZED_AUTHORITY)
    back = calls.transfer_erc(town, who.carol, name, who.alice)
    await town.run(calls.revoke_erc(town, name, "sold twice"))
    await town.refused(back, Governance.CERTIFICATE_REVOKED)
    await town.run(calls.update_parameters(town))


async def test_nothing_happens_to_certificates_during_a_pause(town: World, who: People) -> None:
    name = "HELD"
    await town.run(
        calls.issue_erc(town, name, (campus.SOLAR, who.alice), 100),
        calls.update_parameters(town, allow_certificate_transfers=True),
    )
    await town.travel(YEAR + 1)
    held_back = [
        calls.issue_erc(town, "HELD-2", (campus.SOLAR, who.alice), 100),
        calls.validate_erc(town, who.alice, name),
        calls.transfer_erc(town, who.alice, name, who.carol),
        calls.retire_erc(town, who.alice, name, 1, who.bob.pubkey()),
        town.call("governance", "expire_erc", erc_certificate=town.at.certificate(name)),
    ]
    end = await campus.pause(town)
    for call in held_back:
        await town.refused(call, Governance.SYSTEM_PAUSED)
    await town.run(calls.revoke_erc(town, name, "even now"), end, calls.update_parameters(town))

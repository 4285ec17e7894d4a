"""Attacks on identity: being somebody else, having more meters than allowed, reviving what was switched off."""

from __future__ import annotations

import pytest
from tests.market.security.town import DAY, START, Town

from seahorse.testing import expect_error


def test_registering_twice(town: Town) -> None:
    """A suspended user cannot come back as a new one."""
    town.registry.update_user_status(
        authority=town.deployer, user_account=town.user(town.mallory), new_status="Suspended"
    )
    with expect_error("AccountAlreadyInUse"):
        town.registry.register_user(**town.register_user(town.mallory))


def test_registering_at_the_address_of_somebody_else(town: Town) -> None:
    """Mallory takes the address that belongs to a wallet which has not registered yet."""
    newcomer = town.ledger.signer()
    with expect_error("ConstraintSeeds"):
        town.registry.register_user(**town.register_user(town.mallory) | {"user_account": town.user(newcomer)})


def test_closed_registration(town: Town) -> None:
    """While registration is closed, neither no signature nor the wrong one opens it."""
    town.registry.update_registry_config(
        authority=town.deployer, max_meters_per_user=10, open_registration=False, building_location="Engineering"
    )
    newcomer = town.ledger.signer()
    with expect_error("UnauthorizedAuthority"):
        town.registry.register_user(**town.register_user(newcomer))
    with expect_error("UnauthorizedAuthority"):
        town.registry.register_user(**town.register_user(newcomer), registry_authority=newcomer)
    town.registry.register_user(**town.register_user(newcomer), registry_authority=town.deployer)


def test_settings_of_a_stranger(town: Town) -> None:
    """Mallory opens registration, and lets herself have any number of meters."""
    for signer in (town.mallory, town.rec, town.gateway):
        with expect_error("UnauthorizedAuthority"):
            town.registry.update_registry_config(
                authority=signer, max_meters_per_user=255, open_registration=True, building_location="Mine"
            )


def test_activating_oneself(town: Town) -> None:
    """A suspended user lifts the suspension."""
    mine = {"user_account": town.user(town.mallory)}
    town.registry.update_user_status(authority=town.deployer, new_status="Suspended", **mine)
    with expect_error("UnauthorizedAuthority"):
        town.registry.update_user_status(authority=town.mallory, new_status="Active", **mine)


def test_suspended_users_neither_enroll_meters_nor_trade(town: Town) -> None:
    """Suspension holds everywhere that a user acts as a member of the market."""
    mine = {"user_account": town.user(town.mallory)}
    town.registry.update_user_status(authority=town.deployer, new_status="Suspended", **mine)
    with expect_error("InvalidUserStatus"):
        town.registry.register_meter(**town.register_meter(town.mallory, "METER_667"))
    with expect_error("UserNotEligible"):
        town.trading.create_sell_order(**town.create_sell_order(town.mallory, 1))
    with expect_error("UserNotEligible"):
        town.trading.create_buy_order(**town.create_buy_order(town.mallory, 1, amount=10))


def test_meter_beyond_the_limit_in_the_name_of_another(town: Town) -> None:
    """Mallory, at her limit, has the next meter counted for Alice."""
    town.registry.update_registry_config(
        authority=town.deployer, max_meters_per_user=1, open_registration=True, building_location="Engineering"
    )
    meter = town.register_meter(town.mallory, "METER_667")
    with expect_error("MeterLimitReached"):
        town.registry.register_meter(**meter)
    with expect_error("ConstraintSeeds"):
        town.registry.register_meter(**meter, user_account=town.user(town.alice))


def test_meter_of_somebody_else_registered_again(town: Town) -> None:
    """A meter has one owner: its id is taken."""
    with expect_error("AccountAlreadyInUse"):
        town.registry.register_meter(**town.register_meter(town.mallory, "METER_001"))


def test_meter_assigned_by_a_user(town: Town) -> None:
    """Assigning is the authority's, also when a user assigns to herself."""
    with expect_error("UnauthorizedAuthority"):
        town.registry.assign_meter(
            authority=town.mallory,
            owner=town.mallory.pubkey(),
            meter_id="METER_667",
            meter_type="Solar",
            meter_account=town.meter("METER_667"),
        )


@pytest.mark.parametrize("meter_id", ["", "METER\0001", "METER_001\n", "METER_001\x7f", "ΜETER_001"])
def test_ids_that_look_like_others(town: Town, meter_id: str) -> None:
    """An id that is empty, or has unprintable or foreign letters, could pass for another meter's in every log."""
    with expect_error("InvalidMeterId"):
        town.registry.register_meter(**town.register_meter(town.mallory, meter_id))


def test_id_that_is_too_long(town: Town) -> None:
    """51 characters do not fit, and are not cut off."""
    with expect_error("InstructionDidNotDeserialize"):
        town.registry.register_meter(**town.register_meter(town.mallory, "x" * 51))


def test_ids_that_share_their_first_chunk(town: Town) -> None:
    """Ids are hashed in chunks of 32; two long ids with the same beginning are two meters."""
    first, second = "M" * 32 + "1", "M" * 32 + "2"
    assert len({town.meter(first), town.meter(second), town.meter("M" * 32)}) == 3
    for meter_id in (first, second, "M" * 32):
        town.registry.register_meter(**town.register_meter(town.mallory, meter_id))
    with expect_error("ConstraintSeeds"):
        given = town.register_meter(town.mallory, "M" * 32 + "3") | {"meter_account": town.meter(second)}
        town.registry.register_meter(**given)


def test_switching_on_what_the_authority_switched_off(town: Town) -> None:
    """A meter that was found to cheat stays off: neither its owner's Active nor a detour over Maintenance helps."""
    mine = {"meter_account": town.meter("METER_666")}
    town.registry.update_meter_status(authority=town.deployer, new_status="Inactive", **mine)
    for status in ("Active", "Maintenance", "Inactive"):
        with expect_error("InvalidMeterStatus"):
            town.registry.update_meter_status(authority=town.mallory, new_status=status, **mine)


def test_switching_somebody_elses_meter(town: Town) -> None:
    """Mallory stops Alice's income by putting her meter into maintenance."""
    with expect_error("UnauthorizedUser"):
        town.registry.update_meter_status(
            authority=town.mallory, meter_account=town.meter("METER_001"), new_status="Maintenance"
        )


def test_time_travel_of_a_meter_in_maintenance(town: Town) -> None:
    """A meter out of service takes no readings, so none can be made up for that time."""
    town.registry.update_meter_status(
        authority=town.mallory, meter_account=town.meter("METER_666"), new_status="Maintenance"
    )
    town.ledger.warp(DAY)
    with expect_error("InvalidMeterStatus"):
        town.oracle.submit_meter_reading(**town.submit_meter_reading("METER_666", START + 900, 5_000))


def test_squatting_on_meter_ids(town: Town) -> None:
    """Mallory registers the ids of the campus's meters before their owners do. The authority takes them back."""
    town.registry.register_meter(**town.register_meter(town.mallory, "METER_002"))
    remove = {"owner": town.mallory.pubkey(), "meter_account": town.meter("METER_002")}
    taken_back = town.registry.prepare("remove_meter", authority=town.deployer, **remove)
    for signer in (town.mallory, town.alice, town.gateway):
        with expect_error("UnauthorizedAuthority"):
            town.registry.remove_meter(authority=signer, **remove)
    again = town.registry.prepare("register_meter", **town.register_meter(town.alice, "METER_002"))
    town.ledger.send(taken_back, again)
    meter = town.registry.account(town.meter("METER_002"))
    assert meter.owner == town.alice.pubkey()
    counts = {user.authority: user.meter_count for user in town.registry.accounts("UserAccount").values()}
    assert (counts[town.alice.pubkey()], counts[town.mallory.pubkey()]) == (2, 1)
    assert town.registry.account(town.registry.address("registry")).meter_count == 3


def test_removing_a_meter_that_was_read(town: Town) -> None:
    """Its totals would begin anew, and what was minted and certified could be minted and certified again."""
    with expect_error("MeterInUse"):
        town.registry.remove_meter(
            authority=town.deployer, owner=town.mallory.pubkey(), meter_account=town.meter("METER_666")
        )


def test_removing_a_meter_of_the_authoritys_own(town: Town) -> None:
    """The same wallet in both places: signer and owner."""
    town.registry.register_user(**town.register_user(town.deployer))
    before = town.ledger.lamports(town.deployer)
    town.registry.register_meter(**town.register_meter(town.deployer, "METER_002"))
    town.registry.remove_meter(
        authority=town.deployer, owner=town.deployer.pubkey(), meter_account=town.meter("METER_002")
    )
    assert town.ledger.lamports(town.deployer) == before
    assert town.ledger.account(town.meter("METER_002")) is None


def test_removing_a_meter_at_somebody_elses_expense(town: Town) -> None:
    """The rent to another, or the meter counted out of another's account."""
    town.registry.register_meter(**town.register_meter(town.mallory, "METER_002"))
    meter = {"authority": town.deployer, "meter_account": town.meter("METER_002")}
    with expect_error("UnauthorizedUser"):
        town.registry.remove_meter(owner=town.alice.pubkey(), **meter)
    with expect_error("ConstraintSeeds"):
        town.registry.remove_meter(owner=town.mallory.pubkey(), user_account=town.user(town.alice), **meter)


def test_registry_of_somebody_else(town: Town) -> None:
    """A look-alike of the registry in which Mallory is the authority."""
    fake = town.ledger.key().pubkey()
    town.registry.set_account(
        fake,
        "Registry",
        authority=town.mallory.pubkey(),
        user_count=0,
        meter_count=0,
        created_at=0,
        max_meters_per_user=255,
        open_registration=True,
        building_location="",
        bump=255,
    )
    with expect_error("ConstraintSeeds"):
        town.registry.update_user_status(
            authority=town.mallory, registry=fake, user_account=town.user(town.alice), new_status="Suspended"
        )

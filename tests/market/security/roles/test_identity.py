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
        town.registry.register_user(**town.register_user(newcomer) | {"registry_authority": None})
    with expect_error("UnauthorizedAuthority"):
        town.registry.register_user(**town.register_user(newcomer) | {"registry_authority": newcomer})
    town.registry.register_user(**town.register_user(newcomer))


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


def test_suspended_users_neither_enroll_meters_nor_mint_nor_trade(town: Town) -> None:
    """Suspension holds everywhere that a user acts as a member of the market."""
    mine = {"user_account": town.user(town.mallory)}
    town.registry.update_user_status(authority=town.deployer, new_status="Suspended", **mine)
    with expect_error("InvalidUserStatus"):
        town.registry.register_meter(**town.register_meter(town.mallory, "METER_667"))
    with expect_error("UserNotEligible"):
        town.trading.create_sell_order(**town.create_sell_order(town.mallory, 1))
    with expect_error("UserNotEligible"):
        town.trading.create_buy_order(**town.create_buy_order(town.mallory, 1))
    town.oracle.submit_meter_reading(**town.submit_meter_reading("METER_666", START + 30, 1_000))
    with expect_error("InvalidUserStatus"):
        town.energy_token.mint_grid_tokens(**town.mint_grid_tokens(town.mallory, "METER_666"))
    supply = town.ledger.mint_state(town.grid).supply
    town.oracle.process_energy_data(**town.process_energy_data(town.mallory, "METER_666", START + 60, 1_000))
    assert town.ledger.mint_state(town.grid).supply == supply


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
        town.registry.assign_meter(**town.assign_meter(town.mallory, "METER_667") | {"authority": town.mallory})


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


STATUSES = ("Active", "Maintenance", "Inactive")


def test_silencing_ones_own_meter(town: Town) -> None:
    """A meter that is off at night mints energy that its owner consumed. So no status is the owner's to choose."""
    for status in STATUSES:
        town.registry.update_meter_status(
            authority=town.deployer, meter_account=town.meter("METER_666"), new_status=status
        )
        for signer in (town.mallory, town.gateway, town.rec):
            for wanted in STATUSES:
                with expect_error("UnauthorizedAuthority"):
                    town.registry.update_meter_status(
                        authority=signer, meter_account=town.meter("METER_666"), new_status=wanted
                    )


def test_three_nights_of_a_cheat_and_an_honest_neighbour(town: Town) -> None:
    """Both generate 10 kWh by day and consume as much by night: both mint nothing."""
    before = [town.ledger.token(town.grid_of(who)).amount for who in (town.alice, town.mallory)]
    asleep = {"authority": town.mallory, "meter_account": town.meter("METER_666")}
    for _ in range(3):
        for produced, consumed in ((10_000, 0), (0, 10_000)):
            if consumed:
                with expect_error("UnauthorizedAuthority"):
                    town.registry.update_meter_status(**asleep, new_status="Maintenance")
            town.ledger.warp(DAY // 2)
            for meter_id in ("METER_001", "METER_666"):
                town.oracle.submit_meter_reading(
                    **town.submit_meter_reading(meter_id, town.ledger.now, produced, consumed)
                )
    for who, meter_id in ((town.alice, "METER_001"), (town.mallory, "METER_666")):
        with expect_error("NoUnsettledBalance"):
            town.energy_token.mint_grid_tokens(**town.mint_grid_tokens(who, meter_id))
    assert before == [town.ledger.token(town.grid_of(who)).amount for who in (town.alice, town.mallory)]


def test_squatting_while_registration_is_closed(town: Town) -> None:
    """Nobody registers another's meter: the authority signs too, unless registration is open."""
    meter = town.register_meter(town.mallory, "METER_002")
    for signer in (None, town.mallory):
        with expect_error("UnauthorizedAuthority"):
            town.registry.register_meter(**meter | {"registry_authority": signer})


def test_giving_a_meter_away(town: Town) -> None:
    """Authority and new owner sign; what it measured is minted first; the new owner's limit and status hold."""
    give = {
        "authority": town.deployer,
        "new_owner": town.bob,
        "old_user_account": town.user(town.mallory),
        "new_user_account": town.user(town.bob),
        "meter_account": town.meter("METER_666"),
    }
    for signer in (town.mallory, town.bob):
        with expect_error("UnauthorizedAuthority"):
            town.registry.transfer_meter(**give | {"authority": signer})
    with expect_error("UnauthorizedUser"):
        town.registry.transfer_meter(**give | {"old_user_account": town.user(town.alice)})
    with expect_error("ConstraintSeeds"):
        town.registry.transfer_meter(**give | {"new_user_account": town.user(town.alice)})
    town.oracle.submit_meter_reading(**town.submit_meter_reading("METER_666", START + 60, 1_000))
    with expect_error("UnsettledEnergy"):
        town.registry.transfer_meter(**give)
    town.energy_token.mint_grid_tokens(**town.mint_grid_tokens(town.mallory, "METER_666"))
    bob = {"authority": town.deployer, "user_account": town.user(town.bob)}
    town.registry.update_user_status(**bob, new_status="Suspended")
    with expect_error("InvalidUserStatus"):
        town.registry.transfer_meter(**give)
    town.registry.update_user_status(**bob, new_status="Active")
    town.registry.transfer_meter(**give)
    assert town.registry.account(town.meter("METER_666")).owner == town.bob.pubkey()
    counts = {user.authority: user.meter_count for user in town.registry.accounts("UserAccount").values()}
    assert (counts[town.bob.pubkey()], counts[town.mallory.pubkey()]) == (1, 0)
    with expect_error("ConstraintDuplicateMutableAccount"):
        town.registry.transfer_meter(**give | {"old_user_account": town.user(town.bob)})


def test_leaving_with_something_left(town: Town) -> None:
    """A user leaves without meters and open orders, and Active, so that nobody leaves a suspension behind."""
    leave = {"user_authority": town.bob, "payer": town.bob.pubkey(), "trading_account": town.trader(town.bob)}
    with expect_error("UserHasMeters"):
        town.registry.deregister_user(
            user_authority=town.alice, payer=town.alice.pubkey(), trading_account=town.trader(town.alice)
        )
    town.trading.create_buy_order(**town.create_buy_order(town.bob, 1))
    with expect_error("UserHasOpenOrders"):
        town.registry.deregister_user(**leave)
    for hidden in (None, town.trader(town.alice)):
        with expect_error("TradingAccountRequired"):
            town.registry.deregister_user(**leave | {"trading_account": hidden})
    town.trading.cancel_order(**town.cancel_order(town.bob, 1))
    with expect_error("InvalidPayer"):
        town.registry.deregister_user(**leave | {"payer": town.mallory.pubkey()})
    status = {"authority": town.deployer, "user_account": town.user(town.bob)}
    town.registry.update_user_status(**status, new_status="Suspended")
    with expect_error("InvalidUserStatus"):
        town.registry.deregister_user(**leave)
    town.registry.update_user_status(**status, new_status="Active")
    town.registry.deregister_user(**leave)
    assert town.registry.account(town.registry.address("registry")).user_count == 2
    assert town.ledger.account(town.user(town.bob)) is None


def test_type_of_oneself(town: Town) -> None:
    """A consumer makes himself a prosumer, to sell what he did not generate."""
    with expect_error("UnauthorizedAuthority"):
        town.registry.update_user_type(authority=town.bob, user_account=town.user(town.bob), new_type="Prosumer")


def test_time_travel_of_a_meter_in_maintenance(town: Town) -> None:
    """A meter out of service takes no readings, so none can be made up for that time."""
    town.registry.update_meter_status(
        authority=town.deployer, meter_account=town.meter("METER_666"), new_status="Maintenance"
    )
    town.ledger.warp(DAY)
    with expect_error("InvalidMeterStatus"):
        town.oracle.submit_meter_reading(**town.submit_meter_reading("METER_666", START + 900, 5_000))


def test_squatting_on_meter_ids(town: Town) -> None:
    """Mallory registers the ids of the campus's meters before their owners do. The authority takes them back."""
    town.registry.register_meter(**town.register_meter(town.mallory, "METER_002"))
    remove = town.remove_meter(town.mallory, "METER_002")
    taken_back = town.registry.prepare("remove_meter", **remove)
    for signer in (town.mallory, town.alice, town.gateway):
        with expect_error("UnauthorizedAuthority"):
            town.registry.remove_meter(**remove | {"authority": signer})
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
        town.registry.remove_meter(**town.remove_meter(town.mallory, "METER_666"))


def test_removing_a_meter_of_the_authoritys_own(town: Town) -> None:
    """The same wallet in both places: signer and owner."""
    town.registry.register_user(**town.register_user(town.deployer))
    before = town.ledger.lamports(town.deployer)
    town.registry.register_meter(**town.register_meter(town.deployer, "METER_002"))
    town.registry.remove_meter(**town.remove_meter(town.deployer, "METER_002"))
    assert town.ledger.lamports(town.deployer) == before
    assert town.ledger.account(town.meter("METER_002")) is None


def test_removing_a_meter_at_somebody_elses_expense(town: Town) -> None:
    """The rent to another, or the meter counted out of another's account."""
    town.registry.register_meter(**town.register_meter(town.mallory, "METER_002"))
    remove = town.remove_meter(town.mallory, "METER_002")
    with expect_error("InvalidPayer"):
        town.registry.remove_meter(**remove | {"payer": town.alice.pubkey()})
    with expect_error("UnauthorizedUser"):
        town.registry.remove_meter(**remove | {"user_account": town.user(town.alice)})


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

"""Attacks on the pause: acting while the system is stopped, hiding the stop, and keeping people from their money."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.market.security.town import DAY, QUARTER, START, Given, Town

from seahorse.testing import expect_error
from seahorse.testing.program import ProgramCall


def _certificate(town: Town) -> Given:
    return {"erc_certificate": town.certificate("ERC-1")}


def _present(town: Town) -> int:
    return town.ledger.now // QUARTER


def _into_present(town: Town) -> Given:
    return {"epoch": town.epoch_account(_present(town))}


def _later(town: Town) -> Given:
    """The quarter-hour that is over and not cleared."""
    index = _present(town) - 1
    return {"epoch_account": town.epoch_account(index), "epoch": index}


# What users, the gateway, the matcher and the certifier do: each call would succeed in the prepared town.
STOPS: dict[str, Callable[[Town], Given]] = {
    "registry.register_user": lambda t: t.register_user(t.gateway),
    "registry.register_meter": lambda t: t.register_meter(t.alice, "METER_002"),
    "registry.deregister_user": lambda t: {"user_authority": t.guest, "payer": t.guest.pubkey()},
    "registry.assign_meter": lambda t: t.assign_meter(t.alice, "METER_002"),
    "registry.transfer_meter": lambda t: {
        "authority": t.deployer,
        "new_owner": t.bob,
        "old_user_account": t.user(t.mallory),
        "new_user_account": t.user(t.bob),
        "meter_account": t.meter("METER_666"),
    },
    "oracle.submit_meter_reading": lambda t: t.submit_meter_reading("METER_001", START + 90, 1_000),
    "oracle.process_energy_data": lambda t: t.process_energy_data(t.alice, "METER_001", START + 90, 1_000),
    "oracle.trigger_market_clearing": lambda t: {**t.trigger_market_clearing(), **_later(t)},
    "energy_token.mint_grid_tokens": lambda t: t.mint_grid_tokens(t.alice, "METER_001"),
    "energy_token.transfer_tokens": lambda t: t.transfer_tokens(t.alice, t.bob, 1),
    "energy_token.burn_tokens": lambda t: {"owner": t.alice, "token_account": t.grid_of(t.alice), "amount": 1},
    "trading.open_trading_account": lambda t: {"user": t.gateway, "payer": t.gateway},
    "trading.open_epoch": lambda t: t.open_epoch(t.ledger.now // QUARTER + 1),
    "trading.create_sell_order": lambda t: t.create_sell_order(t.alice, 10) | _into_present(t),
    "trading.create_buy_order": lambda t: t.create_buy_order(t.bob, 10) | _into_present(t),
    "trading.match_orders": lambda t: t.match_orders(1, 2, t.alice, t.bob),
    "trading.withdraw_fees": lambda t: t.withdraw_fees(),
    "governance.issue_erc": lambda t: t.issue_erc("ERC-3"),
    "governance.validate_erc_for_trading": lambda t: t.validate_erc("ERC-1"),
    "governance.retire_erc": lambda t: {
        "owner": t.alice,
        "amount": 1,
        "beneficiary": t.bob.pubkey(),
        **_certificate(t),
    },
    "governance.expire_erc": lambda t: {"erc_certificate": t.certificate("ERC-2")},
    "governance.transfer_erc": lambda t: {
        "owner": t.alice,
        "new_owner": t.bob.pubkey(),
        **_certificate(t),
    },
}
stopping = pytest.mark.parametrize("name", STOPS)


@pytest.fixture
def ready(town: Town) -> Town:
    """Everything that STOPS needs: open orders, fees, unminted energy, certificates, one of them expired."""
    engineer: dict[str, Any] = {"authority": town.deployer}
    town.governance.update_erc_limits(**engineer, min_energy=1, max_erc=100_000, validity_period=10)
    town.governance.issue_erc(**town.issue_erc("ERC-2", 100))
    town.ledger.warp(61)
    town.governance.update_erc_limits(**engineer, min_energy=1, max_erc=100_000, validity_period=DAY)
    town.governance.issue_erc(**town.issue_erc("ERC-1", 100))
    town.governance.update_parameters(**town.update_parameters(allow_certificate_transfers=True))
    town.oracle.submit_meter_reading(**town.submit_meter_reading("METER_001", START + 60, 1_000))
    town.ledger.token_account(town.money, town.deployer)
    town.registry.register_user(**town.register_user(town.guest))
    for sell, buy in ((1, 2), (3, 4)):
        town.trading.create_sell_order(**town.create_sell_order(town.alice, sell, 1_500))
        town.trading.create_buy_order(**town.create_buy_order(town.bob, buy))
    town.trading.open_epoch(**town.open_epoch(town.epoch + 1))
    town.trading.open_epoch(**town.open_epoch(town.epoch + 2))
    town.clear()
    town.ledger.warp(QUARTER)
    town.trading.match_orders(**town.match_orders(3, 4, town.alice, town.bob))
    return town


def prepared(town: Town, name: str, **changed: Any) -> ProgramCall:
    program, instruction = name.split(".")
    return town.programs[program].prepare(instruction, **STOPS[name](town) | changed)


@stopping
def test_acting_during_a_pause(ready: Town, name: str) -> None:
    """Refused while paused, refused while in maintenance, and the very same call is fine afterwards."""
    call = prepared(ready, name)
    ready.governance.emergency_pause(authority=ready.rec, reason="fire")
    with expect_error(6401):
        ready.ledger.send(call)
    ready.governance.emergency_unpause(authority=ready.rec)
    ready.governance.set_maintenance_mode(authority=ready.deployer, maintenance_enabled=True)
    with expect_error(6402):
        ready.ledger.send(call)
    ready.governance.set_maintenance_mode(authority=ready.deployer, maintenance_enabled=False)
    ready.ledger.send(call)
    ready.assert_books()


@stopping
def test_hiding_the_pause(ready: Town, name: str) -> None:
    """A copy of poa_config from before the pause: at another address, and one of another program."""
    real = ready.ledger.account(ready.governance.address("poa_config"))
    assert real is not None
    ready.governance.emergency_pause(authority=ready.rec, reason="fire")
    fake = ready.ledger.key().pubkey()
    for owner, error in ((ready.governance.id, "ConstraintSeeds"), (ready.trading.id, "AccountOwnedByWrongProgram")):
        ready.ledger.set_account(fake, data=bytes(real.data), owner=owner)
        with expect_error(error):
            ready.ledger.send(prepared(ready, name, poa_config=fake))


def test_money_goes_home_during_a_pause(ready: Town) -> None:
    """Cancelling, expiring and closing work while everything else stands still."""
    ready.governance.emergency_pause(authority=ready.rec, reason="fire")
    ready.governance.set_maintenance_mode(authority=ready.deployer, maintenance_enabled=True)
    ready.ledger.warp(2 * DAY)
    ready.trading.cancel_order(**ready.cancel_order(ready.alice, 1))
    ready.trading.close_order(**ready.close_order(ready.alice, 1))
    ready.trading.expire_order(**ready.expire_order(ready.bob, 2))
    ready.trading.close_order(**ready.close_order(ready.bob, 2))
    ready.trading.close_epoch(payer=ready.gateway.pubkey(), epoch=ready.epoch_account())
    ready.assert_books()


def test_pausing_without_the_role(town: Town) -> None:
    """Nobody but the REC authority stops the system, or sets it going again."""
    for signer in (town.mallory, town.deployer, town.gateway):
        with expect_error("UnauthorizedAuthority"):
            town.governance.emergency_pause(authority=signer, reason="prank")
    town.governance.emergency_pause(authority=town.rec, reason="fire")
    for signer in (town.mallory, town.deployer, town.gateway):
        with expect_error("UnauthorizedAuthority"):
            town.governance.emergency_unpause(authority=signer)


def test_rewriting_the_reason_of_a_pause(town: Town) -> None:
    """Since when and why the system stands still is not written over, and a pause that is none does not end."""
    with expect_error("NotPaused"):
        town.governance.emergency_unpause(authority=town.rec)
    town.governance.emergency_pause(authority=town.rec, reason="fire")
    town.ledger.warp(60)
    with expect_error("SystemPaused"):
        town.governance.emergency_pause(authority=town.rec, reason="drill")


def test_the_last_initializer_opens_the_market(bare: Town) -> None:
    """Before governance exists, nothing that users do is possible: there is no pause to look at."""
    bare.registry.initialize(deployer=bare.deployer, payer=bare.deployer, authority=bare.deployer.pubkey())
    bare.energy_token.initialize(deployer=bare.deployer, payer=bare.deployer)
    bare.energy_token.initialize_token(deployer=bare.deployer, payer=bare.deployer)
    bare.trading.initialize_market(**bare.initialize_market())
    with expect_error("AccountNotInitialized"):
        bare.registry.register_user(**bare.register_user(bare.alice))
    with expect_error("AccountNotInitialized"):
        bare.trading.open_trading_account(user=bare.alice, payer=bare.alice)

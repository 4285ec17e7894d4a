"""Attacks on the oracle: readings from strangers, repeated, from the future, of another meter; clearing at will."""

from __future__ import annotations

import pytest
from tests.market.security.town import DAY, START, Town

from seahorse.testing import expect_error

MAX_READING = 1_000_000


def test_readings_of_a_stranger(town: Town) -> None:
    """Only the gateway's signature counts: not the oracle authority's, not the meter owner's."""
    for signer in (town.mallory, town.deployer, town.rec):
        reading = town.submit_meter_reading("METER_666", START + 60, 1_000) | {"api_gateway": signer}
        with expect_error("UnauthorizedGateway"):
            town.oracle.submit_meter_reading(**reading)


def test_gateway_that_was_replaced(town: Town) -> None:
    """A stolen key is worthless from the moment at which the authority replaces it."""
    successor = town.ledger.signer()
    town.oracle.update_api_gateway(authority=town.deployer, new_gateway=successor.pubkey())
    with expect_error("UnauthorizedGateway"):
        town.oracle.submit_meter_reading(**town.submit_meter_reading("METER_666", START + 60, 1_000))


def test_one_meters_reading_for_another(town: Town) -> None:
    """The gateway means METER_001; Mallory slips her own meter's account in."""
    with expect_error("InvalidMeterReading"):
        town.oracle.submit_meter_reading(
            **town.submit_meter_reading("METER_001", START + 60, 1_000) | {"meter_account": town.meter("METER_666")}
        )


def test_the_same_reading_again(town: Town) -> None:
    """A replay: in the next transaction, and twice in one."""
    call = town.oracle.prepare("submit_meter_reading", **town.submit_meter_reading("METER_666", START + 60, 1_000))
    with expect_error("InvalidMeterReading"):
        town.ledger.send(call, call)
    town.ledger.send(call)
    with expect_error("InvalidMeterReading"):
        town.ledger.send(call)


@pytest.mark.parametrize("timestamp", [START, START - DAY, 0, -1, -(2**63), START + 61, 2**63 - 1])
def test_times_that_cannot_be(town: Town, timestamp: int) -> None:
    """Not newer than the last reading, before time began, and from the future."""
    with expect_error("InvalidMeterReading"):
        town.oracle.submit_meter_reading(**town.submit_meter_reading("METER_666", timestamp, 1_000))


@pytest.mark.parametrize(
    ("produced", "consumed"), [(0, 0), (MAX_READING + 1, 0), (0, MAX_READING + 1), (2**64 - 1, 2**64 - 1)]
)
def test_energies_that_cannot_be(town: Town, produced: int, consumed: int) -> None:
    """Nothing at all, and more than the campus could."""
    with expect_error("InvalidMeterReading"):
        town.oracle.submit_meter_reading(**town.submit_meter_reading("METER_666", START + 60, produced, consumed))


def test_totals_do_not_wrap(town: Town) -> None:
    """Even with no limit on a reading, a meter that is full takes no more."""
    town.oracle.update_oracle_config(
        authority=town.deployer,
        market_clearing_interval=900,
        auto_clearing_enabled=True,
        ami_endpoint="",
        max_reading_wh=2**64 - 1,
    )
    with expect_error("ArithmeticOverflow"):
        town.oracle.submit_meter_reading(**town.submit_meter_reading("METER_666", START + 60, 2**64 - 1))


def test_energy_that_is_too_much_for_the_token(town: Town) -> None:
    """More watt-hours than GRID has base units: nothing is settled and nothing minted."""
    town.oracle.update_oracle_config(
        authority=town.deployer,
        market_clearing_interval=900,
        auto_clearing_enabled=True,
        ami_endpoint="",
        max_reading_wh=2**64 - 1,
    )
    reading = town.process_energy_data(town.mallory, "METER_666", START + 60, 2**63)
    with expect_error("ArithmeticOverflow"):
        town.oracle.process_energy_data(**reading)


def test_moving_a_meter_past_the_oracle(town: Town) -> None:
    """registry.update_meter_reading takes the oracle program's signature only."""
    for signer in (town.gateway, town.deployer, town.mallory):
        with expect_error("ConstraintSeeds"):
            town.registry.update_meter_reading(
                oracle_data=signer, meter_account=town.meter("METER_666"), generated=1, consumed=0, timestamp=START + 60
            )


def test_clearing_of_a_stranger(town: Town) -> None:
    """Nobody else triggers clearing, and nobody opens an epoch past the oracle."""
    with expect_error("UnauthorizedGateway"):
        town.oracle.trigger_market_clearing(api_gateway=town.mallory)
    for signer in (town.gateway, town.deployer):
        with expect_error("ConstraintSeeds"):
            town.trading.open_epoch(oracle_data=signer)


def test_clearing_too_often(town: Town) -> None:
    """Once per interval, also within one transaction."""
    call = town.oracle.prepare("trigger_market_clearing", api_gateway=town.gateway)
    with expect_error("MarketClearingInProgress"):
        town.ledger.send(call, call)
    town.ledger.send(call)
    town.ledger.warp(899)
    with expect_error("MarketClearingInProgress"):
        town.ledger.send(call)
    town.ledger.warp(1)
    town.ledger.send(call)
    market = town.trading.account(town.trading.address("market"))
    assert market.epoch == 2
    assert market.current_epoch_start % market.epoch_length == 0


def test_settings_are_the_authoritys(town: Town) -> None:
    """The gateway does not configure the oracle that checks it."""
    for signer in (town.gateway, town.mallory):
        with expect_error("UnauthorizedAuthority"):
            town.oracle.update_api_gateway(authority=signer, new_gateway=town.mallory.pubkey())
        with expect_error("UnauthorizedAuthority"):
            town.oracle.update_oracle_status(authority=signer, active=False)
        with expect_error("UnauthorizedAuthority"):
            town.oracle.update_oracle_config(
                authority=signer,
                market_clearing_interval=1,
                auto_clearing_enabled=True,
                ami_endpoint="",
                max_reading_wh=2**64 - 1,
            )


@pytest.mark.parametrize(("interval", "largest"), [(0, 1), (-900, 1), (900, 0)])
def test_settings_that_would_open_the_door(town: Town, interval: int, largest: int) -> None:
    """No interval would let the gateway clear at will; no largest reading would refuse every meter."""
    with expect_error("InvalidConfig"):
        town.oracle.update_oracle_config(
            authority=town.deployer,
            market_clearing_interval=interval,
            auto_clearing_enabled=True,
            ami_endpoint="",
            max_reading_wh=largest,
        )


def test_gateway_while_the_oracle_is_off(town: Town) -> None:
    """The authority's switches hold against the gateway: no readings and no clearing, or no clearing alone."""
    town.oracle.update_oracle_config(
        authority=town.deployer,
        market_clearing_interval=900,
        auto_clearing_enabled=False,
        ami_endpoint="",
        max_reading_wh=MAX_READING,
    )
    with expect_error("AutoClearingDisabled"):
        town.oracle.trigger_market_clearing(api_gateway=town.gateway)
    town.oracle.update_oracle_status(authority=town.deployer, active=False)
    with expect_error("OracleInactive"):
        town.oracle.trigger_market_clearing(api_gateway=town.gateway)
    with expect_error("OracleInactive"):
        town.oracle.submit_meter_reading(**town.submit_meter_reading("METER_666", START + 60, 1_000))
    with expect_error("OracleInactive"):
        reading = town.process_energy_data(town.mallory, "METER_666", START + 60, 1_000)
        town.oracle.process_energy_data(**reading)


def test_oracle_data_of_somebody_else(town: Town) -> None:
    """A copy of the oracle's account in which Mallory is the gateway."""
    fake = town.ledger.key().pubkey()
    real = town.ledger.account(town.oracle.address("oracle_data"))
    assert real is not None
    data = bytes(real.data)
    town.ledger.set_account(fake, data=data[:40] + bytes(town.mallory.pubkey()) + data[72:], owner=town.oracle.id)
    with expect_error("ConstraintSeeds"):
        town.oracle.submit_meter_reading(
            **town.submit_meter_reading("METER_666", START + 60, 1_000)
            | {"api_gateway": town.mallory, "oracle_data": fake}
        )

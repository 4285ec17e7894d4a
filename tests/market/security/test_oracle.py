"""Attacks on the oracle: readings from strangers, repeated, from the future, of another meter; clearing at will."""

from __future__ import annotations

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.market.security.town import DAY, QUARTER, START, Given, Town

from seahorse.testing import expect_error

MAX_READING = 1_000_000  # Wh in a quarter of an hour


def config(signer: Keypair, *, interval: int, auto: bool, largest: int) -> Given:
    settings = {"market_clearing_interval": interval, "auto_clearing_enabled": auto, "max_reading_wh": largest}
    return {"authority": signer, "config": {**settings, "ami_endpoint": ""}}


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


@pytest.mark.parametrize("wh", [MAX_READING + 1, 2**63, 2**64 - 1])
@pytest.mark.parametrize("direction", ["produced", "consumed"])
def test_energies_that_cannot_be(town: Town, direction: str, wh: int) -> None:
    """More in a quarter-hour than the campus could, in either direction."""
    town.ledger.set_time(START + QUARTER)
    reading = town.submit_meter_reading("METER_666", START + QUARTER, 0) | {"produced": 0, "consumed": 0}
    with expect_error("InvalidMeterReading"):
        town.oracle.submit_meter_reading(**reading | {direction: wh})
    town.oracle.submit_meter_reading(**reading | {direction: MAX_READING})


def test_stolen_gateway_key_has_a_ceiling(town: Town) -> None:
    """However many readings, wherever their times are put: not more than the meter can measure in the time elapsed."""
    before = town.registry.account(town.meter("METER_666")).total_generation
    town.ledger.set_time(START + QUARTER)
    for timestamp in (0, 1, START - QUARTER, START):  # in the past: none
        with expect_error("InvalidMeterReading"):
            town.oracle.submit_meter_reading(**town.submit_meter_reading("METER_666", timestamp, MAX_READING))
    # Seconds apart: each at the rate of the quarter-hour.
    for second in range(1, 21):
        with expect_error("InvalidMeterReading"):
            town.oracle.submit_meter_reading(**town.submit_meter_reading("METER_666", START + second, 1_112))
        town.oracle.submit_meter_reading(**town.submit_meter_reading("METER_666", START + second, 1_111))
    town.oracle.submit_meter_reading(
        **town.submit_meter_reading("METER_666", START + QUARTER + 60, MAX_READING * (QUARTER + 40) // QUARTER)
    )
    measured = town.registry.account(town.meter("METER_666")).total_generation - before
    assert measured <= MAX_READING * (QUARTER + 60) // QUARTER


def test_a_quiet_night_is_a_reading(town: Town) -> None:
    """Nothing generated and nothing consumed: read like anything else."""
    town.oracle.submit_meter_reading(**town.submit_meter_reading("METER_666", START + 60, 0))
    assert town.registry.account(town.meter("METER_666")).last_reading_at == START + 60


def test_totals_do_not_wrap(town: Town) -> None:
    """Even with no limit on a reading, a meter that is full takes no more."""
    town.oracle.update_oracle_config(**config(town.deployer, interval=900, auto=True, largest=2**64 - 1))
    town.ledger.set_time(START + QUARTER)
    with expect_error("ArithmeticOverflow"):
        town.oracle.submit_meter_reading(**town.submit_meter_reading("METER_666", START + QUARTER, 2**64 - 1))


def test_energy_that_is_too_much_for_the_token(town: Town) -> None:
    """More watt-hours than GRID has base units: nothing is settled and nothing minted."""
    town.oracle.update_oracle_config(**config(town.deployer, interval=900, auto=True, largest=2**64 - 1))
    town.ledger.set_time(START + QUARTER)
    reading = town.process_energy_data(town.mallory, "METER_666", START + QUARTER, 2**63)
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
    """Nobody else triggers clearing, and nobody clears an epoch past the oracle."""
    town.ledger.warp(QUARTER)
    for signer in (town.mallory, town.deployer):
        with expect_error("UnauthorizedGateway"):
            town.oracle.trigger_market_clearing(**town.trigger_market_clearing() | {"api_gateway": signer})
    for signer in (town.gateway, town.deployer):
        with expect_error("ConstraintSeeds"):
            town.trading.clear_epoch(oracle_data=signer, epoch=town.epoch_account())


def test_clearing_too_early_and_too_often(town: Town) -> None:
    """Not in the last second of the quarter-hour, and once only, also within one transaction."""
    call = town.oracle.prepare("trigger_market_clearing", **town.trigger_market_clearing())
    for second in (0, QUARTER - 1):
        town.ledger.set_time(START + second)
        with expect_error("MarketClearingInProgress"):
            town.ledger.send(call)
    town.ledger.set_time(START + QUARTER)
    with expect_error("MarketClearingInProgress"):
        town.ledger.send(call, call)
    town.ledger.send(call)
    with expect_error("MarketClearingInProgress"):
        town.ledger.send(call)


def test_late_triggers_move_no_quarter_hour(town: Town) -> None:
    """400 s late each time, and once not at all: every quarter-hour is cleared, each at its own time."""
    first = town.epoch
    for index in range(first + 1, first + 8):
        town.trading.open_epoch(**town.open_epoch(index))
    for late in range(7):
        town.ledger.set_time(START + (late + 1) * QUARTER + 400)
        if late != 3:
            town.epoch = first + late
            town.clear()
    town.epoch = first + 3
    town.clear()
    assert all(town.book_of(first + n).cleared for n in range(7))
    assert [town.book_of(first + n).starts_at for n in range(8)] == [START + n * QUARTER for n in range(8)]


def test_clearing_another_quarter_hour_than_is_named(town: Town) -> None:
    """The number that the gateway signs for is the account's."""
    town.trading.open_epoch(**town.open_epoch(town.epoch + 1))
    town.ledger.warp(2 * QUARTER)
    with expect_error("InvalidEpoch"):
        town.oracle.trigger_market_clearing(**town.trigger_market_clearing() | {"epoch": town.epoch + 1})


def test_clearing_after_the_settlement_window(town: Town) -> None:
    """Then orders may have left, and what is cleared could not be settled any more."""
    town.ledger.set_time(START + QUARTER + DAY + 1)
    with expect_error("EpochOver"):
        town.clear()


def test_gateway_that_nobody_can_be(town: Town) -> None:
    """The default key as gateway would stop every meter."""
    with expect_error("InvalidAuthority"):
        town.oracle.update_api_gateway(authority=town.deployer, new_gateway=Pubkey.default())


def test_settings_are_the_authoritys(town: Town) -> None:
    """The gateway does not configure the oracle that checks it."""
    for signer in (town.gateway, town.mallory):
        with expect_error("UnauthorizedAuthority"):
            town.oracle.update_api_gateway(authority=signer, new_gateway=town.mallory.pubkey())
        with expect_error("UnauthorizedAuthority"):
            town.oracle.update_oracle_status(authority=signer, active=False)
        with expect_error("UnauthorizedAuthority"):
            town.oracle.update_oracle_config(**config(signer, interval=1, auto=True, largest=2**64 - 1))


@pytest.mark.parametrize(("interval", "largest"), [(0, 1), (-900, 1), (3_650 * DAY + 1, 1), (900, 0)])
def test_settings_that_would_open_the_door(town: Town, interval: int, largest: int) -> None:
    """In no time a meter measures nothing; a time without end overflows; no largest reading refuses every meter."""
    with expect_error("InvalidConfig"):
        town.oracle.update_oracle_config(**config(town.deployer, interval=interval, auto=True, largest=largest))


def test_gateway_while_the_oracle_is_off(town: Town) -> None:
    """The authority's switches hold against the gateway: no readings and no clearing, or no clearing alone."""
    town.oracle.update_oracle_config(**config(town.deployer, interval=900, auto=False, largest=MAX_READING))
    with expect_error("AutoClearingDisabled"):
        town.oracle.trigger_market_clearing(**town.trigger_market_clearing())
    town.oracle.update_oracle_status(authority=town.deployer, active=False)
    with expect_error("OracleInactive"):
        town.oracle.trigger_market_clearing(**town.trigger_market_clearing())
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

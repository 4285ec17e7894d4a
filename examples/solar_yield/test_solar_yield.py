"""The arithmetic of the program against Python's own, to the last bit."""

import math
import statistics
from pathlib import Path

import pytest
from solders.keypair import Keypair

from seahorse.testing import DecodedRecord, DeployedProgram, Ledger, expect_error

PEAK, COEFFICIENT = 9.9, -0.0035
# A week in May and a bad day: Wh, kWh/m², °C.
DAYS = [
    (52_310, 6.21, 41.5),
    (48_870, 5.77, 39.0),
    (12_640, 1.43, 22.3),
    (55_020, 6.6, 44.1),
    (33_905, 3.92, 31.8),
    (50_777, 6.05, 42.6),
    (47_111, 5.5, 38.2),
]
BAD_DAY = (30_000, 6.0, 42.0)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def solar(ledger: Ledger) -> DeployedProgram:
    return ledger.deploy(Path(__file__).with_name("solar_yield.py"))


@pytest.fixture
def owner(ledger: Ledger, solar: DeployedProgram) -> Keypair:
    """The owner of a plant of 9.9 kW."""
    owner = ledger.signer()
    solar.register(owner=owner, peak_kw=PEAK, coefficient=COEFFICIENT)
    return owner


def plant(solar: DeployedProgram, owner: Keypair) -> DecodedRecord:
    return solar.account(solar.address("plant", owner))


def ratio(energy_wh: int, irradiation: float, temperature: float) -> float:
    """The performance ratio, with the program's order of operations, since it matters for the last bit."""
    return energy_wh / 1000 / (PEAK * irradiation * (1.0 + COEFFICIENT * (temperature - 25.0)))


def report(solar: DeployedProgram, owner: Keypair, day: tuple[int, float, float]):
    energy_wh, irradiation, temperature = day
    return solar.report(owner=owner, energy_wh=energy_wh, irradiation=irradiation, temperature=temperature)


def test_a_new_plant(solar: DeployedProgram, owner: Keypair):
    made = plant(solar, owner)
    assert (made.owner, made.peak_kw, made.coefficient) == (owner.pubkey(), PEAK, COEFFICIENT)
    assert (made.days, made.mean, made.squares, made.energy_wh) == (0, 0.0, 0.0, 0)


def test_ratios_are_pythons(solar: DeployedProgram, owner: Keypair):
    for number, day in enumerate(DAYS, 1):
        result = report(solar, owner, day)
        assert result.value == ratio(*day)
        assert result.messages == [f"day {number}: {math.floor(ratio(*day) * 100)} %"]
        assert result.events == []


def test_mean_and_spread(solar: DeployedProgram, owner: Keypair):
    for day in DAYS:
        report(solar, owner, day)
    ratios = [ratio(*day) for day in DAYS]
    made = plant(solar, owner)
    assert (made.days, made.energy_wh) == (7, sum(day[0] for day in DAYS))
    assert made.mean == pytest.approx(statistics.mean(ratios), rel=1e-14)
    assert math.sqrt(made.squares / 6) == pytest.approx(statistics.stdev(ratios), rel=1e-12)


def test_a_bad_day_is_announced(solar: DeployedProgram, owner: Keypair):
    for day in DAYS:
        report(solar, owner, day)
    mean = plant(solar, owner).mean
    result = report(solar, owner, BAD_DAY)
    place = solar.address("plant", owner)
    assert result.events == [{"plant": place, "day": 8, "ratio": ratio(*BAD_DAY), "mean": mean}]


def test_the_limit_of_the_alarm(solar: DeployedProgram, owner: Keypair):
    for day in DAYS:
        report(solar, owner, day)
    ratios = [ratio(*day) for day in DAYS]
    limit = statistics.mean(ratios) - 3 * statistics.stdev(ratios)
    expected = PEAK * 6.0 * (1.0 + COEFFICIENT * 17.0) * 1000
    assert report(solar, owner, (math.ceil(limit * expected) + 1, 6.0, 42.0)).events == []


def test_no_alarm_in_the_first_week(solar: DeployedProgram, owner: Keypair):
    for day in DAYS[:6]:
        report(solar, owner, day)
    assert report(solar, owner, BAD_DAY).events == []


def test_forecast(solar: DeployedProgram, owner: Keypair):
    for day in DAYS:
        report(solar, owner, day)
    result = solar.forecast(plant=solar.address("plant", owner), irradiation=5.0, temperature=35.0)
    mean = plant(solar, owner).mean
    assert result.value == math.floor(PEAK * 5.0 * (1.0 + COEFFICIENT * 10.0) * mean * 1000)


@pytest.mark.parametrize(
    ("peak_kw", "coefficient"),
    [(0.0, 0.0), (-1.0, 0.0), (1.0, 0.001), (1.0, -0.0101)],
)
def test_datasheets_that_cannot_be(ledger: Ledger, solar: DeployedProgram, peak_kw: float, coefficient: float):
    with expect_error("BadDatasheet"):
        solar.register(owner=ledger.signer(), peak_kw=peak_kw, coefficient=coefficient)


@pytest.mark.parametrize(
    "day",
    [(1, 0.0, 25.0), (1, -1.0, 25.0), (0, 1.0, 25.0), (1, 1.0, -50.1), (1, 1.0, 120.1)],
)
def test_days_that_cannot_be(solar: DeployedProgram, owner: Keypair, day: tuple[int, float, float]):
    with expect_error("BadDay"):
        report(solar, owner, day)


def test_what_is_not_a_number_does_not_arrive(solar: DeployedProgram, owner: Keypair):
    with expect_error("InstructionDidNotDeserialize"):
        report(solar, owner, (1, math.nan, 25.0))


def test_nobody_reports_for_another(ledger: Ledger, solar: DeployedProgram, owner: Keypair):
    with expect_error("ConstraintSeeds"):
        solar.report(
            owner=ledger.signer(), plant=solar.address("plant", owner), energy_wh=1, irradiation=1.0, temperature=25.0
        )

"""Random users, readings, mints, orders, matches, cancels, expiries, pauses and clock jumps, in any order."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.e2e.stateful.market_machine import MarketMachine

RUNS, STEPS = 40, 50
SETTINGS = settings(
    max_examples=RUNS,
    stateful_step_count=STEPS,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)


class PaidInGrid(MarketMachine):
    """Trades are paid in GRID: one mint, one vault."""

    payment = "GRID"


class PaidInBaht(MarketMachine):
    """Trades are paid in another token: two mints, two vaults."""

    payment = "THB"


@pytest.mark.parametrize("machine", [PaidInGrid, PaidInBaht])
def test_the_books_balance_whatever_happens(machine: type[MarketMachine]) -> None:
    """At least 200 runs of 50 steps; the audit and the comparison with the model hold after every one."""
    run_state_machine_as_test(machine, settings=SETTINGS)
    print(f"{machine.__name__}: {machine.runs} runs, {machine.steps} steps, {sum(machine.accepted.values())} accepted")
    print(dict(machine.accepted))
    assert machine.runs >= RUNS
    assert machine.steps >= RUNS * STEPS

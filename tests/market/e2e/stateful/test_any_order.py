"""Random users, readings, mints, orders, matches, cancels, expiries, pauses and clock jumps, in any order."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.market.e2e.stateful.market_machine import MarketMachine

RUNS, STEPS = 200, 50
SETTINGS = settings(
    max_examples=RUNS,
    stateful_step_count=STEPS,
    deadline=None,
    database=None,
    # In CI always the same runs, so that only a change of the code can make them fail.
    derandomize="CI" in os.environ,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)


class PaidInGrid(MarketMachine):
    """Trades are paid in GRID: one mint, one vault."""

    payment = "GRID"


class PaidInBaht(MarketMachine):
    """Trades are paid in another token: two mints, two vaults."""

    payment = "THB"


# Half of what happens is refused; what is here must have happened, or the runs would say little.
MUST_HAPPEN = {
    *("register_meter", "remove_meter"),
    *("submit_meter_reading", "process_energy_data", "mint_grid_tokens", "transfer_tokens", "burn_tokens"),
    *("open_epoch", "close_epoch", "close_trade_record", "update_market_config"),
    *("create_sell_order", "create_buy_order", "match_orders", "cancel_order", "expire_order", "close_order"),
    *("issue_erc", "validate_erc_for_trading", "retire_erc", "revoke_erc", "expire_erc"),
    *("emergency_pause", "emergency_unpause", "set_maintenance_mode", "trigger_market_clearing", "withdraw_fees"),
}


@pytest.mark.parametrize("machine", [PaidInGrid, PaidInBaht])
def test_the_books_balance_whatever_happens(machine: type[MarketMachine]) -> None:
    """At least 200 runs of 50 steps; the audit and the comparison with the model hold after every one."""
    run_state_machine_as_test(machine, settings=SETTINGS)
    print(f"{machine.__name__}: {machine.runs} runs, {machine.steps} steps")
    print(f"accepted: {dict(machine.accepted)}")
    assert machine.runs >= RUNS
    # Hypothesis may end a run early.
    assert machine.steps >= RUNS * STEPS * 9 // 10
    assert machine.accepted.keys() >= MUST_HAPPEN

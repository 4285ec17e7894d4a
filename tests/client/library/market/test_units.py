"""The arithmetic of the programs: document A's worked example, floors and ceilings, and limits."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.market.fee import EXAMPLE_BPS, EXAMPLE_FEE, EXAMPLE_VALUE

from gridtokenx.market import units

energies = st.integers(1, 10**12)
prices = st.integers(1, 10**6)


def test_document_a_worked_example_to_the_last_base_unit():
    grid = 10**units.GRID_DECIMALS
    assert units.lock_of(True, 2000, 150_000_000) == 2 * grid
    assert units.lock_of(False, 1500, 160_000_000) == 240_000_000
    value = units.trade_value(1500, 150_000_000)
    assert value == EXAMPLE_VALUE
    assert units.fee_of(value, EXAMPLE_BPS) == EXAMPLE_FEE
    assert units.format_units(224_437_500) == "0.2244375"
    assert units.wh_to_grid(1500) == 1_500_000_000


@given(energies, prices)
def test_value_is_the_floor_and_the_lock_the_ceiling(amount: int, price: int):
    exact = Fraction(amount * price, 1000)
    assert units.trade_value(amount, price) <= exact < units.trade_value(amount, price) + 1
    assert units.lock_of(False, amount, price) - 1 < exact <= units.lock_of(False, amount, price)


@given(energies, prices)
def test_on_a_grid_of_thousands_nothing_is_rounded(amount: int, thousands: int):
    price = thousands * units.WH_PER_KWH
    assert units.trade_value(amount, price) == units.lock_of(False, amount, price) == amount * thousands


def test_what_no_u64_holds_is_refused():
    assert units.wh_to_grid(units.U64_MAX // 10**6) <= units.U64_MAX
    with pytest.raises(OverflowError):
        units.wh_to_grid(units.U64_MAX // 10**6 + 1)
    with pytest.raises(OverflowError):
        units.trade_value(units.U64_MAX, 1001)
    with pytest.raises(OverflowError):
        units.wh_to_grid(-1)


@pytest.mark.parametrize("bps", [-1, 10_001])
def test_a_fee_outside_its_range_is_refused(bps: int):
    with pytest.raises(ValueError, match="0 to 10000"):
        units.fee_of(1, bps)


@given(st.integers(0, units.U64_MAX), st.integers(0, 12))
def test_printed_amounts_are_read_back(amount: int, decimals: int):
    assert units.parse_units(units.format_units(amount, decimals), decimals) == amount


@pytest.mark.parametrize("text", ["0.0000000001", "x", "nan", ""])
def test_a_number_that_the_mint_cannot_hold_is_refused(text: str):
    with pytest.raises(ValueError, match=r"is not a number|more than 9 decimals"):
        units.parse_units(text)


def test_energy_is_printed_with_all_its_digits():
    assert units.format_wh(1_276_634) == "1,276.634 kWh"
    assert units.format_wh(7) == "0.007 kWh"

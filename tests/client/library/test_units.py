"""The arithmetic of the programs: document A's worked example, floors and ceilings, and limits."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridtokenx.market import units

energies = st.integers(1, 10**12)
prices = st.integers(1, 10**7)


def test_document_a_worked_example_to_the_last_base_unit():
    grid = 10**units.GRID_DECIMALS
    assert units.sell_lock(2000) == 2 * grid
    locked = units.buy_lock(1500, 160_000_000)
    assert locked == 240_000_000
    settled = units.settle(1500, 150_000_000, locked, 1500, 25, 160_000_000)
    assert settled.total_value == 225_000_000
    assert settled.fee == 562_500
    assert settled.seller_receives == 224_437_500
    assert settled.buyer_refund == 15_000_000
    assert settled.energy == 1_500_000_000
    assert units.format_units(settled.seller_receives) == "0.2244375"


@given(energies, prices)
def test_value_is_the_floor_and_the_lock_the_ceiling(amount: int, price: int):
    exact = Fraction(amount * price, 1000)
    assert units.trade_value(amount, price) <= exact < units.trade_value(amount, price) + 1
    assert units.buy_lock(amount, price) - 1 < exact <= units.buy_lock(amount, price)


@given(st.lists(st.tuples(st.integers(1, 10**6), st.integers(0, 10**6)), min_size=1, max_size=8), prices)
def test_an_escrow_is_never_short_however_an_order_is_filled(parts: list[tuple[int, int]], limit: int):
    remaining = sum(amount for amount, _ in parts)
    locked = units.buy_lock(remaining, limit)
    for amount, below in parts:
        price = max(1, limit - below)
        settled = units.settle(amount, price, locked, remaining, 25, limit)
        assert settled.buyer_refund >= 0
        assert settled.seller_receives + settled.fee == settled.total_value
        locked -= settled.total_value + settled.buyer_refund
        remaining -= amount
        assert locked == units.buy_lock(remaining, limit)
    assert locked == 0


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

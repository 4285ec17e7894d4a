"""What the demo's traders want: what they have and what they lack, to the Wh, at prices between the utility's two."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gridtokenx.demo.prices import (
    EXPORT_PRICE,
    IMPORT_PRICE,
    LEAST_WH,
    PRICE_STEP,
    STOCK_SHARE,
    community_price,
    on_grid,
    wishes,
)
from gridtokenx.market.ami import Reading


def test_the_price_falls_from_import_to_export_as_supply_grows():
    prices = [community_price(supply, 1000) for supply in range(0, 1200, 50)]
    assert prices[0] == IMPORT_PRICE
    assert prices[-1] == EXPORT_PRICE
    assert prices == sorted(prices, reverse=True)
    assert community_price(500, 0) == EXPORT_PRICE


nets = st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 5000), st.integers(0, 50_000)), min_size=1, max_size=12)


@given(nets)
def test_fresh_energy_and_a_share_of_the_stock_are_offered_and_deficits_are_bid_for(day: list[tuple[int, int, int]]):
    slot = [Reading(900, f"M{n:02}", generated, consumed) for n, (generated, consumed, _) in enumerate(day)]
    held = {f"M{n:02}": stock for n, (_, _, stock) in enumerate(day)}
    found = {wish.meter_id: wish for wish in wishes(slot, held)}
    for reading in slot:
        wish, net = found.get(reading.meter_id), reading.generated_wh - reading.consumed_wh
        if wish is None:
            continue
        assert wish.energy_wh >= LEAST_WH
        assert EXPORT_PRICE <= wish.price <= IMPORT_PRICE
        assert wish.price % PRICE_STEP == 0
        stock = held[reading.meter_id]
        if wish.sells:
            fresh = min(max(0, net), stock)
            assert wish.energy_wh == fresh + (stock - fresh) // STOCK_SHARE
        else:
            assert (wish.energy_wh, stock < LEAST_WH) == (-net, True)
    for reading in slot:
        deficit = reading.consumed_wh - reading.generated_wh
        if held[reading.meter_id] < LEAST_WH <= deficit:
            assert reading.meter_id in found


def test_a_price_is_put_on_the_grid_between_the_utilitys_two():
    assert on_grid(0) == EXPORT_PRICE
    assert on_grid(10 * IMPORT_PRICE) == IMPORT_PRICE
    assert on_grid(EXPORT_PRICE + PRICE_STEP + 1) == EXPORT_PRICE + PRICE_STEP

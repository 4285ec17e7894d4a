"""What the demo's traders want: all minted energy is offered, to the Wh, at prices between the utility's two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridtokenx.demo.prices import EXPORT_PRICE, IMPORT_PRICE, community_price, wishes
from gridtokenx.market.ami import Reading


def test_the_price_falls_from_import_to_export_as_supply_grows():
    prices = [community_price(supply, 1000) for supply in range(0, 1200, 50)]
    assert prices[0] == IMPORT_PRICE
    assert prices[-1] == EXPORT_PRICE
    assert prices == sorted(prices, reverse=True)
    assert community_price(500, 0) == EXPORT_PRICE


energies = st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 5000)), min_size=1, max_size=12)


@given(energies, st.integers(0, 10**6))
def test_what_was_minted_is_offered_to_the_wh(day: list[tuple[int, int]], minted: int):
    readings = [
        Reading(900 * (slot + 1), meter, generated if meter == "A" else 0, consumed)
        for slot, (generated, consumed) in enumerate(day)
        for meter in ("A", "B")
    ]
    slots = wishes(readings, {"A": minted})
    assert len(slots) == len(day)
    offered = sum(w.energy_wh for slot in slots for w in slot if w.sells)
    has_surplus = any(generated > consumed for generated, consumed in day)
    assert offered == (minted if has_surplus else 0)
    for (generated, consumed), slot in zip(day, slots, strict=True):
        bids = {w.meter_id: w.energy_wh for w in slot if not w.sells}
        assert bids.get("A", 0) == max(0, consumed - generated)
        assert bids["B"] == consumed
        assert all(EXPORT_PRICE <= w.price <= IMPORT_PRICE and w.energy_wh > 0 for w in slot)


def test_a_missing_quarter_hour_is_told():
    readings = [Reading(900, "A", 5, 1), Reading(2700, "A", 5, 1)]
    with pytest.raises(KeyError):
        wishes(readings, {"A": 8})

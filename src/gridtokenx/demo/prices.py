"""Offers and bids of the demo's traders: energy of the last metered quarter-hour, at prices that follow scarcity.
Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gridtokenx.demo.world import CREDIT
from gridtokenx.market.ami import Reading

IMPORT_PRICE = 20 * CREDIT // 100
"""What the utility charges for a kWh: nobody bids more."""
EXPORT_PRICE = 8 * CREDIT // 100
"""What the utility pays for a kWh: nobody sells for less."""
PRICE_STEP = CREDIT // 1000
"""The tick of the market's price grid, on which both prices above lie."""
LEAST_WH = 100
"""The market takes no smaller order."""
ASK_TASTE = (450, 250, 100, 350, 150)
BID_TASTE = (150, 300, 450, 600, 750, 900)
"""Taste of the traders: per mille above the community's price, by their place in the list."""
STOCK_SHARE = 8
"""A prosumer offers one part in so many of the GRID that he has from before, and keeps the rest for scarcer hours."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a meter wants to trade in a quarter-hour: Wh, at a limit in base units of credits per kWh."""

    meter_id: str
    sells: bool
    energy_wh: int
    price: int


def community_price(supply_wh: int, demand_wh: int) -> int:
    """The supply-demand-ratio price of a community market (Liu et al., IEEE Trans. Power Syst. 32(5), 2017).

    It falls from the utility's price without supply to its feed-in tariff when supply covers demand; base units per
    kWh.
    """
    if demand_wh <= 0 or supply_wh >= demand_wh:
        return EXPORT_PRICE
    spread = (IMPORT_PRICE - EXPORT_PRICE) * supply_wh + EXPORT_PRICE * demand_wh
    return IMPORT_PRICE * EXPORT_PRICE * demand_wh // spread


def wishes(slot: Sequence[Reading], held_wh: Mapping[str, int]) -> list[Wish]:
    """The wishes after a quarter-hour was metered: `slot` is its readings, `held_wh` what each prosumer has in GRID.

    A prosumer with GRID offers what he just generated and some of his stock; everybody else bids for what he consumed
    beyond his own generation. The price that all have in mind follows from the campus's surplus and deficit.
    """
    nets = {reading.meter_id: reading.generated_wh - reading.consumed_wh for reading in slot}
    supply = sum(net for net in nets.values() if net > 0)
    demand = -sum(net for net in nets.values() if net < 0)
    middle = community_price(supply, demand)
    found: list[Wish] = []
    for place, meter in enumerate(sorted(nets)):
        sells = held_wh.get(meter, 0) >= LEAST_WH
        fresh, held = max(0, nets[meter]), held_wh.get(meter, 0)
        energy = min(held, fresh) + max(0, held - fresh) // STOCK_SHARE if sells else max(0, -nets[meter])
        if energy < LEAST_WH:
            continue
        taste = ASK_TASTE if sells else BID_TASTE
        found.append(Wish(meter, sells, energy, on_grid(middle * (1000 + taste[place % len(taste)]) // 1000)))
    return found


def on_grid(price: int) -> int:
    """A price between the utility's two, on the market's grid."""
    return min(max(price, EXPORT_PRICE), IMPORT_PRICE) // PRICE_STEP * PRICE_STEP

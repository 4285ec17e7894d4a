"""What the demo's traders offer and bid: the energy of each quarter-hour, and prices from scarcity. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gridtokenx.demo.world import CREDIT
from gridtokenx.market.ami import INTERVAL_SECONDS, Reading

IMPORT_PRICE = 20 * CREDIT // 100
"""What the utility charges for a kWh: nobody bids more."""
EXPORT_PRICE = 8 * CREDIT // 100
"""What the utility pays for a kWh: nobody sells for less."""
ASK_SPREAD = (-20, -10, 0, 10, 20)
BID_SPREAD = (-10, 5, 20, 35, 50, 65)
"""Taste of the traders: per mille around the community's price, by their place in the list."""


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


def wishes(readings: Sequence[Reading], minted_wh: Mapping[str, int]) -> list[list[Wish]]:
    """The wishes of every quarter-hour in order.

    A meter with a surplus offers its share of what it minted: `minted_wh` is spread over its surpluses in proportion,
    to the Wh. A meter with a deficit bids for all of it.
    """
    meters = sorted({reading.meter_id for reading in readings})
    surplus_total = {
        m: sum(max(0, r.generated_wh - r.consumed_wh) for r in readings if r.meter_id == m) for m in meters
    }
    passed = dict.fromkeys(meters, 0)
    offered = dict.fromkeys(meters, 0)
    day: list[list[Wish]] = []
    first = readings[0].timestamp
    slots = [
        [r for r in readings if r.timestamp == t] for t in range(first, readings[-1].timestamp + 1, INTERVAL_SECONDS)
    ]
    for slot in slots:
        energies: dict[str, int] = {}
        for reading in slot:
            net, meter = reading.generated_wh - reading.consumed_wh, reading.meter_id
            if net > 0:
                passed[meter] += net
                share = minted_wh.get(meter, 0) * passed[meter] // surplus_total[meter] - offered[meter]
                offered[meter] += share
                energies[meter] = share
            else:
                energies[meter] = net
        day.append(_priced(meters, energies))
    return day


def _priced(meters: Sequence[str], energies: Mapping[str, int]) -> list[Wish]:
    supply = sum(energy for energy in energies.values() if energy > 0)
    demand = -sum(energy for energy in energies.values() if energy < 0)
    middle = community_price(supply, demand)
    found: list[Wish] = []
    for place, meter in enumerate(meters):
        energy = energies[meter]
        if energy == 0:
            continue
        spread = ASK_SPREAD if energy > 0 else BID_SPREAD
        price = middle * (1000 + spread[place % len(spread)]) // 1000
        found.append(Wish(meter, energy > 0, abs(energy), min(max(price, EXPORT_PRICE), IMPORT_PRICE)))
    return found

"""The call auction as the chain finds it: the price of a book, and what each order is allotted. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from gridtokenx.market.records import Epoch, Order
from gridtokenx.market.units import BPS


@dataclass(frozen=True, slots=True)
class Clearing:
    """The result of clearing a book: Wh, and prices in base units per kWh; all 0 where nothing trades."""

    volume: int
    price: int
    marginal_ask: int
    marginal_bid: int


def supply_curve(epoch: Epoch) -> list[int]:
    """S(p): the Wh offered at each price of the grid or less."""
    return list(accumulate(epoch.offers))


def demand_curve(epoch: Epoch) -> list[int]:
    """D(p): the Wh asked at each price of the grid or more."""
    return list(accumulate(reversed(epoch.bids)))[::-1]


def clearing_of(epoch: Epoch) -> Clearing:
    """The price and volume that an epoch's book asks for, whether it is cleared or not.

    Looks at every price of the grid, as the rule is written; the chain finds the same in one pass.
    """
    supply, demand = supply_curve(epoch), demand_curve(epoch)
    volume = max(map(min, supply, demand))
    if volume == 0:
        return Clearing(0, 0, 0, 0)
    ask = next(level for level, wh in enumerate(supply) if wh >= volume)
    bid = max(level for level, wh in enumerate(demand) if wh >= volume)
    level = ask + (bid - ask) * epoch.rules.price_weight_bps // BPS
    return Clearing(volume, epoch.price_at(level), epoch.price_at(ask), epoch.price_at(bid))


def allotment(epoch: Epoch, order: Order) -> int:
    """How many Wh of an order trade in its epoch; 0 while that is not cleared."""
    if epoch.volume == 0:
        return 0
    margin = epoch.marginal_ask if order.sells else epoch.marginal_bid
    if order.price_per_kwh == margin:
        traded, standing = (
            (epoch.sold_at_margin, epoch.offered_at_margin)
            if order.sells
            else (epoch.bought_at_margin, epoch.asked_at_margin)
        )
        return order.amount * traded // standing
    better = order.price_per_kwh < margin if order.sells else order.price_per_kwh > margin
    return order.amount if better else 0


def unsettled(epoch: Epoch, order: Order) -> int:
    """The Wh that an order still has to trade."""
    return min(allotment(epoch, order) - order.filled_amount, order.remaining) if order.is_open else 0

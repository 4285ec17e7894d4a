"""The call auction: one price for all orders of a quarter-hour, and what each of them is allotted.

A k-double auction (Chatterjee and Samuelson 1983). With S(p) the Wh offered at p or less, and D(p) the Wh asked
at p or more:

    volume V     = the largest min(S(p), D(p)) of all prices p
    marginal ask = the lowest p with S(p) >= V
    marginal bid = the highest p with D(p) >= V
    price        = marginal ask + k * (marginal bid - marginal ask), floored to the grid

Offers below the marginal ask and bids above the marginal bid trade whole; those at the margin share what V leaves
for them, in proportion to their size, floored to the Wh; nothing else trades.
"""

from seahorse.prelude import *
from trading.accounts import Epoch, Order, OrderType
from trading.money import BASIS_POINTS


def find_price(epoch: Epoch):
    """Clear the book of an epoch: write down its volume, its margins and its price."""
    # Go up the grid until the energy offered so far covers the energy asked from here on.
    crossing = u64(0)
    supply = u64(0)  # offered below the crossing
    demand = epoch.demand  # asked at the crossing or above
    last_offer = u64(0)  # below the crossing
    for offered, asked in zip(epoch.offers, epoch.bids):
        if supply + offered >= demand:
            break
        if offered > 0:
            last_offer = crossing
        supply += offered
        demand -= asked
        crossing += 1

    volume = max(supply, demand)
    if volume == 0:
        return
    # If the crossing gives the larger volume, its offers are rationed; otherwise the last offers below it trade whole.
    ask = last_offer if supply == volume else crossing
    bid = first_bid(epoch, crossing) if demand == volume else crossing - 1

    epoch.volume = volume
    epoch.unsettled = volume
    epoch.offered_at_margin = epoch.offers[ask]
    epoch.sold_at_margin = epoch.offers[ask] if supply == volume else volume - supply
    epoch.asked_at_margin = epoch.bids[bid]
    epoch.bought_at_margin = epoch.bids[bid] if demand == volume else volume - demand
    epoch.marginal_ask = price_at(epoch, ask)
    epoch.marginal_bid = price_at(epoch, bid)
    epoch.price = price_at(epoch, ask + (bid - ask) * epoch.rules.price_weight_bps // BASIS_POINTS)


def first_bid(epoch: Epoch, crossing: u64) -> u64:
    """The lowest place on the grid, from the crossing up, at which energy is asked; there must be one."""
    tick = crossing
    while epoch.bids[tick] == 0:
        tick += 1
    return tick


def price_at(epoch: Epoch, tick: u64) -> u64:
    """The price at a place on the grid."""
    return epoch.rules.price_floor + tick * epoch.rules.price_tick


def allotment(epoch: Epoch, order: Order) -> u64:
    """How many Wh of an order trade in a cleared epoch."""
    if epoch.volume == 0:
        return 0
    if order.order_type == OrderType.SELL:
        if order.price_per_kwh == epoch.marginal_ask:
            return share(order.amount, epoch.sold_at_margin, epoch.offered_at_margin)
        return order.amount if order.price_per_kwh < epoch.marginal_ask else 0
    if order.price_per_kwh == epoch.marginal_bid:
        return share(order.amount, epoch.bought_at_margin, epoch.asked_at_margin)
    return order.amount if order.price_per_kwh > epoch.marginal_bid else 0


def share(amount: u64, traded: u64, standing: u64) -> u64:
    """An order's part of what its price may trade, in proportion to its size, floored to the Wh."""
    if traded == standing:
        return amount
    return u64(u128(amount) * traded // standing)

"""The matching engine: which orders cross, by price, then by time. Pure; the chain decides what a match is worth."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from solders.pubkey import Pubkey

from gridtokenx.market.records import Order, OrderType


@dataclass(frozen=True, slots=True)
class Match:
    """A pair to match: addresses of both orders, energy in Wh, and the seller's price, at which it settles."""

    sell: Pubkey
    buy: Pubkey
    amount: int
    price: int


def plan_matches(
    orders: Mapping[Pubkey, Order], now: int, refused: Collection[tuple[Pubkey, Pubkey]] = ()
) -> list[Match]:
    """Matches to send, in this order, for the open and unexpired orders at chain time `now`.

    The highest bid is served first, from the lowest offers on; equal prices go by sequence. Nobody trades with
    himself: such an offer is left for the next bid, and so is one whose pair with this bid is in `refused`. After all
    matches were made no pair crosses any more, except these and pairs of one owner.
    """
    live = {k: o for k, o in orders.items() if o.is_open and o.remaining > 0 and now <= o.expires_at}
    sells = sorted(_side(live, OrderType.SELL), key=lambda item: (item[1].price_per_kwh, item[1].sequence))
    buys = sorted(_side(live, OrderType.BUY), key=lambda item: (-item[1].price_per_kwh, item[1].sequence))
    left = {key: order.remaining for key, order in live.items()}
    matches: list[Match] = []
    for buy_key, buy in buys:
        for sell_key, sell in sells:
            if left[buy_key] == 0 or sell.price_per_kwh > buy.price_per_kwh:
                break
            if left[sell_key] == 0 or sell.seller == buy.buyer or (sell_key, buy_key) in refused:
                continue
            amount = min(left[sell_key], left[buy_key])
            left[sell_key] -= amount
            left[buy_key] -= amount
            matches.append(Match(sell_key, buy_key, amount, sell.price_per_kwh))
    return matches


def _side(orders: Mapping[Pubkey, Order], side: OrderType) -> Iterable[tuple[Pubkey, Order]]:
    return ((key, order) for key, order in orders.items() if order.order_type is side)


def clearing_price(matches: Iterable[Match]) -> float | None:
    """Volume-weighted mean price of the matches, per kWh; None when nothing was traded."""
    pairs = [(match.price, match.amount) for match in matches]
    volume = sum(amount for _, amount in pairs)
    return sum(price * amount for price, amount in pairs) / volume if volume else None

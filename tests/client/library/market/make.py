"""Orders and epochs for tests: a book is cleared as the chain does it, by the client's own auction."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from solders.pubkey import Pubkey

from gridtokenx.clients.support.codec import Reader, Record
from gridtokenx.market.auction import clearing_of
from gridtokenx.market.records import PRICE_LEVELS, Epoch, EpochRules, Order, OrderStatus, OrderType

NOBODY = Pubkey.default()
USERS = [Pubkey.from_bytes(bytes([number]) * 32) for number in range(1, 6)]
SELL, BUY = OrderType.SELL, OrderType.BUY
FLOOR, TICK = 100_000, 1_000
INDEX, STARTS = 7, 6_300


R = TypeVar("R", bound=Record)


def blank(kind: type[R], **fields: Any) -> R:
    """A record with these fields; every other is zero, empty or absent, so that a new field changes no test."""
    return replace(kind.read(Reader(bytes(1 << 16))), **fields)


def key(number: int) -> Pubkey:
    """An address."""
    return Pubkey.from_bytes(number.to_bytes(32, "big"))


def price(level: int) -> int:
    """A price of the grid."""
    return FLOOR + level * TICK


def order(side: OrderType, user: Pubkey, amount: int, level: int, sequence: int, **changes: Any) -> Order:
    """An order in epoch `INDEX`, at a level of the grid."""
    seller, buyer = (user, NOBODY) if side is SELL else (NOBODY, user)
    made = blank(
        Order,
        seller=seller,
        buyer=buyer,
        amount=amount,
        price_per_kwh=price(level),
        order_type=side,
        status=OrderStatus.ACTIVE,
        created_at=STARTS,
        expires_at=STARTS + 87_300,
        order_id=sequence,
        sequence=sequence,
        epoch=INDEX,
        payer=user,
        bump=255,
    )
    return replace(made, **changes)


def book(*orders: Order) -> dict[Pubkey, Order]:
    """Orders by address."""
    return {key(number): item for number, item in enumerate(orders)}


def epoch(*orders: Order, weight_bps: int = 0, cleared: bool = True) -> Epoch:
    """The epoch of these orders."""
    offers, bids = [0] * PRICE_LEVELS, [0] * PRICE_LEVELS
    for item in orders:
        (offers if item.sells else bids)[(item.price_per_kwh - FLOOR) // TICK] += item.amount
    rules = blank(
        EpochRules,
        market_fee_bps=25,
        matcher=NOBODY,
        min_order_wh=100,
        price_floor=FLOOR,
        price_tick=TICK,
        price_weight_bps=weight_bps,
    )
    empty = blank(
        Epoch,
        index=INDEX,
        starts_at=STARTS,
        ends_at=STARTS + 900,
        settles_until=STARTS + 87_300,
        payer=USERS[0],
        rules=rules,
        orders=len(orders),
        supply=sum(offers),
        demand=sum(bids),
        bump=255,
        offers=offers,
        bids=bids,
    )
    return clear(empty) if cleared else empty


def clear(book_of: Epoch) -> Epoch:
    """The epoch with its result."""
    found = clearing_of(book_of)
    if found.volume == 0:
        return replace(book_of, cleared=True)
    ask, bid = (found.marginal_ask - FLOOR) // TICK, (found.marginal_bid - FLOOR) // TICK
    return replace(
        book_of,
        cleared=True,
        price=found.price,
        volume=found.volume,
        unsettled=found.volume,
        marginal_ask=found.marginal_ask,
        marginal_bid=found.marginal_bid,
        offered_at_margin=book_of.offers[ask],
        sold_at_margin=found.volume - sum(book_of.offers[:ask]),
        asked_at_margin=book_of.bids[bid],
        bought_at_margin=found.volume - sum(book_of.bids[bid + 1 :]),
    )

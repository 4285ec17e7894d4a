"""Pairs of orders that settle with each other, until they have used up the allotments of a cleared epoch. Pure, and n
log n in the orders.

Whom an order is paired with changes nobody's energy or money; only the number of transactions depends on it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from solders.pubkey import Pubkey

from gridtokenx.market.auction import unsettled
from gridtokenx.market.records import Epoch, Order


@dataclass(frozen=True, slots=True)
class MatchedPair:
    """A pair to settle: addresses of both orders, and the Wh that they have in common."""

    sell: Pubkey
    buy: Pubkey
    amount: int


@dataclass(slots=True)
class _Left:
    """An order in the queue and what it still has to trade, Wh."""

    key: Pubkey
    owner: Pubkey
    wh: int


def plan_matches(epoch: Epoch, orders: Mapping[Pubkey, Order], without: Collection[Pubkey] = ()) -> list[MatchedPair]:
    """Matches to send, in this order, for a cleared epoch; `orders` of others and those in `without` are passed over.

    Nobody trades with himself: afterwards, whatever is left on both sides belongs to one owner.
    """
    live = {k: o for k, o in orders.items() if o.is_of(epoch) and k not in without and unsettled(epoch, o) > 0}
    sellers = {o.owner for o in live.values() if o.sells}
    buyers = {o.owner for o in live.values() if not o.sells}
    # Owners on both sides come first among the sellers and last among the buyers, so that they seldom meet themselves.
    sells = _queue(epoch, {k: o for k, o in live.items() if o.sells}, lambda o: o.owner not in buyers)
    buys = _queue(epoch, {k: o for k, o in live.items() if not o.sells}, lambda o: o.owner in sellers)
    return _pair(sells, buys)


def _queue(epoch: Epoch, side: Mapping[Pubkey, Order], late: Callable[[Order], bool]) -> list[_Left]:
    rows = sorted(side.items(), key=lambda item: (late(item[1]), item[1].sequence))
    return [_Left(key, order.owner, unsettled(epoch, order)) for key, order in rows]


def _pair(sells: list[_Left], buys: list[_Left]) -> list[MatchedPair]:
    """Pairs two queues from their heads; bids of the seller's own wait aside, and all that wait are of one owner."""
    matches: list[MatchedPair] = []
    queue, aside = deque(buys), deque[_Left]()
    for sell in sells:
        while sell.wh > 0:
            line = aside if aside and aside[0].owner != sell.owner else queue
            if not line:
                break
            buy = line[0]
            if buy.owner == sell.owner:
                aside.append(queue.popleft())
                continue
            amount = min(sell.wh, buy.wh)
            sell.wh -= amount
            buy.wh -= amount
            matches.append(MatchedPair(sell.key, buy.key, amount))
            if buy.wh == 0:
                line.popleft()
    return matches

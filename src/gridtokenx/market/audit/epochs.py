"""The equations of the auction: a price follows from the book, the book from its orders, trades from both."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from gridtokenx.market.auction import Clearing, allotment, clearing_of
from gridtokenx.market.audit.books import Audit
from gridtokenx.market.audit.state import ChainState
from gridtokenx.market.records import Epoch, Order, OrderStatus, TradeRecord


def audit_epochs(result: Audit, state: ChainState) -> None:
    """Records the equations of every epoch that is not closed."""
    epochs = {epoch.index: epoch for epoch in state.epochs.values()}
    orders: dict[int, list[Order]] = defaultdict(list)
    for order in state.orders.values():
        if order.epoch in epochs and order.is_of(epochs[order.epoch]):
            orders[order.epoch].append(order)
    cleared = [epoch for epoch in epochs.values() if epoch.cleared]
    wrong = sum(not _book_is_of(epoch, orders[index]) for index, epoch in epochs.items())
    result.none("epochs whose book is not that of their orders", wrong)
    wrong = sum((e.supply, e.demand) != (sum(e.offers), sum(e.bids)) for e in epochs.values())
    result.none("epochs whose totals are not those of their book", wrong)
    result.none("cleared epochs whose price or volume does not follow from their book", sum(map(_misclears, cleared)))
    result.none("cleared epochs whose rationing does not use up their volume", sum(map(_misrations, cleared)))
    trades = [trade for trade in state.trades.values() if trade.epoch in epochs and trade.is_of(epochs[trade.epoch])]
    complete = len(state.trades) == state.market.total_trades
    result.none("epochs that settled another volume than their trades", _wrong_volumes(trades, cleared, complete))
    wrong = sum(trade.price_per_kwh != epochs[trade.epoch].price for trade in trades)
    result.none("trades at another price than their epoch's", wrong)
    over = sum(o.filled_amount > allotment(epochs[index], o) for index, standing in orders.items() for o in standing)
    result.none("orders that traded more than they were allotted", over)


def _misclears(epoch: Epoch) -> bool:
    found = Clearing(epoch.volume, epoch.price, epoch.marginal_ask, epoch.marginal_bid)
    return found != clearing_of(epoch)


def _misrations(epoch: Epoch) -> bool:
    """Whether what is better than the margin and what trades at it are not the volume, on either side."""
    if epoch.volume == 0:
        return False
    prices = [epoch.price_at(level) for level in range(len(epoch.offers))]
    below = sum(wh for wh, price in zip(epoch.offers, prices, strict=True) if price < epoch.marginal_ask)
    above = sum(wh for wh, price in zip(epoch.bids, prices, strict=True) if price > epoch.marginal_bid)
    at_ask, at_bid = epoch.offers[prices.index(epoch.marginal_ask)], epoch.bids[prices.index(epoch.marginal_bid)]
    rations = (epoch.sold_at_margin, epoch.bought_at_margin, epoch.offered_at_margin, epoch.asked_at_margin)
    return rations != (epoch.volume - below, epoch.volume - above, at_ask, at_bid)


def _wrong_volumes(trades: Sequence[TradeRecord], cleared: Sequence[Epoch], complete: bool) -> int:
    """Records of trades outlast their epoch's settlement, unless their payers close them after 30 days (`complete`:
    nobody did)."""
    traded: Counter[int] = Counter()
    for trade in trades:
        traded[trade.epoch] += trade.amount

    def wrong(epoch: Epoch) -> bool:
        settled = epoch.volume - epoch.unsettled
        return settled != traded[epoch.index] if complete else settled < traded[epoch.index]

    return sum(map(wrong, cleared))


def _book_is_of(epoch: Epoch, orders: Sequence[Order]) -> bool:
    """Whether an epoch's histograms are those of its orders, as far as these are still there.

    An order that was taken back whole left the book if that was before the clearing, and stayed in it afterwards;
    orders that are finished may be closed, and are then in the book alone.
    """
    certain = [order for order in orders if not _may_have_left(order)]
    books = (_histogram(epoch, certain, sells=True), _histogram(epoch, certain, sells=False))
    if len(certain) == epoch.orders:
        return books == (list(epoch.offers), list(epoch.bids))
    pairs = zip((*books[0], *books[1]), (*epoch.offers, *epoch.bids), strict=True)
    return len(certain) < epoch.orders and all(there <= total for there, total in pairs)


def _may_have_left(order: Order) -> bool:
    return order.status is OrderStatus.CANCELLED and order.filled_amount == 0


def _histogram(epoch: Epoch, orders: Sequence[Order], *, sells: bool) -> list[int]:
    found = [0] * len(epoch.offers)
    for order in orders:
        if order.sells == sells:
            found[(order.price_per_kwh - epoch.rules.price_floor) // epoch.rules.price_tick] += order.amount
    return found

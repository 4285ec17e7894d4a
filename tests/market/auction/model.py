"""The call auction in plain Python, by brute force over all prices: what the programs must do, told independently.

Energy is in Wh; prices in base units of the payment mint per kWh; money in base units. Nothing here is fast, and nothing is shared with
the programs or the client, so that an error would have to be made twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from tests.market.fee import value_of_fee

GRID_PER_WH = 10**6
WH_PER_KWH = 1000
BPS = 10_000


class Refused(Exception):
    """The market does not do this. The message is the program's error."""


class Side(Enum):
    SELL = "sell"
    BUY = "buy"


@dataclass(frozen=True)
class Grid:
    """The prices that there are: `floor + i * tick`, i < `levels`."""

    floor: int
    tick: int
    levels: int = 512

    @property
    def prices(self) -> list[int]:
        return [self.floor + i * self.tick for i in range(self.levels)]

    def floored(self, price: int) -> int:
        """The highest price of the grid that is not above `price`."""
        return max(p for p in self.prices if p <= price)


@dataclass(frozen=True)
class Interest:
    """What a clearing sees of an order."""

    name: int
    side: Side
    amount: int
    limit: int


@dataclass(frozen=True)
class Outcome:
    """What a clearing finds. Without a crossing the volume and all three prices are 0."""

    volume: int
    price: int
    marginal_ask: int
    marginal_bid: int
    allotments: dict[int, int]


def offered(book: list[Interest], price: int) -> int:
    """S(p): the Wh offered at `price` or less."""
    return sum(o.amount for o in book if o.side is Side.SELL and o.limit <= price)


def asked(book: list[Interest], price: int) -> int:
    """D(p): the Wh asked at `price` or more."""
    return sum(o.amount for o in book if o.side is Side.BUY and o.limit >= price)


def clear(book: list[Interest], grid: Grid, weight_bps: int) -> Outcome:
    """The one price for all, the volume, and what each order gets of it.

    `weight_bps` is k of the k-double auction (Chatterjee and Samuelson 1983) in basis points: 0 is the marginal ask, 10 000 the marginal bid.
    """
    supply = {p: offered(book, p) for p in grid.prices}
    demand = {p: asked(book, p) for p in grid.prices}
    volume = max(min(supply[p], demand[p]) for p in grid.prices)
    if volume == 0:
        return Outcome(0, 0, 0, 0, {o.name: 0 for o in book})
    ask = min(p for p in grid.prices if supply[p] >= volume)
    bid = max(p for p in grid.prices if demand[p] >= volume)
    price = grid.floored(ask + weight_bps * (bid - ask) // BPS)
    allotments = {o.name: _allotment(o, book, ask if o.side is Side.SELL else bid, volume) for o in book}
    return Outcome(volume, price, ask, bid, allotments)


def _allotment(order: Interest, book: list[Interest], marginal: int, volume: int) -> int:
    """Better than the marginal price: all of it. At it: in proportion to what the better ones leave. Worse: nothing."""

    def better(limit: int) -> bool:
        return limit < marginal if order.side is Side.SELL else limit > marginal

    if better(order.limit):
        return order.amount
    if order.limit != marginal:
        return 0
    same_side = [o for o in book if o.side is order.side]
    left = volume - sum(o.amount for o in same_side if better(o.limit))
    return order.amount * left // sum(o.amount for o in same_side if o.limit == marginal)


# --- the life of an epoch ---------------------------------------------------------------------------------------------


def value_of(amount_wh: int, price: int) -> int:
    """What a trade costs, floored."""
    return amount_wh * price // WH_PER_KWH


def lock_of(side: Side, amount_wh: int, limit: int) -> int:
    """What an order locks: energy, or the most that it may cost, rounded up."""
    return amount_wh * GRID_PER_WH if side is Side.SELL else (amount_wh * limit + WH_PER_KWH - 1) // WH_PER_KWH


@dataclass
class Standing:
    """An order and what became of it. `energy` and `money` are what came out of the vaults for its owner so far."""

    name: int
    owner: str
    side: Side
    amount: int
    limit: int
    locked: int
    allotted: int = 0
    filled: int = 0
    energy: int = 0
    money: int = 0
    fees: int = 0
    gone: bool = False

    @property
    def tradable(self) -> int:
        """Wh of the allotment that are not traded yet."""
        return 0 if self.gone else self.allotted - self.filled


@dataclass
class Epoch:
    """One quarter-hour's auction: orders come, some go, it clears, matches settle it in any order, and the rest goes home."""

    grid: Grid
    fee_bps: int
    weight_bps: int
    orders: dict[int, Standing] = field(default_factory=dict)
    outcome: Outcome | None = None
    fees: int = 0
    settled: int = 0
    trades: int = 0
    over: bool = False
    """Whether the settlement window has ended, so that everything goes home."""

    def place(self, name: int, owner: str, side: Side, amount: int, limit: int) -> None:
        """Adds an order and locks what it may spend."""
        if self.outcome is not None or name in self.orders:
            raise Refused("the epoch is over, or the id in use")
        if limit not in self.grid.prices:
            raise Refused("InvalidPrice")
        self.orders[name] = Standing(name, owner, side, amount, limit, lock_of(side, amount, limit))

    def clear(self) -> Outcome:
        """Finds the price and the allotments of what stands."""
        book = [Interest(o.name, o.side, o.amount, o.limit) for o in self.orders.values() if not o.gone]
        self.outcome = clear(book, self.grid, self.weight_bps)
        for name, allotted in self.outcome.allotments.items():
            self.orders[name].allotted = allotted
        return self.outcome

    def match(self, sell: int, buy: int) -> int:
        """Settles what two orders have in common; the Wh."""
        seller, buyer = self.orders[sell], self.orders[buy]
        if self.outcome is None or self.over or seller.owner == buyer.owner:
            raise Refused("not cleared, or one owner")
        amount = min(seller.tradable, buyer.tradable)
        value = value_of(amount, self.outcome.price)
        if value == 0:
            raise Refused("nothing to trade, or dust")
        # The fee of a seller is that of all he sold so far, so that it does not matter in how many pieces.
        fee = value_of_fee(value_of(seller.filled + amount, self.outcome.price), self.fee_bps) - seller.fees
        seller.filled += amount
        buyer.filled += amount
        seller.fees += fee
        seller.locked -= amount * GRID_PER_WH
        seller.money += value - fee
        needed = lock_of(Side.BUY, buyer.amount - buyer.filled, buyer.limit)
        buyer.money += buyer.locked - value - needed
        buyer.locked = needed
        buyer.energy += amount * GRID_PER_WH
        self.fees += fee
        self.settled += amount
        self.trades += 1
        return amount

    def cancel(self, name: int) -> int:
        """Takes back what may be taken: before clearing all of it, afterwards what was not allotted. What goes home, in base units."""
        order = self.orders[name]
        if order.gone:
            raise Refused("OrderNotCancellable")
        keeps = 0 if self.outcome is None or self.is_settled else order.tradable
        refund = order.locked - lock_of(order.side, keeps, order.limit)
        if refund == 0:
            raise Refused("OrderNotCancellable")
        order.locked -= refund
        order.amount = order.filled + keeps
        order.gone = keeps == 0
        if order.side is Side.SELL:
            order.energy += refund
        else:
            order.money += refund
        return refund

    @property
    def is_settled(self) -> bool:
        """Whether only the Wh that flooring leaves over are missing, so that everything may be taken back."""
        if self.outcome is None or self.over:
            return self.over
        return self.outcome.volume - self.settled < max(len(self.outcome.allotments), 1)

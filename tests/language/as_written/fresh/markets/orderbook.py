"""An order book of fixed size with price-time priority."""
from dataclasses import dataclass
from enum import Enum
from typing import Callable, Iterator, List, NamedTuple, Optional, Tuple

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

DEPTH = 16


class BookError(Error):
    FULL = 6000, "Book is full"
    UNKNOWN = 6001, "Unknown order"
    NOT_OWNER = 6002, "Not your order"
    BAD_PRICE = 6003, "Bad price"


class Side(Enum):
    BID = 1
    ASK = -1

    def opposite(self) -> "Side":
        return Side.ASK if self == Side.BID else Side.BID

    def crosses(self, price: u64, other: u64) -> bool:
        return price >= other if self is Side.BID else price <= other


@dataclass
class Order:
    id: u64
    owner: Pubkey
    price: u64
    size: u64

    def __bool__(self) -> bool:
        return self.size > 0

    def take(self, wanted: u64) -> u64:
        taken = min(self.size, wanted)
        self.size -= taken
        return taken


class Fill(NamedTuple):
    maker: Pubkey
    price: u64
    size: u64


class Filled(Event):
    taker: Pubkey
    maker: Pubkey
    price: u64
    size: u64


class Book(Account):
    bids: List[Order, 16]
    asks: List[Order, 16]
    next_id: u64
    tick: u64
    last_price: Optional[u64]
    bump: u8

    def side(self, side: Side) -> List[Order]:
        return self.bids if side == Side.BID else self.asks

    def insert(self, side: Side, order: Order) -> None:
        orders = self.side(side)
        if len(orders) >= DEPTH:
            raise BookError.FULL
        sign = side.value
        position = 0
        while position < len(orders) and sign * i64(orders[position].price) >= sign * i64(order.price):
            position += 1
        orders.insert(position, order)

    def match(self, side: Side, price: u64, size: u64) -> Tuple[u64, List[Fill]]:
        fills: List[Fill] = []
        others = self.side(side.opposite())
        for order in others:
            if size == 0 or not side.crosses(price, order.price):
                break
            taken = order.take(size)
            size -= taken
            fills.append(Fill(order.owner, order.price, taken))
        while others and not others[0]:
            others.pop(0)
        return size, fills

    def spread(self) -> Optional[u64]:
        if self.bids and self.asks:
            return self.asks[0].price - self.bids[0].price
        return None

    def remove(self, order_id: u64) -> Order:
        for orders in (self.bids, self.asks):
            for i, o in enumerate(orders):
                if o.id == order_id:
                    return orders.pop(i)
        raise BookError.UNKNOWN


@instruction
def create(admin: Signer, book: Empty[Book], symbol: str, tick: u64 = 1):
    b = book.init(payer=admin, seeds=["book", symbol.upper()])
    b.tick = tick
    b.next_id = 1


@instruction
def place(trader: Signer, book: Book, side: Side, price: u64, size: u64, post_only: bool = False) -> u64:
    assert price > 0 and price % book.tick == 0, BookError.BAD_PRICE
    rest, fills = book.match(side, price, size)
    assert not (post_only and fills), "would cross"
    for maker, at, amount in fills:
        Filled(trader.key(), maker, at, amount).emit()
        book.last_price = at
    if fills:
        volume = sum(f.size for f in fills)
        vwap = sum(f.price * f.size for f in fills) / volume
        print(f"{side.name}: {len(fills)} fills, {volume} at {vwap:.2f}")
    if rest:
        order = Order(id=book.next_id, owner=trader.key(), price=price, size=rest)
        book.next_id += 1
        book.insert(side, order)
        return order.id
    return 0


@instruction
def cancel(trader: Signer, book: Book, order_id: u64) -> u64:
    order = book.remove(order_id)
    assert order.owner == trader.key(), BookError.NOT_OWNER
    return order.size


@instruction
def top(book: Book, n: u8 = 5) -> Tuple[List[Tuple[u64, u64]], List[Tuple[u64, u64]]]:
    bids = [(o.price, o.size) for o in book.bids[:n]]
    asks = [(o.price, o.size) for o in book.asks[:n]]
    spread = book.spread()
    print("spread:", spread if spread is not None else "-")
    return bids, asks

"""Price feed: several publishers, median, confidence."""
from dataclasses import dataclass
from typing import List, Optional, Tuple
from statistics import median

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

MAX_PUBLISHERS = 8
STALE_SLOTS = 25


class FeedError(Error):
    UNKNOWN = 6000, "Unknown publisher"
    TOO_FEW = 6001, "Too few fresh prices"
    FULL = 6002, "Too many publishers"


@dataclass
class Quote:
    publisher: Pubkey
    price: i64
    conf: u64
    slot: u64

    def is_fresh(self, slot: u64) -> bool:
        return slot - self.slot <= STALE_SLOTS

    @property
    def range(self) -> Tuple[i64, i64]:
        return self.price - i64(self.conf), self.price + i64(self.conf)

    def __lt__(self, other: "Quote") -> bool:
        return self.price < other.price


@dataclass
class Aggregate:
    price: i64
    low: i64
    high: i64
    count: u8


class Feed(Account):
    authority: Pubkey
    symbol: String[12]
    expo: i32
    minimum: u8
    quotes: List[Quote, 8]
    last: Optional[Aggregate]
    ema: f64
    bump: u8

    def quote_of(self, publisher: Pubkey) -> Quote:
        found = next((q for q in self.quotes if q.publisher == publisher), None)
        if found is None:
            raise FeedError.UNKNOWN
        return found

    def fresh(self, slot: u64) -> List[Quote]:
        return [q for q in self.quotes if q.is_fresh(slot)]

    def aggregate(self, slot: u64) -> Aggregate:
        quotes = sorted(self.fresh(slot))
        if len(quotes) < self.minimum:
            raise FeedError.TOO_FEW
        mid = middle([q.price for q in quotes])
        lows, highs = [q.range[0] for q in quotes], [q.range[1] for q in quotes]
        return Aggregate(mid, min(lows), max(highs), len(quotes))


def middle(prices: List[i64]) -> i64:
    n = len(prices)
    half, odd = divmod(n, 2)
    if odd:
        return prices[half]
    return (prices[half - 1] + prices[half]) // 2


def to_text(price: i64, expo: i32) -> str:
    sign = "-" if price < 0 else ""
    digits = -expo
    whole, part = divmod(abs(price), 10**digits)
    return f"{sign}{whole}.{part:0{digits}d}"


@instruction
def create(authority: Signer, feed: Empty[Feed], symbol: str, expo: i32 = -8, minimum: u8 = 3):
    assert symbol.isupper() and "/" in symbol, "symbols look like SOL/USD"
    base, quote = symbol.split("/")
    f = feed.init(payer=authority, seeds=["feed", base, quote])
    f.authority = authority.key()
    f.symbol = symbol
    f.expo = expo
    f.minimum = minimum


@instruction
def add_publisher(authority: Signer, feed: Feed, publisher: Pubkey):
    assert authority.key() == feed.authority
    assert len(feed.quotes) < MAX_PUBLISHERS, FeedError.FULL
    assert publisher not in [q.publisher for q in feed.quotes]
    feed.quotes.append(Quote(publisher, 0, 0, 0))


@instruction
def publish(publisher: Signer, feed: Feed, price: i64, conf: u64 = 0):
    slot = Clock.get().slot()
    q = feed.quote_of(publisher.key())
    q.price, q.conf, q.slot = price, conf, slot
    if len(feed.fresh(slot)) >= feed.minimum:
        agg = feed.aggregate(slot)
        feed.last = agg
        alpha = 2 / (1 + 9)
        feed.ema = float(agg.price) if feed.ema == 0 else alpha * agg.price + (1 - alpha) * feed.ema
        print(f"{feed.symbol}: {to_text(agg.price, feed.expo)} [{agg.count}]")


@instruction
def read(feed: Feed, max_age: Optional[u64] = None) -> Aggregate:
    slot = Clock.get().slot()
    ages = [slot - q.slot for q in feed.quotes]
    if max_age is not None and min(ages, default=0) > max_age:
        raise FeedError.TOO_FEW
    return feed.last or feed.aggregate(slot)


@instruction
def spread(feed: Feed) -> Tuple[i64, i64]:
    prices = [q.price for q in feed.fresh(Clock.get().slot())]
    return max(prices) - min(prices), round(sum(prices) / len(prices))

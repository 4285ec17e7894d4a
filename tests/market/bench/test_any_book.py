"""Compute units whatever the book and the ids: clearing stays below its goal, and a missed bump costs what is told of it."""

from __future__ import annotations

import struct
from random import Random
from typing import Any

import pytest
from bench.floors import OUR_MISS
from solders.pubkey import Pubkey
from tests.market.security.town import QUARTER, Town, open_town

TICKS = 512
CLEARING = 12_000
HISTOGRAMS = 2 * 8 * TICKS
"""Bytes of the book, with which the account of an epoch ends."""
NONE, ALL = [0] * TICKS, [1] * TICKS
AT_TOP = [*NONE[1:], 10**9]
BOOKS = {
    "empty": (NONE, NONE),
    "offers alone": (ALL, NONE),
    "bids alone": (NONE, ALL),
    "one Wh each, everywhere": (ALL, ALL),
    "offers everywhere, and one who buys all at any price": (ALL, AT_TOP),
    "bids everywhere, and one who sells at the highest price": (AT_TOP, ALL),
    "meeting at the last price": ([*ALL[1:], 10**9], [*NONE[1:], 10**6]),
    "meeting at the first price, where the next bid is the last": ([10**9, *NONE[1:]], [*NONE[1:], 10]),
}


def clear(town: Town, offers: list[int], bids: list[int]) -> tuple[int, Any]:
    """What clearing a book takes, and the epoch then."""
    key = town.epoch_account()
    town.ledger.set_time(town.epoch * QUARTER)
    account, empty = town.ledger.account(key), town.book_of()
    assert account is not None
    assert (empty.orders, empty.cleared) == (0, False)
    totals = struct.pack("<QQ", sum(offers), sum(bids))
    before_the_totals = 8 + 4 * 8 + 32 + (2 + 32 + 8 + 1 + 8 + 8 + 2) + 8
    data = bytearray(account.data)
    data[before_the_totals : before_the_totals + 16] = totals
    data[-HISTOGRAMS:] = struct.pack(f"<{2 * TICKS}Q", *offers, *bids)
    town.ledger.set_account(key, data=bytes(data), owner=town.trading.id)
    placed = town.book_of()
    assert (placed.supply, placed.demand) == (sum(offers), sum(bids))
    town.ledger.set_time((town.epoch + 1) * QUARTER)
    done = town.oracle.trigger_market_clearing(**town.trigger_market_clearing())
    cleared = town.book_of()
    town.ledger.set_account(key, data=bytes(account.data), owner=town.trading.id)
    told = next(line for line in done.logs if line.startswith(f"Program {town.trading.id} consumed "))
    return int(told.split()[3]), cleared


@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS.keys())
def test_clearing_the_hardest_books(town: Town, book: tuple[list[int], list[int]]) -> None:
    units, cleared = clear(town, *book)
    assert units <= CLEARING
    assert cleared.volume == max(min(sum(book[0][: p + 1]), sum(book[1][p:])) for p in range(TICKS))


def test_clearing_any_book(town: Town) -> None:
    """Prices that are empty now and then, from both ends."""
    for seed in range(60):
        random = Random(seed)
        share = random.choice((0.01, 0.5, 0.99))
        offers, bids = ([random.randint(1, 10**9) if random.random() < share else 0 for _ in NONE] for _ in range(2))
        units, cleared = clear(town, offers, bids)
        assert units <= CLEARING
        assert cleared.volume == max(min(sum(offers[: p + 1]), sum(bids[p:])) for p in range(TICKS))


def test_orders_differ_by_the_bumps_that_they_miss(town: Town) -> None:
    """Ids decide how many; but for them, every order costs the same."""
    units: set[int] = set()
    misses: set[int] = set()
    for order_id in range(1, 17):
        placed = town.trading.create_sell_order(**town.create_sell_order(town.alice, order_id, 1_000))
        bump = Pubkey.find_program_address([b"order", order_id.to_bytes(8, "little")], town.trading.id)[1]
        misses.add(255 - bump)
        units.add(placed.compute_units - (255 - bump) * OUR_MISS)
    assert len(misses) > 2
    assert len(units) == 1


@pytest.fixture
def town() -> Town:
    """In business; energy is paid in GRID."""
    return open_town()

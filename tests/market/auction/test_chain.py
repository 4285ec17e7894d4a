"""The programs against the model: thousands of random books, each paired twice at random, to the last watt-hour and base unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import count
from random import Random
from time import perf_counter

import pytest
from tests.market.auction.books import SHAPES, Book, draw
from tests.market.auction.model import Epoch, Refused, Side, Standing
from tests.market.auction.venue import TRADERS, Venue
from tests.market.e2e.stateful.vm import Outcome

BATCHES, BOOKS = 10, 125
IDS = count(0, 1_000)
"""First ids of the orders of a book: no id is used twice."""
TRIED_IN_VAIN = 0.1
"""Share of the pairs that the model refuses that are tried on the chain as well."""


@pytest.fixture(scope="module", params=["THB", "GRID"])
def venue(request: pytest.FixtureRequest) -> Venue:
    """Paid in another token, or in GRID itself, so that energy and payment share a vault."""
    return Venue(request.param)


class Session:
    """One book in one quarter-hour, on the chain and in the model side by side."""

    def __init__(self, venue: Venue, book: Book, first_id: int) -> None:
        self.venue, self.book, self.first_id = venue, book, first_id
        self.model = Epoch(book.grid, book.fee_bps, book.weight_bps)
        self.before = self.purses()
        self.fees_before = self.fees()
        self.matches = 0

    def purses(self) -> Counter[tuple[str, str]]:
        tokens = {self.venue.token_of(side) for side in Side}
        return Counter(
            {(t, token): self.venue.balance(self.venue.tokens(t, token)) for t in TRADERS for token in tokens}
        )

    def fees(self) -> int:
        return self.venue.read(self.venue.vm.singletons["market"])["unclaimed_fees"]

    def chain_id(self, name: int) -> int:
        return self.first_id + name

    def at(self, name: int) -> tuple[int, str]:
        return self.chain_id(name), self.model.orders[name].owner

    # --- the quarter-hour ---

    def run(self, random: Random) -> dict[int, tuple[int, int, int, int]]:
        """What became of every order: fill, energy, money, and what is locked, before anything is taken back."""
        self.place()
        self.clear()
        self.settle(random)
        self.compare()
        after = {o.name: (o.filled, o.energy, o.money, o.locked) for o in self.model.orders.values()}
        self.take_back(self.venue.cancel)
        self.compare()
        assert all(order.locked == 0 or order.tradable for order in self.model.orders.values())
        if any(order.locked for order in self.model.orders.values()):
            self.venue.leave_window()
            self.model.over = True
            self.take_back(random.choice((self.venue.cancel, self.venue.expire)))
            self.compare()
        assert not any(order.locked for order in self.model.orders.values())
        self.venue.close(self.at(name) for name in self.model.orders)
        return after

    def place(self) -> None:
        self.venue.open(self.book.weight_bps, self.book.fee_bps)
        for order in self.book.orders:
            self.model.place(order.name, order.owner, order.side, order.amount, order.limit)
            placed = self.venue.place(self.chain_id(order.name), order.owner, order.side, order.amount, order.limit)
            assert placed.error is None, placed.logs
        for order in self.book.orders:
            if order.cancelled:
                self.model.cancel(order.name)
                cancelled = self.venue.cancel(*self.at(order.name), order.side)
                assert cancelled.error is None, cancelled.logs

    def clear(self) -> None:
        found, event = self.model.clear(), self.venue.clear()
        told = (event["volume"], event["price"], event["marginal_ask"], event["marginal_bid"])
        assert told == (found.volume, found.price, found.marginal_ask, found.marginal_bid)
        standing = [o for o in self.model.orders.values() if not o.gone]
        totals = [sum(o.amount for o in standing if o.side is side) for side in Side]
        assert [event["supply"], event["demand"]] == totals

    def settle(self, random: Random) -> None:
        """Every pair once, in any order, some of them in vain."""
        sides = {side: [o.name for o in self.model.orders.values() if o.side is side] for side in Side}
        pairs = [(sell, buy) for sell in sides[Side.SELL] for buy in sides[Side.BUY]]
        random.shuffle(pairs)
        for sell, buy in pairs:
            try:
                self.model.match(sell, buy)
            except Refused:
                if random.random() < TRIED_IN_VAIN:
                    assert self.venue.match(self.at(sell), self.at(buy)).error is not None
            else:
                done = self.venue.match(self.at(sell), self.at(buy))
                assert done.error is None, done.logs
                self.matches += 1

    def take_back(self, way: Callable[[int, str, Side], Outcome]) -> None:
        for order in self.model.orders.values():
            taken = way(*self.at(order.name), order.side)
            try:
                self.model.cancel(order.name)
            except Refused:
                assert taken.error is not None
            else:
                assert taken.error is None, taken.logs

    # --- the comparison ---

    def compare(self) -> None:
        """Orders, purses, vaults and fees are the model's."""
        moved: Counter[tuple[str, str]] = Counter()
        for order in self.model.orders.values():
            self.compare_order(order)
            moved[order.owner, self.venue.token_of(order.side)] -= brought(self.book, order)
            moved[order.owner, "GRID"] += order.energy
            moved[order.owner, self.venue.payment] += order.money
        now = self.purses()
        for purse, was in self.before.items():
            assert now[purse] == was + moved[purse]
        assert self.fees() == self.fees_before + self.model.fees
        owed: Counter[str] = Counter({self.venue.payment: self.fees()})
        for order in self.model.orders.values():
            owed[self.venue.token_of(order.side)] += order.locked
        for token in {"GRID", self.venue.payment}:
            assert self.venue.balance(self.venue.vault(token)) == owed[token]

    def compare_order(self, order: Standing) -> None:
        found = self.venue.read(self.venue.order(self.chain_id(order.name)))
        assert (found["filled_amount"], found["locked"]) == (order.filled, order.locked)
        still_open = found["status"] in ("Active", "PartiallyFilled")
        assert still_open == (order.locked > 0)


def brought(book: Book, order: Standing) -> int:
    """What an order locked when it was placed."""
    placed = book.orders[order.name]
    return placed.amount * 10**6 if placed.side is Side.SELL else placed.amount * placed.limit // 1000


@pytest.mark.parametrize("batch", range(BATCHES))
def test_chain_and_model_agree(venue: Venue, batch: int) -> None:
    """Price, volume, allotments, money, refunds, fees, vaults; and the same for every order when others pair it."""
    started, shapes, matches = perf_counter(), Counter[str](), 0
    for number in range(BOOKS):
        random = Random(f"{venue.payment}/{batch}/{number}")
        book = draw(random, venue.grid, TRADERS)
        shapes[book.shape] += 1
        ends: list[dict[int, tuple[int, int, int, int]]] = []
        for _ in range(2):
            session = Session(venue, book, first_id=next(IDS))
            ends.append(session.run(random))
            matches += session.matches
        check_pairing(book, *ends)
    print(f"{venue.payment}: {BOOKS} books twice, {matches} matches, {perf_counter() - started:.1f} s, {dict(shapes)}")
    assert shapes.keys() == set(SHAPES)


def check_pairing(
    book: Book, one: dict[int, tuple[int, int, int, int]], other: dict[int, tuple[int, int, int, int]]
) -> None:
    """Two pairings of a book differ in nothing but the Wh that flooring leaves over, if nobody is on both sides."""
    owners = [{o.owner for o in book.orders if o.side is side and not o.cancelled} for side in Side]
    if owners[0] & owners[1]:
        return
    for side in Side:
        names = [o.name for o in book.orders if o.side is side]
        assert sum(abs(one[name][0] - other[name][0]) for name in names) < 2 * max(len(book.orders), 1)
    for name, end in one.items():
        if end[0] == other[name][0]:
            assert end == other[name]

"""Pairing what an epoch allotted: everything that can be settled is, nobody meets himself, and it takes n log n."""

from __future__ import annotations

from time import perf_counter

from hypothesis import given
from hypothesis import strategies as st
from tests.client.library.market.make import BUY, SELL, USERS, book, epoch, key, order

from gridtokenx.market.auction import allotment
from gridtokenx.market.matching import MatchedPair, plan_matches
from gridtokenx.market.records import Order, OrderStatus


def plan(*orders: Order) -> list[MatchedPair]:
    return plan_matches(epoch(*orders), book(*orders))


def test_document_a_pair_settles_what_both_were_allotted():
    assert plan(order(SELL, USERS[0], 2000, 50, 0), order(BUY, USERS[1], 1500, 60, 1)) == [
        MatchedPair(key(0), key(1), 1500)
    ]


def test_only_allotted_energy_is_settled():
    found = plan(
        order(SELL, USERS[0], 400, 10, 0),
        order(SELL, USERS[1], 900, 20, 1),
        order(SELL, USERS[2], 300, 20, 2),
        order(SELL, USERS[2], 999, 30, 3),
        order(BUY, USERS[3], 1000, 20, 4),
    )
    assert {match.sell: match.amount for match in found} == {key(0): 400, key(1): 450, key(2): 150}


def test_what_was_settled_is_not_settled_again():
    orders = (order(SELL, USERS[0], 2000, 50, 0), order(BUY, USERS[1], 1500, 60, 1))
    cleared = epoch(*orders)
    half = order(SELL, USERS[0], 2000, 50, 0, filled_amount=600, status=OrderStatus.PARTIALLY_FILLED)
    assert [match.amount for match in plan_matches(cleared, book(half, orders[1]))] == [900]


def test_orders_of_other_epochs_finished_ones_and_those_passed_over_are_left_alone():
    offer, bid = order(SELL, USERS[0], 1000, 50, 0), order(BUY, USERS[1], 1000, 60, 1)
    cleared = epoch(offer, bid)
    elsewhere = order(BUY, USERS[1], 1000, 60, 1, epoch=8)
    gone = order(BUY, USERS[1], 1000, 60, 1, status=OrderStatus.CANCELLED)
    assert plan_matches(cleared, book(offer, elsewhere)) == []
    assert plan_matches(cleared, book(offer, gone)) == []
    assert plan_matches(cleared, book(offer, bid), without={key(1)}) == []
    assert plan_matches(epoch(offer, bid, cleared=False), book(offer, bid)) == []


def test_owners_on_both_sides_are_kept_apart():
    """B sells and buys: paired in order of arrival, B would be left alone with himself."""
    orders = (
        order(SELL, USERS[0], 1000, 10, 0),
        order(SELL, USERS[1], 1000, 10, 1),
        order(BUY, USERS[2], 1000, 20, 2),
        order(BUY, USERS[1], 1000, 20, 3),
    )
    assert sum(match.amount for match in plan(*orders)) == 2000


orders = st.builds(
    order,
    st.sampled_from([SELL, BUY]),
    st.sampled_from(USERS),
    st.integers(100, 5000),
    st.integers(0, 12),
    st.integers(0, 5),
)


@given(st.lists(orders, max_size=16))
def test_a_plan_leaves_only_what_belongs_to_one_owner(found: list[Order]):
    cleared, before = epoch(*found), book(*found)
    left = {address: allotment(cleared, item) for address, item in before.items()}
    for match in plan_matches(cleared, before):
        sell, buy = before[match.sell], before[match.buy]
        assert sell.sells
        assert not buy.sells
        assert sell.owner != buy.owner
        assert match.amount == min(left[match.sell], left[match.buy]) > 0
        left[match.sell] -= match.amount
        left[match.buy] -= match.amount
    owners = [{before[a].owner for a, wh in left.items() if wh and before[a].sells is sells} for sells in (True, False)]
    assert not owners[0] or not owners[1] or owners[0] == owners[1] == {next(iter(owners[0]))}


def test_ten_thousand_orders_are_paired_at_once():
    """Pair by pair this would look at 25 million of them."""
    sells = [order(SELL, USERS[n % 5], 1000, 10, n) for n in range(5_000)]
    buys = [order(BUY, USERS[n % 5], 1000, 20, 5_000 + n) for n in range(5_000)]
    cleared, before = epoch(*sells, *buys), book(*sells, *buys)
    started = perf_counter()
    found = plan_matches(cleared, before)
    assert perf_counter() - started < 2
    assert sum(match.amount for match in found) == 5_000_000
    assert len(found) <= len(before)

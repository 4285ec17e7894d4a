"""The matching engine against its rules: price first, then time, everything that crosses, nobody with himself."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from gridtokenx.market.matching import Match, clearing_price, plan_matches
from gridtokenx.market.records import Order, OrderStatus, OrderType

USERS = [Pubkey.from_bytes(bytes([number]) * 32) for number in range(1, 5)]
NOBODY = Pubkey.default()
NOW = 1_000


def key(number: int) -> Pubkey:
    return Pubkey.from_bytes(number.to_bytes(32, "big"))


def order(
    side: OrderType,
    user: Pubkey,
    amount: int,
    price: int,
    sequence: int,
    *,
    filled: int = 0,
    expires_at: int = NOW,
    status: OrderStatus = OrderStatus.ACTIVE,
) -> Order:
    seller, buyer = (user, NOBODY) if side is OrderType.SELL else (NOBODY, user)
    return Order(
        seller, buyer, amount, filled, price, side, status, 0, expires_at, sequence, sequence, 0, None, 255
    )  # fmt: skip


def book(*orders: Order) -> dict[Pubkey, Order]:
    return {key(number): item for number, item in enumerate(orders)}


SELL, BUY = OrderType.SELL, OrderType.BUY


def test_document_a_pair_trades_at_the_sellers_price():
    found = plan_matches(book(order(SELL, USERS[0], 2000, 150, 0), order(BUY, USERS[1], 1500, 160, 1)), NOW)
    assert found == [Match(key(0), key(1), 1500, 150)]


def test_the_cheapest_offer_comes_first_then_the_oldest():
    orders = book(
        order(SELL, USERS[0], 10, 120, 0),
        order(SELL, USERS[1], 10, 110, 3),
        order(SELL, USERS[2], 10, 110, 2),
        order(BUY, USERS[3], 25, 130, 4),
    )
    assert [(m.sell, m.amount) for m in plan_matches(orders, NOW)] == [(key(2), 10), (key(1), 10), (key(0), 5)]


def test_the_highest_bid_comes_first_then_the_oldest():
    orders = book(
        order(SELL, USERS[0], 25, 100, 0),
        order(BUY, USERS[1], 10, 120, 3),
        order(BUY, USERS[2], 10, 130, 4),
        order(BUY, USERS[3], 10, 120, 2),
    )
    assert [(m.buy, m.amount) for m in plan_matches(orders, NOW)] == [(key(2), 10), (key(3), 10), (key(1), 5)]


def test_nobody_trades_with_himself_but_the_next_bid_gets_the_offer():
    orders = book(order(SELL, USERS[0], 10, 100, 0), order(BUY, USERS[0], 10, 130, 1), order(BUY, USERS[1], 10, 110, 2))
    assert plan_matches(orders, NOW) == [Match(key(0), key(2), 10, 100)]


def test_expired_finished_and_filled_orders_are_left_alone():
    offer = order(SELL, USERS[0], 10, 100, 0)
    for other in (
        order(BUY, USERS[1], 10, 100, 1, expires_at=NOW - 1),
        order(BUY, USERS[1], 10, 100, 1, status=OrderStatus.CANCELLED),
        order(BUY, USERS[1], 10, 100, 1, filled=10, status=OrderStatus.PARTIALLY_FILLED),
        order(BUY, USERS[1], 10, 99, 1),
    ):
        assert plan_matches(book(offer, other), NOW) == []


def test_the_clearing_price_is_weighted_by_volume():
    matches = [Match(key(0), key(1), 30, 100), Match(key(2), key(3), 10, 140)]
    assert clearing_price(matches) == 110
    assert clearing_price([]) is None


orders = st.builds(
    order,
    st.sampled_from([SELL, BUY]),
    st.sampled_from(USERS),
    st.integers(1, 50),
    st.integers(90, 110),
    st.integers(0, 5),
    filled=st.integers(0, 3).map(lambda n: min(n, 1)),
    expires_at=st.sampled_from([NOW - 1, NOW, NOW + 1]),
    status=st.sampled_from(OrderStatus),
)


@given(st.lists(orders, max_size=14))
def test_a_plan_is_valid_and_leaves_nothing_that_crosses(found: list[Order]):
    before = book(*found)
    matches = plan_matches(before, NOW)
    left = {k: o.remaining for k, o in before.items()}
    for match in matches:
        sell, buy = before[match.sell], before[match.buy]
        assert sell.order_type is SELL
        assert buy.order_type is BUY
        assert sell.is_open
        assert buy.is_open
        assert min(sell.expires_at, buy.expires_at) >= NOW
        assert sell.owner != buy.owner
        assert buy.price_per_kwh >= sell.price_per_kwh == match.price
        assert match.amount == min(left[match.sell], left[match.buy]) > 0
        left[match.sell] -= match.amount
        left[match.buy] -= match.amount
    live = [k for k, o in before.items() if o.is_open and o.expires_at >= NOW and left[k] > 0]
    assert not [
        (s, b)
        for s in live
        for b in live
        if before[s].order_type is SELL
        and before[b].order_type is BUY
        and before[s].owner != before[b].owner
        and before[b].price_per_kwh >= before[s].price_per_kwh
    ]
    assert len({(m.sell, m.buy) for m in matches}) == len(matches)

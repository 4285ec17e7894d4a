"""What may happen in one step, and how often: mostly what can be done, sometimes what must be refused."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from tests.market.e2e.stateful.campus import METERS, PRICE_FLOOR, PRICE_TICK, SPARE, USERS
from tests.market.e2e.stateful.model import DAY, YEAR

Step = tuple[str, dict[str, Any]]


def mostly(usual: st.SearchStrategy[Any], edge: st.SearchStrategy[Any], share: int = 8) -> st.SearchStrategy[Any]:
    """`usual`, but once in `share` times `edge`."""
    return st.integers(0, share - 1).flatmap(lambda number: edge if number == share - 1 else usual)


def price(level: int) -> int:
    """A price of the grid."""
    return PRICE_FLOOR + level * PRICE_TICK


users = st.sampled_from(list(USERS))
starters = st.sampled_from(["alice", "bob", "carol"])
sellers = mostly(st.sampled_from(["alice", "bob"]), st.just("carol"))
meters = st.sampled_from(list(METERS))
any_meters = mostly(st.sampled_from(list(SPARE)), meters, 4)
renewable = mostly(st.sampled_from(["ALICE-1", "BOB-1"]), meters)
picks = st.integers(0, 1000)
energies = mostly(st.integers(0, 3000), st.sampled_from([0, 1, 1_000_000, 1_000_001]))
certified = mostly(st.integers(100, 2500), st.sampled_from([0, 99, 1_000_000, 1_000_001]))
amounts = mostly(st.integers(100, 900), st.sampled_from([0, 99, 100, 333, 2**64 // 10**6 + 1]))
asks = mostly(st.integers(0, 30).map(price), st.sampled_from([0, price(0) - 1, price(0) + 1, price(511), price(512)]))
bids = mostly(st.integers(10, 40).map(price), st.sampled_from([0, 1001, price(0), price(511), 2**63]))
bidders = st.tuples(starters, amounts, asks, bids)
order_ids = mostly(st.integers(0, 1000), st.sampled_from([0, 1, 2, 2**32, 2**64 - 1]))
certificates = st.sampled_from(["ERC-1", "ERC-2", "a certificate whose id takes up more than 32 bytes"])
covers = mostly(st.none(), certificates, 4)
seldom = mostly(st.just(False), st.just(True), 6)
stops = mostly(st.just(False), st.just(True), 10)
user_states = mostly(st.just("Active"), st.sampled_from(["Suspended", "Inactive"]), 4)
meter_states = mostly(st.just("Active"), st.sampled_from(["Maintenance", "Inactive"]), 4)
times = mostly(st.sampled_from([1, 60, 899, 900]), st.sampled_from([DAY, DAY + 1, YEAR]))


def step(weight: int, name: str, /, **strategies: st.SearchStrategy[Any]) -> list[st.SearchStrategy[Step]]:
    """A kind of step: a method of the machine with its arguments, as often as `weight` says."""
    return [st.fixed_dictionaries(strategies).map(lambda arguments: (name, arguments))] * weight


KINDS = [
    *step(3, "read", meter=meters, produced=energies, consumed=energies, ahead=st.sampled_from([0, 0, 0, 60, 61, -5])),
    *step(2, "process", meter=meters, produced=energies, consumed=energies),
    *step(3, "mint", meter=meters),
    *step(2, "transfer", sender=users, receiver=users, share=st.integers(0, 110)),
    *step(1, "burn", user=users, share=st.integers(0, 30)),
    *step(8, "open", ahead=mostly(st.just(0), st.sampled_from([-1, 1, 96, 97]), 5)),
    *step(12, "sell", order_id=order_ids, user=sellers, amount=amounts, price=asks, cover=covers, epoch=picks),
    *step(12, "buy", order_id=order_ids, user=starters, amount=amounts, price=bids, epoch=picks),
    *step(6, "finish_quarter"),
    *step(8, "auction", orders=st.lists(bidders, min_size=2, max_size=6), settle=st.integers(0, 6)),
    *step(3, "clear", number=picks),
    *step(2, "close_epoch", number=picks),
    *step(10, "settle_some", limit=st.integers(1, 4)),
    *step(4, "close_trade", number=picks, late=seldom),
    *step(1, "set_weight", weight_bps=st.sampled_from([0, 5_000, 10_000, 10_001])),
    *step(3, "match", sell=picks, buy=picks),
    *step(3, "cancel", number=picks),
    *step(2, "expire", number=picks, late=mostly(st.just(True), st.just(False), 3)),
    *step(4, "close", number=picks),
    *step(1, "set_params", fee_bps=st.sampled_from([0, 1, 25, 1000, 1001]), clearing=seldom.map(lambda off: not off)),
    *step(5, "withdraw_fees"),
    *step(3, "pause", on=stops),
    *step(2, "drill", user=starters, number=picks),
    *step(4, "maintain", on=stops),
    *step(3, "wait", seconds=times),
    *step(3, "issue", name=certificates, meter=renewable, energy=certified),
    *step(3, "validate", name=certificates),
    *step(2, "revoke", name=certificates),
    *step(4, "certified_sale", name=certificates, meter=renewable, order_id=order_ids, ask=asks, bid=bids),
    *step(2, "retire", name=certificates, amount=st.sampled_from([0, 1, 100, 10**6])),
    *step(4, "expire_certificate", name=certificates, late=st.booleans()),
    *step(2, "set_user_status", user=starters, status=user_states),
    *step(2, "set_meter_status", meter=meters, status=meter_states),
    *step(1, "register", user=users),
    *step(3, "register_meter", meter=any_meters),
    *step(2, "remove_meter", meter=any_meters),
    *step(2, "register_by_mistake", meter=any_meters),
    *step(1, "read", meter=any_meters, produced=energies, consumed=energies, ahead=st.just(0)),
]
# An index is drawn instead of `one_of`, so that every kind keeps its weight.
STEPS = st.integers(0, len(KINDS) - 1).flatmap(KINDS.__getitem__)

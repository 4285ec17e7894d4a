"""What may happen in one step, and how often: mostly what can be done, sometimes what must be refused."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from tests.market.e2e.stateful.campus import METERS, SPARE, USERS
from tests.market.e2e.stateful.model import DAY, YEAR

Step = tuple[str, dict[str, Any]]


def mostly(usual: st.SearchStrategy[Any], edge: st.SearchStrategy[Any], share: int = 8) -> st.SearchStrategy[Any]:
    """`usual`, but once in `share` times `edge`."""
    return st.integers(0, share - 1).flatmap(lambda number: edge if number == share - 1 else usual)


users = st.sampled_from(list(USERS))
starters = st.sampled_from(["alice", "bob", "carol"])
sellers = mostly(st.sampled_from(["alice", "bob"]), st.just("carol"))
meters = st.sampled_from(list(METERS))
any_meters = mostly(st.sampled_from(list(SPARE)), meters, 4)
renewable = mostly(st.sampled_from(["ALICE-1", "BOB-1"]), meters)
picks = st.integers(0, 1000)
energies = mostly(st.integers(0, 3000), st.sampled_from([0, 1, 1_000_000, 1_000_001]))
certified = mostly(st.integers(100, 2500), st.sampled_from([0, 99, 1_000_000, 1_000_001]))
amounts = mostly(st.integers(1, 900), st.sampled_from([0, 1, 333, 2**64 // 10**6 + 1]))
asks = mostly(st.integers(1, 1_500_000), st.sampled_from([0, 1, 999, 150_000_000, 2**63]))
bids = mostly(st.integers(900_000, 2_500_000), st.sampled_from([0, 1, 1001, 160_000_000, 2**63]))
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
    *step(8, "sell", order_id=order_ids, user=sellers, amount=amounts, price=asks, cover=covers),
    *step(8, "buy", order_id=order_ids, user=starters, amount=amounts, price=bids),
    *step(10, "match_best", limit=st.integers(1, 4)),
    *step(3, "match", sell=picks, buy=picks),
    *step(3, "cancel", number=picks),
    *step(2, "expire", number=picks, late=mostly(st.just(True), st.just(False), 3)),
    *step(2, "close", number=picks),
    *step(1, "set_params", fee_bps=st.sampled_from([0, 1, 25, 1000, 1001]), clearing=seldom.map(lambda off: not off)),
    *step(5, "withdraw_fees"),
    *step(2, "clear"),
    *step(4, "pause", on=stops),
    *step(4, "maintain", on=stops),
    *step(3, "wait", seconds=times),
    *step(3, "issue", name=certificates, meter=renewable, energy=certified),
    *step(3, "validate", name=certificates),
    *step(2, "revoke", name=certificates),
    *step(3, "expire_certificate", name=certificates, late=st.booleans()),
    *step(2, "set_user_status", user=starters, status=user_states),
    *step(2, "set_meter_status", meter=meters, status=meter_states),
    *step(1, "register", user=users),
    *step(3, "register_meter", meter=any_meters),
    *step(2, "remove_meter", meter=any_meters),
    *step(1, "read", meter=any_meters, produced=energies, consumed=energies, ahead=st.just(0)),
]
# An index is drawn instead of `one_of`, so that every kind keeps its weight.
STEPS = st.integers(0, len(KINDS) - 1).flatmap(KINDS.__getitem__)

"""What may happen in one step, and how often: mostly what can be done, sometimes what must be refused."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from tests.e2e.stateful.campus import METERS, USERS
from tests.e2e.stateful.model import DAY

Step = tuple[str, dict[str, Any]]

users = st.sampled_from(list(USERS))
starters = st.sampled_from(["alice", "bob", "carol"])
sellers = st.sampled_from(["alice", "bob", "alice", "bob", "carol"])
meters = st.sampled_from(list(METERS))
picks = st.integers(0, 1000)
energies = st.one_of(st.integers(0, 3000), st.integers(0, 3000), st.sampled_from([0, 1, 1_000_000, 1_000_001]))
amounts = st.one_of(*[st.integers(1, 900)] * 3, st.sampled_from([0, 1, 333, 2**64 // 10**6 + 1]))
asks = st.one_of(*[st.integers(1, 1500)] * 3, st.sampled_from([0, 1, 999, 150_000_000, 2**63]))
bids = st.one_of(*[st.integers(900, 2500)] * 3, st.sampled_from([0, 1, 1001, 160_000_000, 2**63]))
order_ids = st.one_of(st.integers(0, 40), st.sampled_from([0, 1, 2, 2**32, 2**64 - 1]))
certificates = st.sampled_from(["ERC-1", "ERC-2", "a certificate whose id takes up more than 32 bytes"])
covers = st.one_of(st.none(), st.none(), certificates)
seldom = st.sampled_from([True, False, False, False, False, False])
mostly_active = ["Active"] * 5
times = st.sampled_from([1, 1, 60, 60, 899, 900, 900, 900, DAY, DAY + 1, 366 * DAY])


def step(weight: int, name: str, /, **strategies: st.SearchStrategy[Any]) -> list[st.SearchStrategy[Step]]:
    """A kind of step: a method of the machine with its arguments, as often as `weight` says."""
    return [st.fixed_dictionaries(strategies).map(lambda arguments: (name, arguments))] * weight


KINDS = [
    *step(1, "register", user=users),
    *step(1, "register_meter", meter=meters),
    *step(1, "set_user_status", user=starters, status=st.sampled_from([*mostly_active, "Suspended", "Inactive"])),
    *step(1, "set_meter_status", meter=meters, status=st.sampled_from([*mostly_active, "Maintenance", "Inactive"])),
    *step(4, "read", meter=meters, produced=energies, consumed=energies, ahead=st.sampled_from([0, 0, 0, 60, 61, -5])),
    *step(2, "process", meter=meters, produced=energies, consumed=energies),
    *step(3, "mint", meter=meters),
    *step(2, "transfer", sender=users, receiver=users, share=st.integers(0, 110)),
    *step(1, "burn", user=users, share=st.integers(0, 30)),
    *step(6, "sell", order_id=order_ids, user=sellers, amount=amounts, price=asks, cover=covers),
    *step(6, "buy", order_id=order_ids, user=starters, amount=amounts, price=bids),
    *step(6, "match_best", limit=st.integers(1, 4)),
    *step(3, "match", sell=picks, buy=picks),
    *step(2, "cancel", number=picks),
    *step(2, "expire", number=picks),
    *step(1, "close", number=picks),
    *step(1, "set_params", fee_bps=st.sampled_from([0, 1, 25, 1000, 1001]), clearing=seldom.map(lambda off: not off)),
    *step(1, "withdraw_fees"),
    *step(2, "clear"),
    *step(1, "pause", on=seldom),
    *step(1, "maintain", on=seldom),
    *step(3, "wait", seconds=times),
    *step(3, "issue", name=certificates, meter=meters, energy=energies),
    *step(2, "validate", name=certificates),
    *step(1, "revoke", name=certificates),
    *step(1, "expire_certificate", name=certificates),
]
# An index is drawn instead of `one_of`, so that every kind keeps its weight.
STEPS = st.integers(0, len(KINDS) - 1).flatmap(KINDS.__getitem__)

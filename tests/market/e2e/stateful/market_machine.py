"""Anybody does anything in any order: the chain and the model are told the same, and must come to the same."""

from __future__ import annotations

from typing import Any

from hypothesis.stateful import invariant, rule
from tests.market.e2e.books import audit
from tests.market.e2e.stateful.campus import METERS, USERS
from tests.market.e2e.stateful.compare import compare
from tests.market.e2e.stateful.governance_steps import GovernanceSteps
from tests.market.e2e.stateful.registry_steps import RegistrySteps
from tests.market.e2e.stateful.steps import STEPS
from tests.market.e2e.stateful.trading_steps import TradingSteps


class MarketMachine(RegistrySteps, TradingSteps, GovernanceSteps):
    """One run: a fresh campus, then steps. Subclasses say what trades are paid in."""

    def __init__(self) -> None:
        super().__init__()
        for user in ("alice", "bob", "carol"):
            self.register(user)
        for meter in METERS:
            self.register_meter(meter)
        self.wait(900)
        for meter in METERS:
            self.process(meter, 10_000, 0)
        self.transfer("alice", "carol", 50)

    @invariant()
    def the_books_balance(self) -> None:
        """The audit holds of the chain alone, and the chain is what the model says."""
        type(self).steps += 1
        state = self.vm.decode(self.state)
        audit(state, self.mints["GRID"], self.burned, self.withdrawn)
        compare(state, self.model, self.mints)

    @rule(step=STEPS)
    def step(self, step: tuple[str, dict[str, Any]]) -> None:
        """One thing that somebody does: the name of a method below, and its arguments."""
        name, arguments = step
        getattr(self, name)(**arguments)

    # --- several steps in a row ---

    def finish_quarter(self) -> None:
        """The present quarter-hour ends, and is cleared."""
        index = self.model.present
        self.wait((index + 1) * 900 - self.model.now)
        if index in self.model.epochs:
            self.clear([*self.model.epochs].index(index))

    def auction(self, orders: list[tuple[str, int, int, int]], settle: int) -> None:
        """A whole quarter-hour: everybody places an order, it ends, it is cleared, and some of it is settled."""
        self.open(0)
        for number, (user, amount, ask, bid) in enumerate(orders):
            order_id = 5_000 + self.model.sequence
            if USERS[user] and number % 2:
                self.sell(order_id, user, amount, ask, None, 1)
            else:
                self.buy(order_id, user, amount, bid, 1)
        self.finish_quarter()
        self.settle_some(settle)

    def certified_sale(self, name: str, meter: str, order_id: int, ask: int, bid: int) -> None:
        """A certificate is issued, validated, half used in an offer, which trades; some of the rest is used elsewhere."""
        owner = self.model.meters[meter].owner
        self.issue(name, meter, 1_000)
        self.validate(name)
        self.open(0)
        self.sell(order_id, owner, 500, ask, name, 1)
        self.buy(order_id + 1 if order_id + 1 < 2**64 else 0, "carol", 300, bid, 1)
        self.retire(name, 100)
        self.finish_quarter()
        self.settle_some(2)

    def drill(self, user: str, number: int) -> None:
        """A pause in which somebody tries to burn, and somebody gets his order back; then life goes on."""
        self.pause(True)
        self.burn(user, 10)
        self.cancel(number)
        self.pause(False)

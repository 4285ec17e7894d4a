"""What every step of the machine stands on: chain and model, what is done to both, and the addresses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

from hypothesis.stateful import RuleBasedStateMachine
from solders.pubkey import Pubkey
from tests.market.auction.model import Grid
from tests.market.e2e.stateful import campus
from tests.market.e2e.stateful.campus import PRICE_FLOOR, PRICE_TICK, START, USERS, token_account
from tests.market.e2e.stateful.model import Model, Refused
from tests.market.e2e.stateful.vm import Vm, find, key_of


class ChainAndModel(RuleBasedStateMachine):
    """A fresh campus, on the chain and in the model."""

    payment: ClassVar[str]
    runs: ClassVar[int]
    steps: ClassVar[int]
    accepted: ClassVar[Counter[str]]

    def __init_subclass__(cls) -> None:
        cls.runs = cls.steps = 0
        cls.accepted = Counter()

    def __init__(self) -> None:
        super().__init__()
        start = campus.origin(self.payment)
        self.mints = start.mints
        self.vm = Vm(start.accounts)
        self.model = Model(self.payment, START, Grid(PRICE_FLOOR, PRICE_TICK))
        self.burned = self.withdrawn = 0
        self.state = self.vm.raw()
        self.vm.set_time(START)
        for user in USERS:
            if self.payment != "GRID":
                self.model.give(user, self.payment, campus.START_MONEY)
        type(self).runs += 1

    # --- both sides at once ---

    def act(
        self,
        expected: Callable[[], None],
        program: str,
        name: str,
        *args: Any,
        by: tuple[str, ...] = (),
        **accounts: Pubkey | None,
    ) -> None:
        """Runs an instruction on the chain and its meaning on the model: both do it, or both refuse."""
        before = self.state
        try:
            expected()
            refused = False
        except Refused:
            refused = True
        outcome = self.vm.call(program, name, args, by, **accounts)
        assert (outcome.error is not None) == refused, f"{outcome.error}\n" + "\n".join(outcome.logs)
        self.state = self.vm.raw()
        if refused:
            assert self.state == before, f"a refused {name} changed something"
            return
        type(self).accepted[name] += 1
        for event, fields in outcome.events:
            if event == "GridTokensBurned":
                self.burned += fields["amount"]
            if event == "FeesWithdrawn":
                self.withdrawn += fields["amount"]

    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.model.now += seconds
        self.vm.set_time(self.model.now)

    # --- addresses ---

    def meter_key(self, meter: str) -> Pubkey:
        return find(self.vm.ids["registry"], b"meter", meter[:32].encode(), meter[32:].encode())

    def user_key(self, user: str) -> Pubkey:
        return find(self.vm.ids["registry"], b"user", bytes(key_of(user)))

    def trader_key(self, user: str) -> Pubkey:
        return find(self.vm.ids["trading"], b"trader", bytes(key_of(user)))

    def order_key(self, order_id: int) -> Pubkey:
        return find(self.vm.ids["trading"], b"order", order_id.to_bytes(8, "little"))

    def certificate_key(self, name: str) -> Pubkey:
        chunks = name[:32].encode(), name[32:].encode()
        return find(self.vm.ids["governance"], b"erc_certificate", *chunks)

    def tokens(self, user: str, token: str) -> Pubkey:
        return token_account(key_of(user), self.mints[token])

    def vault(self, token: str) -> Pubkey:
        return campus.vault(self.vm, self.mints[token])

    def epoch_key(self, index: int) -> Pubkey:
        return find(self.vm.ids["trading"], b"epoch", index.to_bytes(8, "little"))

    def trade_key(self, sell_sequence: int, buy_sequence: int) -> Pubkey:
        sequences = [number.to_bytes(8, "little") for number in (sell_sequence, buy_sequence)]
        return find(self.vm.ids["trading"], b"trade", *sequences)

"""Anybody does anything in any order: the chain and the model are told the same, and must come to the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from solders.pubkey import Pubkey
from tests.market.e2e.books import audit
from tests.market.e2e.stateful import campus
from tests.market.e2e.stateful.campus import METERS, SPARE, START, USERS, token_account
from tests.market.e2e.stateful.compare import compare
from tests.market.e2e.stateful.model import DAY, OPEN, YEAR, Model, Refused
from tests.market.e2e.stateful.steps import STEPS
from tests.market.e2e.stateful.vm import Vm, find, key_of

UNUSED_ORDER = 77


def best_pair(model: Model) -> tuple[int, int] | None:
    """The crossing pair that comes first by price, then time."""
    book = [(order_id, order) for order_id, order in model.orders.items() if order.status in OPEN]
    sells = sorted((order.price, order.sequence, order_id) for order_id, order in book if order.side == "Sell")
    buys = sorted((-order.price, order.sequence, order_id) for order_id, order in book if order.side == "Buy")
    if not sells or not buys or sells[0][0] > -buys[0][0]:
        return None
    return sells[0][2], buys[0][2]


class MarketMachine(RuleBasedStateMachine):
    """One run: a fresh campus, then steps. Subclasses say what trades are paid in."""

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
        self.model = Model(self.payment, START)
        self.burned = self.withdrawn = 0
        self.state = self.vm.raw()
        self.vm.set_time(START)
        for user in USERS:
            if self.payment != "GRID":
                self.model.give(user, self.payment, campus.START_MONEY)
        type(self).runs += 1
        for user in ("alice", "bob", "carol"):
            self.register(user)
        for meter in METERS:
            self.register_meter(meter)
            self.process(meter, 10_000, 0)
        self.transfer("alice", "carol", 50)

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

    # --- people and meters ---

    def register(self, user: str) -> None:
        registered = user in self.model.users
        kind = "Prosumer" if USERS[user] else "Consumer"
        self.act(
            lambda: self.model.register(user, USERS[user]),
            "registry",
            "register_user",
            kind,
            "Student",
            "campus",
            by=("user_authority",),
            user_authority=key_of(user),
            registry_authority=None,
            user_account=self.user_key(user),
        )
        if not registered and user in self.model.users:
            opened = self.vm.call(
                "trading",
                "open_trading_account",
                (),
                ("user",),
                user=key_of(user),
                trading_account=self.trader_key(user),
            )
            assert opened.error is None
            self.state = self.vm.raw()

    def register_meter(self, meter: str) -> None:
        owner, kind = meter.split("-")[0].lower(), {**METERS, **SPARE}[meter]
        self.act(
            lambda: self.model.register_meter(meter, owner, kind),
            "registry",
            "register_meter",
            meter,
            kind,
            by=("owner",),
            owner=key_of(owner),
            user_account=self.user_key(owner),
            meter_account=self.meter_key(meter),
        )

    def remove_meter(self, meter: str) -> None:
        owner = meter.split("-")[0].lower()
        self.act(
            lambda: self.model.remove_meter(meter),
            "registry",
            "remove_meter",
            by=("authority",),
            authority=key_of("deployer"),
            owner=key_of(owner),
            user_account=self.user_key(owner),
            meter_account=self.meter_key(meter),
        )

    def set_user_status(self, user: str, status: str) -> None:
        self.act(
            lambda: self.model.set_status(user, status),
            "registry",
            "update_user_status",
            status,
            by=("authority",),
            authority=key_of("deployer"),
            user_account=self.user_key(user),
        )

    def set_meter_status(self, meter: str, status: str) -> None:
        self.act(
            lambda: self.model.set_meter_status(meter, status),
            "registry",
            "update_meter_status",
            status,
            by=("authority",),
            authority=key_of("deployer"),
            meter_account=self.meter_key(meter),
        )

    # --- readings and minting ---

    def read(self, meter: str, produced: int, consumed: int, ahead: int) -> None:
        timestamp = self.model.now + ahead
        self.act(
            lambda: self.model.read(meter, produced, consumed, timestamp),
            "oracle",
            "submit_meter_reading",
            meter,
            produced,
            consumed,
            timestamp,
            by=("api_gateway",),
            api_gateway=key_of("gateway"),
            meter_account=self.meter_key(meter),
        )
        self.wait(1)

    def process(self, meter: str, produced: int, consumed: int) -> None:
        timestamp, owner = self.model.now, self.model.meters[meter].owner
        self.act(
            lambda: self.model.process(meter, produced, consumed, timestamp),
            "oracle",
            "process_energy_data",
            meter,
            produced,
            consumed,
            timestamp,
            by=("api_gateway",),
            api_gateway=key_of("gateway"),
            meter_account=self.meter_key(meter),
            meter_owner=key_of(owner),
            owner_token_account=self.tokens(owner, "GRID"),
        )
        self.wait(1)

    def mint(self, meter: str) -> None:
        owner = self.model.meters[meter].owner
        self.act(
            lambda: self.model.mint(meter),
            "energy_token",
            "mint_grid_tokens",
            by=("meter_owner",),
            meter_account=self.meter_key(meter),
            user_token_account=self.tokens(owner, "GRID"),
            meter_owner=key_of(owner),
        )

    def transfer(self, sender: str, receiver: str, share: int) -> None:
        amount = self.model.purse(sender, "GRID") * share // 100
        self.act(
            lambda: self.model.transfer(sender, receiver, amount),
            "energy_token",
            "transfer_tokens",
            amount,
            by=("owner",),
            owner=key_of(sender),
            sender_token_account=self.tokens(sender, "GRID"),
            recipient_token_account=self.tokens(receiver, "GRID"),
        )

    def burn(self, user: str, share: int) -> None:
        amount = self.model.purse(user, "GRID") * share // 100
        self.act(
            lambda: self.model.burn(user, amount),
            "energy_token",
            "burn_tokens",
            amount,
            by=("owner",),
            owner=key_of(user),
            token_account=self.tokens(user, "GRID"),
        )

    # --- the order book ---

    def sell(self, order_id: int, user: str, amount: int, price: int, cover: str | None) -> None:
        self.act(
            lambda: self.model.place(order_id, user, "Sell", amount, price, cover),
            "trading",
            "create_sell_order",
            order_id,
            amount,
            price,
            by=("seller",),
            seller=key_of(user),
            trading_account=self.trader_key(user),
            user_account=self.user_key(user),
            order=self.order_key(order_id),
            seller_token_account=self.tokens(user, "GRID"),
            energy_vault=self.vault("GRID"),
            erc_certificate=None if cover is None else self.certificate_key(cover),
        )

    def buy(self, order_id: int, user: str, amount: int, price: int) -> None:
        self.act(
            lambda: self.model.place(order_id, user, "Buy", amount, price, None),
            "trading",
            "create_buy_order",
            order_id,
            amount,
            price,
            by=("buyer",),
            buyer=key_of(user),
            trading_account=self.trader_key(user),
            user_account=self.user_key(user),
            order=self.order_key(order_id),
            buyer_token_account=self.tokens(user, self.payment),
            payment_vault=self.vault(self.payment),
        )

    def match(self, sell: int, buy: int) -> None:
        """Any two orders, now and then of the same side or the same order twice."""
        sides = ("Sell", "Buy") if sell % 4 else ("", "")
        self.match_pair(self.pick(sides[0], sell), self.pick(sides[1], buy))

    def match_best(self, limit: int) -> None:
        """Crossing pairs by price, then time, as the operator's matcher chooses them."""
        for _ in range(limit):
            pair = best_pair(self.model)
            if pair is not None:
                self.match_pair(*pair)

    def pick(self, side: str, number: int) -> int:
        """One of the orders of a side, whatever its state; an id that nobody uses, when there is none."""
        found = [order_id for order_id, order in self.model.orders.items() if order.side.startswith(side)]
        return found[number % len(found)] if found else UNUSED_ORDER

    def owner_of(self, order_id: int) -> str:
        return self.model.orders[order_id].owner if order_id in self.model.orders else "alice"

    def match_pair(self, sell_id: int, buy_id: int) -> None:
        seller, buyer = self.owner_of(sell_id), self.owner_of(buy_id)
        sell_order, buy_order = self.order_key(sell_id), self.order_key(buy_id)
        self.act(
            lambda: self.model.match(sell_id, buy_id),
            "trading",
            "match_orders",
            by=("matcher",),
            matcher=key_of("rec"),
            sell_order=sell_order,
            buy_order=buy_order,
            seller_trading_account=self.trader_key(seller),
            buyer_trading_account=self.trader_key(buyer),
            trade_record=find(self.vm.ids["trading"], b"trade", bytes(sell_order), bytes(buy_order)),
            energy_vault=self.vault("GRID"),
            payment_vault=self.vault(self.payment),
            seller_payment_account=self.tokens(seller, self.payment),
            buyer_energy_account=self.tokens(buyer, "GRID"),
            buyer_payment_account=self.tokens(buyer, self.payment),
        )

    def take_back(self, name: str, order_id: int, expected: Callable[[int], None], *args: int) -> None:
        """Takes an order off the book, one way or the other."""
        owner = self.owner_of(order_id)
        order = self.model.orders.get(order_id)
        token = "GRID" if order is None or order.side == "Sell" else self.payment
        signer = {"owner": key_of(owner)} if name == "cancel_order" else {}
        self.act(
            lambda: expected(order_id),
            "trading",
            name,
            *args,
            by=tuple(signer),
            trading_account=self.trader_key(owner),
            order=self.order_key(order_id),
            vault=self.vault(token),
            owner_token_account=self.tokens(owner, token),
            **signer,
        )

    def cancel(self, number: int) -> None:
        order_id = self.pick("", number)
        self.take_back("cancel_order", order_id, self.model.cancel, order_id)

    def expire(self, number: int, late: bool) -> None:
        """`late`: after its time has come."""
        if late:
            self.wait(DAY + 1)
        self.take_back("expire_order", self.pick("", number), self.model.expire)

    def close(self, number: int) -> None:
        order_id = self.pick("", number)
        # A closed order's id may be used again, but its trades stay: the audit counts what orders that exist traded.
        if any(order_id in pair for pair in self.model.trades):
            return
        self.act(
            lambda: self.model.close(order_id),
            "trading",
            "close_order",
            by=("owner",),
            owner=key_of(self.owner_of(order_id)),
            order=self.order_key(order_id),
        )

    # --- the operators ---

    def set_params(self, fee_bps: int, clearing: bool) -> None:
        self.act(
            lambda: self.model.set_params(fee_bps, clearing),
            "trading",
            "update_market_params",
            fee_bps,
            clearing,
            by=("authority",),
            authority=key_of("deployer"),
        )

    def withdraw_fees(self) -> None:
        self.act(
            self.model.withdraw_fees,
            "trading",
            "withdraw_fees",
            by=("authority",),
            authority=key_of("deployer"),
            payment_vault=self.vault(self.payment),
            fee_token_account=self.tokens("deployer", self.payment),
        )

    def clear(self) -> None:
        self.act(
            self.model.clear,
            "oracle",
            "trigger_market_clearing",
            by=("api_gateway",),
            api_gateway=key_of("gateway"),
        )

    def pause(self, on: bool) -> None:
        args = ("drill",) if on else ()
        name = "emergency_pause" if on else "emergency_unpause"
        rec = key_of("rec")
        self.act(lambda: self.model.pause(on), "governance", name, *args, by=("authority",), authority=rec)

    def maintain(self, on: bool) -> None:
        self.act(
            lambda: self.model.set_maintenance(on),
            "governance",
            "set_maintenance_mode",
            on,
            by=("authority",),
            authority=key_of("deployer"),
        )

    def wait(self, seconds: int) -> None:
        """Time passes."""
        self.model.now += seconds
        self.vm.set_time(self.model.now)

    # --- certificates ---

    def issue(self, name: str, meter: str, energy: int) -> None:
        self.act(
            lambda: self.model.issue(name, meter, energy),
            "governance",
            "issue_erc",
            name,
            energy,
            "Solar",
            "data",
            by=("authority",),
            authority=key_of("rec"),
            oracle_authority=None,
            meter_account=self.meter_key(meter),
            erc_certificate=self.certificate_key(name),
        )

    def certificate_act(self, name: str, instruction: str, expected: Callable[[str], None], *args: str) -> None:
        signer = {} if instruction == "expire_erc" else {"authority": key_of("rec")}
        self.act(
            lambda: expected(name),
            "governance",
            instruction,
            *args,
            by=tuple(signer),
            erc_certificate=self.certificate_key(name),
            **signer,
        )

    def validate(self, name: str) -> None:
        self.certificate_act(name, "validate_erc_for_trading", self.model.validate)

    def revoke(self, name: str) -> None:
        self.certificate_act(name, "revoke_erc", self.model.revoke, "a reason")

    def expire_certificate(self, name: str, late: bool) -> None:
        """`late`: after its time has come."""
        if late:
            self.wait(YEAR + 1)
        self.certificate_act(name, "expire_erc", self.model.expire_certificate)

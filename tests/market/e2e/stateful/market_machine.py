"""Anybody does anything in any order: the chain and the model are told the same, and must come to the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from solders.pubkey import Pubkey
from tests.market.auction.model import Grid
from tests.market.e2e.books import audit
from tests.market.e2e.stateful import campus
from tests.market.e2e.stateful.campus import METERS, PRICE_FLOOR, PRICE_TICK, SPARE, START, USERS, token_account
from tests.market.e2e.stateful.compare import compare
from tests.market.e2e.stateful.model import DAY, MONTH, OPEN, YEAR, Model, Refused
from tests.market.e2e.stateful.steps import STEPS
from tests.market.e2e.stateful.vm import DEPLOYER, Vm, find, key_of

UNUSED_ORDER = 77


def best_pair(model: Model) -> tuple[int, int] | None:
    """Two orders that can be settled, as the operator's crank would find them."""
    for epoch in model.epochs.values():
        sides: dict[str, list[int]] = {"Sell": [], "Buy": []}
        for order_id, order in model.orders.items():
            if order.epoch == epoch.index and order.status in OPEN and epoch.allotted(order) > order.filled:
                sides[order.side].append(order_id)
        for sell in sides["Sell"]:
            for buy in sides["Buy"]:
                if model.orders[sell].owner != model.orders[buy].owner:
                    return sell, buy
    return None


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
        self.model = Model(self.payment, START, Grid(PRICE_FLOOR, PRICE_TICK))
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
        self.wait(900)
        for meter in METERS:
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
            "campus",
            "Student",
            by=("user_authority", "payer", "registry_authority"),
            user_authority=key_of(user),
            payer=key_of(user),
            registry_authority=DEPLOYER,
            user_account=self.user_key(user),
        )
        if not registered and user in self.model.users:
            opened = self.vm.call(
                "trading",
                "open_trading_account",
                (),
                ("user", "payer"),
                user=key_of(user),
                payer=key_of(user),
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
            by=("owner", "payer", "registry_authority"),
            owner=key_of(owner),
            payer=key_of(owner),
            registry_authority=DEPLOYER,
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
            payer=key_of(owner),
            user_account=self.user_key(owner),
            meter_account=self.meter_key(meter),
        )

    def register_by_mistake(self, meter: str) -> None:
        """A meter that is registered, and removed before it was ever read."""
        self.register_meter(meter)
        self.remove_meter(meter)

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
        self.wait(10)

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
            user_account=self.user_key(owner),
            owner_token_account=self.tokens(owner, "GRID"),
        )
        self.wait(10)

    def mint(self, meter: str) -> None:
        owner = self.model.meters[meter].owner
        self.act(
            lambda: self.model.mint(meter),
            "energy_token",
            "mint_grid_tokens",
            by=("meter_owner",),
            meter_account=self.meter_key(meter),
            user_account=self.user_key(owner),
            user_token_account=self.tokens(owner, "GRID"),
            meter_owner=key_of(owner),
            validator=None,
            rec_validator=None,
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

    # --- epochs ---

    def epoch_key(self, index: int) -> Pubkey:
        return find(self.vm.ids["trading"], b"epoch", index.to_bytes(8, "little"))

    def open(self, ahead: int) -> None:
        index = self.model.present + ahead
        self.act(
            lambda: self.model.open_epoch(index),
            "trading",
            "open_epoch",
            index,
            by=("payer",),
            payer=key_of("rec"),
            epoch=self.epoch_key(index),
        )

    def some_epoch(self, number: int) -> int:
        """One that there is, mostly the present one; the present one's index, when there is none."""
        found = [*self.model.epochs, self.model.present]
        return found[-1] if number % 3 else found[number % len(found)]

    def clear(self, number: int) -> None:
        index = self.some_epoch(3 * number)
        self.act(
            lambda: self.model.clear_epoch(index),
            "oracle",
            "trigger_market_clearing",
            index,
            by=("api_gateway",),
            api_gateway=key_of("gateway"),
            epoch_account=self.epoch_key(index),
        )

    def close_epoch(self, number: int) -> None:
        index = self.some_epoch(3 * number)
        self.act(
            lambda: self.model.close_epoch(index),
            "trading",
            "close_epoch",
            payer=key_of("rec"),
            epoch=self.epoch_key(index),
        )

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

    # --- orders ---

    def sell(self, order_id: int, user: str, amount: int, price: int, cover: str | None, epoch: int) -> None:
        index = self.some_epoch(epoch)
        self.act(
            lambda: self.model.place(order_id, user, "Sell", amount, price, cover, index),
            "trading",
            "create_sell_order",
            order_id,
            amount,
            price,
            by=("seller", "payer"),
            seller=key_of(user),
            payer=key_of(user),
            epoch=self.epoch_key(index),
            trading_account=self.trader_key(user),
            user_account=self.user_key(user),
            order=self.order_key(order_id),
            seller_token_account=self.tokens(user, "GRID"),
            energy_vault=self.vault("GRID"),
            erc_certificate=None if cover is None else self.certificate_key(cover),
        )

    def buy(self, order_id: int, user: str, amount: int, price: int, epoch: int) -> None:
        index = self.some_epoch(epoch)
        self.act(
            lambda: self.model.place(order_id, user, "Buy", amount, price, None, index),
            "trading",
            "create_buy_order",
            order_id,
            amount,
            price,
            by=("buyer", "payer"),
            buyer=key_of(user),
            payer=key_of(user),
            epoch=self.epoch_key(index),
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

    def settle_some(self, limit: int) -> None:
        """Pairs that have something in common, as the operator's crank finds them."""
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

    def cover_of(self, order_id: int) -> Pubkey | None:
        order = self.model.orders.get(order_id)
        return None if order is None or order.certificate is None else self.certificate_key(order.certificate)

    def match_pair(self, sell_id: int, buy_id: int) -> None:
        seller, buyer = self.owner_of(sell_id), self.owner_of(buy_id)
        sell, buy = self.model.orders.get(sell_id), self.model.orders.get(buy_id)
        sequences = [0 if order is None else order.sequence for order in (sell, buy)]
        self.act(
            lambda: self.model.match(sell_id, buy_id),
            "trading",
            "match_orders",
            by=("matcher", "payer"),
            matcher=key_of("rec"),
            payer=key_of("rec"),
            epoch=self.epoch_key(0 if sell is None else sell.epoch),
            sell_order=self.order_key(sell_id),
            buy_order=self.order_key(buy_id),
            seller_trading_account=self.trader_key(seller),
            buyer_trading_account=self.trader_key(buyer),
            trade_record=self.trade_key(*sequences),
            energy_vault=self.vault("GRID"),
            payment_vault=self.vault(self.payment),
            seller_payment_account=self.tokens(seller, self.payment),
            buyer_energy_account=self.tokens(buyer, "GRID"),
            buyer_payment_account=self.tokens(buyer, self.payment),
            erc_certificate=self.cover_of(sell_id),
        )

    def trade_key(self, sell_sequence: int, buy_sequence: int) -> Pubkey:
        sequences = [number.to_bytes(8, "little") for number in (sell_sequence, buy_sequence)]
        return find(self.vm.ids["trading"], b"trade", *sequences)

    def close_trade(self, number: int, late: bool) -> None:
        """`late`: after its record may be closed."""
        if not self.model.trades:
            return
        if late:
            self.wait(MONTH)
        key = [*self.model.trades][number % len(self.model.trades)]
        self.act(
            lambda: self.model.close_trade(key),
            "trading",
            "close_trade_record",
            by=("payer",),
            payer=key_of("rec"),
            trade_record=self.trade_key(*key),
        )

    def take_back(self, name: str, order_id: int, expected: Callable[[int], None], *args: int) -> None:
        """Takes an order off the book, one way or the other."""
        owner = self.owner_of(order_id)
        order = self.model.orders.get(order_id)
        token = "GRID" if order is None or order.side == "Sell" else self.payment
        extra: dict[str, Pubkey | None] = {}
        if name == "cancel_order":
            index = 0 if order is None else order.epoch
            there = index in self.model.epochs
            key = self.epoch_key(index)
            extra = {"owner": key_of(owner), "epoch": key if there else None, "closed_epoch": None if there else key}
        self.act(
            lambda: expected(order_id),
            "trading",
            name,
            *args,
            by=("owner",) if extra else (),
            trading_account=self.trader_key(owner),
            order=self.order_key(order_id),
            vault=self.vault(token),
            owner_token_account=self.tokens(owner, token),
            erc_certificate=self.cover_of(order_id),
            **extra,
        )

    def cancel(self, number: int) -> None:
        order_id = self.pick("", number)
        self.take_back("cancel_order", order_id, self.model.cancel, order_id)

    def expire(self, number: int, late: bool) -> None:
        """`late`: after its time has come."""
        if late:
            self.wait(DAY + 901)
        self.take_back("expire_order", self.pick("", number), self.model.expire)

    def close(self, number: int) -> None:
        order_id = self.pick("", number)
        owner = key_of(self.owner_of(order_id))
        self.act(
            lambda: self.model.close(order_id),
            "trading",
            "close_order",
            by=("closer",),
            closer=owner,
            payer=owner,
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

    def set_weight(self, weight_bps: int) -> None:
        config = {
            "matcher": Pubkey.default(),
            "epoch_length": 900,
            "max_orders_per_user": 50,
            "min_order_wh": 100,
            "require_erc": False,
            "price_floor": PRICE_FLOOR,
            "price_tick": PRICE_TICK,
            "settlement_window": DAY,
            "price_weight_bps": weight_bps,
        }
        self.act(
            lambda: self.model.set_weight(weight_bps),
            "trading",
            "update_market_config",
            config,
            by=("authority",),
            authority=DEPLOYER,
        )

    def pause(self, on: bool) -> None:
        args = ("drill",) if on else ()
        name = "emergency_pause" if on else "emergency_unpause"
        rec = key_of("rec")
        self.act(lambda: self.model.pause(on), "governance", name, *args, by=("authority",), authority=rec)

    def drill(self, user: str, number: int) -> None:
        """A pause in which somebody tries to burn, and somebody gets his order back; then life goes on."""
        self.pause(True)
        self.burn(user, 10)
        self.cancel(number)
        self.pause(False)

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
        owner = self.model.meters[meter].owner
        self.act(
            lambda: self.model.issue(name, meter, energy),
            "governance",
            "issue_erc",
            name,
            energy,
            "Wind" if self.model.meters[meter].kind == "Wind" else "Solar",
            "data",
            by=("authority", "payer"),
            authority=key_of("rec"),
            payer=key_of("rec"),
            oracle_authority=None,
            meter_account=self.meter_key(meter),
            user_account=self.user_key(owner),
            erc_certificate=self.certificate_key(name),
        )

    def holder(self, name: str) -> str:
        found = self.model.certificates.get(name)
        return "alice" if found is None else found.owner

    def certificate_act(
        self, name: str, instruction: str, expected: Callable[[], None], *args: Any, **signers: Pubkey
    ) -> None:
        self.act(
            expected,
            "governance",
            instruction,
            *args,
            by=tuple(signers),
            erc_certificate=self.certificate_key(name),
            **({"user_account": self.user_key(self.holder(name))} if instruction.startswith("validate") else {}),
            **signers,
        )

    def validate(self, name: str) -> None:
        keys = {"owner": key_of(self.holder(name)), "authority": key_of("rec")}
        self.certificate_act(name, "validate_erc_for_trading", lambda: self.model.validate(name), **keys)

    def retire(self, name: str, amount: int) -> None:
        owner = key_of(self.holder(name))
        self.certificate_act(
            name, "retire_erc", lambda: self.model.retire(name, amount), amount, key_of("somebody"), owner=owner
        )

    def revoke(self, name: str) -> None:
        self.certificate_act(name, "revoke_erc", lambda: self.model.revoke(name), "a reason", authority=key_of("rec"))

    def expire_certificate(self, name: str, late: bool) -> None:
        """`late`: after its time has come."""
        if late:
            self.wait(YEAR + 1)
        self.certificate_act(name, "expire_erc", lambda: self.model.expire_certificate(name))

"""Steps of the auction: epochs, orders, settlement, and the market's operators."""

from __future__ import annotations

from collections.abc import Callable

from solders.pubkey import Pubkey
from tests.market.e2e.stateful.campus import PRICE_FLOOR, PRICE_TICK
from tests.market.e2e.stateful.chain_and_model import ChainAndModel
from tests.market.e2e.stateful.model import DAY, MONTH, OPEN, Model
from tests.market.e2e.stateful.vm import DEPLOYER, key_of

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


class TradingSteps(ChainAndModel):
    """What traders and operators do with the market."""

    # --- epochs ---

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

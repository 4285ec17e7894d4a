"""The five programs in this process, with traders who have plenty of everything: a book goes in, what became of it comes out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from solders.pubkey import Pubkey
from tests.market.auction.model import Grid, Side
from tests.market.e2e.stateful.campus import PRICE_FLOOR, PRICE_TICK, START, demand, origin, token_account, vault
from tests.market.e2e.stateful.vm import DEPLOYER, TOKEN_PROGRAM, Outcome, Vm, find, key_of

QUARTER_HOUR = 900
SETTLEMENT_WINDOW = 86_400
PLENTY = 10**18
TRADERS = ["Ann", "Bob", "Cy", "Dee", "Eve"]
GATEWAY, ANYBODY = key_of("gateway"), key_of("somebody who settles")


class Venue:
    """A market that is paid in `payment`, quarter-hour after quarter-hour."""

    def __init__(self, payment: str = "THB") -> None:
        start = origin(payment)
        self.vm, self.payment, self.mints = Vm(start.accounts), payment, start.mints
        self.now = START
        self.vm.set_time(self.now)
        self.grid = Grid(PRICE_FLOOR, PRICE_TICK)
        self.epoch = 0
        for key in (GATEWAY, ANYBODY, *map(key_of, TRADERS)):
            self.vm.fund(key)
        for trader in TRADERS:
            self._join(trader)

    def _join(self, trader: str) -> None:
        key = key_of(trader)
        registered = self.vm.call(
            "registry",
            "register_user",
            ("Prosumer", "campus", "Student"),
            ("user_authority", "payer", "registry_authority"),
            user_authority=key,
            payer=key,
            registry_authority=DEPLOYER,
            user_account=self.user(trader),
        )
        demand(registered)
        opened = self.vm.call(
            "trading",
            "open_trading_account",
            (),
            ("user", "payer"),
            user=key,
            payer=key,
            trading_account=self.trader(trader),
        )
        demand(opened)
        for mint in self.mints.values():
            data = bytes(mint) + bytes(key) + PLENTY.to_bytes(8, "little") + bytes(36) + b"\1" + bytes(56)
            self.vm.set_account(token_account(key, mint), TOKEN_PROGRAM, data)

    # --- addresses and balances ---

    def user(self, trader: str) -> Pubkey:
        return find(self.vm.ids["registry"], b"user", bytes(key_of(trader)))

    def trader(self, trader: str) -> Pubkey:
        return find(self.vm.ids["trading"], b"trader", bytes(key_of(trader)))

    def order(self, order_id: int) -> Pubkey:
        return find(self.vm.ids["trading"], b"order", order_id.to_bytes(8, "little"))

    def epoch_key(self, index: int | None = None) -> Pubkey:
        number = self.epoch if index is None else index
        return find(self.vm.ids["trading"], b"epoch", number.to_bytes(8, "little"))

    def tokens(self, trader: str, mint: str) -> Pubkey:
        return token_account(key_of(trader), self.mints[mint])

    def vault(self, mint: str) -> Pubkey:
        return vault(self.vm, self.mints[mint])

    def token_of(self, side: Side) -> str:
        return "GRID" if side is Side.SELL else self.payment

    def read(self, key: Pubkey) -> dict[str, Any]:
        """A program's account."""
        ((fields,),) = ([*rows.values()] for rows in self.vm.decode(self.vm.accounts([key])).values())
        return fields

    def balance(self, account: Pubkey) -> int:
        (found,) = self.vm.accounts([account]).values()
        return int.from_bytes(bytes(found.data)[64:72], "little")

    def purse(self, trader: str, side: Side) -> int:
        return self.balance(self.tokens(trader, self.token_of(side)))

    # --- a quarter-hour ---

    def leave_window(self) -> None:
        """Goes past the time in which the epoch's orders can be settled."""
        self.travel((self.epoch + 1) * QUARTER_HOUR + SETTLEMENT_WINDOW + 1)

    def open(self, weight_bps: int, fee_bps: int) -> None:
        """Sets the market's rules, and opens the next quarter-hour, in which it then is."""
        config = {
            "matcher": Pubkey.default(),
            "epoch_length": QUARTER_HOUR,
            "max_orders_per_user": 50,
            "min_order_wh": 100,
            "require_erc": False,
            "price_floor": self.grid.floor,
            "price_tick": self.grid.tick,
            "settlement_window": SETTLEMENT_WINDOW,
            "price_weight_bps": weight_bps,
        }
        demand(self.vm.call("trading", "update_market_config", (config,), ("authority",), authority=DEPLOYER))
        demand(self.vm.call("trading", "update_market_params", (fee_bps, True), ("authority",), authority=DEPLOYER))
        self.epoch = self.now // QUARTER_HOUR + 1
        self.travel(self.epoch * QUARTER_HOUR)
        opened = self.vm.call("trading", "open_epoch", (self.epoch,), ("payer",), payer=ANYBODY, epoch=self.epoch_key())
        demand(opened)

    def travel(self, time: int) -> None:
        self.now = time
        self.vm.set_time(time)

    def place(self, order_id: int, trader: str, side: Side, amount: int, limit: int) -> Outcome:
        key, token = key_of(trader), self.token_of(side)
        role, account = ("seller", "seller_token_account") if side is Side.SELL else ("buyer", "buyer_token_account")
        rest = {"erc_certificate": None} if side is Side.SELL else {}
        vault_name = "energy_vault" if side is Side.SELL else "payment_vault"
        return self.vm.call(
            "trading",
            f"create_{side.value}_order",
            (order_id, amount, limit),
            (role, "payer"),
            payer=key,
            epoch=self.epoch_key(),
            trading_account=self.trader(trader),
            user_account=self.user(trader),
            order=self.order(order_id),
            **{role: key, account: self.tokens(trader, token), vault_name: self.vault(token)},
            **rest,
        )

    def cancel(self, order_id: int, trader: str, side: Side) -> Outcome:
        token = self.token_of(side)
        return self.vm.call(
            "trading",
            "cancel_order",
            (order_id,),
            ("owner",),
            owner=key_of(trader),
            epoch=self.epoch_key(),
            closed_epoch=None,
            trading_account=self.trader(trader),
            order=self.order(order_id),
            vault=self.vault(token),
            owner_token_account=self.tokens(trader, token),
            erc_certificate=None,
        )

    def expire(self, order_id: int, trader: str, side: Side) -> Outcome:
        """Somebody sends home what an order past its time has locked."""
        token = self.token_of(side)
        return self.vm.call(
            "trading",
            "expire_order",
            (),
            (),
            trading_account=self.trader(trader),
            order=self.order(order_id),
            vault=self.vault(token),
            owner_token_account=self.tokens(trader, token),
            erc_certificate=None,
        )

    def clear(self) -> dict[str, Any]:
        """Goes to the end of the quarter-hour and has the oracle clear it; the MarketCleared event."""
        self.travel((self.epoch + 1) * QUARTER_HOUR)
        cleared = self.vm.call(
            "oracle",
            "trigger_market_clearing",
            (self.epoch,),
            ("api_gateway",),
            api_gateway=GATEWAY,
            epoch_account=self.epoch_key(),
        )
        demand(cleared)
        (event,) = (fields for name, fields in cleared.events if name == "MarketCleared")
        return event

    def match(self, sell: tuple[int, str], buy: tuple[int, str]) -> Outcome:
        """Settles a pair, told by id and owner."""
        sequences = [self.read(self.order(order_id))["sequence"].to_bytes(8, "little") for order_id, _ in (sell, buy)]
        return self.vm.call(
            "trading",
            "match_orders",
            (),
            ("matcher", "payer"),
            matcher=ANYBODY,
            payer=ANYBODY,
            epoch=self.epoch_key(),
            sell_order=self.order(sell[0]),
            buy_order=self.order(buy[0]),
            seller_trading_account=self.trader(sell[1]),
            buyer_trading_account=self.trader(buy[1]),
            trade_record=find(self.vm.ids["trading"], b"trade", *sequences),
            energy_vault=self.vault("GRID"),
            payment_vault=self.vault(self.payment),
            seller_payment_account=self.tokens(sell[1], self.payment),
            buyer_energy_account=self.tokens(buy[1], "GRID"),
            buyer_payment_account=self.tokens(buy[1], self.payment),
            erc_certificate=None,
        )

    def close(self, order_ids: Iterable[tuple[int, str]]) -> None:
        """Deletes finished orders, and the epoch, so that a long run stays small."""
        for order_id, owner in order_ids:
            closer = key_of(owner)
            demand(
                self.vm.call(
                    "trading", "close_order", (), ("closer",), closer=closer, payer=closer, order=self.order(order_id)
                )
            )
        demand(self.vm.call("trading", "close_epoch", (), (), payer=ANYBODY, epoch=self.epoch_key()))

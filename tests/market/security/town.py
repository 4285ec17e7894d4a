"""A small town on a ledger, for attacks: honest Alice and Bob, Mallory, and calls that would succeed as they are."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from bench import founding
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.testing import Ledger

ROOT = Path(__file__).resolve().parents[3]
NAMES = ("registry", "oracle", "energy_token", "trading", "governance")
START = 1_778_472_000  # 2026-05-11 04:00 UTC
GRID_PER_WH = 1_000_000
DAY = 86_400
QUARTER = 900  # seconds
# What an order on either side asks for where a test does not say otherwise, and the ticks of the grid: base units per kWh.
PRICE = {"GRID": 150_000_000, "THB": 4_200_000}
TICK = {"GRID": 1_000_000, "THB": 100_000}

Given = dict[str, Any]


def empty_town() -> Town:
    """The programs, just deployed: nothing is initialized."""
    return Town("GRID")


def open_town(payment: str = "GRID", matcher: Keypair | None = None) -> Town:
    """A town in business, where energy is paid in GRID, or in THB: another token, with 6 decimals.

    The present quarter-hour, which begins at START, is open for orders.
    """
    town = Town(payment)
    town.initialize(matcher)
    town.settle_in()
    return town


class Town:
    """The five programs with their people; methods named after an instruction return what to give it."""

    def __init__(self, payment: str) -> None:
        self.payment = payment
        self.ledger = Ledger()
        self.ledger.set_time(START - QUARTER)
        folder = (ROOT / os.environ.get("PROGRAMS", "target/deploy")).resolve()
        self.programs = {
            name: self.ledger.load(
                (folder / f"{name}.so").read_bytes(), json.loads((ROOT / "target/idl" / f"{name}.json").read_text())
            )
            for name in NAMES
        }
        self.registry, self.oracle, self.energy_token, self.trading, self.governance = self.programs.values()
        self.deployer = self.ledger.deployer
        self.gateway, self.rec = self.ledger.signer(), self.ledger.signer()
        self.alice, self.bob, self.mallory = (self.ledger.signer() for _ in range(3))
        self.guest = self.ledger.signer()
        self.grid = self.energy_token.address("mint")
        self.price, self.tick = PRICE[payment], TICK[payment]
        self.epoch = START // QUARTER
        self.money = self.grid
        if payment != "GRID":
            self.money = self.ledger.mint(authority=self.deployer, decimals=6)

    # --- the town's beginnings ---

    def initialize(self, matcher: Keypair | None) -> None:
        """Document A's initialization sequence."""
        for step in founding.sequence(self.deployer, self.gateway.pubkey(), self.rec.pubkey(), self._terms(matcher)):
            self.programs[step.program].call(step.instruction, **step.given)

    def _terms(self, matcher: Keypair | None) -> founding.Terms:
        vault = None if self.money == self.grid else self.vault(self.money)
        who = founding.NOBODY if matcher is None else matcher.pubkey()
        return founding.Terms(self.money, self.vault(self.grid), vault, self.tick, self.tick, matcher=who)

    def initialize_market(self) -> Given:
        return founding.market(self.deployer, self._terms(None)).given

    def settle_in(self) -> None:
        """Alice and Mallory are prosumers with a solar meter each and 50 kWh of GRID; Bob consumes and has money."""
        for wallet, kind in ((self.alice, "Prosumer"), (self.bob, "Consumer"), (self.mallory, "Prosumer")):
            self.registry.register_user(**self.register_user(wallet, kind))
            self.trading.open_trading_account(user=wallet, payer=wallet)
            self.ledger.token_account(self.grid, wallet)
        for wallet, meter_id in ((self.alice, "METER_001"), (self.mallory, "METER_666")):
            self.registry.register_meter(**self.register_meter(wallet, meter_id))
        self.ledger.set_time(START)
        for wallet, meter_id in ((self.alice, "METER_001"), (self.mallory, "METER_666")):
            self.oracle.process_energy_data(**self.process_energy_data(wallet, meter_id, START, 60_000, 10_000))
        if self.payment == "GRID":
            self.energy_token.transfer_tokens(**self.transfer_tokens(self.alice, self.bob, 20_000 * GRID_PER_WH))
        else:
            for wallet in (self.alice, self.bob, self.mallory):
                self.ledger.token_account(self.money, wallet, 10_000_000_000)
        self.trading.open_epoch(**self.open_epoch())

    # --- quarter-hours ---

    def clear(self) -> None:
        """The present quarter-hour ends, and its market is cleared."""
        end = (self.epoch + 1) * QUARTER
        if self.ledger.now < end:
            self.ledger.set_time(end)
        self.oracle.trigger_market_clearing(**self.trigger_market_clearing())

    def next_quarter(self) -> None:
        """Orders go into the quarter-hour that the clock is in from now on."""
        self.epoch = self.ledger.now // QUARTER
        self.trading.open_epoch(**self.open_epoch())

    def book_of(self, index: int | None = None) -> Any:
        """The epoch's account."""
        return self.trading.account(self.epoch_account(index))

    # --- addresses ---

    def user(self, wallet: Keypair) -> Pubkey:
        return self.registry.address("user", wallet)

    def meter(self, meter_id: str) -> Pubkey:
        return self.registry.address("meter", meter_id[:32], meter_id[32:])

    def trader(self, wallet: Keypair) -> Pubkey:
        return self.trading.address("trader", wallet)

    def order(self, order_id: int) -> Pubkey:
        return self.trading.address("order", order_id.to_bytes(8, "little"))

    def epoch_account(self, index: int | None = None) -> Pubkey:
        """The present quarter-hour's, unless told otherwise."""
        return self.trading.address("epoch", (self.epoch if index is None else index).to_bytes(8, "little"))

    def trade(self, sell_id: int, buy_id: int) -> Pubkey:
        """Where the trade of two orders that exist is recorded."""
        sequences = [self.trading.account(self.order(i)).sequence for i in (sell_id, buy_id)]
        return self.trading.address("trade", *(n.to_bytes(8, "little") for n in sequences))

    def vault(self, mint: Pubkey) -> Pubkey:
        return self.trading.address("vault", mint)

    def certificate(self, certificate_id: str) -> Pubkey:
        return self.governance.address("erc_certificate", certificate_id[:32], certificate_id[32:])

    def grid_of(self, wallet: Keypair) -> Pubkey:
        """The wallet's associated token account for GRID."""
        return self._associated(wallet, self.grid)

    def money_of(self, wallet: Keypair) -> Pubkey:
        """The wallet's associated token account for what energy is paid in."""
        return self._associated(wallet, self.money)

    def _associated(self, wallet: Keypair, mint: Pubkey) -> Pubkey:
        from seahorse.testing.tokens import associated_address

        return associated_address(wallet.pubkey(), mint)

    # --- calls that succeed ---

    def register_user(self, wallet: Keypair, kind: str = "Prosumer") -> Given:
        return {
            "user_authority": wallet,
            "payer": wallet,
            "registry_authority": self.deployer,
            "user_type": kind,
            "location": "Engineering 1",
            "affiliation": "Student",
        }

    def register_meter(self, owner: Keypair, meter_id: str, kind: str = "Solar") -> Given:
        return {
            "owner": owner,
            "payer": owner,
            "registry_authority": self.deployer,
            "meter_id": meter_id,
            "meter_type": kind,
            "meter_account": self.meter(meter_id),
        }

    def assign_meter(self, owner: Keypair, meter_id: str) -> Given:
        return {
            "authority": self.deployer,
            "payer": self.deployer,
            "owner": owner.pubkey(),
            "meter_id": meter_id,
            "meter_type": "Solar",
            "meter_account": self.meter(meter_id),
        }

    def remove_meter(self, owner: Keypair, meter_id: str) -> Given:
        return {
            "authority": self.deployer,
            "payer": owner.pubkey(),
            "user_account": self.user(owner),
            "meter_account": self.meter(meter_id),
        }

    def submit_meter_reading(self, meter_id: str, timestamp: int, produced: int, consumed: int = 0) -> Given:
        return {
            "api_gateway": self.gateway,
            "meter_account": self.meter(meter_id),
            "meter_id": meter_id,
            "produced": produced,
            "consumed": consumed,
            "timestamp": timestamp,
        }

    def process_energy_data(
        self, owner: Keypair, meter_id: str, timestamp: int, produced: int, consumed: int = 0
    ) -> Given:
        return {
            **self.submit_meter_reading(meter_id, timestamp, produced, consumed),
            "user_account": self.user(owner),
            "owner_token_account": self.grid_of(owner),
        }

    def mint_grid_tokens(self, owner: Keypair, meter_id: str) -> Given:
        return {
            "meter_owner": owner,
            "meter_account": self.meter(meter_id),
            "user_account": self.user(owner),
            "user_token_account": self.grid_of(owner),
        }

    def transfer_tokens(self, sender: Keypair, recipient: Keypair, amount: int) -> Given:
        return {
            "owner": sender,
            "sender_token_account": self.grid_of(sender),
            "recipient_token_account": self.grid_of(recipient),
            "amount": amount,
        }

    def open_epoch(self, index: int | None = None) -> Given:
        index = self.epoch if index is None else index
        return {"payer": self.gateway, "epoch": self.epoch_account(index), "index": index}

    def trigger_market_clearing(self) -> Given:
        return {"api_gateway": self.gateway, "epoch_account": self.epoch_account(), "epoch": self.epoch}

    def create_sell_order(self, seller: Keypair, order_id: int, amount: int = 2_000, price: int | None = None) -> Given:
        return {
            "seller": seller,
            "payer": seller,
            "epoch": self.epoch_account(),
            "trading_account": self.trader(seller),
            "user_account": self.user(seller),
            "seller_token_account": self.grid_of(seller),
            "energy_vault": self.vault(self.grid),
            "order_id": order_id,
            "energy_amount": amount,
            "price_per_kwh": self.price if price is None else price,
        }

    def create_buy_order(self, buyer: Keypair, order_id: int, amount: int = 1_500, price: int | None = None) -> Given:
        return {
            "buyer": buyer,
            "payer": buyer,
            "epoch": self.epoch_account(),
            "trading_account": self.trader(buyer),
            "user_account": self.user(buyer),
            "buyer_token_account": self.money_of(buyer),
            "payment_vault": self.vault(self.money),
            "order_id": order_id,
            "energy_amount": amount,
            "max_price_per_kwh": self.price if price is None else price,
        }

    def cancel_order(self, owner: Keypair, order_id: int) -> Given:
        """Of an order whose epoch is there."""
        epoch = self.epoch_account(self.trading.account(self.order(order_id)).epoch)
        return {"owner": owner, "order_id": order_id, "epoch": epoch, **self._refund(owner, order_id)}

    def close_order(self, owner: Keypair, order_id: int) -> Given:
        return {"closer": owner, "payer": owner.pubkey(), "order": self.order(order_id)}

    def expire_order(self, owner: Keypair, order_id: int) -> Given:
        return {"order": self.order(order_id), **self._refund(owner, order_id)}

    def _refund(self, owner: Keypair, order_id: int) -> Given:
        order = self.trading.account(self.order(order_id))
        mint = self.grid if order.order_type == "Sell" else self.money
        certificate = {} if order.erc_certificate is None else {"erc_certificate": order.erc_certificate}
        return {
            **certificate,
            "trading_account": self.trader(owner),
            "vault": self.vault(mint),
            "owner_token_account": self._associated(owner, mint),
        }

    def match_orders(self, sell_id: int, buy_id: int, seller: Keypair, buyer: Keypair) -> Given:
        backed = self.trading.account(self.order(sell_id)).erc_certificate
        certificate = {} if backed is None else {"erc_certificate": backed}
        return {
            "matcher": self.gateway,
            "payer": self.gateway,
            "epoch": self.epoch_account(self.trading.account(self.order(sell_id)).epoch),
            **certificate,
            "sell_order": self.order(sell_id),
            "buy_order": self.order(buy_id),
            "seller_trading_account": self.trader(seller),
            "buyer_trading_account": self.trader(buyer),
            "energy_vault": self.vault(self.grid),
            "payment_vault": self.vault(self.money),
            "seller_payment_account": self.money_of(seller),
            "buyer_energy_account": self.grid_of(buyer),
            "buyer_payment_account": self.money_of(buyer),
        }

    def withdraw_fees(self) -> Given:
        return {
            "authority": self.deployer,
            "payment_vault": self.vault(self.money),
            "fee_token_account": self.money_of(self.deployer),
        }

    def market_config(self, **changed: Any) -> Given:
        """The market's rules as `initialize_market` makes them, but for what is changed."""
        config = {
            "matcher": Pubkey.default(),
            "epoch_length": QUARTER,
            "max_orders_per_user": 50,
            "min_order_wh": 100,
            "require_erc": False,
            "price_floor": self.tick,
            "price_tick": self.tick,
            "settlement_window": DAY,
            "price_weight_bps": 0,
        }
        assert changed.keys() <= config.keys()
        return {"authority": self.deployer, "config": {**config, **changed}}

    def update_parameters(self, **changed: Any) -> Given:
        """The advanced settings as `initialize_poa` makes them, but for what is changed."""
        parameters = {
            "auto_revoke_expired": True,
            "require_oracle_validation": False,
            "delegation_enabled": False,
            "oracle_authority": None,
            "min_oracle_confidence": 80,
            "allow_certificate_transfers": False,
            "campus_network": "Campus",
        }
        assert changed.keys() <= parameters.keys()
        return {"authority": self.deployer, "parameters": {**parameters, **changed}}

    def validate_erc(self, certificate_id: str) -> Given:
        """Asked for by Alice, signed by the REC authority."""
        return {
            "owner": self.alice,
            "authority": self.rec,
            "user_account": self.user(self.alice),
            "erc_certificate": self.certificate(certificate_id),
        }

    def issue_erc(self, certificate_id: str, amount: int = 5_000, meter_id: str = "METER_001") -> Given:
        meter = self.registry.account(self.meter(meter_id))
        return {
            "authority": self.rec,
            "payer": self.rec,
            "user_account": self.registry.address("user", meter.owner),
            "meter_account": self.meter(meter_id),
            "erc_certificate": self.certificate(certificate_id),
            "certificate_id": certificate_id,
            "energy_amount": amount,
            "renewable_source": "Solar",
            "validation_data": "REC-CERT-2026-001",
        }

    # --- the books ---

    def order_book(self) -> dict[Pubkey, Any]:
        """The open orders."""
        orders = self.trading.accounts("Order")
        return {key: order for key, order in orders.items() if order.status in ("Active", "PartiallyFilled")}

    def assert_books(self) -> None:
        """Escrow holds what open orders have locked, plus the fees; every counter counts what there is."""
        market = self.trading.account(self.trading.address("market"))
        owed: dict[Pubkey, int] = {market.payment_vault: market.unclaimed_fees}
        open_orders = self.order_book().values()
        for order in open_orders:
            vault = market.energy_vault if order.order_type == "Sell" else market.payment_vault
            owed[vault] = owed.get(vault, 0) + order.locked
        for vault, amount in owed.items():
            assert self.ledger.token(vault).amount == amount
        assert market.active_orders == len(open_orders)
        for account in self.trading.accounts("TradingAccount").values():
            assert account.open_orders == sum(account.user in (o.seller, o.buyer) for o in open_orders)
        supply = self.energy_token.account(self.energy_token.address("token_info")).total_supply
        assert supply == self.ledger.mint_state(self.grid).supply

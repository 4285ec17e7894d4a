"""Calls of the market as their authors mean them."""

from __future__ import annotations

from dataclasses import dataclass

from bench import founding
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.support.call import Call
from tests.support.chain import keypair
from tests.support.world import World

TICK = 1_000_000  # of the price grid: 0.001 GRID per kWh, also the lowest price
PRICE = 150 * TICK


def initialize_market(
    world: World, fee_bps: int, matcher: Pubkey, payment_mint: Pubkey | None = None, tick: int = TICK
) -> Call:
    """Payment is in GRID, unless another mint is given; the lowest price is one tick."""
    return world.step(founding.market(world.deployer, market_terms(world, fee_bps, matcher, payment_mint, tick)))


def market_terms(
    world: World, fee_bps: int, matcher: Pubkey, payment_mint: Pubkey | None = None, tick: int = TICK
) -> founding.Terms:
    """Payment is in GRID, unless another mint is given; the lowest price is one tick."""
    grid = world.at.energy_mint
    vault = world.at.vault(payment_mint) if payment_mint not in (None, grid) else None
    return founding.Terms(payment_mint or grid, world.at.vault(grid), vault, tick, tick, fee_bps, matcher)


def open_trading_account(world: World, user: Keypair) -> Call:
    """The user signs and pays."""
    account = world.at.trader(user.pubkey())
    return world.call("trading", "open_trading_account", user=user, payer=user, trading_account=account)


def open_epoch(world: World, index: int) -> Call:
    """The gateway signs and pays, as anybody might."""
    return world.call("trading", "open_epoch", index, payer=keypair("gateway"), epoch=world.at.epoch(index))


def close_epoch(world: World, index: int) -> Call:
    """Nobody signs but the fee payer; the gateway gets the rent."""
    return world.call("trading", "close_epoch", payer=keypair("gateway").pubkey(), epoch=world.at.epoch(index))


@dataclass(frozen=True)
class Offer:
    """An order as its author means it. Money is GRID unless another mint is given."""

    owner: Keypair
    order_id: int
    epoch: int
    amount: int = 2_000
    price: int = PRICE
    certificate: str | None = None
    mint: Pubkey | None = None


def create_sell_order(world: World, offer: Offer) -> Call:
    """The seller signs, and pays the rent."""
    seller = offer.owner
    return world.call(
        "trading",
        "create_sell_order",
        offer.order_id,
        offer.amount,
        offer.price,
        seller=seller,
        payer=seller,
        epoch=world.at.epoch(offer.epoch),
        trading_account=world.at.trader(seller.pubkey()),
        user_account=world.at.user(seller.pubkey()),
        order=world.at.order(offer.order_id),
        seller_token_account=world.grid(seller),
        erc_certificate=_certificate(world, offer),
    )


def create_buy_order(world: World, offer: Offer) -> Call:
    """The buyer signs, and pays the rent."""
    buyer, mint = offer.owner, offer.mint or world.at.energy_mint
    return world.call(
        "trading",
        "create_buy_order",
        offer.order_id,
        offer.amount,
        offer.price,
        buyer=buyer,
        payer=buyer,
        epoch=world.at.epoch(offer.epoch),
        trading_account=world.at.trader(buyer.pubkey()),
        user_account=world.at.user(buyer.pubkey()),
        order=world.at.order(offer.order_id),
        buyer_token_account=world.token_account(buyer, mint),
        payment_vault=world.at.vault(mint),
    )


def _certificate(world: World, offer: Offer) -> Pubkey | None:
    return None if offer.certificate is None else world.at.certificate(offer.certificate)


def _home(world: World, offer: Offer) -> dict[str, Pubkey | None]:
    """The accounts by which an order's money goes home; `mint` is what the order has locked."""
    mint = offer.mint or world.at.energy_mint
    return {
        "trading_account": world.at.trader(offer.owner.pubkey()),
        "order": world.at.order(offer.order_id),
        "vault": world.at.vault(mint),
        "owner_token_account": world.token_account(offer.owner, mint),
        "erc_certificate": _certificate(world, offer),
    }


def cancel_order(world: World, offer: Offer, *, epoch_closed: bool = False) -> Call:
    """The owner signs. `epoch_closed`: the order's epoch is not there any more."""
    epoch = world.at.epoch(offer.epoch)
    epochs = {"epoch": None if epoch_closed else epoch, "closed_epoch": epoch if epoch_closed else None}
    return world.call("trading", "cancel_order", offer.order_id, owner=offer.owner, **epochs, **_home(world, offer))


def expire_order(world: World, offer: Offer) -> Call:
    """Nobody signs but the fee payer."""
    return world.call("trading", "expire_order", **_home(world, offer))


def close_order(world: World, offer: Offer) -> Call:
    """The owner signs, who paid the rent and gets it back."""
    order = world.at.order(offer.order_id)
    return world.call("trading", "close_order", closer=offer.owner, payer=offer.owner.pubkey(), order=order)


def match_orders(world: World, matcher: Keypair, sell: Offer, buy: Offer, sequences: tuple[int, int]) -> Call:
    """The matcher signs, and pays the rent of the trade record. `sequences`: the orders' sequence numbers."""
    mint = buy.mint or world.at.energy_mint
    seller, buyer = sell.owner, buy.owner
    return world.call(
        "trading",
        "match_orders",
        matcher=matcher,
        payer=matcher,
        epoch=world.at.epoch(sell.epoch),
        sell_order=world.at.order(sell.order_id),
        buy_order=world.at.order(buy.order_id),
        seller_trading_account=world.at.trader(seller.pubkey()),
        buyer_trading_account=world.at.trader(buyer.pubkey()),
        trade_record=world.at.trade(*sequences),
        payment_vault=world.at.vault(mint),
        seller_payment_account=world.token_account(seller, mint),
        buyer_energy_account=world.grid(buyer),
        buyer_payment_account=world.token_account(buyer, mint),
        erc_certificate=_certificate(world, sell),
    )


def close_trade_record(world: World, payer: Keypair, sequences: tuple[int, int]) -> Call:
    """Its payer signs."""
    return world.call("trading", "close_trade_record", payer=payer, trade_record=world.at.trade(*sequences))


def update_market_config(world: World, **changed: object) -> Call:
    """The trading authority signs; what is not given is as `initialize_market` leaves it."""
    config: dict[str, object] = {
        "matcher": Pubkey.default(),
        "epoch_length": 900,
        "max_orders_per_user": 50,
        "min_order_wh": 100,
        "require_erc": False,
        "price_floor": TICK,
        "price_tick": TICK,
        "settlement_window": 86_400,
        "price_weight_bps": 0,
    }
    assert changed.keys() <= config.keys()
    return world.call("trading", "update_market_config", {**config, **changed}, authority=world.deployer)

"""Placing orders: each locks what it may spend, and enters the book of one epoch."""

import governance
import registry
from common import PoaConfig, now, require_operational
from seahorse.prelude import *
from trading.accounts import Epoch, Market, Order, OrderType, TradingAccount
from trading.errors import TradingError
from trading.events import BuyOrderCreated, SellOrderCreated, TradingAccountOpened
from trading.money import lock_of
from trading.rules import MarketPda, place_on_grid, require_lock_accounts, require_trader


@instruction(rare=True)
def open_trading_account(user: Signer, payer: Signer, trading_account: Empty[TradingAccount], poa_config: PoaConfig):
    """Prepare to place orders; once per user, who signs."""
    require_operational(poa_config)
    account = trading_account.init(payer=payer, seeds=["trader", user])
    account.user = user.key()
    account.created_at = now()
    TradingAccountOpened(user=account.user, timestamp=account.created_at).emit()


@instruction
def create_sell_order(
    seller: Signer,
    payer: Signer,
    market: MarketPda,
    epoch: Epoch,
    trading_account: TradingAccount,
    user_account: registry.UserAccount,
    order: Empty[Order],
    seller_token_account: TokenAccount,
    energy_vault: TokenAccount,
    erc_certificate: governance.ErcCertificate | None,
    poa_config: PoaConfig,
    order_id: u64,
    energy_amount: u64,
    price_per_kwh: u64,
):
    """Offer energy (Wh) for at least `price_per_kwh`, and lock it. Signed by an Active prosumer.

    A certificate may be given, which then reserves the amount; it must be, while the epoch requires one.
    """
    require_operational(poa_config)
    require_trader(seller, trading_account, user_account)
    assert user_account.user_type == registry.UserType.PROSUMER, TradingError.USER_NOT_ELIGIBLE
    tick = place_on_grid(epoch.rules, price_per_kwh)
    per_wh = lock_of(OrderType.SELL, 1, price_per_kwh)
    require_lock_accounts(market, OrderType.SELL, seller, seller_token_account, energy_vault, energy_amount, per_wh)

    offer = order.init(payer=payer, seeds=["order", order_id])
    offer.order_type = OrderType.SELL
    offer.seller = seller.key()
    offer.payer = payer.key()
    offer.locked = energy_amount * per_wh
    place_order(market, epoch, trading_account, offer, order_id, energy_amount, price_per_kwh)
    epoch.offers[tick] += energy_amount
    epoch.supply += energy_amount
    if erc_certificate is not None:
        offer.erc_certificate = erc_certificate.key()
        governance.reserve_erc(
            market=market.signer(), erc_certificate=erc_certificate, owner=offer.seller, amount=energy_amount
        )
    else:
        assert not epoch.rules.require_erc, TradingError.CERTIFICATE_REQUIRED

    seller_token_account.transfer(authority=seller, to=energy_vault, amount=offer.locked)
    SellOrderCreated(
        seller=offer.seller,
        order_id=order_id,
        amount=energy_amount,
        price_per_kwh=price_per_kwh,
        timestamp=offer.created_at,
        epoch=offer.epoch,
        erc_certificate=offer.erc_certificate,
    ).emit()


@instruction
def create_buy_order(
    buyer: Signer,
    payer: Signer,
    market: MarketPda,
    epoch: Epoch,
    trading_account: TradingAccount,
    user_account: registry.UserAccount,
    order: Empty[Order],
    buyer_token_account: TokenAccount,
    payment_vault: TokenAccount,
    poa_config: PoaConfig,
    order_id: u64,
    energy_amount: u64,
    max_price_per_kwh: u64,
):
    """Ask for energy (Wh) at `max_price_per_kwh` or less, and lock the payment.

    Signed by an Active user.
    """
    require_operational(poa_config)
    require_trader(buyer, trading_account, user_account)
    tick = place_on_grid(epoch.rules, max_price_per_kwh)
    per_wh = lock_of(OrderType.BUY, 1, max_price_per_kwh)
    require_lock_accounts(market, OrderType.BUY, buyer, buyer_token_account, payment_vault, energy_amount, per_wh)

    bid = order.init(payer=payer, seeds=["order", order_id])
    bid.order_type = OrderType.BUY
    bid.buyer = buyer.key()
    bid.payer = payer.key()
    bid.locked = energy_amount * per_wh
    place_order(market, epoch, trading_account, bid, order_id, energy_amount, max_price_per_kwh)
    epoch.bids[tick] += energy_amount
    epoch.demand += energy_amount

    buyer_token_account.transfer(authority=buyer, to=payment_vault, amount=bid.locked)
    BuyOrderCreated(
        buyer=bid.buyer,
        order_id=order_id,
        amount=energy_amount,
        price_per_kwh=max_price_per_kwh,
        timestamp=bid.created_at,
        epoch=bid.epoch,
    ).emit()


@instruction
def get_order(order: Order) -> Order:
    """An order, as data."""
    return order


def place_order(
    market: Market,
    epoch: Epoch,
    trading_account: TradingAccount,
    order: Order,
    order_id: u64,
    amount: u64,
    price_per_kwh: u64,
):
    """Count a new order in, for its epoch, its market and its user; it must be large enough, and in time."""
    timestamp = now()
    assert timestamp < epoch.ends_at, TradingError.EPOCH_OVER
    assert amount >= epoch.rules.min_order_wh, TradingError.INVALID_AMOUNT
    assert trading_account.open_orders < market.max_orders_per_user, TradingError.ORDER_LIMIT_REACHED
    order.amount = amount
    order.price_per_kwh = price_per_kwh
    order.created_at = timestamp
    order.expires_at = epoch.settles_until
    order.order_id = order_id
    order.sequence = market.next_order_id
    order.epoch = epoch.index
    market.next_order_id += 1
    market.active_orders += 1
    trading_account.open_orders += 1
    epoch.orders += 1

"""How an order leaves the book: filled, cancelled, or expired."""

import governance
from seahorse.prelude import *
from trading.accounts import Epoch, Market, Order, OrderStatus, OrderType, TradingAccount
from trading.errors import TradingError
from trading.money import lock_of
from trading.rules import place_on_grid


def leave_histogram(epoch: Epoch, order: Order):
    """Take an order out of a book that is not cleared yet."""
    tick = place_on_grid(epoch.rules, order.price_per_kwh)
    if order.order_type == OrderType.SELL:
        epoch.offers[tick] -= order.amount
        epoch.supply -= order.amount
    else:
        epoch.bids[tick] -= order.amount
        epoch.demand -= order.amount
    epoch.orders -= 1


def fill(market: Market, trading_account: TradingAccount, order: Order, amount: u64):
    """Count what an order traded (Wh); one that has nothing left is completed."""
    order.filled_amount += amount
    order.status = OrderStatus.PARTIALLY_FILLED
    if order.remaining() == 0:
        leave_book(market, trading_account, order, OrderStatus.COMPLETED)


def take_back(market: Market, trading_account: TradingAccount, order: Order, amount: u64, status: OrderStatus) -> u64:
    """Take Wh of an open order off the book, and return what was locked for them, which is to be refunded.

    An order that has nothing left ends with the given status.
    """
    assert amount > 0, TradingError.ORDER_NOT_CANCELLABLE
    order.cancelled_amount += amount
    still_needed = lock_of(order.order_type, order.remaining(), order.price_per_kwh)
    refund = order.locked - still_needed
    order.locked = still_needed
    if order.remaining() == 0:
        leave_book(market, trading_account, order, status)
    return refund


def leave_book(market: Market, trading_account: TradingAccount, order: Order, status: OrderStatus):
    """End an order, and count it out for the market and for its user."""
    assert trading_account.user == order.trader(), TradingError.UNAUTHORIZED_USER
    order.status = status
    market.active_orders -= 1
    trading_account.open_orders -= 1


def has_closed(epoch_address: UncheckedAccount, index: u64) -> bool:
    """Whether an account is where the epoch would be, and no epoch is there any more."""
    address, _ = Pubkey.find_program_address(["epoch", index])
    return epoch_address.key() == address and epoch_address.owner() != ID


def is_void(certificate: governance.ErcCertificate, timestamp: i64) -> bool:
    """Whether a certificate was revoked or has expired, so that nothing trades under it any more."""
    return certificate.status != governance.ErcStatus.VALID or certificate.has_expired(timestamp)

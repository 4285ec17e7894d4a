"""The rules of the market: what trades cost, how an order lives, and what is refused."""

import governance
import registry
from common import WH_PER_KWH
from seahorse.prelude import *
from trading import ANYONE, MAX_FEE_BPS, TradingError
from trading_accounts import Market, Order, OrderStatus, OrderType, TradeRecord, TradingAccount

BASIS_POINTS = 10_000

# --- money ----------------------------------------------------------------------------------------


def trade_value(amount_wh: u64, price_per_kwh: u64) -> u64:
    """What energy costs, in base units of the payment mint, floored."""
    return u64(u128(amount_wh) * price_per_kwh // WH_PER_KWH)


def buy_lock(amount_wh: u64, price_per_kwh: u64) -> u64:
    """What a buy order of this size locks: the most it can cost, rounded up."""
    return u64((u128(amount_wh) * price_per_kwh + WH_PER_KWH - 1) // WH_PER_KWH)


def trade_fee(total_value: u64, market_fee_bps: u16) -> u64:
    """The market's share of a trade's value, floored."""
    return u64(u128(total_value) * market_fee_bps // BASIS_POINTS)


# --- steps of an order's life ---------------------------------------------------------------------


def place_order(
    market: Market,
    trading_account: TradingAccount,
    order: Order,
    order_id: u64,
    amount: u64,
    price_per_kwh: u64,
    locked: u64,
    timestamp: i64,
):
    """Put a new order on the book, as its youngest; the user must have orders left."""
    assert trading_account.open_orders < market.max_orders_per_user, TradingError.ORDER_LIMIT_REACHED
    order.amount = amount
    order.price_per_kwh = price_per_kwh
    order.status = OrderStatus.ACTIVE
    order.created_at = timestamp
    order.expires_at = timestamp + market.order_ttl
    order.order_id = order_id
    order.sequence = market.next_order_id
    order.locked = locked
    market.next_order_id += 1
    market.active_orders += 1
    trading_account.open_orders += 1


def fill(market: Market, trading_account: TradingAccount, order: Order, amount: u64):
    """Count what an order traded (Wh); a filled one leaves the book."""
    order.filled_amount += amount
    if order.remaining() > 0:
        order.status = OrderStatus.PARTIALLY_FILLED
    else:
        order.status = OrderStatus.COMPLETED
        leave_book(market, trading_account, order)


def record_trade(
    market: Market,
    trade: TradeRecord,
    sell_order: Order,
    buy_order: Order,
    amount: u64,
    total_value: u64,
    fee: u64,
    timestamp: i64,
):
    """Write down what two orders trade, at the seller's price, and add it to the market's totals."""
    trade.sell_order = sell_order.key()
    trade.buy_order = buy_order.key()
    trade.seller = sell_order.seller
    trade.buyer = buy_order.buyer
    trade.amount = amount
    trade.price_per_kwh = sell_order.price_per_kwh
    trade.total_value = total_value
    trade.fee_amount = fee
    trade.executed_at = timestamp
    market.total_volume += total_value
    market.total_trades += 1
    market.unclaimed_fees += fee


def take_off_book(market: Market, trading_account: TradingAccount, order: Order, status: OrderStatus) -> u64:
    """End an open order, and return what it still had locked, which is to be refunded."""
    assert order.is_open(), TradingError.ORDER_NOT_CANCELLABLE
    refund = order.locked
    order.locked = 0
    order.status = status
    leave_book(market, trading_account, order)
    return refund


def leave_book(market: Market, trading_account: TradingAccount, order: Order):
    """Count an order out, for the market and for its user."""
    assert trading_account.user == order.trader(), TradingError.UNAUTHORIZED_USER
    market.active_orders -= 1
    trading_account.open_orders -= 1


# --- checks ---------------------------------------------------------------------------------------


def require_deployer(program_data: ProgramData, signer: Signer):
    """Refuse a signer who is not the program's upgrade authority."""
    assert program_data.upgrade_authority() == signer.key(), TradingError.UNAUTHORIZED_AUTHORITY


def require_authority(market: Market, signer: Signer):
    """Refuse a signer who does not administer the market."""
    assert signer.key() == market.authority, TradingError.UNAUTHORIZED_AUTHORITY


def require_matcher(market: Market, signer: Signer):
    """Refuse a signer who may not match, and everybody while matching is switched off."""
    assert market.clearing_enabled, TradingError.CLEARING_DISABLED
    assert market.matcher == ANYONE or signer.key() == market.matcher, TradingError.UNAUTHORIZED_MATCHER


def require_fee(market_fee_bps: u16):
    """Refuse a fee above the maximum."""
    assert market_fee_bps <= MAX_FEE_BPS, TradingError.INVALID_FEE


def require_trader(signer: Signer, trading_account: TradingAccount, user: registry.UserAccount):
    """Refuse accounts that are not the signer's, and a user who is not Active."""
    assert trading_account.user == signer.key(), TradingError.UNAUTHORIZED_USER
    assert user.authority == signer.key(), TradingError.UNAUTHORIZED_USER
    assert user.status == registry.UserStatus.ACTIVE, TradingError.USER_NOT_ELIGIBLE


def require_terms(amount: u64, price_per_kwh: u64):
    """Refuse an order for nothing, or for free."""
    assert amount > 0, TradingError.INVALID_AMOUNT
    assert price_per_kwh > 0, TradingError.INVALID_PRICE


def require_cover(certificate: governance.ErcCertificate, seller: Signer, amount_wh: u64, timestamp: i64):
    """Refuse a certificate that is not the seller's, not in force, not validated, or too small."""
    assert (
        certificate.owner == seller.key()
        and certificate.status == governance.ErcStatus.VALID
        and certificate.validated_for_trading
        and certificate.energy_amount >= amount_wh
    ), TradingError.INVALID_CERTIFICATE
    assert certificate.expires_at is None or timestamp <= certificate.expires_at, TradingError.INVALID_CERTIFICATE


def require_token_account(account: TokenAccount, owner: Pubkey, mint: Pubkey):
    """Refuse a token account that is not this owner's, or not of this mint."""
    assert account.authority() == owner and account.mint() == mint, TradingError.INVALID_TOKEN_ACCOUNT


def require_vault(vault: TokenAccount, expected: Pubkey):
    """Refuse a token account that is not the vault meant."""
    assert vault.key() == expected, TradingError.INVALID_VAULT


def require_lock_accounts(
    market: Market,
    side: OrderType,
    signer: Signer,
    token_account: TokenAccount,
    vault: TokenAccount,
    locked: u64,
):
    """Refuse to lock out of somebody else's account, into anything but the vault, or more than there is."""
    require_token_account(token_account, signer.key(), market.mint_of(side))
    require_vault(vault, market.vault_of(side))
    assert token_account.amount() >= locked, TradingError.INSUFFICIENT_ESCROW_BALANCE


def require_refund_accounts(market: Market, order: Order, vault: TokenAccount, token_account: TokenAccount):
    """Refuse to refund from anything but the order's vault, or to anybody but its user."""
    require_vault(vault, market.vault_of(order.order_type))
    require_token_account(token_account, order.trader(), market.mint_of(order.order_type))


def require_crossing(sell_order: Order, buy_order: Order, timestamp: i64):
    """Refuse two orders that cannot trade with each other."""
    assert sell_order.is_matchable(OrderType.SELL, timestamp), TradingError.INACTIVE_SELL_ORDER
    assert buy_order.is_matchable(OrderType.BUY, timestamp), TradingError.INACTIVE_BUY_ORDER
    assert sell_order.seller != buy_order.buyer, TradingError.SELF_TRADE
    assert buy_order.price_per_kwh >= sell_order.price_per_kwh, TradingError.PRICE_MISMATCH

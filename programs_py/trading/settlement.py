"""Settling what a cleared epoch allotted: payment and energy change hands, order by order."""

import governance
from common import PoaConfig, now, require_operational
from seahorse.prelude import *
from trading.accounts import Epoch, Order, OrderType, TradeRecord, TradingAccount
from trading.auction import allotment
from trading.book import fill
from trading.errors import TradingError
from trading.events import OrderMatched, TradeRecordClosed
from trading.money import U64_MAX, fee_of, lock_of, trade_value
from trading.rules import (
    MarketPda,
    require_certificate_of,
    require_epoch_of,
    require_matcher,
    require_token_account,
    require_vault,
)

RECORD_LIFETIME = 2_592_000  # seconds: 30 days


@instruction
def match_orders(
    matcher: Signer,
    payer: Signer,
    market: MarketPda,
    epoch: Epoch,
    sell_order: Order,
    buy_order: Order,
    seller_trading_account: TradingAccount,
    buyer_trading_account: TradingAccount,
    trade_record: Empty[TradeRecord],
    energy_vault: TokenAccount,
    payment_vault: TokenAccount,
    seller_payment_account: TokenAccount,
    buyer_energy_account: TokenAccount,
    buyer_payment_account: TokenAccount,
    erc_certificate: governance.ErcCertificate | None,
    poa_config: PoaConfig,
):
    """Trade what two orders of a cleared epoch still have allotted in common, at the epoch's price, and settle it.

    Signed by the matcher. Payment less the fee goes to the seller, energy to the buyer, and what the buyer's lock
    then has too much back to the buyer.
    """
    require_operational(poa_config)
    require_matcher(epoch.rules, matcher)
    timestamp = now()
    require_pair(epoch, sell_order, buy_order, timestamp)
    require_vault(energy_vault, market.energy_vault)
    require_vault(payment_vault, market.payment_vault)
    require_token_account(seller_payment_account, sell_order.seller, market.payment_mint)
    require_token_account(buyer_energy_account, buy_order.buyer, market.energy_mint)
    require_token_account(buyer_payment_account, buy_order.buyer, market.payment_mint)

    amount = min(
        allotment(epoch, sell_order) - sell_order.filled_amount, allotment(epoch, buy_order) - buy_order.filled_amount
    )
    assert amount > 0, TradingError.PRICE_MISMATCH
    if erc_certificate is not None:
        require_certificate_of(sell_order, erc_certificate)
        governance.retire_erc_for_trade(
            market=market.signer(), erc_certificate=erc_certificate, buyer=buy_order.buyer, amount=amount
        )
    else:
        assert sell_order.erc_certificate is None, TradingError.INVALID_CERTIFICATE

    trade = trade_record.init(payer=payer, seeds=["trade", sell_order.sequence, buy_order.sequence])
    trade.payer = payer.key()
    trade.executed_at = timestamp
    record_trade(trade, epoch, sell_order, buy_order, amount)
    market.total_volume += min(trade.total_value, U64_MAX - market.total_volume)
    market.total_trades += 1
    market.unclaimed_fees += trade.fee_amount
    epoch.unsettled -= amount

    energy = lock_of(OrderType.SELL, amount, epoch.price)
    sell_order.locked -= energy
    fill(market, seller_trading_account, sell_order, amount)
    fill(market, buyer_trading_account, buy_order, amount)
    still_needed = lock_of(OrderType.BUY, buy_order.remaining(), buy_order.price_per_kwh)
    improvement = buy_order.locked - still_needed - trade.total_value
    buy_order.locked = still_needed

    payment_vault.transfer(
        authority=market.signer(), to=seller_payment_account, amount=trade.total_value - trade.fee_amount
    )
    if buyer_payment_account.key() == buyer_energy_account.key():
        # Energy is paid in GRID: the buyer's energy and refund are one token, out of one vault, and go in one transfer.
        energy_vault.transfer(authority=market.signer(), to=buyer_energy_account, amount=energy + improvement)
    else:
        energy_vault.transfer(authority=market.signer(), to=buyer_energy_account, amount=energy)
        if improvement > 0:
            payment_vault.transfer(authority=market.signer(), to=buyer_payment_account, amount=improvement)
    announce_trade(trade)


@instruction
def close_trade_record(payer: Signer, trade_record: TradeRecord):
    """Delete the record of a trade after 30 days; its rent goes back to who paid it, who signs. The event stays."""
    timestamp = now()
    assert payer.key() == trade_record.payer, TradingError.INVALID_PAYER
    assert timestamp >= trade_record.executed_at + RECORD_LIFETIME, TradingError.TRADE_RECORD_TOO_YOUNG
    TradeRecordClosed(
        sell_sequence=trade_record.sell_sequence, buy_sequence=trade_record.buy_sequence, timestamp=timestamp
    ).emit()
    trade_record.close(payer)


def require_pair(epoch: Epoch, sell_order: Order, buy_order: Order, timestamp: i64):
    """Refuse two orders that cannot trade with each other."""
    assert epoch.cleared, TradingError.EPOCH_NOT_CLEARED
    require_epoch_of(sell_order, epoch)
    require_epoch_of(buy_order, epoch)
    assert is_settleable(sell_order, OrderType.SELL, timestamp), TradingError.INACTIVE_SELL_ORDER
    assert is_settleable(buy_order, OrderType.BUY, timestamp), TradingError.INACTIVE_BUY_ORDER
    assert sell_order.seller != buy_order.buyer, TradingError.SELF_TRADE


def is_settleable(order: Order, side: OrderType, timestamp: i64) -> bool:
    """Whether an order can be settled as an order of this side."""
    return order.order_type == side and order.is_open() and timestamp <= order.expires_at


def record_trade(trade: TradeRecord, epoch: Epoch, sell_order: Order, buy_order: Order, amount: u64):
    """Write down what two orders trade (Wh), at the epoch's price.

    The fee is what the fee of all that the seller's order has traded grows by.
    """
    sold_before = trade_value(sell_order.filled_amount, epoch.price)
    trade.sell_order = sell_order.key()
    trade.buy_order = buy_order.key()
    trade.seller = sell_order.seller
    trade.buyer = buy_order.buyer
    trade.amount = amount
    trade.price_per_kwh = epoch.price
    trade.total_value = trade_value(amount, epoch.price)
    trade.fee_amount = fee_of(sold_before + trade.total_value, epoch.rules.market_fee_bps) - fee_of(
        sold_before, epoch.rules.market_fee_bps
    )
    trade.sell_sequence = sell_order.sequence
    trade.buy_sequence = buy_order.sequence
    trade.epoch = epoch.index
    trade.erc_certificate = sell_order.erc_certificate


def announce_trade(trade: TradeRecord):
    """Announce a trade that was settled."""
    OrderMatched(
        sell_order=trade.sell_order,
        buy_order=trade.buy_order,
        seller=trade.seller,
        buyer=trade.buyer,
        amount=trade.amount,
        price=trade.price_per_kwh,
        total_value=trade.total_value,
        fee_amount=trade.fee_amount,
        timestamp=trade.executed_at,
        epoch=trade.epoch,
        erc_certificate=trade.erc_certificate,
    ).emit()

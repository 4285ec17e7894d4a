"""Money going home: orders that are taken back, that are past their time, or that are finished."""

import governance
from common import now
from seahorse.prelude import *
from trading.accounts import Epoch, Order, OrderStatus, TradingAccount
from trading.auction import allotment
from trading.book import has_closed, is_void, leave_histogram, take_back
from trading.errors import TradingError
from trading.events import OrderCancelled, OrderClosed, OrderExpired
from trading.rules import MarketPda, is_epoch_of, require_certificate_of, require_refund_accounts


@instruction
def cancel_order(
    owner: Signer,
    market: MarketPda,
    epoch: Epoch | None,
    closed_epoch: UncheckedAccount | None,
    trading_account: TradingAccount,
    order: Annotated[Order, Seeds("order", arg.order_id)],
    vault: TokenAccount,
    owner_token_account: TokenAccount,
    erc_certificate: governance.ErcCertificate | None,
    order_id: u64,
):
    """Take an order back, as far as it can be; what was locked for that goes home. Signed by its user.

    Before its epoch is cleared, that is all of it. Then it is what was not allotted; and all of it again when the
    epoch is settled, or when its certificate is worth nothing any more. `closed_epoch` stands for an epoch that was
    deleted, unless its index has come again: then the new one shows it. Neither is needed after the settlement window.
    """
    assert owner.key() == order.trader(), TradingError.UNAUTHORIZED_USER
    assert order.is_open(), TradingError.ORDER_NOT_CANCELLABLE
    require_refund_accounts(market, order, vault, owner_token_account)
    if erc_certificate is not None:
        require_certificate_of(order, erc_certificate)
    else:
        assert order.erc_certificate is None, TradingError.INVALID_CERTIFICATE
    timestamp = now()
    amount = order.remaining()
    if epoch is not None and is_epoch_of(order, epoch):
        if not epoch.cleared:
            leave_histogram(epoch, order)
        elif not epoch.is_settled(timestamp) and not (
            erc_certificate is not None and is_void(erc_certificate, timestamp)
        ):
            amount -= allotment(epoch, order) - order.filled_amount
    elif timestamp <= order.expires_at:
        reopened = epoch is not None and epoch.index == order.epoch
        deleted = closed_epoch is not None and has_closed(closed_epoch, order.epoch)
        assert reopened or deleted, TradingError.INVALID_EPOCH

    if erc_certificate is not None:
        governance.release_erc(market=market.signer(), erc_certificate=erc_certificate, amount=amount)
    refund = take_back(market, trading_account, order, amount, OrderStatus.CANCELLED)
    vault.transfer(authority=market.signer(), to=owner_token_account, amount=refund)
    OrderCancelled(order_id=order_id, user=owner.key(), timestamp=timestamp, amount=amount).emit()


@instruction
def expire_order(
    market: MarketPda,
    trading_account: TradingAccount,
    order: Order,
    vault: TokenAccount,
    owner_token_account: TokenAccount,
    erc_certificate: governance.ErcCertificate | None,
):
    """Take an order that is past its time off the book; what it still has locked goes to its user.

    Anyone may.
    """
    timestamp = now()
    assert order.is_open(), TradingError.ORDER_NOT_CANCELLABLE
    assert timestamp > order.expires_at, TradingError.ORDER_NOT_EXPIRED
    require_refund_accounts(market, order, vault, owner_token_account)
    amount = order.remaining()
    if erc_certificate is not None:
        require_certificate_of(order, erc_certificate)
        governance.release_erc(market=market.signer(), erc_certificate=erc_certificate, amount=amount)
    else:
        assert order.erc_certificate is None, TradingError.INVALID_CERTIFICATE
    refund = take_back(market, trading_account, order, amount, OrderStatus.EXPIRED)
    vault.transfer(authority=market.signer(), to=owner_token_account, amount=refund)
    OrderExpired(order_id=order.order_id, user=order.trader(), timestamp=timestamp).emit()


@instruction
def close_order(closer: Signer, payer: UncheckedAccount, order: Order):
    """Delete a finished order; its rent goes back to who paid it. Signed by its user or by its payer."""
    assert closer.key() == order.trader() or closer.key() == order.payer, TradingError.UNAUTHORIZED_USER
    assert payer.key() == order.payer, TradingError.INVALID_PAYER
    assert not order.is_open(), TradingError.ORDER_STILL_OPEN
    OrderClosed(order_id=order.order_id, user=order.trader(), timestamp=now()).emit()
    order.close(payer)

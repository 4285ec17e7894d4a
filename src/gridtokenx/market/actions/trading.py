"""Instructions of the market's users: epochs, orders, settlement."""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.interface.addresses import associated_token_address
from gridtokenx.clients.trading import instructions as program
from gridtokenx.clients.trading.types import Order as ToldOrder
from gridtokenx.market.records import Market, Order, TradeRecord


def open_trading_account(client: Client, user: Pubkey, *, payer: Pubkey | None = None) -> Instruction:
    """Prepares to place orders; once per user. Signed by the user, and by the payer of the rent (default: the user)."""
    return program.open_trading_account(
        user=user,
        payer=payer or user,
        programs=client.programs.deployed,
    )


# --- epochs -----------------------------------------------------------------------------------------------------------


def open_epoch(client: Client, payer: Pubkey, index: int) -> Instruction:
    """Lets orders enter a quarter-hour: the present one or one of the next 96. Signed by the payer of the rent."""
    return program.open_epoch(
        payer=payer,
        index=index,
        programs=client.programs.deployed,
    )


def close_epoch(client: Client, index: int, payer: Pubkey) -> Instruction:
    """Deletes a settled epoch; `payer`, who paid for it, gets the rent. Needs no signature but the transaction's."""
    return program.close_epoch(
        payer=payer,
        epoch=client.addresses.epoch(index),
        programs=client.programs.deployed,
    )


# --- orders -----------------------------------------------------------------------------------------------------------


def create_sell_order(
    client: Client,
    seller: Pubkey,
    market: Market,
    *,
    epoch: int,
    order_id: int,
    energy_amount: int,
    price_per_kwh: int,
    certificate: Pubkey | None = None,
    payer: Pubkey | None = None,
) -> Instruction:
    """Offers energy (Wh) in an epoch for at least `price_per_kwh` and locks it. `certificate` is the address of one
    that covers it. Signed by the seller, and by the payer of the rent (default: the seller)."""
    addresses = client.addresses
    return program.create_sell_order(
        seller=seller,
        payer=payer or seller,
        epoch=addresses.epoch(epoch),
        trading_account=addresses.trader(seller),
        user_account=addresses.user(seller),
        seller_token_account=associated_token_address(seller, market.energy_mint),
        energy_vault=market.energy_vault,
        erc_certificate=certificate,
        order_id=order_id,
        energy_amount=energy_amount,
        price_per_kwh=price_per_kwh,
        programs=client.programs.deployed,
    )


def create_buy_order(
    client: Client,
    buyer: Pubkey,
    market: Market,
    *,
    epoch: int,
    order_id: int,
    energy_amount: int,
    max_price_per_kwh: int,
    payer: Pubkey | None = None,
) -> Instruction:
    """Asks for energy (Wh) in an epoch at `max_price_per_kwh` or less and locks the payment. Signed by the buyer, and
    by the payer of the rent (default: the buyer)."""
    return program.create_buy_order(
        buyer=buyer,
        payer=payer or buyer,
        epoch=client.addresses.epoch(epoch),
        trading_account=client.addresses.trader(buyer),
        user_account=client.addresses.user(buyer),
        buyer_token_account=associated_token_address(buyer, market.payment_mint),
        payment_vault=market.payment_vault,
        order_id=order_id,
        energy_amount=energy_amount,
        max_price_per_kwh=max_price_per_kwh,
        programs=client.programs.deployed,
    )


def _refund(market: Market, order: Order) -> tuple[Pubkey, Pubkey]:
    """The vault of what an order has locked, and the owner's account that it goes back to."""
    mint = market.energy_mint if order.sells else market.payment_mint
    return market.energy_vault if order.sells else market.payment_vault, associated_token_address(order.owner, mint)


def cancel_order(client: Client, market: Market, order: Order, *, epoch_exists: bool = True) -> Instruction:
    """Takes an order back as far as it can be: before its epoch is cleared all of it, then what it was not allotted.
    The tokens that were locked for that go back to the owner. `epoch_exists` is False for an epoch that was closed.
    Signed by its owner."""
    epoch = client.addresses.epoch(order.epoch)
    vault, home = _refund(market, order)
    return program.cancel_order(
        owner=order.owner,
        trading_account=client.addresses.trader(order.owner),
        vault=vault,
        owner_token_account=home,
        erc_certificate=order.erc_certificate,
        epoch=epoch if epoch_exists else None,
        closed_epoch=None if epoch_exists else epoch,
        order_id=order.order_id,
        programs=client.programs.deployed,
    )


def expire_order(client: Client, market: Market, order: Order) -> Instruction:
    """Takes an order past its settlement window off the book. Needs no signature but the transaction's."""
    vault, home = _refund(market, order)
    return program.expire_order(
        trading_account=client.addresses.trader(order.owner),
        order=client.addresses.order(order.order_id),
        vault=vault,
        owner_token_account=home,
        erc_certificate=order.erc_certificate,
        programs=client.programs.deployed,
    )


def close_order(client: Client, order: Order, *, closer: Pubkey | None = None) -> Instruction:
    """Deletes a finished order; whoever paid its rent gets it. Signed by its owner (default) or its payer."""
    return program.close_order(
        closer=closer or order.owner,
        payer=order.payer,
        order=client.addresses.order(order.order_id),
        programs=client.programs.deployed,
    )


async def get_order(client: Client, order_id: int) -> ToldOrder:
    """An order as the program returns it."""
    call = program.get_order(order=client.addresses.order(order_id), programs=client.programs.deployed)
    return await client.view(call, program.GetOrder.decode_return)


# --- settlement -------------------------------------------------------------------------------------------------------


def match_orders(
    client: Client, matcher: Pubkey, market: Market, sell: Order, buy: Order, *, payer: Pubkey | None = None
) -> Instruction:
    """Settles what two orders of a cleared epoch were allotted in common. Signed by the matcher, and by the payer of
    the record's rent (default: the matcher)."""
    addresses = client.addresses
    return program.match_orders(
        matcher=matcher,
        payer=payer or matcher,
        epoch=addresses.epoch(sell.epoch),
        sell_order=addresses.order(sell.order_id),
        buy_order=addresses.order(buy.order_id),
        seller_trading_account=addresses.trader(sell.seller),
        buyer_trading_account=addresses.trader(buy.buyer),
        trade_record=addresses.trade(sell.sequence, buy.sequence),
        energy_vault=market.energy_vault,
        payment_vault=market.payment_vault,
        seller_payment_account=associated_token_address(sell.seller, market.payment_mint),
        buyer_energy_account=associated_token_address(buy.buyer, market.energy_mint),
        buyer_payment_account=associated_token_address(buy.buyer, market.payment_mint),
        erc_certificate=sell.erc_certificate,
        programs=client.programs.deployed,
    )


def close_trade_record(client: Client, trade: TradeRecord) -> Instruction:
    """Deletes the record of a trade, 30 days later. Signed by its payer, who gets the rent."""
    record = client.addresses.trade(trade.sell_sequence, trade.buy_sequence)
    return program.close_trade_record(
        payer=trade.payer,
        trade_record=record,
        programs=client.programs.deployed,
    )

"""Instructions of the market: orders, matches, epochs and the authority's settings."""

from __future__ import annotations

from typing import Any, cast

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from gridtokenx.chain.addresses import associated_token_address
from gridtokenx.chain.client import Client
from gridtokenx.market.records import Market, Order, OrderType

PROGRAM = "trading"
ANYONE = Pubkey.default()
"""As matcher: whoever wants may match."""


def _build(client: Client, name: str, accounts: dict[str, Pubkey | None], **arguments: Any) -> Instruction:
    return client.programs[PROGRAM].instruction(name, accounts, **arguments)


def initialize(client: Client, deployer: Pubkey) -> Instruction:
    """Announces the program; changes nothing. Signed by the program's upgrade authority."""
    return _build(client, "initialize", {"deployer": deployer})


def initialize_market(
    client: Client, deployer: Pubkey, *, fee_bps: int, payment_mint: Pubkey, matcher: Pubkey = ANYONE
) -> Instruction:
    """Creates the market and its vaults. Signed by the program's upgrade authority, who pays and becomes the trading
    authority."""
    energy_mint, addresses = client.addresses.energy_mint, client.addresses
    accounts = {
        "deployer": deployer,
        "market": addresses.market,
        "payment_mint": payment_mint,
        "energy_vault": addresses.vault(energy_mint),
        "payment_vault": None if payment_mint == energy_mint else addresses.vault(payment_mint),
    }
    return _build(client, "initialize_market", accounts, market_fee_bps=fee_bps, matcher=matcher)


def update_market_params(
    client: Client, authority: Pubkey, *, market_fee_bps: int, clearing_enabled: bool
) -> Instruction:
    """Changes the fee (basis points) and the matching switch. Signed by the trading authority."""
    return _build(
        client,
        "update_market_params",
        {"authority": authority},
        market_fee_bps=market_fee_bps,
        clearing_enabled=clearing_enabled,
    )


def update_market_config(
    client: Client,
    authority: Pubkey,
    *,
    matcher: Pubkey,
    epoch_length: int,
    max_orders_per_user: int,
    require_erc: bool,
    order_ttl: int,
) -> Instruction:
    """Changes the other settings (times in seconds). Signed by the trading authority."""
    return _build(
        client,
        "update_market_config",
        {"authority": authority},
        matcher=matcher,
        epoch_length=epoch_length,
        max_orders_per_user=max_orders_per_user,
        require_erc=require_erc,
        order_ttl=order_ttl,
    )


def set_authority(client: Client, authority: Pubkey, new_authority: Pubkey) -> Instruction:
    """Hands the market over. Signed by its present authority."""
    return _build(client, "set_authority", {"authority": authority}, new_authority=new_authority)


def withdraw_fees(client: Client, authority: Pubkey, market: Market) -> Instruction:
    """Sends all unclaimed fees to the authority's associated token account. Signed by the trading authority."""
    accounts: dict[str, Pubkey | None] = {
        "authority": authority,
        "payment_vault": market.payment_vault,
        "fee_token_account": associated_token_address(authority, market.payment_mint),
    }
    return _build(client, "withdraw_fees", accounts)


def open_trading_account(client: Client, user: Pubkey) -> Instruction:
    """Prepares to place orders; once per user, who signs and pays."""
    return _build(client, "open_trading_account", {"user": user, "trading_account": client.addresses.trader(user)})


def create_sell_order(
    client: Client,
    seller: Pubkey,
    market: Market,
    *,
    order_id: int,
    energy_amount: int,
    price_per_kwh: int,
    certificate_id: str | None = None,
) -> Instruction:
    """Offers energy (Wh) for at least `price_per_kwh` and locks it. Signed by the seller, who pays the rent."""
    addresses = client.addresses
    accounts = {
        "seller": seller,
        "trading_account": addresses.trader(seller),
        "user_account": addresses.user(seller),
        "order": addresses.order(order_id),
        "seller_token_account": associated_token_address(seller, market.energy_mint),
        "energy_vault": market.energy_vault,
        "erc_certificate": None if certificate_id is None else addresses.certificate(certificate_id),
    }
    return _build(
        client,
        "create_sell_order",
        accounts,
        order_id=order_id,
        energy_amount=energy_amount,
        price_per_kwh=price_per_kwh,
    )


def create_buy_order(
    client: Client,
    buyer: Pubkey,
    market: Market,
    *,
    order_id: int,
    energy_amount: int,
    max_price_per_kwh: int,
) -> Instruction:
    """Asks for energy (Wh) at `max_price_per_kwh` or less and locks the payment. Signed by the buyer, who pays the
    rent."""
    accounts: dict[str, Pubkey | None] = {
        "buyer": buyer,
        "trading_account": client.addresses.trader(buyer),
        "user_account": client.addresses.user(buyer),
        "order": client.addresses.order(order_id),
        "buyer_token_account": associated_token_address(buyer, market.payment_mint),
        "payment_vault": market.payment_vault,
    }
    return _build(
        client,
        "create_buy_order",
        accounts,
        order_id=order_id,
        energy_amount=energy_amount,
        max_price_per_kwh=max_price_per_kwh,
    )


def _refund_accounts(client: Client, market: Market, order: Order) -> dict[str, Pubkey | None]:
    sells = order.order_type is OrderType.SELL
    return {
        "trading_account": client.addresses.trader(order.owner),
        "order": client.addresses.order(order.order_id),
        "vault": market.energy_vault if sells else market.payment_vault,
        "owner_token_account": associated_token_address(
            order.owner, market.energy_mint if sells else market.payment_mint
        ),
    }


def cancel_order(client: Client, market: Market, order: Order) -> Instruction:
    """Takes an open order back; what it still has locked goes home. Signed by its owner."""
    accounts = {"owner": order.owner, **_refund_accounts(client, market, order)}
    return _build(client, "cancel_order", accounts, order_id=order.order_id)


def expire_order(client: Client, market: Market, order: Order) -> Instruction:
    """Takes an order that is past its time off the book. Needs no signature but the payer's."""
    return _build(client, "expire_order", _refund_accounts(client, market, order))


def close_order(client: Client, order: Order) -> Instruction:
    """Deletes a finished order. Signed by its owner, who gets the rent."""
    return _build(client, "close_order", {"owner": order.owner, "order": client.addresses.order(order.order_id)})


def match_orders(client: Client, matcher: Pubkey, market: Market, sell: Order, buy: Order) -> Instruction:
    """Trades what two crossing orders have in common, and settles it. Signed by the matcher, who pays the rent."""
    addresses = client.addresses
    sell_key, buy_key = addresses.order(sell.order_id), addresses.order(buy.order_id)
    accounts: dict[str, Pubkey | None] = {
        "matcher": matcher,
        "sell_order": sell_key,
        "buy_order": buy_key,
        "seller_trading_account": addresses.trader(sell.seller),
        "buyer_trading_account": addresses.trader(buy.buyer),
        "trade_record": addresses.trade(sell_key, buy_key),
        "energy_vault": market.energy_vault,
        "payment_vault": market.payment_vault,
        "seller_payment_account": associated_token_address(sell.seller, market.payment_mint),
        "buyer_energy_account": associated_token_address(buy.buyer, market.energy_mint),
        "buyer_payment_account": associated_token_address(buy.buyer, market.payment_mint),
    }
    return _build(client, "match_orders", accounts)


async def get_order(client: Client, order_id: int) -> dict[str, Any]:
    """An order as the program returns it: field names and plain values."""
    accounts: dict[str, Pubkey | None] = {"order": client.addresses.order(order_id)}
    return cast(dict[str, Any], await client.view(PROGRAM, "get_order", accounts))

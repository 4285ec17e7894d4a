"""Instructions of the market's authority: setting it up, its rules, its fees."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.interface.addresses import associated_token_address
from gridtokenx.market.records import Market

PROGRAM = "trading"
ANYONE = Pubkey.default()
"""As matcher: whoever wants may settle."""


@dataclass(frozen=True, slots=True)
class MarketConfig:
    """The rules of epochs to come, besides the fee: times in seconds, prices in base units of payment per kWh."""

    matcher: Pubkey
    epoch_length: int
    max_orders_per_user: int
    min_order_wh: int
    require_erc: bool
    price_floor: int
    price_tick: int
    settlement_window: int
    price_weight_bps: int


def config_of(market: Market) -> MarketConfig:
    """The rules as they are; `dataclasses.replace` changes one."""
    return MarketConfig(**{name: getattr(market, name) for name in MarketConfig.__slots__})


def _build(client: Client, name: str, accounts: dict[str, Pubkey | None], **arguments: Any) -> Instruction:
    return client.programs[PROGRAM].instruction(name, accounts, **arguments)


def initialize(client: Client, deployer: Pubkey) -> Instruction:
    """Announces the program; changes nothing. Signed by the program's upgrade authority."""
    return _build(client, "initialize", {"deployer": deployer})


def initialize_market(
    client: Client,
    deployer: Pubkey,
    *,
    fee_bps: int,
    payment_mint: Pubkey,
    price_floor: int,
    price_tick: int,
    matcher: Pubkey = ANYONE,
) -> Instruction:
    """Creates the market and its vaults. Prices are `price_floor + i * price_tick`, i < 512, both multiples of 1000.
    Signed by the program's upgrade authority, who pays and becomes the trading authority."""
    energy_mint, addresses = client.addresses.energy_mint, client.addresses
    accounts: dict[str, Pubkey | None] = {
        "deployer": deployer,
        "payer": deployer,
        "market": addresses.market,
        "payment_mint": payment_mint,
        "energy_vault": addresses.vault(energy_mint),
        "payment_vault": None if payment_mint == energy_mint else addresses.vault(payment_mint),
    }
    return _build(
        client,
        "initialize_market",
        accounts,
        market_fee_bps=fee_bps,
        matcher=matcher,
        price_floor=price_floor,
        price_tick=price_tick,
    )


def update_market_params(
    client: Client, authority: Pubkey, *, market_fee_bps: int, clearing_enabled: bool
) -> Instruction:
    """Changes the fee (basis points) of epochs to come, and whether any are opened. Signed by the trading authority."""
    return _build(
        client,
        "update_market_params",
        {"authority": authority},
        market_fee_bps=market_fee_bps,
        clearing_enabled=clearing_enabled,
    )


def update_market_config(client: Client, authority: Pubkey, config: MarketConfig) -> Instruction:
    """Changes the other rules of epochs to come. Signed by the trading authority."""
    plain = {rule.name: getattr(config, rule.name) for rule in fields(config)}
    return _build(client, "update_market_config", {"authority": authority}, config=plain)


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

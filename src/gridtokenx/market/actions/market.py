"""Instructions of the market's authority: setting it up, its rules, its fees."""

from __future__ import annotations

from dataclasses import fields

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.interface.addresses import associated_token_address
from gridtokenx.clients.trading import instructions as trading
from gridtokenx.clients.trading.types import MarketConfig
from gridtokenx.market.records import Market

ANYONE = Pubkey.default()
"""As matcher: whoever wants may settle."""


def config_of(market: Market) -> MarketConfig:
    """The rules as they are; `dataclasses.replace` changes one."""
    return MarketConfig(*(getattr(market, rule.name) for rule in fields(MarketConfig)))


def initialize(client: Client, deployer: Pubkey) -> Instruction:
    """Announces the program; changes nothing. Signed by the program's upgrade authority."""
    return trading.initialize(
        deployer=deployer,
        programs=client.programs.deployed,
    )


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
    return trading.initialize_market(
        deployer=deployer,
        payer=deployer,
        payment_mint=payment_mint,
        energy_vault=addresses.vault(energy_mint),
        payment_vault=None if payment_mint == energy_mint else addresses.vault(payment_mint),
        market_fee_bps=fee_bps,
        matcher=matcher,
        price_floor=price_floor,
        price_tick=price_tick,
        programs=client.programs.deployed,
    )


def update_market_params(
    client: Client, authority: Pubkey, *, market_fee_bps: int, clearing_enabled: bool
) -> Instruction:
    """Changes the fee (basis points) of epochs to come, and whether any are opened. Signed by the trading authority."""
    return trading.update_market_params(
        authority=authority,
        market_fee_bps=market_fee_bps,
        clearing_enabled=clearing_enabled,
        programs=client.programs.deployed,
    )


def update_market_config(client: Client, authority: Pubkey, config: MarketConfig) -> Instruction:
    """Changes the other rules of epochs to come. Signed by the trading authority."""
    return trading.update_market_config(
        authority=authority,
        config=config,
        programs=client.programs.deployed,
    )


def set_authority(client: Client, authority: Pubkey, new_authority: Pubkey) -> Instruction:
    """Hands the market over. Signed by its present authority."""
    return trading.set_authority(
        authority=authority,
        new_authority=new_authority,
        programs=client.programs.deployed,
    )


def withdraw_fees(client: Client, authority: Pubkey, market: Market) -> Instruction:
    """Sends all unclaimed fees to the authority's associated token account. Signed by the trading authority."""
    return trading.withdraw_fees(
        authority=authority,
        payment_vault=market.payment_vault,
        fee_token_account=associated_token_address(authority, market.payment_mint),
        programs=client.programs.deployed,
    )

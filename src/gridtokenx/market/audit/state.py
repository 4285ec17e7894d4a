"""The chain's whole state, as the audit reads it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from solana.rpc.types import MemcmpOpts
from solders.pubkey import Pubkey

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.interface.addresses import TOKEN_PROGRAM
from gridtokenx.market import read
from gridtokenx.market.actions import tokens
from gridtokenx.market.records import (
    Epoch,
    ErcCertificate,
    Market,
    MeterAccount,
    Order,
    PoAConfig,
    Registry,
    TokenInfo,
    TradeRecord,
    TradingAccount,
    UserAccount,
)

TOKEN_ACCOUNT_BYTES = 165


@dataclass(frozen=True)
class ChainState:
    """Everything that the audit looks at. Fetch it while nothing moves: it takes several requests."""

    now: int
    registry: Registry
    users: Mapping[Pubkey, UserAccount]
    meters: Mapping[Pubkey, MeterAccount]
    token_info: TokenInfo
    supply: int
    grid_balances: Mapping[Pubkey, int]
    market: Market
    vaults: Mapping[Pubkey, int]
    traders: Mapping[Pubkey, TradingAccount]
    epochs: Mapping[Pubkey, Epoch]
    orders: Mapping[Pubkey, Order]
    trades: Mapping[Pubkey, TradeRecord]
    poa: PoAConfig
    certificates: Mapping[Pubkey, ErcCertificate]


async def read_state(client: Client) -> ChainState:
    """The chain's whole state. Raises StateError when the system is not initialized."""
    a = client.addresses
    advice = "initialize the system first"
    registry, info, market, poa = await asyncio.gather(
        read.require(client, Registry, a.registry, advice),
        read.require(client, TokenInfo, a.token_info, advice),
        read.require(client, Market, a.market, advice),
        read.require(client, PoAConfig, a.poa_config, advice),
    )
    vault_keys = list(dict.fromkeys((market.energy_vault, market.payment_vault)))
    mint, *vaults = await client.raw_accounts([info.mint, *vault_keys])
    return ChainState(
        now=await client.clock(),
        registry=registry,
        users=await read.fetch_all(client, UserAccount),
        meters=await read.fetch_all(client, MeterAccount),
        token_info=info,
        supply=0 if mint is None else tokens.supply_of(mint.data),
        grid_balances=await token_balances(client, info.mint),
        market=market,
        vaults={k: 0 if v is None else tokens.amount_of(v.data) for k, v in zip(vault_keys, vaults, strict=True)},
        traders=await read.fetch_all(client, TradingAccount),
        epochs=await read.fetch_all(client, Epoch),
        orders=await read.fetch_all(client, Order),
        trades=await read.fetch_all(client, TradeRecord),
        poa=poa,
        certificates=await read.fetch_all(client, ErcCertificate),
    )


async def token_balances(client: Client, mint: Pubkey) -> dict[Pubkey, int]:
    """Base units in every token account of `mint`."""
    filters = [TOKEN_ACCOUNT_BYTES, MemcmpOpts(offset=0, bytes=str(mint))]
    answer = await client.connection.get_program_accounts(TOKEN_PROGRAM, encoding="base64", filters=filters)
    return {row.pubkey: tokens.amount_of(row.account.data) for row in answer.value}

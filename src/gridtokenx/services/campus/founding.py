"""Founds a campus on a localnet: lamports, the token that pays, document A's initialization, members and meters."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from solders.pubkey import Pubkey

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.connection.localnet import start_localnet
from gridtokenx.chain.files.workspace import Checkout
from gridtokenx.chain.flight import in_flight
from gridtokenx.market.actions import registry, tokens, trading
from gridtokenx.market.read import require
from gridtokenx.market.records import Registry
from gridtokenx.market.units import LAMPORTS_PER_SOL
from gridtokenx.operator import initialize
from gridtokenx.services.campus.cast import CampusKeys, Resident

if TYPE_CHECKING:
    from solana_localnet.spawn import Localnet

CREDIT_DECIMALS = 6
CREDIT = 10**CREDIT_DECIMALS
ALLOWANCE = 1_000 * CREDIT
"""What every member gets to pay with."""
SOL_PER_ROLE = 100 * LAMPORTS_PER_SOL
OFFER_PRICE, TICK = 1_000, 1_000
"""The price grid: from 0.001 credit per kWh, in steps of as much."""


def spawn_campus(
    workspace: Checkout,
    keys: CampusKeys,
    *,
    port: int = 0,
    start_time: int | None = None,
    block_delay_ms: int | None = 0,
) -> Localnet:
    """A localnet with the built programs at their ids; the campus's deployer may upgrade them."""
    authority = str(keys.deployer.pubkey())
    programs = [
        (str(workspace.program_ids[n]), workspace.bytecode_path(n), authority) for n in workspace.built_programs
    ]
    return start_localnet(
        port=port, upgradeable_programs=programs, start_time=start_time, block_delay_ms=block_delay_ms
    )


async def found(client: Client, keys: CampusKeys, people: Sequence[Resident], *, open_registration: bool) -> None:
    """Everything that a campus needs before its first quarter-hour. Skips what exists already."""
    await _fund(client, [k.pubkey() for k in (keys.deployer, keys.gateway, keys.rec, keys.matcher, keys.sponsor)])
    await _make_credit(client, keys)
    await initialize.found(
        client,
        keys.deployer,
        gateway=keys.gateway.pubkey(),
        rec=keys.rec.pubkey(),
        payment_mint=keys.credit_mint.pubkey(),
        prices=(OFFER_PRICE, TICK),
    )
    await in_flight(lambda one: join(client, keys, one), people)
    if open_registration:
        await _open_registration(client, keys)


async def _fund(client: Client, wallets: Sequence[Pubkey]) -> None:
    for wallet in wallets:
        if (await client.connection.get_balance(wallet)).value < SOL_PER_ROLE // 2:
            await client.connection.request_airdrop(wallet, SOL_PER_ROLE)
    for wallet in wallets:
        while (await client.connection.get_balance(wallet)).value == 0:
            await asyncio.sleep(0.05)


async def _make_credit(client: Client, keys: CampusKeys) -> None:
    mint, deployer = keys.credit_mint, keys.deployer
    if await client.account(mint.pubkey()) is None:
        batch = await tokens.create_mint(client, deployer.pubkey(), mint.pubkey(), deployer.pubkey(), CREDIT_DECIMALS)
        await client.send(batch, mint, payer=deployer)


async def join(client: Client, keys: CampusKeys, one: Resident) -> None:
    """Registers a member with the meter, opens the accounts, hands the allowance out. The deployer pays for all."""
    if await client.account(client.addresses.user(one.key)) is not None:
        return
    deployer, meter = keys.deployer, one.meter
    credit = keys.credit_mint.pubkey()
    await client.send(
        [
            registry.register_user(
                client,
                one.key,
                user_type=meter.user_type,
                location=meter.location,
                affiliation=meter.affiliation,
                registry_authority=deployer.pubkey(),
                payer=deployer.pubkey(),
            ),
            registry.assign_meter(
                client,
                deployer.pubkey(),
                meter_id=meter.meter_id,
                owner=one.key,
                meter_type=meter.meter_type,
            ),
            trading.open_trading_account(client, one.key, payer=deployer.pubkey()),
        ],
        one.keys,
        payer=deployer,
    )
    await client.send(
        [
            tokens.create_associated_token_account(deployer.pubkey(), one.key, client.addresses.energy_mint),
            tokens.create_associated_token_account(deployer.pubkey(), one.key, credit),
            tokens.mint_to(credit, one.key, deployer.pubkey(), ALLOWANCE, CREDIT_DECIMALS),
        ],
        payer=deployer,
    )


async def _open_registration(client: Client, keys: CampusKeys) -> None:
    """Lets visitors register themselves, which a campus on this machine wants."""
    now = await require(client, Registry, client.addresses.registry, "initialize it")
    wanted = replace(now, open_registration=True)
    if now != wanted:
        await client.send(
            registry.update_registry_config(
                client,
                keys.deployer.pubkey(),
                max_meters_per_user=wanted.max_meters_per_user,
                open_registration=wanted.open_registration,
                building_location=wanted.building_location,
            ),
            payer=keys.deployer,
        )

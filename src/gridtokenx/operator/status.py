"""The state of a cluster: programs, settings and counters, in a few lines."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC, datetime

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.connection.deploy import read_program
from gridtokenx.market.read import fetch
from gridtokenx.market.records import Market, OracleData, PoAConfig, Registry, TokenInfo
from gridtokenx.market.units import format_units


async def status_rows(client: Client) -> AsyncGenerator[tuple[str, str], None]:
    """Pairs of a subject and what is known of it."""
    yield "chain time", datetime.fromtimestamp(await client.clock(), UTC).isoformat()
    for name, address in client.programs.ids.items():
        program = await read_program(client, address)
        if program is None:
            yield name, "not deployed"
            continue
        built = client.workspace.bytecode_path(name)
        same = program.runs(built.read_bytes()) if built.exists() else None
        freshness = {True: "as built", False: "differs from target/deploy", None: "not built here"}[same]
        yield name, f"{address}, {freshness}, upgrade authority {program.authority or 'none'}"
    async for row in _accounts(client):
        yield row


async def _accounts(client: Client) -> AsyncGenerator[tuple[str, str], None]:
    a = client.addresses
    if (registry := await fetch(client, Registry, a.registry)) is None:
        yield "registry account", "not initialized"
    else:
        yield "registry account", f"{registry.user_count} users, {registry.meter_count} meters"
    if (oracle := await fetch(client, OracleData, a.oracle_data)) is None:
        yield "oracle account", "not initialized"
    else:
        state = "active" if oracle.active else "inactive"
        yield "oracle account", f"{state}, {oracle.total_readings} readings, gateway {oracle.api_gateway}"
    if (info := await fetch(client, TokenInfo, a.token_info)) is None:
        yield "GRID", "not initialized"
    else:
        yield "GRID", f"{format_units(info.total_supply)} GRID, mint {info.mint}"
    if (market := await fetch(client, Market, a.market)) is None:
        yield "market", "not initialized"
    else:
        present = await client.clock() // market.epoch_length
        yield (
            "market",
            f"{market.active_orders} open orders, {market.total_trades} trades, epoch {present}, "
            f"fee {market.market_fee_bps} bps, paid in {market.payment_mint}",
        )
    if (poa := await fetch(client, PoAConfig, a.poa_config)) is None:
        yield "governance", "not initialized: the market is closed"
    else:
        state = f"paused: {poa.emergency_reason}" if poa.emergency_paused else "operational"
        state = "in maintenance" if poa.maintenance_mode and not poa.emergency_paused else state
        yield "governance", f"{state}, {poa.total_ercs_issued} certificates, REC authority {poa.authority}"

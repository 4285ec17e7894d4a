"""Phase 3: net generation becomes GRID as it is metered, by its owners or, with the reading, by the oracle."""

from __future__ import annotations

from rich.table import Table

from gridtokenx.demo.phases.metering import MINTED_BY_ORACLE, mintable
from gridtokenx.demo.world import DemoRun, Member
from gridtokenx.market.actions import energy_token
from gridtokenx.market.ami import UserType
from gridtokenx.market.read import fetch, require
from gridtokenx.market.records import MeterAccount, TokenInfo
from gridtokenx.market.units import format_units, wh_to_grid


async def mint_new(world: DemoRun, member: Member) -> None:
    """An owner mints what the last reading left unminted, if any."""
    client = world.client
    if member.meter.user_type is UserType.CONSUMER or member.id in MINTED_BY_ORACLE:
        return
    meter = await fetch(client, MeterAccount, client.addresses.meter(member.id))
    if meter is None or meter.unsettled == 0:
        return
    receipt = await client.send(energy_token.mint_grid_tokens(client, member.key, member.id), payer=member.keys)
    world.mints.setdefault(member.id, []).append(receipt.signature)


async def check(world: DemoRun) -> None:
    """The supply is what the file says was minted; the chain refuses to mint the same energy again, a consumer's
    energy, and the energy of somebody else's meter."""
    client = world.client
    table = Table("meter", "minted by")
    for column in ("mints", "GRID", "CU of the last"):
        table.add_column(column, justify="right")
    total = 0
    for member in world.members:
        minted = mintable([reading for reading in world.readings if reading.meter_id == member.id])
        if minted == 0:
            continue
        total += minted
        own = world.mints.get(member.id, [])
        by = "oracle, with its readings" if member.id in MINTED_BY_ORACLE else "its owner"
        units = f"{(await client.details(own[-1])).units:,}" if own else "-"
        table.add_row(member.id, by, f"{len(own):,}" if own else "-", format_units(wh_to_grid(minted)), units)
    info = await require(client, TokenInfo, client.addresses.token_info, "initialize it")
    world.expect("GRID supply", wh_to_grid(total), info.total_supply)
    world.console.print(table)
    await _refusals(world)


async def _refusals(world: DemoRun) -> None:
    client = world.client
    owner = next(m for m in world.members if m.id in world.mints)
    consumer = next(m for m in world.members if m.meter.user_type is UserType.CONSUMER)
    for member, what in ((owner, "minting the same energy again"), (consumer, "minting without net generation")):
        attempt = client.send(energy_token.mint_grid_tokens(client, member.key, member.id), payer=member.keys)
        await world.refused(what, "NoUnsettledBalance", attempt)
    thief = energy_token.mint_grid_tokens(client, consumer.key, owner.id)
    await world.refused("minting another's energy", "InvalidTokenAccount", client.send(thief, payer=consumer.keys))

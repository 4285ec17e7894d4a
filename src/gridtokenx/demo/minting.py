"""Phase 3: net generation becomes GRID, by its owners or, with the last reading, by the oracle."""

from __future__ import annotations

from rich.table import Table

from gridtokenx.chain.flight import in_flight
from gridtokenx.demo.metering import MINTED_BY_ORACLE
from gridtokenx.demo.world import Member, World
from gridtokenx.market.actions import energy_token, tokens
from gridtokenx.market.ami import UserType
from gridtokenx.market.read import require
from gridtokenx.market.records import TokenInfo
from gridtokenx.market.units import format_units, wh_to_grid


def net_of(world: World, member: Member) -> int:
    """What the file says a member generated beyond the own demand, Wh; never negative."""
    own = [reading for reading in world.readings if reading.meter_id == member.id]
    return max(0, sum(r.generated_wh - r.consumed_wh for r in own))


async def mint(world: World) -> None:
    """Every owner with net generation mints it; a second attempt, and a consumer's, are refused."""
    client = world.client
    owners = [m for m in world.members if net_of(world, m) > 0]
    waiting = [m for m in owners if m.id not in MINTED_BY_ORACLE]

    async def one(member: Member) -> int:
        receipt = await client.send(energy_token.mint_grid_tokens(client, member.key, member.id), payer=member.keys)
        return (await client.details(receipt.signature)).units

    units = world.oracle_mint_units | dict(zip([m.id for m in waiting], await in_flight(one, waiting), strict=True))
    table = Table("meter", "minted by")
    table.add_column("net Wh", justify="right")
    table.add_column("GRID", justify="right")
    table.add_column("CU", justify="right")
    for member in owners:
        balance = await tokens.balance(client, member.key, client.addresses.energy_mint)
        world.expect(f"{member.id}: GRID", wh_to_grid(net_of(world, member)), balance)
        by = "oracle, with its last reading" if member.id in MINTED_BY_ORACLE else "its owner"
        spent = units.get(member.id, 0)
        table.add_row(member.id, by, f"{net_of(world, member):,}", format_units(balance), f"{spent:,}")
    info = await require(client, TokenInfo, client.addresses.token_info, "initialize it")
    world.expect("GRID supply", sum(wh_to_grid(net_of(world, m)) for m in owners), info.total_supply)
    world.console.print(table)
    await _refusals(world, owners[0])


async def _refusals(world: World, owner: Member) -> None:
    client = world.client
    consumer = next(m for m in world.members if m.meter.user_type is UserType.CONSUMER)
    for member, what in ((owner, "minting the same energy again"), (consumer, "minting without net generation")):
        attempt = client.send(energy_token.mint_grid_tokens(client, member.key, member.id), payer=member.keys)
        await world.refused(what, "NoUnsettledBalance", attempt)
    thief = energy_token.mint_grid_tokens(client, consumer.key, owner.id)
    await world.refused("minting another's energy", "InvalidTokenAccount", client.send(thief, payer=consumer.keys))

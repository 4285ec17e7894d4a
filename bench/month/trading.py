"""What a day of the month brings to the market: mints, orders and their settlement; and the month's certificates."""

from __future__ import annotations

import random

from gridtokenx.chain.flight import in_flight
from gridtokenx.demo.prices import EXPORT_PRICE, IMPORT_PRICE
from gridtokenx.demo.world import Member, World
from gridtokenx.market.actions import energy_token, governance, oracle, tokens, trading
from gridtokenx.market.ami import UserType
from gridtokenx.market.orderbook import expire_orders, match_all, open_orders
from gridtokenx.market.read import fetch_many, require
from gridtokenx.market.records import Market, MeterAccount
from gridtokenx.market.units import GRID_PER_WH

OFFER_WH, WISH_WH = (5_000, 25_000), (500, 4_000)
LARGEST_CERTIFICATE_WH = 1_000_000
"""The configured maximum of a certificate."""


async def mint(world: World) -> int:
    """Every owner of unminted net generation mints it; how many did."""
    client = world.client
    keys = [client.addresses.meter(member.id) for member in world.members]
    accounts = zip(world.members, await fetch_many(client, MeterAccount, keys), strict=True)
    owners = [member for member, meter in accounts if meter is not None and meter.unsettled > 0]

    async def one(member: Member) -> None:
        await client.send(energy_token.mint_grid_tokens(client, member.key, member.id), payer=member.keys)

    await in_flight(one, owners)
    return len(owners)


async def trade(world: World, market: Market, day: int) -> tuple[int, int]:
    """Everybody places an order, who has a roof to sell what is there. How many orders, how many trades."""
    client = world.client
    r = random.Random(f"orders {day}")
    wishes = [(n, member, _wish(r, member)) for n, member in enumerate(world.members)]

    async def place(wish: tuple[int, Member, tuple[int, int]]) -> int:
        number, member, (energy, price) = wish
        order_id = day * 1_000 + number
        if _sells(member):
            balance = await tokens.balance(client, member.key, client.addresses.energy_mint)
            energy = min(energy, balance // GRID_PER_WH)
            order = trading.create_sell_order(
                client, member.key, market, order_id=order_id, energy_amount=energy, price_per_kwh=price
            )
        else:
            order = trading.create_buy_order(
                client, member.key, market, order_id=order_id, energy_amount=energy, max_price_per_kwh=price
            )
        if energy:
            await client.send(order, payer=member.keys)
        return min(energy, 1)

    placed = sum(await in_flight(place, wishes))
    await client.send(oracle.trigger_market_clearing(client, world.cast.gateway.pubkey()), payer=world.cast.gateway)
    return placed, len(await match_all(client, market, world.cast.matcher))


def _sells(member: Member) -> bool:
    return member.meter.user_type is UserType.PROSUMER


def _wish(r: random.Random, member: Member) -> tuple[int, int]:
    """Wh, and the limit per kWh."""
    return r.randint(*(OFFER_WH if _sells(member) else WISH_WH)), r.randint(EXPORT_PRICE, IMPORT_PRICE)


async def clear_book(world: World, market: Market) -> int:
    """Sends what yesterday's orders still have locked home; how many were late."""
    now = await world.client.clock()
    late = [order for order in (await open_orders(world.client)).values() if now > order.expires_at]
    await expire_orders(world.client, market, late, world.cast.matcher)
    return len(late)


async def certify(world: World) -> int:
    """A certificate for every roof, over what it generated; how many."""
    client, rec = world.client, world.cast.rec
    roofs = [member for member in world.members if _sells(member)]

    async def issue(member: Member) -> None:
        meter = await require(client, MeterAccount, client.addresses.meter(member.id), "register it")
        await client.send(
            governance.issue_erc(
                client,
                rec.pubkey(),
                certificate_id=f"MONTH-{member.id}",
                meter_id=member.id,
                energy_amount=min(meter.total_generation, LARGEST_CERTIFICATE_WH),
                renewable_source="Solar",
                validation_data="a month of readings",
            ),
            payer=rec,
        )

    await in_flight(issue, roofs)
    return len(roofs)

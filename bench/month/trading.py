"""What a day of the month brings to the market: mints, orders and their settlement; and the month's certificates."""

from __future__ import annotations

import random

from solders.instruction import Instruction

from gridtokenx.chain.flight import in_flight
from gridtokenx.demo.phases.trading import clear
from gridtokenx.demo.prices import EXPORT_PRICE, IMPORT_PRICE, LEAST_WH, on_grid
from gridtokenx.demo.world import DemoRun, Member
from gridtokenx.market.actions import energy_token, governance, tokens, trading
from gridtokenx.market.ami import INTERVAL_SECONDS, UserType
from gridtokenx.market.orderbook import open_orders
from gridtokenx.market.read import fetch_many, require
from gridtokenx.market.records import Market, MeterAccount, Order
from gridtokenx.market.settling import open_epochs
from gridtokenx.market.units import GRID_PER_WH

OFFER_WH, WISH_WH = (5_000, 25_000), (500, 4_000)
LARGEST_CERTIFICATE_WH = 1_000_000
"""The configured maximum of a certificate."""


async def mint(world: DemoRun) -> int:
    """Every owner of unminted net generation mints it; how many did."""
    client = world.client
    keys = [client.addresses.meter(member.id) for member in world.members]
    accounts = zip(world.members, await fetch_many(client, MeterAccount, keys), strict=True)
    owners = [member for member, meter in accounts if meter is not None and meter.unsettled > 0]

    async def one(member: Member) -> None:
        await client.send(energy_token.mint_grid_tokens(client, member.key, member.id), payer=member.keys)

    await in_flight(one, owners)
    return len(owners)


async def trade(world: DemoRun, market: Market, day: int) -> tuple[int, int]:
    """One auction: everybody places an order, who has a roof to sell what is there; it is cleared and settled, and what
    is left goes home. How many orders, how many trades."""
    client = world.client
    epoch = await client.clock() // INTERVAL_SECONDS + 1
    await world.surfnet.travel_to(epoch * INTERVAL_SECONDS)
    await open_epochs(client, [epoch], world.cast.gateway)
    r = random.Random(f"orders {day}")
    wishes = [(n, member, _wish(r, member)) for n, member in enumerate(world.members)]

    async def place(wish: tuple[int, Member, tuple[int, int]]) -> int:
        number, member, (energy, price) = wish
        if _sells(member):
            energy = min(energy, await tokens.balance(client, member.key, client.addresses.energy_mint) // GRID_PER_WH)
        if energy < LEAST_WH:
            return 0
        order = _order(world, market, member, epoch, day * 1_000 + number, energy, price)
        await client.send(order, payer=member.keys)
        return 1

    placed = sum(await in_flight(place, wishes))
    await world.surfnet.travel_to((epoch + 1) * INTERVAL_SECONDS)
    traded = await clear(world, market, epoch)
    await take_back(world, market)
    return placed, len(traded.matches)


def _order(
    world: DemoRun, market: Market, member: Member, epoch: int, order_id: int, energy: int, price: int
) -> Instruction:
    if _sells(member):
        return trading.create_sell_order(
            world.client,
            member.key,
            market,
            epoch=epoch,
            order_id=order_id,
            energy_amount=energy,
            price_per_kwh=price,
        )
    return trading.create_buy_order(
        world.client,
        member.key,
        market,
        epoch=epoch,
        order_id=order_id,
        energy_amount=energy,
        max_price_per_kwh=price,
    )


async def take_back(world: DemoRun, market: Market) -> None:
    """Everybody takes back what did not trade."""
    owners = {member.key: member for member in world.members}

    async def cancel(order: Order) -> None:
        await world.client.send(trading.cancel_order(world.client, market, order), payer=owners[order.owner].keys)

    await in_flight(cancel, (await open_orders(world.client)).values())


def _sells(member: Member) -> bool:
    return member.meter.user_type is UserType.PROSUMER


def _wish(r: random.Random, member: Member) -> tuple[int, int]:
    """Wh, and the limit per kWh."""
    return r.randint(*(OFFER_WH if _sells(member) else WISH_WH)), on_grid(r.randint(EXPORT_PRICE, IMPORT_PRICE))


async def certify(world: DemoRun) -> int:
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
                owner=member.key,
                energy_amount=min(meter.total_generation, LARGEST_CERTIFICATE_WH),
                renewable_source="Solar",
                validation_data="a month of readings",
            ),
            payer=rec,
        )

    await in_flight(issue, roofs)
    return len(roofs)

"""Phase 4: 96 epochs of 900 s. Orders are placed, the oracle opens the epoch, the matcher matches what crosses."""

from __future__ import annotations

from dataclasses import dataclass

from rich.table import Table

from gridtokenx.chain.flight import in_flight
from gridtokenx.demo.auditing import audit_now
from gridtokenx.demo.minting import net_of
from gridtokenx.demo.prices import Wish, wishes
from gridtokenx.demo.world import CREDIT_DECIMALS, Member, World
from gridtokenx.market import read, records
from gridtokenx.market.actions import energy_token, oracle, tokens, trading
from gridtokenx.market.ami import INTERVAL_SECONDS, UserType
from gridtokenx.market.matching import Match, clearing_price, plan_matches
from gridtokenx.market.orderbook import expire_orders, match_all, open_orders
from gridtokenx.market.read import require
from gridtokenx.market.records import Market, Order
from gridtokenx.market.units import format_units, format_wh

CLOSES_PER_TRANSACTION = 8
AUDITED = (47, 71, 95)
"""Epochs after which the chain is audited, with orders on the book: noon, evening, midnight."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """What a quarter-hour brought: how many orders came, what was matched, how many orders expired."""

    orders: int
    matches: tuple[Match, ...]
    expired: int

    @property
    def volume_wh(self) -> int:
        """Energy traded."""
        return sum(match.amount for match in self.matches)

    @property
    def price(self) -> float | None:
        """Volume-weighted mean price, base units of credits per kWh."""
        return clearing_price(self.matches)


async def trade_the_day(world: World) -> list[Epoch]:
    """Trades the metered day, quarter-hour by quarter-hour, on the day after."""
    market = await require(world.client, Market, world.client.addresses.market, "initialize it")
    minted = {member.id: net_of(world, member) for member in world.members}
    day = wishes(world.readings, minted)
    start = -(-(await world.client.clock() + 1) // INTERVAL_SECONDS) * INTERVAL_SECONDS
    epochs: list[Epoch] = []
    with world.progress() as bars:
        task = bars.add_task("epochs", total=len(day), note="")
        for number, slot in enumerate(day):
            await world.surfnet.travel_to(start + number * INTERVAL_SECONDS)
            epochs.append(await _epoch(world, market, number, slot))
            if number in AUDITED:
                await audit_now(world, f"audit after epoch {number + 1}")
            trades = sum(len(epoch.matches) for epoch in epochs)
            bars.update(task, advance=1, note=f"{trades} trades")
    await _check(world, market, epochs)
    _show(world, epochs)
    return epochs


async def close_the_day(world: World) -> None:
    """After the last order's time everything left goes home, finished orders are deleted, energy bought is burned as
    consumed, and the fees are withdrawn."""
    client = world.client
    market = await require(client, Market, client.addresses.market, "initialize it")
    left = list((await open_orders(client)).values())
    await world.surfnet.travel_to(await client.clock() + market.order_ttl + 1)
    await expire_orders(client, market, left, world.cast.matcher)
    closed = await close_finished(world)
    burned = await in_flight(lambda member: _consume(world, member), world.members)
    world.burned += sum(burned)
    fees = market.unclaimed_fees
    batch = [
        tokens.create_associated_token_account(market.authority, market.authority, market.payment_mint),
        trading.withdraw_fees(client, market.authority, market),
    ]
    await client.send(batch, payer=world.cast.deployer)
    world.withdrawn_fees += fees
    world.expect("fees of the authority", fees, await tokens.balance(client, market.authority, market.payment_mint))
    world.console.print(
        f"  {len(left)} orders expired, {closed:,} orders closed, {format_units(sum(burned))} GRID burned as consumed, "
        f"{format_units(fees, CREDIT_DECIMALS)} credits of fees withdrawn"
    )


async def _consume(world: World, member: Member) -> int:
    """A consumer burns the energy that was bought; base units."""
    balance = await tokens.balance(world.client, member.key, world.client.addresses.energy_mint)
    if member.meter.user_type is UserType.PROSUMER or balance == 0:
        return 0
    await world.client.send(energy_token.burn_tokens(world.client, member.key, balance), payer=member.keys)
    return balance


async def _epoch(world: World, market: Market, number: int, slot: list[Wish]) -> Epoch:
    client = world.client
    by_meter = {member.id: member for member in world.members}
    now = await client.clock()
    late = [order for order in (await open_orders(client)).values() if now > order.expires_at]
    await expire_orders(client, market, late, world.cast.matcher)

    async def place(wish: Wish) -> None:
        await _place(world, market, by_meter[wish.meter_id], number, wish)

    await in_flight(place, slot)
    await client.send(oracle.trigger_market_clearing(client, world.cast.gateway.pubkey()), payer=world.cast.gateway)
    return Epoch(len(slot), tuple(await match_all(client, market, world.cast.matcher)), len(late))


async def _place(world: World, market: Market, member: Member, number: int, wish: Wish) -> None:
    client = world.client
    order_id = number * 1_000 + int(member.id.removeprefix("METER_"))
    if wish.sells:
        order = trading.create_sell_order(
            client, member.key, market, order_id=order_id, energy_amount=wish.energy_wh, price_per_kwh=wish.price
        )
    else:
        order = trading.create_buy_order(
            client, member.key, market, order_id=order_id, energy_amount=wish.energy_wh, max_price_per_kwh=wish.price
        )
    await client.send(order, payer=member.keys)


async def close_finished(world: World) -> int:
    """Every owner deletes the finished orders and gets the rent; how many."""
    orders = [o for o in (await read.fetch_all(world.client, Order)).values() if not o.is_open]

    async def close(part: tuple[Member, list[Order]]) -> None:
        member, own = part
        await world.client.send([trading.close_order(world.client, order) for order in own], payer=member.keys)

    parts: list[tuple[Member, list[Order]]] = []
    for member in world.members:
        own = [order for order in orders if order.owner == member.key]
        parts += [(member, own[i : i + CLOSES_PER_TRANSACTION]) for i in range(0, len(own), CLOSES_PER_TRANSACTION)]
    await in_flight(close, parts)
    return len(orders)


async def _check(world: World, market: Market, epochs: list[Epoch]) -> None:
    after = await require(world.client, Market, world.client.addresses.market, "initialize it")
    world.expect("epochs", market.epoch + len(epochs), after.epoch)
    world.expect("trades", market.total_trades + sum(len(e.matches) for e in epochs), after.total_trades)
    trades = await read.fetch_all(world.client, records.TradeRecord)
    planned = {(m.sell, m.buy): (m.amount, m.price) for e in epochs for m in e.matches}
    made = {(t.sell_order, t.buy_order): (t.amount, t.price_per_kwh) for t in trades.values()}
    world.expect("trades as planned", planned, made)
    crossing = plan_matches(await open_orders(world.client), await world.client.clock())
    world.expect("crossing orders left", [], crossing)


def _show(world: World, epochs: list[Epoch]) -> None:
    table = Table("local time")
    for column in ("orders", "trades", "expired", "volume", "clearing price, credits/kWh"):
        table.add_column(column, justify="right")
    for hour in range(0, len(epochs), 8):
        part = epochs[hour : hour + 8]
        price = clearing_price(match for epoch in part for match in epoch.matches)
        table.add_row(
            f"{hour // 4:02}:00 to {(hour + 8) // 4:02}:00",
            f"{sum(e.orders for e in part):,}",
            f"{sum(len(e.matches) for e in part):,}",
            f"{sum(e.expired for e in part):,}",
            format_wh(sum(e.volume_wh for e in part)),
            "" if price is None else f"{price / 10**CREDIT_DECIMALS:.4f}",
        )
    world.console.print(table)
    volume, trades = sum(e.volume_wh for e in epochs), [m for e in epochs for m in e.matches]
    price = clearing_price(trades)
    mean = "" if price is None else f" at {format_units(round(price), CREDIT_DECIMALS)} credits/kWh on average"
    world.console.print(f"  {format_wh(volume)} in {len(trades):,} trades{mean}; audited {len(AUDITED)} times")

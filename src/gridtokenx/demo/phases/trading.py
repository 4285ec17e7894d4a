"""Phase 4: a call auction for every quarter-hour: orders are placed, cleared and settled, and the rest is returned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from gridtokenx.chain.flight import in_flight
from gridtokenx.demo.prices import Wish, wishes
from gridtokenx.demo.world import CREDIT, CREDIT_DECIMALS, DemoRun, Member
from gridtokenx.market import read
from gridtokenx.market.actions import energy_token, tokens
from gridtokenx.market.actions import market as authority
from gridtokenx.market.actions import trading as actions
from gridtokenx.market.ami import INTERVAL_SECONDS, Reading, UserType
from gridtokenx.market.auction import allotment
from gridtokenx.market.gateway import clear_epochs
from gridtokenx.market.matching import MatchedPair
from gridtokenx.market.orderbook import all_epochs, open_orders, to_clear, to_close
from gridtokenx.market.records import Epoch, Market, Order, TradeRecord
from gridtokenx.market.settling import close_epochs, open_epochs, settle_epoch
from gridtokenx.market.units import GRID_PER_WH, WH_PER_KWH, format_units, format_wh


@dataclass(frozen=True, slots=True)
class Traded:
    """The result of an auction: the cleared epoch, and its settlement."""

    epoch: Epoch
    matches: tuple[MatchedPair, ...]

    @property
    def price(self) -> int | None:
        """The one price of the quarter-hour, base units of credits per kWh; None when nothing was traded."""
        return self.epoch.price if self.epoch.volume else None

    @property
    def settled_wh(self) -> int:
        """Energy that changed hands."""
        return sum(match.amount for match in self.matches)


async def place(world: DemoRun, market: Market, index: int, slot: Sequence[Reading]) -> None:
    """Opens an epoch, in which every member trades the energy of the quarter-hour before. The same transaction returns
    the rest of the member's last order."""
    await open_epochs(world.client, [index], world.cast.gateway)
    grid = [world.client.addresses.grid_account(member.key) for member in world.members]
    waiting = {order.owner: order for order in (await open_orders(world.client)).values()}
    balances = await world.client.raw_accounts(grid)
    held: dict[str, int] = {}
    for member, account in zip(world.members, balances, strict=True):
        if member.meter.user_type is UserType.CONSUMER:
            continue
        order = waiting.get(member.key)
        locked = order.locked if order is not None and order.sells else 0
        held[member.id] = ((0 if account is None else tokens.amount_of(account.data)) + locked) // GRID_PER_WH
    by_meter = {wish.meter_id: wish for wish in wishes(slot, held)}

    async def one(member: Member) -> None:
        batch = _tidy(world, market, member, waiting.get(member.key))
        if (wish := by_meter.get(member.id)) is not None:
            batch.append(_order(world, market, member, index, wish))
        if batch:
            await world.client.send(batch, payer=member.keys)

    await in_flight(one, world.members)


def _tidy(world: DemoRun, market: Market, member: Member, order: Order | None) -> list[Instruction]:
    """Takes back what was not traded. Finished orders are deleted at the end of the day."""
    return [] if order is None else [actions.cancel_order(world.client, market, order)]


def _order(world: DemoRun, market: Market, member: Member, index: int, wish: Wish) -> Instruction:
    order_id = index * 1_000 + int(member.id.removeprefix("METER_"))
    if wish.sells:
        return actions.create_sell_order(
            world.client,
            member.key,
            market,
            epoch=index,
            order_id=order_id,
            energy_amount=wish.energy_wh,
            price_per_kwh=wish.price,
        )
    return actions.create_buy_order(
        world.client,
        member.key,
        market,
        epoch=index,
        order_id=order_id,
        energy_amount=wish.energy_wh,
        max_price_per_kwh=wish.price,
    )


async def clear(world: DemoRun, market: Market, index: int) -> Traded:
    """Clears an epoch that is over, and settles all of it."""
    client, address = world.client, world.client.addresses.epoch(index)
    await clear_epochs(client, world.cast.gateway, [await read.require(client, Epoch, address, "open it")])
    cleared = await read.require(client, Epoch, address, "open it")
    settled = await settle_epoch(client, market, index, world.cast.matcher)
    for order, reason in settled.passed_over.items():
        world.differences.append(f"order {order} was passed over: {reason}")
    return Traded(cleared, tuple(settled.matches))


async def finish(world: DemoRun, market: Market, traded: list[Traded]) -> None:
    """The last quarter-hour's auction."""
    now = await world.client.clock() + INTERVAL_SECONDS
    await world.surfnet.travel_to(now)
    traded.append(await clear(world, market, now // INTERVAL_SECONDS - 1))


async def check(world: DemoRun, traded: Sequence[Traded]) -> None:
    """Every order has its allotment, at its epoch's price, without the Wh that flooring leaves over."""
    client = world.client
    epochs = {t.epoch.index: t.epoch for t in traded}
    for t in traded:
        left = t.epoch.volume - t.settled_wh
        if left >= max(t.epoch.orders, 1):
            world.differences.append(f"epoch {t.epoch.index}: {left} of {t.epoch.volume} Wh were not settled")
    trades = await read.fetch_all(client, TradeRecord)
    world.expect("trades", sum(len(t.matches) for t in traded), len(trades))
    wrong = [t for t in trades.values() if t.price_per_kwh != epochs[t.epoch].price]
    world.expect("trades at another price than their epoch's", 0, len(wrong))
    orders = await read.fetch_all(client, Order)
    short = sum(allotment(epochs[order.epoch], order) - order.filled_amount for order in orders.values())
    least = sum(max(t.epoch.orders, 1) for t in traded)
    if not 0 <= short < least:
        world.differences.append(f"orders lack {short} Wh of what they were allotted")
    _show(world, traded)


def _show(world: DemoRun, traded: Sequence[Traded]) -> None:
    table = Table("local time")
    for column in ("orders", "trades", "offered", "asked", "traded", "price, credits/kWh"):
        table.add_column(column, justify="right")
    for hour in range(0, len(traded), 8):
        part = traded[hour : hour + 8]
        prices = [t.price for t in part if t.price is not None]
        table.add_row(
            f"{hour // 4:02}:00 to {(hour + 8) // 4:02}:00",
            f"{sum(t.epoch.orders for t in part):,}",
            f"{sum(len(t.matches) for t in part):,}",
            format_wh(sum(t.epoch.supply for t in part)),
            format_wh(sum(t.epoch.demand for t in part)),
            format_wh(sum(t.settled_wh for t in part)),
            f"{min(prices) / CREDIT:.3f} to {max(prices) / CREDIT:.3f}" if prices else "",
        )
    world.console.print(table)
    volume = sum(t.settled_wh for t in traded)
    value = sum(t.settled_wh * t.epoch.price // WH_PER_KWH for t in traded)
    mean = f" at {value * WH_PER_KWH / volume / CREDIT:.4f} credits/kWh on average" if volume else ""
    count = sum(len(t.matches) for t in traded)
    world.console.print(f"  {format_wh(volume)} in {count:,} trades{mean}; every quarter-hour has one price")


# --- closing the day --------------------------------------------------------------------------------------------------

CLOSES_PER_TRANSACTION = 8


async def close_the_day(world: DemoRun) -> None:
    """Returns what is left in the book, deletes finished orders, burns the energy that was bought as consumed, and
    withdraws the fees."""
    client = world.client
    market = await read.require(client, Market, client.addresses.market, "initialize it")
    left = list((await open_orders(client)).values())
    by_key = {member.key: member for member in world.members}

    async def take_back(order: Order) -> None:
        await client.send(actions.cancel_order(client, market, order), payer=by_key[order.owner].keys)

    await in_flight(take_back, left)
    closed = await close_finished(world)
    burned = await in_flight(lambda member: _consume(world, member), world.members)
    world.burned += sum(burned)
    fees = market.unclaimed_fees
    batch = [
        tokens.create_associated_token_account(market.authority, market.authority, market.payment_mint),
        authority.withdraw_fees(client, market.authority, market),
    ]
    await client.send(batch, payer=world.cast.deployer)
    world.withdrawn_fees += fees
    world.expect("fees of the authority", fees, await tokens.balance(client, market.authority, market.payment_mint))
    world.console.print(
        f"  {len(left)} orders taken back, {closed:,} orders closed, "
        f"{format_units(sum(burned))} GRID burned as consumed, {format_units(fees, CREDIT_DECIMALS)} credits of fees "
        "withdrawn"
    )


async def close_settled(world: DemoRun) -> None:
    """After the audit has read their books, clears missed epochs and deletes all of them, so that the rent comes
    back."""
    client, gateway = world.client, world.cast.gateway.pubkey()
    await world.surfnet.travel_to(await client.clock() + INTERVAL_SECONDS)
    missed = to_clear(await all_epochs(client), await client.clock())
    await clear_epochs(client, world.cast.gateway, missed)
    epochs = await all_epochs(client)
    before = (await client.connection.get_balance(gateway)).value
    done = await close_epochs(client, to_close(epochs, await client.clock()), world.cast.matcher)
    world.expect("settled epochs", len(epochs), done)
    rent = (await client.connection.get_balance(gateway)).value - before
    world.console.print(
        f"  {len(missed)} missed epochs cleared late, {done} epochs closed, {format_units(rent)} SOL of rent back at "
        "the gateway"
    )


async def close_finished(world: DemoRun) -> int:
    """Every owner deletes the finished orders and gets the rent; how many."""
    orders = [o for o in (await read.fetch_all(world.client, Order)).values() if not o.is_open]
    by_owner: dict[Pubkey, list[Order]] = {member.key: [] for member in world.members}
    for order in orders:
        by_owner[order.owner].append(order)

    async def close(part: tuple[Member, list[Order]]) -> None:
        member, own = part
        await world.client.send([actions.close_order(world.client, order) for order in own], payer=member.keys)

    parts: list[tuple[Member, list[Order]]] = []
    for member in world.members:
        own = by_owner[member.key]
        parts += [(member, own[i : i + CLOSES_PER_TRANSACTION]) for i in range(0, len(own), CLOSES_PER_TRANSACTION)]
    await in_flight(close, parts)
    return len(orders)


async def _consume(world: DemoRun, member: Member) -> int:
    """A consumer burns the energy that was bought; base units."""
    balance = await tokens.balance(world.client, member.key, world.client.addresses.energy_mint)
    if member.meter.user_type is UserType.PROSUMER or balance == 0:
        return 0
    await world.client.send(energy_token.burn_tokens(world.client, member.key, balance), payer=member.keys)
    return balance

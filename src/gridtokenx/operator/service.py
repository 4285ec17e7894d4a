"""Daily work on a running system: readings, clearing, matching, and the emergency brake."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gridtokenx.chain.client import Client
from gridtokenx.chain.errors import GridTokenXError
from gridtokenx.market.actions import governance, oracle
from gridtokenx.market.ami import AmiError, load_readings
from gridtokenx.market.gateway import pending, submit
from gridtokenx.market.orderbook import expire_orders, match_all, open_orders
from gridtokenx.market.read import require
from gridtokenx.market.records import Market, PoAConfig
from gridtokenx.market.units import format_wh
from gridtokenx.operator.commands import Cluster, PriorityFee, Wallet, err, out, run
from gridtokenx.operator.session import OperatorSession, open_session


def submit_readings(
    file: Annotated[Path, typer.Argument(help="CSV of timestamp,meter_id,generated_wh,consumed_wh.")],
    cluster: Cluster = None,
    wallet: Wallet = None,
    priority_fee: PriorityFee = 0,
) -> None:
    """Submit the readings of a file that the chain does not have yet. The wallet is the API gateway's."""

    async def work() -> None:
        try:
            readings = load_readings(file)
        except AmiError as error:
            raise GridTokenXError(str(error)) from None
        async with open_session(cluster, wallet, priority_fee=priority_fee) as session:
            todo = await pending(session.client, readings)
            columns = (TextColumn("readings"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            with Progress(*columns, console=err, disable=not err.is_terminal) as bars:
                task = bars.add_task("readings", total=len(todo))
                done = await submit(session.client, session.wallet, todo, landed=lambda _: bars.advance(task))
            out.print(f"{len(done)} readings submitted, {len(readings) - len(todo)} were there already")
            if len(done) < len(todo):
                out.print(f"{len(todo) - len(done)} readings are of meters out of service; they were not submitted")

    run(work())


def clear(cluster: Cluster = None, wallet: Wallet = None) -> None:
    """Open the market's next epoch. The wallet is the API gateway's."""

    async def work() -> None:
        async with open_session(cluster, wallet) as session:
            trigger = oracle.trigger_market_clearing(session.client, session.wallet.pubkey())
            receipt = await session.client.send(trigger)
            market = await _market(session.client)
            out.print(f"epoch {market.epoch} is open, since {market.current_epoch_start}")
            out.print(f"  signature {receipt.signature}")

    run(work())


def match(
    cluster: Cluster = None,
    wallet: Wallet = None,
    watch: Annotated[float, typer.Option(min=0, help="Look again every so many seconds; 0: once.")] = 0,
    priority_fee: PriorityFee = 0,
) -> None:
    """Match every pair of orders that crosses, and expire what is past its time. The wallet is the matcher's."""

    async def work() -> None:
        async with open_session(cluster, wallet, priority_fee=priority_fee) as session:
            await _match_once(session)
            while watch > 0:
                await asyncio.sleep(watch)
                await _match_once(session)

    try:
        run(work())
    except KeyboardInterrupt:
        out.print("stopped")


async def _match_once(session: OperatorSession) -> None:
    client, market = session.client, await _market(session.client)
    now = await client.clock()
    late = [order for order in (await open_orders(client)).values() if now > order.expires_at]
    await expire_orders(client, market, late, session.wallet)
    matches = await match_all(client, market, session.wallet) if market.clearing_enabled else []
    volume = format_wh(sum(match.amount for match in matches))
    out.print(f"{len(matches)} matches, {volume}; {len(late)} orders expired")


async def _market(client: Client) -> Market:
    return await require(client, Market, client.addresses.market, "run initialize-market first")


def pause(
    reason: Annotated[str, typer.Option(help="Why, up to 128 bytes; everybody can read it.")],
    cluster: Cluster = None,
    wallet: Wallet = None,
) -> None:
    """Stop the whole system but for money going home. The wallet is the REC authority's."""

    async def work() -> None:
        async with open_session(cluster, wallet) as session:
            stop = governance.emergency_pause(session.client, session.wallet.pubkey(), reason)
            receipt = await session.client.send(stop)
            out.print("the system is paused; orders can be cancelled, expired and closed")
            out.print(f"  signature {receipt.signature}")

    run(work())


def unpause(cluster: Cluster = None, wallet: Wallet = None) -> None:
    """Let the system go on. The wallet is the REC authority's."""

    async def work() -> None:
        async with open_session(cluster, wallet) as session:
            client = session.client
            receipt = await client.send(governance.emergency_unpause(client, session.wallet.pubkey()))
            config = await require(client, PoAConfig, client.addresses.poa_config, "run initialize-poa first")
            out.print("the system is operational" if not config.maintenance_mode else "the system is in maintenance")
            out.print(f"  signature {receipt.signature}")

    run(work())

"""Daily work on a running system: readings, clearing, matching, and the emergency brake."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.errors import ClusterError, GridTokenXError
from gridtokenx.chain.interface.failures import TransactionExpired
from gridtokenx.market import settling
from gridtokenx.market.actions import governance
from gridtokenx.market.ami import AmiError, load_readings
from gridtokenx.market.gateway import READINGS_PER_TRANSACTION, RefusedReading, Submitted, backlog, clear_epochs, submit
from gridtokenx.market.orderbook import all_epochs, open_orders, to_clear, to_close, to_settle
from gridtokenx.market.read import require
from gridtokenx.market.records import Epoch, Market, PoAConfig
from gridtokenx.market.units import format_wh
from gridtokenx.operator.commands import ClusterOption, PriorityFee, WalletOption, err, out, run
from gridtokenx.operator.session import OperatorSession, open_session


def _on_or_off(text: str) -> bool:
    if text not in ("on", "off"):
        raise typer.BadParameter(f"{text!r} is neither on nor off")
    return text == "on"


def submit_readings(
    file: Annotated[Path, typer.Argument(help="CSV of timestamp,meter_id,generated_wh,consumed_wh.")],
    cluster: ClusterOption = None,
    wallet: WalletOption = None,
    priority_fee: PriorityFee = 0,
) -> None:
    """Submit the readings of a file that the chain does not have yet. The wallet is the API gateway's.

    Every row has its own outcome: the command reports a refused row with the reason, and goes on with the others. Exit
    status 1 when a row was refused.
    """

    async def work() -> None:
        try:
            rows = load_readings(file)
        except AmiError as error:
            raise GridTokenXError(str(error)) from None
        async with open_session(cluster, wallet, priority_fee=priority_fee) as session:
            todo = await backlog(session.client, rows.readings)
            columns = (TextColumn("readings"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            with Progress(*columns, console=err, disable=not err.is_terminal) as bars:
                task = bars.add_task("readings", total=len(todo.new))
                outcomes = await submit(
                    session.client,
                    session.wallet,
                    todo.new,
                    told=lambda _: bars.advance(task),
                    together=READINGS_PER_TRANSACTION,
                )
        refused = [*todo.refused, *(outcome for outcome in outcomes if isinstance(outcome, RefusedReading))]
        landed = sum(isinstance(outcome, Submitted) for outcome in outcomes)
        out.print(f"{landed} readings submitted, {len(todo.known)} were there already")
        for time, meter in rows.missing:
            err.print(f"{file}: no reading of {meter} at {time}", markup=False)
        for row in rows.refused:
            err.print(str(row), markup=False)
        for item in refused:
            err.print(f"{item.reading.meter_id} at {item.reading.timestamp}: {item.reason}", markup=False)
        if rows.refused or refused:
            raise GridTokenXError(f"{len(rows.refused) + len(refused)} rows were refused; the others are on the chain")

    run(work())


def open_epochs(
    cluster: ClusterOption = None,
    wallet: WalletOption = None,
    ahead: Annotated[int, typer.Option(min=0, max=96, help="How many epochs after the present one.")] = 4,
) -> None:
    """Open the present epoch and the next ones, so that orders can enter them. The wallet pays the rent."""

    async def work() -> None:
        async with open_session(cluster, wallet) as session:
            client, market = session.client, await _market(session.client)
            present = await client.clock() // market.epoch_length
            opened = await settling.open_epochs(client, range(present, present + ahead + 1), session.wallet)
            out.print(f"{len(opened)} epochs opened, {present} to {present + ahead} are open")

    run(work())


def clear(cluster: ClusterOption = None, wallet: WalletOption = None) -> None:
    """Have the market find the price of every epoch that is over. The wallet is the API gateway's."""

    async def work() -> None:
        async with open_session(cluster, wallet) as session:
            client = session.client
            waiting = to_clear(await all_epochs(client), await client.clock())
            signatures = await clear_epochs(client, session.wallet, waiting)
            after = {epoch.index: epoch for epoch in await all_epochs(client)}
            for epoch in waiting:
                if epoch.index not in signatures:
                    out.print(f"epoch {epoch.index}: somebody else was faster, or it is too late")
                    continue
                out.print(f"epoch {epoch.index}: {_traded(after.get(epoch.index, epoch))}")
                out.print(f"  signature {signatures[epoch.index]}")
            if not waiting:
                out.print("no epoch waits to be cleared")

    run(work())


def _traded(epoch: Epoch) -> str:
    if epoch.volume == 0:
        return "nothing trades"
    return f"{format_wh(epoch.volume)} at {epoch.price} base units per kWh"


def match(
    cluster: ClusterOption = None,
    wallet: WalletOption = None,
    watch: Annotated[float, typer.Option(min=0, help="Look again every so many seconds; 0: once.")] = 0,
    keep_epochs: Annotated[bool, typer.Option("--keep-epochs", help="Leave settled epochs on the chain.")] = False,
    priority_fee: PriorityFee = 0,
) -> None:
    """Settle every match of the cleared epochs, expire orders past their time, close what is settled.

    The wallet is the matcher's. An order that cannot be settled is passed over, and told; with --watch, a cluster that
    does not answer is asked again the next time.
    """

    async def work() -> None:
        async with open_session(cluster, wallet, priority_fee=priority_fee) as session:
            await _match_once(session, keep_epochs)
            while watch > 0:
                await asyncio.sleep(watch)
                try:
                    await _match_once(session, keep_epochs)
                except (ClusterError, TransactionExpired) as error:
                    err.print(f"error: {error}; trying again", markup=False)

    try:
        run(work())
    except KeyboardInterrupt:
        out.print("stopped")


async def _match_once(session: OperatorSession, keep_epochs: bool) -> None:
    client, market = session.client, await _market(session.client)
    now, epochs = await client.clock(), await all_epochs(session.client)
    late = [order for order in (await open_orders(client)).values() if now > order.expires_at]
    stuck = await settling.expire_orders(client, market, late, session.wallet)
    closed = 0
    if not keep_epochs:
        closed = await settling.close_epochs(client, to_close(epochs, now), session.wallet)
    done = await settling.settle_all(client, market, to_settle(epochs, now), session.wallet)
    if not keep_epochs:
        closed += await settling.close_epochs(client, to_close(await all_epochs(client), now), session.wallet)
    for settled in done:
        stuck |= settled.passed_over
    for order, reason in stuck.items():
        err.print(f"order {order} was passed over: {reason}", markup=False)
    volume = format_wh(sum(settled.volume_wh for settled in done))
    out.print(
        f"{sum(len(settled.matches) for settled in done)} matches, {volume}; {len(late)} orders past their time; "
        f"{closed} epochs closed"
    )


async def _market(client: Client) -> Market:
    return await require(client, Market, client.addresses.market, "run initialize-market first")


def pause(
    reason: Annotated[str, typer.Option(help="Why, up to 128 bytes; everybody can read it.")],
    cluster: ClusterOption = None,
    wallet: WalletOption = None,
) -> None:
    """Stop the whole system; users can still take their money home. The wallet is the REC authority's."""

    async def work() -> None:
        async with open_session(cluster, wallet) as session:
            stop = governance.emergency_pause(session.client, session.wallet.pubkey(), reason)
            receipt = await session.client.send(stop)
            out.print("the system is paused; orders can be cancelled, expired and closed")
            out.print(f"  signature {receipt.signature}")

    run(work())


def maintenance(
    enabled: Annotated[bool, typer.Argument(help="on or off.", parser=_on_or_off)],
    cluster: ClusterOption = None,
    wallet: WalletOption = None,
) -> None:
    """Put the system into maintenance, or take it out. The wallet is the engineering authority's."""

    async def work() -> None:
        async with open_session(cluster, wallet) as session:
            switch = governance.set_maintenance_mode(session.client, session.wallet.pubkey(), enabled)
            receipt = await session.client.send(switch)
            out.print("the system is in maintenance" if enabled else "maintenance is over")
            out.print(f"  signature {receipt.signature}")

    run(work())


def unpause(cluster: ClusterOption = None, wallet: WalletOption = None) -> None:
    """Let the system go on. The wallet is the REC authority's."""

    async def work() -> None:
        async with open_session(cluster, wallet) as session:
            client = session.client
            receipt = await client.send(governance.emergency_unpause(client, session.wallet.pubkey()))
            config = await require(client, PoAConfig, client.addresses.poa_config, "run initialize-poa first")
            out.print("the system is operational" if not config.maintenance_mode else "the system is in maintenance")
            out.print(f"  signature {receipt.signature}")

    run(work())

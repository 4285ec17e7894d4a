"""The market for everybody: prices and volumes, the curves of a quarter-hour, trades."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridtokenx.services.api.routes.market import WITHOUT_CURVES, epoch_json, trade_json
from gridtokenx.services.api.state import ApiState
from gridtokenx.services.database.account_tables import EpochRow, UserRow
from gridtokenx.services.database.chain_tables import Trade

EPOCHS, TRADES = 96, 12


async def market_figures(state: ApiState, epoch: int | None) -> dict[str, Any]:
    """Prices and volumes of a day; the curves of `epoch`, or of the last one that traded; trades."""
    async with state.database.read() as session:
        cleared = select(EpochRow).options(*WITHOUT_CURVES).where(EpochRow.cleared)
        cleared = cleared.order_by(EpochRow.index.desc()).limit(EPOCHS)
        epochs = list((await session.scalars(cleared)).all())[::-1]
        chosen = None if epoch is None else await session.get(EpochRow, epoch, populate_existing=True)
        last = next((row for row in reversed(epochs) if row.volume > 0), epochs[-1] if epochs else None)
        shown = chosen
        if shown is None and last is not None:
            shown = await session.get(EpochRow, last.index, populate_existing=True)
        trades = select(Trade).order_by(Trade.executed_at.desc(), Trade.address.desc()).limit(TRADES)
        if chosen is not None:
            trades = trades.where(Trade.epoch == chosen.index)
        rows = [trade_json(row) for row in (await session.scalars(trades)).all()]
        places = await places_of(session, [one[side] for one in rows for side in ("seller", "buyer")])
        members = await session.scalar(select(func.count()).select_from(UserRow).where(~UserRow.closed)) or 0
    return {
        "epochs": [epoch_json(row) for row in epochs],
        "trades": rows,
        "places": places,
        "members": members,
        "last": None if last is None else epoch_json(last),
        "chosen": None if chosen is None else chosen.index,
        "shown": None if shown is None else epoch_json(shown),
        "curves": [] if shown is None else _curves(shown),
    }


def _curves(row: EpochRow) -> list[tuple[int, int, int]]:
    """Price, Wh offered at it or less, Wh asked at it or more; where anything stands."""
    supply, total, points = 0, sum(row.bids), list[tuple[int, int, int]]()
    for level, (offered, asked) in enumerate(zip(row.offers, row.bids, strict=True)):
        supply += offered
        if offered or asked:
            points.append((row.price_floor + level * row.price_tick, supply, total))
        total -= asked
    return points


async def places_of(session: AsyncSession, wallets: Iterable[str]) -> dict[str, str]:
    """Where the members with these wallets are: people tell each other apart by that."""
    rows = await session.execute(
        select(UserRow.wallet, UserRow.location).where(UserRow.wallet.in_(list(dict.fromkeys(wallets))))
    )
    return {row.wallet: row.location for row in rows.all()}

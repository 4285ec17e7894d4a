"""Measurements of meters and trades of members: series and monthly statements, for the owner and the operator."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Path, Query, Response
from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridtokenx.market.ami import INTERVAL_SECONDS
from gridtokenx.services.api.identity import Wallet
from gridtokenx.services.api.problems import Problem
from gridtokenx.services.api.routes.market import freshness
from gridtokenx.services.api.routes.router import new_router
from gridtokenx.services.api.state import ApiState, State
from gridtokenx.services.api.values import KeyText, MeterId, Second
from gridtokenx.services.database.account_tables import EpochRow, MeterRow
from gridtokenx.services.database.chain_tables import ReadingRow, Trade

router = new_router("energy")
LONGEST = 86_400 * 40
FIRST_YEAR, LAST_YEAR = 1971, 9998
"""Years whose every moment there is in every time zone."""
OfWallet = Annotated[KeyText | None, Query()]
MonthText = Annotated[str, Path(pattern=r"^[0-9]{4}-[0-9]{2}$")]


async def _may_see(state: ApiState, wallet: str, meter_id: str) -> MeterRow:
    async with state.database.read() as session:
        row = await session.scalar(select(MeterRow).where(MeterRow.meter_id == meter_id, ~MeterRow.closed))
    if row is None or (row.owner != wallet and "operator" not in await state.roles.of(wallet)):
        raise Problem(404, "there is no such meter", "you own none of this id")
    return row


@router.get("/api/meters/{meter_id}/series")
async def series(
    meter_id: MeterId, wallet: Wallet, state: State, since: Second = None, until: Second = None
) -> dict[str, Any]:
    """A meter's quarter-hours: interval end, Wh generated, Wh consumed; 40 days at most."""
    await _may_see(state, wallet, meter_id)
    end = until if until is not None else await state.client.clock() + 1
    start = since if since is not None else end - 86_400
    if not 0 < end - start <= LONGEST:
        raise Problem(422, "a range that cannot be shown", "until must be after since, by 40 days at most")
    async with state.database.read() as session:
        query = select(ReadingRow).where(
            ReadingRow.meter_id == meter_id, ReadingRow.timestamp >= start, ReadingRow.timestamp < end
        )
        rows = (await session.scalars(query.order_by(ReadingRow.timestamp))).all()
        fresh = await freshness(session)
    return {
        "meter_id": meter_id,
        "series": [[row.timestamp, str(row.generated_wh), str(row.consumed_wh)] for row in rows],
        **fresh,
    }


@dataclass
class StatementLine:
    """A quarter-hour of a statement: Wh, and base units of the payment mint."""

    generated: int = 0
    consumed: int = 0
    sold: int = 0
    received: int = 0
    fee: int = 0
    bought: int = 0
    paid: int = 0


async def statement_lines(session: AsyncSession, wallet: str, start: int, end: int) -> dict[int, StatementLine]:
    """Quarter-hours by their end, with what the wallet's meters measured and the wallet traded in them."""
    lines: dict[int, StatementLine] = defaultdict(StatementLine)
    own = select(MeterRow.meter_id).where(MeterRow.owner == wallet)
    measured = select(ReadingRow).where(
        ReadingRow.meter_id.in_(own), ReadingRow.timestamp > start, ReadingRow.timestamp <= end
    )
    for row in (await session.scalars(measured)).all():
        lines[row.timestamp].generated += row.generated_wh
        lines[row.timestamp].consumed += row.consumed_wh
    traded = (
        select(Trade, EpochRow.ends_at)
        .join(EpochRow, EpochRow.index == Trade.epoch)
        .where(or_(Trade.seller == wallet, Trade.buyer == wallet), EpochRow.ends_at > start, EpochRow.ends_at <= end)
    )
    for trade, ends_at in (await session.execute(traded)).all():
        line = lines[ends_at]
        if trade.seller == wallet:
            line.sold += trade.amount_wh
            line.received += trade.total_value - trade.fee_amount
            line.fee += trade.fee_amount
        if trade.buyer == wallet:
            line.bought += trade.amount_wh
            line.paid += trade.total_value
    return lines


@router.get("/api/statements/{month}.csv")
async def statement(month: MonthText, wallet: Wallet, state: State, of: OfWallet = None) -> Response:
    """One's month by quarter-hours of the campus's time zone: energy in Wh, money in base units, and the sums. An
    operator may ask for the month `of` another wallet."""
    start, end = _bounds(month, state)
    if of is not None and of != wallet:
        if "operator" not in await state.roles.of(wallet):
            raise Problem(403, "not yours to see", "leave `of` out: only operators see others' statements")
        wallet = of
    async with state.database.read() as session:
        lines = await statement_lines(session, wallet, start, end)
    times = range(start + INTERVAL_SECONDS, end + 1, INTERVAL_SECONDS)
    rows = ((_local(time, state), lines[time]) for time in times if time in lines)
    return _file(_csv(rows, lines.values()), f"statement-{month}.csv")


@router.get("/api/campus/{month}.csv")
async def campus_statement(month: MonthText, state: State) -> Response:
    """The campus's month by quarter-hours of its time zone: Wh generated, consumed and traded, and the price."""
    start, end = _bounds(month, state)
    async with state.database.read() as session:
        sums = select(ReadingRow.timestamp, func.sum(ReadingRow.generated_wh), func.sum(ReadingRow.consumed_wh))
        sums = sums.where(ReadingRow.timestamp > start, ReadingRow.timestamp <= end).group_by(ReadingRow.timestamp)
        measured = {int(t): (int(g), int(c)) for t, g, c in (await session.execute(sums)).all()}
        cleared = select(EpochRow.ends_at, EpochRow.volume, EpochRow.price)
        cleared = cleared.where(EpochRow.cleared, EpochRow.ends_at > start, EpochRow.ends_at <= end)
        traded = {int(t): (int(v), int(p)) for t, v, p in (await session.execute(cleared)).all()}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("interval_end", "generated_wh", "consumed_wh", "traded_wh", "price_per_kwh"))
    for time in sorted({*measured, *traded}):
        volume, price = traded.get(time, (0, 0))
        writer.writerow([_local(time, state), *measured.get(time, (0, 0)), volume, price if volume else ""])
    sums_of = [sum(one[0] for one in measured.values()), sum(one[1] for one in measured.values())]
    writer.writerow(["total", *sums_of, sum(one[0] for one in traded.values()), ""])
    return _file(out.getvalue(), f"campus-{month}.csv")


def _bounds(month: str, state: ApiState) -> tuple[int, int]:
    """The beginning and the end of a month of the campus's time zone. Raises Problem for what is no month."""
    try:
        first = datetime.strptime(month, "%Y-%m").replace(tzinfo=state.settings.zone)
        if not FIRST_YEAR <= first.year <= LAST_YEAR:
            raise ValueError
    except ValueError:
        raise Problem(422, "there is no such month", "write a month such as 2026-07") from None
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return int(first.timestamp()), int(following.timestamp())


def _file(content: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def _local(time: int, state: ApiState) -> str:
    return datetime.fromtimestamp(time, state.settings.zone).isoformat()


COLUMNS = ("interval_end", "generated_wh", "consumed_wh", "sold_wh", "received", "fee", "bought_wh", "paid")


def _csv(rows: Iterable[tuple[str, StatementLine]], every: Iterable[StatementLine]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for time, line in rows:
        writer.writerow([time, *_values(line)])
    total = StatementLine()
    for line in every:
        for name in StatementLine.__dataclass_fields__:
            setattr(total, name, getattr(total, name) + getattr(line, name))
    writer.writerow(["total", *_values(total)])
    return out.getvalue()


def _values(line: StatementLine) -> list[int]:
    return [line.generated, line.consumed, line.sold, line.received, line.fee, line.bought, line.paid]

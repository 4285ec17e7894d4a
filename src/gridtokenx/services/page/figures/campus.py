"""For the energy manager: flows, self-sufficiency, what was traded and saved, buildings, data quality."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from gridtokenx.market.ami import INTERVAL_SECONDS
from gridtokenx.market.units import WH_PER_KWH
from gridtokenx.services.api.state import ApiState
from gridtokenx.services.database.account_tables import CertificateRow, EpochRow, MeterRow, UserRow
from gridtokenx.services.database.chain_tables import ReadingRow
from gridtokenx.services.page.figures.spans import SPANS, PlotSpan, gathered


async def campus_figures(state: ApiState, span: PlotSpan) -> dict[str, Any]:
    """The energy of a span, up to the newest reading. Wh; money in base units of the payment mint."""
    shown, zone = SPANS[span], state.settings.zone
    async with state.database.read() as session:
        newest = await session.scalar(select(func.max(ReadingRow.timestamp))) or 0
        since = newest - shown.seconds
        sums = select(ReadingRow.timestamp, func.sum(ReadingRow.generated_wh), func.sum(ReadingRow.consumed_wh))
        sums = sums.where(ReadingRow.timestamp > since).group_by(ReadingRow.timestamp).order_by(ReadingRow.timestamp)
        measured = [(int(t), int(g), int(c)) for t, g, c in (await session.execute(sums)).all()]
        cleared = select(EpochRow.ends_at, EpochRow.price, EpochRow.volume)
        cleared = cleared.where(EpochRow.volume > 0, EpochRow.ends_at > since, EpochRow.ends_at <= newest)
        traded = [(int(t), int(p), int(v)) for t, p, v in (await session.execute(cleared)).all()]
        buildings = (
            select(UserRow.location, func.sum(MeterRow.total_generation), func.sum(MeterRow.total_consumption))
            .join(UserRow, UserRow.wallet == MeterRow.owner)
            .where(~MeterRow.closed)
            .group_by(UserRow.location)
            .order_by(UserRow.location)
        )
        rows = (await session.execute(buildings)).all()
        meters = (await session.scalars(select(MeterRow).where(~MeterRow.closed))).all()
        newest_first = select(CertificateRow).order_by(CertificateRow.issued_at.desc())
        certificates = (await session.scalars(newest_first.limit(12))).all()
        certified = await session.scalar(select(func.sum(CertificateRow.energy_amount))) or 0
    generated, consumed = sum(g for _, g, _ in measured), sum(c for _, _, c in measured)
    own, volume = sum(min(g, c) for _, g, c in measured), sum(v for _, _, v in traded)
    money = gathered([(t, v, p * v // WH_PER_KWH) for t, p, v in traded], span, zone)
    grid = state.settings.grid_price
    saved = sum((grid - p) * v // WH_PER_KWH for _, p, v in traded) if grid else None
    return {
        "span": span,
        "title": shown.title,
        "parts": shown.parts,
        "step": shown.step,
        "series": [(t, g, c, _price(money.get(t))) for t, (g, c) in gathered(measured, span, zone).items()],
        "generated": generated,
        "consumed": consumed,
        "own": own,
        "imported": consumed - own,
        "exported": generated - own,
        "traded": volume,
        "saved": saved,
        "grid_price": grid,
        "certified": int(certified),
        "certificates": certificates,
        "buildings": [(place, int(g), int(c)) for place, g, c in rows],
        "late": [row.meter_id for row in meters if newest - row.last_reading_at > INTERVAL_SECONDS],
        "meters": len(meters),
    }


def _price(money: list[int] | None) -> int | None:
    """The price of a kWh in a part: of all that was traded in it."""
    return None if money is None or not money[0] else money[1] * WH_PER_KWH // money[0]

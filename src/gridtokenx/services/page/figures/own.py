"""For a member: quarter-hours, balances, orders, trades, certificates, notices."""

from __future__ import annotations

from typing import Any

from solders.pubkey import Pubkey
from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from gridtokenx.chain.interface.addresses import associated_token_address
from gridtokenx.market.actions.tokens import amount_of
from gridtokenx.market.ami import INTERVAL_SECONDS
from gridtokenx.market.read import require
from gridtokenx.market.records import Market
from gridtokenx.market.units import GRID_PER_WH
from gridtokenx.services.api.routes.energy import statement_lines
from gridtokenx.services.api.routes.market import trade_json
from gridtokenx.services.api.routes.orders import order_json
from gridtokenx.services.api.routes.users import meter_json
from gridtokenx.services.api.state import ApiState
from gridtokenx.services.database.account_tables import CertificateRow, EpochRow, MeterRow, OrderRow
from gridtokenx.services.database.chain_tables import GridMovement, ReadingRow, Trade
from gridtokenx.services.database.service_tables import Contact, Enrolment, ErcRequest, Notification
from gridtokenx.services.indexer.accounts import OPEN
from gridtokenx.services.page.figures.spans import SPANS, PlotSpan, gathered

SHOWN = 20
NOTICES = 8


async def own_figures(state: ApiState, wallet: str, span: PlotSpan) -> dict[str, Any]:
    """A member's balances, and actions in a span up to the newest reading."""
    client = state.client
    market = await require(client, Market, client.addresses.market, "initialize the market")
    key = Pubkey.from_string(wallet)
    grid = client.addresses.grid_account(key)
    accounts = await client.raw_accounts([grid, associated_token_address(key, market.payment_mint)])
    async with state.database.read() as session:
        meters = (await session.scalars(select(MeterRow).where(MeterRow.owner == wallet, ~MeterRow.closed))).all()
        ids = [row.meter_id for row in meters]
        orders = select(OrderRow).where(OrderRow.owner == wallet).order_by(OrderRow.sequence.desc()).limit(SHOWN)
        trades = select(Trade).where(or_(Trade.seller == wallet, Trade.buyer == wallet))
        trades = trades.order_by(Trade.executed_at.desc()).limit(SHOWN)
        certificates = select(CertificateRow).where(CertificateRow.owner == wallet, ~CertificateRow.closed)
        notices = select(Notification).where(Notification.recipient == wallet, Notification.channel == "page")
        enrolled = await session.scalars(select(Enrolment).where(Enrolment.wallet == wallet))
        asked = select(ErcRequest).where(ErcRequest.wallet == wallet).order_by(ErcRequest.created_at.desc())
        stand = (await session.scalars(select(OrderRow).where(OrderRow.owner == wallet, ~OrderRow.closed))).all()
        shown = (await session.scalars(orders)).all()
        over = select(EpochRow.index).where(EpochRow.cleared, EpochRow.index.in_({row.epoch for row in shown}))
        cleared = set((await session.scalars(over)).all())
        priced = select(EpochRow).where(EpochRow.cleared, EpochRow.volume > 0).order_by(EpochRow.index.desc())
        return {
            "member": await state.roles.member(wallet),
            "span": span,
            "title": SPANS[span].title,
            "parts": SPANS[span].parts,
            "step": SPANS[span].step,
            "meters": [meter_json(row) for row in meters],
            "enrolled": [row for row in enrolled if row.meter_id not in ids],
            "series": await _series(session, state, wallet, ids, str(grid), span),
            "grid": amount_of(accounts[0].data) if accounts[0] else 0,
            "payment": amount_of(accounts[1].data) if accounts[1] else 0,
            "locked_grid": sum(row.locked for row in stand if row.side == "Sell"),
            "locked_payment": sum(row.locked for row in stand if row.side == "Buy"),
            "orders": [order_json(row) | {"word": order_word(row, row.epoch in cleared)} for row in shown],
            "trades": [trade_json(row) for row in (await session.scalars(trades)).all()],
            "certificates": (await session.scalars(certificates)).all(),
            "requests": (await session.scalars(asked.where(ErcRequest.state == "open"))).all(),
            "contact": await session.get(Contact, wallet),
            "notices": (await session.scalars(notices.order_by(Notification.created_at.desc()).limit(NOTICES))).all(),
            "market": market,
            "last": await session.scalar(priced.limit(1)),
        }


def order_word(row: OrderRow, cleared: bool) -> str:
    """How an order stands, for people; `cleared`: whether its quarter-hour has its price."""
    if not row.closed and row.status in OPEN:
        if not cleared:
            return "stands"
        return "partly traded; take the rest back" if row.filled_wh else "did not trade; take it back"
    if row.status == "Completed":
        return "traded"
    return "partly traded, the rest is back" if row.filled_wh else "is back"


async def _series(
    session: AsyncSession, state: ApiState, wallet: str, meters: list[str], grid: str, span: PlotSpan
) -> list[tuple[int, int, int, int | None, int | None, int]]:
    """For each part of the span its end, and Wh generated, used, sold, bought and minted. What is sold and bought in a
    quarter-hour is not known (None) until it is cleared."""
    newest = await session.scalar(select(func.max(ReadingRow.timestamp)).where(ReadingRow.meter_id.in_(meters))) or 0
    since = newest - SPANS[span].seconds
    lines = await statement_lines(session, wallet, since, newest)
    rows = [(t, one.generated, one.consumed, one.sold, one.bought, 0) for t, one in lines.items()]
    minted = select(GridMovement.block_time, GridMovement.amount).where(
        GridMovement.account == grid, GridMovement.kind == "mint", GridMovement.block_time > since
    )
    for at, amount in (await session.execute(minted)).all():
        end = min(newest, -(-(at or 0) // INTERVAL_SECONDS) * INTERVAL_SECONDS)
        rows.append((end, 0, 0, 0, 0, int(amount) // GRID_PER_WH))
    found = gathered(rows, span, state.settings.zone)
    cleared = await session.scalar(select(func.max(EpochRow.ends_at)).where(EpochRow.cleared)) or 0
    waits = {time for time in found if span is PlotSpan.DAY and time > cleared}
    return [
        (time, made, used, None if time in waits else sold, None if time in waits else bought, new)
        for time, (made, used, sold, bought, new) in found.items()
    ]

"""What the pages tell, from the tables."""

from __future__ import annotations

from typing import Any

from solders.pubkey import Pubkey
from sqlalchemy import func, or_, select

from gridtokenx.chain.interface.addresses import associated_token_address
from gridtokenx.market.actions.tokens import amount_of
from gridtokenx.market.read import require
from gridtokenx.market.records import Market
from gridtokenx.services.api.routes.market import epoch_json, trade_json
from gridtokenx.services.api.routes.orders import order_json
from gridtokenx.services.api.routes.users import meter_json
from gridtokenx.services.api.state import ApiState
from gridtokenx.services.database.account_tables import CertificateRow, EpochRow, MeterRow, OrderRow, UserRow
from gridtokenx.services.database.chain_tables import Cursor, GovernanceLog, ReadingRow, Trade, TxSeen
from gridtokenx.services.database.service_tables import DeadLetter, Enrolment, ErcRequest, Ingest, Notification

EPOCHS, TRADES, QUARTERS = 96, 12, 96


async def market_figures(state: ApiState) -> dict[str, Any]:
    """For everybody: prices and volumes, the curves of the last epoch that traded, trades."""
    async with state.database.read() as session:
        cleared = select(EpochRow).where(EpochRow.cleared).order_by(EpochRow.index.desc()).limit(EPOCHS)
        epochs = list((await session.scalars(cleared)).all())[::-1]
        trades = (await session.scalars(select(Trade).order_by(Trade.executed_at.desc()).limit(TRADES))).all()
    last = next((row for row in reversed(epochs) if row.volume > 0), epochs[-1] if epochs else None)
    return {
        "epochs": [epoch_json(row) for row in epochs],
        "trades": [trade_json(row) for row in trades],
        "last": None if last is None else epoch_json(last),
        "curves": [] if last is None else _curves(last),
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


async def own_figures(state: ApiState, wallet: str) -> dict[str, Any]:
    """For a member: quarter-hours, balances, orders, trades, certificates, notices."""
    client = state.client
    market = await require(client, Market, client.addresses.market, "initialize the market")
    key = Pubkey.from_string(wallet)
    accounts = await client.raw_accounts(
        [client.addresses.grid_account(key), associated_token_address(key, market.payment_mint)]
    )
    async with state.database.read() as session:
        meters = (await session.scalars(select(MeterRow).where(MeterRow.owner == wallet, ~MeterRow.closed))).all()
        ids = [row.meter_id for row in meters]
        readings = select(ReadingRow.timestamp, func.sum(ReadingRow.generated_wh), func.sum(ReadingRow.consumed_wh))
        readings = readings.where(ReadingRow.meter_id.in_(ids)).group_by(ReadingRow.timestamp)
        series = (await session.execute(readings.order_by(ReadingRow.timestamp.desc()).limit(QUARTERS))).all()[::-1]
        orders = select(OrderRow).where(OrderRow.owner == wallet).order_by(OrderRow.sequence.desc()).limit(20)
        trades = select(Trade).where(or_(Trade.seller == wallet, Trade.buyer == wallet))
        trades = trades.order_by(Trade.executed_at.desc()).limit(20)
        certificates = select(CertificateRow).where(CertificateRow.owner == wallet, ~CertificateRow.closed)
        notices = select(Notification).where(Notification.recipient == wallet, Notification.channel == "page")
        enrolled = await session.scalars(select(Enrolment).where(Enrolment.wallet == wallet))
        last = await session.scalar(
            select(EpochRow).where(EpochRow.cleared, EpochRow.volume > 0).order_by(EpochRow.index.desc()).limit(1)
        )
        return {
            "member": await state.roles.member(wallet),
            "meters": [meter_json(row) for row in meters],
            "enrolled": [row for row in enrolled if row.meter_id not in ids],
            "series": [(int(t), int(g), int(c)) for t, g, c in series],
            "grid": amount_of(accounts[0].data) if accounts[0] else 0,
            "payment": amount_of(accounts[1].data) if accounts[1] else 0,
            "orders": [order_json(row) for row in (await session.scalars(orders)).all()],
            "trades": [trade_json(row) for row in (await session.scalars(trades)).all()],
            "certificates": (await session.scalars(certificates)).all(),
            "notices": (await session.scalars(notices.order_by(Notification.created_at.desc()).limit(8))).all(),
            "market": market,
            "last": last,
        }


async def campus_figures(state: ApiState) -> dict[str, Any]:
    """For the energy manager: flows of the last day, self-sufficiency, traded share, buildings, data quality."""
    async with state.database.read() as session:
        newest = await session.scalar(select(func.max(ReadingRow.timestamp))) or 0
        since = newest - 86_400
        sums = select(ReadingRow.timestamp, func.sum(ReadingRow.generated_wh), func.sum(ReadingRow.consumed_wh))
        sums = sums.where(ReadingRow.timestamp > since).group_by(ReadingRow.timestamp).order_by(ReadingRow.timestamp)
        series = [(int(t), int(g), int(c)) for t, g, c in (await session.execute(sums)).all()]
        traded = await session.scalar(select(func.sum(EpochRow.volume)).where(EpochRow.starts_at > since)) or 0
        prices = select(EpochRow.ends_at, EpochRow.price).where(EpochRow.volume > 0, EpochRow.starts_at > since)
        buildings = (
            select(UserRow.location, func.sum(MeterRow.total_generation), func.sum(MeterRow.total_consumption))
            .join(UserRow, UserRow.wallet == MeterRow.owner)
            .where(~MeterRow.closed)
            .group_by(UserRow.location)
            .order_by(UserRow.location)
        )
        rows = (await session.execute(buildings)).all()
        meters = (await session.scalars(select(MeterRow).where(~MeterRow.closed))).all()
        certified = await session.scalar(select(func.sum(CertificateRow.energy_amount))) or 0
        price_of = {int(t): int(p) for t, p in (await session.execute(prices)).all()}
    generated, consumed = sum(g for _, g, _ in series), sum(c for _, _, c in series)
    own = sum(min(g, c) for _, g, c in series)
    return {
        "series": [(t, g, c, price_of.get(t)) for t, g, c in series],
        "generated": generated,
        "consumed": consumed,
        "own": own,
        "imported": consumed - own,
        "exported": generated - own,
        "traded": int(traded),
        "certified": int(certified),
        "buildings": [(place, int(g), int(c)) for place, g, c in rows],
        "late": [row.meter_id for row in meters if newest - row.last_reading_at > 900],
        "meters": len(meters),
    }


async def operator_figures(state: ApiState) -> dict[str, Any]:
    """For who runs it: epochs, lag and proof, readings, dead letters, approvals, what authorities did."""
    async with state.database.read() as session:
        epochs = (await session.scalars(select(EpochRow).order_by(EpochRow.index.desc()).limit(48))).all()[::-1]
        states = (await session.execute(select(Ingest.state, func.count()).group_by(Ingest.state))).all()
        sources = (await session.execute(select(Ingest.source, func.count()).group_by(Ingest.source))).all()
        letters = select(DeadLetter).where(DeadLetter.state == "open").order_by(DeadLetter.created_at).limit(50)
        acts = select(GovernanceLog).order_by(GovernanceLog.slot.desc()).limit(20)
        requests = select(ErcRequest).where(ErcRequest.state == "open")
        proof = await session.get(Cursor, "proof")
        return {
            "epochs": epochs,
            "states": [(row[0], row[1]) for row in states],
            "sources": [(row[0], row[1]) for row in sources],
            "letters": (await session.scalars(letters)).all(),
            "acts": (await session.scalars(acts)).all(),
            "requests": (await session.scalars(requests)).all(),
            "proven_at": None if proof is None else proof.value,
            "slot": await session.scalar(select(func.max(TxSeen.slot))) or 0,
            "chain_slot": (await state.client.connection.get_slot()).value,
            "alerts": await state.alerts.all(),
        }

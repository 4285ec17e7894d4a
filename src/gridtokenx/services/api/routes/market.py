"""The market for everybody: rules, epochs with their curves, trades, candles; each answer says how fresh it is."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Hashable
from typing import Annotated, Any, cast

from fastapi import Path, Query, Response
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from gridtokenx.services.api.kept import SLOT_SECONDS
from gridtokenx.services.api.problems import Problem
from gridtokenx.services.api.routes.router import new_router
from gridtokenx.services.api.state import ApiState, State
from gridtokenx.services.api.values import Second
from gridtokenx.services.database.account_tables import EpochRow
from gridtokenx.services.database.chain_tables import ChainEvent, Trade, TxSeen

router = new_router("market")
MOST = 500
LONGEST_CANDLES = 5_000
WITHOUT_CURVES = (defer(EpochRow.offers), defer(EpochRow.bids))
"""For lists: the curves of an epoch are more than all else that it has."""
Limit = Annotated[int, Query(ge=1, le=MOST)]
EpochIndex = Annotated[int | None, Query(ge=0, le=2**53)]


async def kept(state: ApiState, key: Hashable, make: Callable[[], Awaitable[dict[str, Any]]]) -> Response:
    """An answer that is the same for everybody: made and written out once a slot, however many ask."""

    async def written() -> bytes:
        return json.dumps(await make(), ensure_ascii=False, separators=(",", ":")).encode()

    return Response(await state.kept.get(key, SLOT_SECONDS, written), media_type="application/json")


async def freshness(session: AsyncSession) -> dict[str, Any]:
    """The last event and slot that the tables have, and up to which slot all of it is final."""
    asked = select(
        select(func.max(ChainEvent.seq)).scalar_subquery(),
        select(func.max(TxSeen.slot)).scalar_subquery(),
        select(func.min(TxSeen.slot)).where(TxSeen.state == "confirmed").scalar_subquery(),
    )
    row = (await session.execute(asked)).one()
    seq, slot, unfinal = cast(tuple[int | None, int | None, int | None], tuple(row))
    return {
        "seq": seq or 0,
        "slot": slot or 0,
        "finalized": (slot or 0) if unfinal is None else unfinal - 1,
    }


def epoch_json(row: EpochRow) -> dict[str, Any]:
    """An epoch as lists tell it: Wh, and prices in base units of the payment mint per kWh."""
    return {
        "index": row.index,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "cleared": row.cleared,
        "cleared_at": row.cleared_at,
        "price": str(row.price),
        "volume_wh": str(row.volume),
        "marginal_ask": str(row.marginal_ask),
        "marginal_bid": str(row.marginal_bid),
        "supply_wh": str(row.supply),
        "demand_wh": str(row.demand),
        "orders": row.orders,
        "closed": row.closed,
    }


@router.get("/api/market", response_model=dict[str, Any])
async def market(state: State) -> Response:
    """The market's rules and counters, and the last price."""
    return await kept(state, "api market", lambda: _market(state))


async def _market(state: ApiState) -> dict[str, Any]:
    found, now = await state.market()
    async with state.database.read() as session:
        last = await session.scalar(
            select(EpochRow).where(EpochRow.cleared, EpochRow.volume > 0).order_by(EpochRow.index.desc()).limit(1)
        )
        fresh = await freshness(session)
    return {
        "fee_bps": found.market_fee_bps,
        "epoch_length": found.epoch_length,
        "min_order_wh": str(found.min_order_wh),
        "price_floor": str(found.price_floor),
        "price_tick": str(found.price_tick),
        "highest_price": str(found.highest_price),
        "require_erc": found.require_erc,
        "clearing_enabled": found.clearing_enabled,
        "active_orders": str(found.active_orders),
        "total_trades": str(found.total_trades),
        "total_volume": str(found.total_volume),
        "payment_mint": str(found.payment_mint),
        "energy_mint": str(found.energy_mint),
        "chain_time": now,
        "last_price": None if last is None else str(last.price),
        "last_epoch": None if last is None else last.index,
        **fresh,
    }


@router.get("/api/epochs", response_model=dict[str, Any])
async def epochs(state: State, before: EpochIndex = None, limit: Limit = 96) -> Response:
    """Epochs, the newest first; `before` continues a list."""
    return await kept(state, ("api epochs", before, limit), lambda: _epochs(state, before, limit))


async def _epochs(state: ApiState, before: int | None, limit: int) -> dict[str, Any]:
    async with state.database.read() as session:
        query = select(EpochRow).options(*WITHOUT_CURVES).order_by(EpochRow.index.desc()).limit(limit)
        if before is not None:
            query = query.where(EpochRow.index < before)
        rows = (await session.scalars(query)).all()
        fresh = await freshness(session)
    following = rows[-1].index if len(rows) == limit else None
    return {"epochs": [epoch_json(row) for row in rows], "before": following, **fresh}


@router.get("/api/epochs/{index}/curves", response_model=dict[str, Any])
async def curves(index: Annotated[int, Path(ge=0, le=2**53)], state: State) -> Response:
    """The book of an epoch: Wh offered and asked at each price of the grid that has any, and both curves."""
    return await kept(state, ("api curves", index), lambda: _curves(state, index))


async def _curves(state: ApiState, index: int) -> dict[str, Any]:
    async with state.database.read() as session:
        row = await session.get(EpochRow, index)
        fresh = await freshness(session)
    if row is None:
        raise Problem(404, "there is no such epoch", "it was not opened, or before the history begins")
    prices = [row.price_floor + level * row.price_tick for level in range(len(row.offers))]
    supply = _running(row.offers)
    demand = _running(row.bids[::-1])[::-1]
    points = [
        {
            "price": str(price),
            "offered_wh": str(row.offers[level]),
            "asked_wh": str(row.bids[level]),
            "supply_wh": str(supply[level]),
            "demand_wh": str(demand[level]),
        }
        for level, price in enumerate(prices)
        if row.offers[level] or row.bids[level]
    ]
    return {"epoch": epoch_json(row), "points": points, **fresh}


def _running(values: list[int]) -> list[int]:
    found: list[int] = []
    for value in values:
        found.append(value + (found[-1] if found else 0))
    return found


@router.get("/api/trades", response_model=dict[str, Any])
async def trades(
    state: State,
    epoch: EpochIndex = None,
    before: Annotated[str | None, Query(max_length=100)] = None,
    limit: Limit = 100,
) -> Response:
    """Trades, the newest first; of one epoch, or of all; `before` continues a list."""
    return await kept(state, ("api trades", epoch, before, limit), lambda: _trades(state, epoch, before, limit))


async def _trades(state: ApiState, epoch: int | None, before: str | None, limit: int) -> dict[str, Any]:
    async with state.database.read() as session:
        query = select(Trade).order_by(Trade.executed_at.desc(), Trade.address.desc()).limit(limit)
        if epoch is not None:
            query = query.where(Trade.epoch == epoch)
        if before is not None:
            last = await session.get(Trade, before)
            if last is None:
                raise Problem(422, "there is no such trade", "`before` is the address of the last trade of a list")
            earlier = Trade.executed_at < last.executed_at
            same = (Trade.executed_at == last.executed_at) & (Trade.address < last.address)
            query = query.where(earlier | same)
        rows = (await session.scalars(query)).all()
        fresh = await freshness(session)
    return {
        "trades": [trade_json(row) for row in rows],
        "before": rows[-1].address if len(rows) == limit else None,
        **fresh,
    }


def trade_json(row: Trade) -> dict[str, Any]:
    """A trade as lists tell it."""
    return {
        "address": row.address,
        "epoch": row.epoch,
        "seller": row.seller,
        "buyer": row.buyer,
        "energy_wh": str(row.amount_wh),
        "price_per_kwh": str(row.price_per_kwh),
        "total_value": str(row.total_value),
        "fee_amount": str(row.fee_amount),
        "executed_at": row.executed_at,
        "certificate": row.certificate,
        "signature": row.signature,
    }


@router.get("/api/candles", response_model=dict[str, Any])
async def candles(
    state: State,
    since: Second = None,
    until: Second = None,
    seconds: Annotated[int, Query(ge=900, le=31 * 86_400)] = 3_600,
) -> Response:
    """Prices and volume of cleared epochs, in steps of so many seconds; epochs without volume have no price."""
    return await kept(state, ("api candles", since, until, seconds), lambda: _candles(state, since, until, seconds))


async def _candles(state: ApiState, since: int | None, until: int | None, seconds: int) -> dict[str, Any]:
    async with state.database.read() as session:
        query = select(EpochRow).options(*WITHOUT_CURVES).where(EpochRow.cleared, EpochRow.volume > 0)
        query = query.order_by(EpochRow.index.desc())
        if since is not None:
            query = query.where(EpochRow.starts_at >= since)
        if until is not None:
            query = query.where(EpochRow.starts_at < until)
        rows = list((await session.scalars(query.limit(LONGEST_CANDLES))).all())[::-1]
        fresh = await freshness(session)
    found: dict[int, list[EpochRow]] = {}
    for row in rows:
        found.setdefault(row.starts_at - row.starts_at % seconds, []).append(row)
    return {
        "candles": [
            {
                "time": time,
                "open": str(group[0].price),
                "high": str(max(row.price for row in group)),
                "low": str(min(row.price for row in group)),
                "close": str(group[-1].price),
                "volume_wh": str(sum(row.volume for row in group)),
            }
            for time, group in found.items()
        ],
        **fresh,
    }

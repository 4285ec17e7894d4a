"""News, notices, health."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import AsyncGenerator
from typing import Annotated, Any

from fastapi import Header, Query
from fastapi.responses import JSONResponse
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sse_starlette.event import ServerSentEvent
from sse_starlette.sse import EventSourceResponse

from gridtokenx.services.api.identity import Wallet
from gridtokenx.services.api.problems import Problem
from gridtokenx.services.api.routes.router import new_router
from gridtokenx.services.api.state import ApiState, State
from gridtokenx.services.database.chain_tables import Cursor, TxSeen
from gridtokenx.services.database.service_tables import DeadLetter, Ingest, Notification
from gridtokenx.services.indexer.run import SWEPT

router = new_router("operations")
MOST_LISTENERS = 2_000
PING_SECONDS = 15
MOST_SEQ = 2**53
RETRY_MS = 1_000
STATUS_SECONDS = 1.0


@router.get("/api/stream", response_class=EventSourceResponse)
async def stream(
    state: State,
    last_event_id: Annotated[str | None, Header(max_length=20)] = None,
    after: Annotated[int | None, Query(ge=0, le=MOST_SEQ)] = None,
) -> EventSourceResponse:
    """Events of the five programs as they are taken in. `Last-Event-ID` (or `after`) resumes without a loss."""
    if state.hub.listeners >= MOST_LISTENERS:
        raise Problem(503, "too many listeners", "try again in a minute")
    at = after
    if last_event_id:
        if not (last_event_id.isascii() and last_event_id.isdigit() and int(last_event_id) <= MOST_SEQ):
            raise Problem(422, "the Last-Event-ID cannot be used", "send the id of the last event that you have")
        at = int(last_event_id)
    return EventSourceResponse(_events(state, at), ping=PING_SECONDS)


async def _events(state: ApiState, at: int | None) -> AsyncGenerator[ServerSentEvent | bytes, None]:
    yield ServerSentEvent(retry=RETRY_MS, comment="listening")
    async for events in state.hub.listen(at):
        yield events


@router.get("/api/notices")
async def notices(wallet: Wallet, state: State) -> dict[str, Any]:
    """One's own notices, the newest first."""
    async with state.database.read() as session:
        query = select(Notification).where(Notification.recipient == wallet, Notification.channel == "page")
        rows = (await session.scalars(query.order_by(Notification.created_at.desc()).limit(100))).all()
    return {"notices": [{"id": row.id, "text": row.text, "created_at": row.created_at} for row in rows]}


@router.get("/api/status")
async def status(state: State) -> dict[str, Any]:
    """How the services are: lag, proof of no gap, readings by state, alerts with what to do; a second old at most."""
    return await state.kept.get("status", STATUS_SECONDS, lambda: _status(state))


async def _status(state: ApiState) -> dict[str, Any]:
    async with state.database.read() as session:
        states, sources = await counts(session)
        letters = await session.scalar(select(func.count()).where(DeadLetter.state == "open")) or 0
        proof = await session.get(Cursor, "proof")
        begins = await session.get(Cursor, "history begins")
        swept = await session.get(Cursor, SWEPT)
        slot = await session.scalar(select(func.max(TxSeen.slot))) or 0
    alerts = await state.alerts.all()
    return {
        "indexed_slot": slot,
        "swept_slot": slot if swept is None else max(slot, swept.value),
        "proven_at": None if proof is None else proof.value,
        "history_begins_at_slot": None if begins is None else begins.value,
        "readings": states,
        "sources": sources,
        "open_dead_letters": letters,
        "listeners": state.hub.listeners,
        "alerts": [
            {"name": row.name, "text": row.text, "what_to_do": row.what_to_do, "since": row.since} for row in alerts
        ],
    }


async def counts(session: AsyncSession) -> tuple[dict[str, int], dict[str, int]]:
    """How many readings there are by state, and by source."""
    query = select(Ingest.state, Ingest.source, func.count()).group_by(Ingest.state, Ingest.source)
    states: Counter[str] = Counter()
    sources: Counter[str] = Counter()
    for state, source, count in (await session.execute(query)).all():
        states[state] += count
        sources[source] += count
    return dict(states), dict(sources)


@router.get("/healthz")
async def healthz() -> dict[str, Any]:
    """That the process runs."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(state: State) -> JSONResponse:
    """Whether requests can be served: the database and the cluster answer."""
    problems: list[str] = []
    try:
        async with state.database.read() as session:
            await session.scalar(select(func.count()).select_from(Cursor))
    except Exception as error:  # Any kind of failure means: not ready.
        problems.append(f"database: {type(error).__name__}")
    try:
        await state.client.clock()
    except Exception as error:
        problems.append(f"cluster: {type(error).__name__}")
    body = {"status": "ok" if not problems else "not ready", "problems": problems, "time": int(time.time())}
    return JSONResponse(body, 200 if not problems else 503)

"""Readings that meters push, with their own keys; nobody else's word counts."""

from __future__ import annotations

import hmac
from base64 import b64decode
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from pydantic import Field
from solders.pubkey import Pubkey
from solders.signature import Signature
from sqlalchemy import select

from gridtokenx.market.ami import Reading
from gridtokenx.services.api.identity import MaybeSession
from gridtokenx.services.api.problems import Problem
from gridtokenx.services.api.routes.router import new_router
from gridtokenx.services.api.state import ApiState, State
from gridtokenx.services.api.values import U64, Body, MeterId, Time
from gridtokenx.services.database.account_tables import MeterRow
from gridtokenx.services.database.service_tables import Ingest, MeterKey
from gridtokenx.services.intake.accept import Accepted, Verdict

router = new_router("readings")
STATUS = {Verdict.TAKEN: 202, Verdict.SAME: 200, Verdict.DIFFERS: 409, Verdict.IMPLAUSIBLE: 422}
LARGEST_COUNTER = 2**63 - 1


class ReadingBody(Body):
    """Document A's body: Wh of the quarter-hour that ended at `timestamp`, unix seconds."""

    meter_id: MeterId
    generation: U64
    consumption: U64
    timestamp: Time


class ReadingsBody(Body):
    """Several readings."""

    readings: Annotated[list[ReadingBody], Field(min_length=1, max_length=500)]


def key_hash(secret: str, key: str) -> str:
    """The stored part of an API key: its keyed hash, which is of no use without the secret."""
    return hmac.new(secret.encode(), key.encode(), sha256).hexdigest()


async def meters_of(request: Request, state: State) -> set[str]:
    """Whose readings the request may bring: of the meters of the API key, or of the key that signed it."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and key:
        return await _by_key(state, key)
    if "x-meter-signature" in request.headers:
        return await _by_signature(state, request)
    raise Problem(401, "no meter's key", "send Authorization: Bearer KEY, or X-Meter-Signature with its counter")


async def _by_key(state: ApiState, key: str) -> set[str]:
    value = key_hash(state.settings.secret.get_secret_value(), key)
    async with state.database.read() as session:
        rows = await session.scalars(
            select(MeterKey).where(MeterKey.value == value, MeterKey.kind == "api_key", MeterKey.revoked_at.is_(None))
        )
        found = {row.meter_id for row in rows}
    if not found:
        raise Problem(401, "unknown key", "the registry authority gives keys to meters")
    return found


async def _by_signature(state: ApiState, request: Request) -> set[str]:
    """Ed25519 over the counter, a line break, and the raw body. A counter is used once, and grows."""
    headers = request.headers
    try:
        counter = int(headers.get("x-meter-counter", ""))
        signature = Signature.from_bytes(b64decode(headers["x-meter-signature"], validate=True))
        key = Pubkey.from_string(headers.get("x-meter-key", ""))
    except ValueError:
        raise Problem(401, "the signature cannot be read", "send X-Meter-Key, -Counter and -Signature") from None
    if not 0 < counter <= LARGEST_COUNTER:
        raise Problem(401, "the counter cannot be used", "send a whole number that grows")
    signed = f"{counter}\n".encode() + await request.body()
    async with state.database.write() as session:
        query = select(MeterKey).where(MeterKey.value == str(key), MeterKey.kind == "ed25519")
        row = (await session.scalars(query.where(MeterKey.revoked_at.is_(None)).with_for_update())).first()
        if row is None or not signature.verify(key, signed):
            raise Problem(401, "the signature is wrong", "sign the counter, a line break and the body")
        if counter <= row.counter:
            raise Problem(409, "replayed", f"the last counter was {row.counter}; send a greater one")
        row.counter = counter
        return {row.meter_id}


Meters = Annotated[set[str], Depends(meters_of)]


def _reading(body: ReadingBody, meters: set[str]) -> Reading:
    if body.meter_id not in meters:
        raise Problem(403, "not this key's meter", f"the key is not of {body.meter_id}")
    return Reading(body.timestamp, body.meter_id, body.generation, body.consumption)


def _told(result: Accepted) -> dict[str, Any]:
    return {
        "id": result.id,
        "meter_id": result.reading.meter_id,
        "timestamp": result.reading.timestamp,
        "status": STATUS[result.verdict],
        "state": result.state,
        "reason": result.reason,
    }


@router.post("/api/oracle/meter-reading", status_code=202)
async def one(body: ReadingBody, meters: Meters, state: State, response: Response) -> dict[str, Any]:
    """Takes a reading in: 202 taken, 200 the same again, 409 another was taken, 422 implausible. It is kept then."""
    (result,) = await state.intake.accept([_reading(body, meters)])
    status = STATUS[result.verdict]
    if status >= 400:
        raise Problem(status, "the reading is not taken", result.reason or "", id=result.id, state=result.state)
    response.status_code = status
    return {"success": True, **_told(result)}


@router.post("/api/oracle/meter-readings", status_code=202)
async def many(body: ReadingsBody, meters: Meters, state: State) -> dict[str, Any]:
    """Takes up to 500 readings in; each has its own status."""
    readings = [_reading(item, meters) for item in body.readings]
    results = await state.intake.accept(readings)
    return {"results": [_told(result) for result in results]}


async def _may_read(request: Request, session: MaybeSession, state: State) -> tuple[set[str], str | None]:
    """The meters of the caller's key, or the caller's wallet."""
    if session is not None:
        return set(), session.wallet
    return await meters_of(request, state), None


@router.get("/api/readings/{reading_id}")
async def reading(
    reading_id: str, caller: Annotated[tuple[set[str], str | None], Depends(_may_read)], state: State
) -> dict[str, Any]:
    """How far a reading got."""
    meters, wallet = caller
    async with state.database.read() as session:
        row = await session.get(Ingest, reading_id)
        allowed = row is not None and row.meter_id in meters
        if row is not None and wallet is not None:
            own = select(MeterRow.address).where(MeterRow.meter_id == row.meter_id, MeterRow.owner == wallet)
            allowed = (await session.scalar(own)) is not None or "operator" in await state.roles.of(wallet)
    if row is None or not allowed:
        raise Problem(404, "there is no such reading", "it is not of a meter of yours")
    return {
        "id": row.id,
        "meter_id": row.meter_id,
        "timestamp": row.interval_end,
        "generation": str(row.generated_wh),
        "consumption": str(row.consumed_wh),
        "state": row.state,
        "signature": row.signature,
        "slot": row.slot,
        "reason": row.reason,
    }

"""A POST under the same Idempotency-Key does nothing again: it gets the first one's answer."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Coroutine
from hashlib import sha256
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from sqlalchemy import delete

from gridtokenx.services.api.identity import COOKIE
from gridtokenx.services.api.problems import TYPE, Problem
from gridtokenx.services.api.state import ApiState
from gridtokenx.services.database.service_tables import Idempotency

HEADER = "idempotency-key"
LONGEST = 200
KEPT_SECONDS = 86_400
GIVEN_UP_SECONDS = 300
"""No request takes longer: a transaction lands within the life of its blockhash, or never."""
CHANGES = ("POST", "DELETE", "PUT")


class IdempotentRoute(APIRoute):
    """A route whose changes are done once for each key."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's handler, behind the table of keys."""
        handle = super().get_route_handler()

        async def once(request: Request) -> Response:
            key = request.headers.get(HEADER)
            if key is None or request.method not in CHANGES:
                return await handle(request)
            if not 1 <= len(key) <= LONGEST:
                raise Problem(422, "the Idempotency-Key cannot be used", f"send 1 to {LONGEST} characters")
            return await _once(request, key, handle)

        return once


async def _once(request: Request, key: str, handle: Callable[[Request], Coroutine[Any, Any, Response]]) -> Response:
    state: ApiState = request.app.state.gridtokenx
    credential = request.cookies.get(COOKIE) or request.headers.get("authorization", "")
    owner = sha256(credential.encode()).hexdigest()
    body = await request.body()
    digest = sha256(f"{request.method} {request.url.path}\n".encode() + body).hexdigest()
    if (known := await _claim(state, owner, key, digest)) is not None:
        return known
    done = False
    try:
        response = await handle(request)
        done = response.status_code < 500 and not response.headers.get("set-cookie")
        if done:
            await _keep(state, owner, key, response)
        return response
    finally:
        if not done:
            async with state.database.write() as session:
                await session.execute(delete(Idempotency).where(Idempotency.owner == owner, Idempotency.key == key))


async def _claim(state: ApiState, owner: str, key: str, digest: str) -> Response | None:
    """Takes a key for a request; the first answer, if it was taken before."""
    now = int(time.time())
    async with state.database.write() as session:
        await session.execute(delete(Idempotency).where(Idempotency.created_at < now - KEPT_SECONDS))
        row = await session.get(Idempotency, (owner, key), with_for_update=True)
        if row is not None and row.status is None and row.created_at < now - GIVEN_UP_SECONDS:
            # Its process ended before it could answer.
            await session.delete(row)
            await session.flush()
            row = None
        if row is None:
            session.add(
                Idempotency(owner=owner, key=key, request_hash=digest, status=None, answer=None, created_at=now)
            )
            return None
    if row.request_hash != digest:
        raise Problem(422, "the Idempotency-Key was used", "it belongs to another request; send a new one")
    if row.status is None or row.answer is None:
        raise Problem(409, "the same request is under way", "wait for its answer")
    media = TYPE if row.status >= 400 else "application/json"
    return JSONResponse(row.answer["body"], row.status, {"idempotent-replay": "true"}, media_type=media)


async def _keep(state: ApiState, owner: str, key: str, response: Response) -> None:
    content = json.loads(bytes(response.body)) if response.body else None
    async with state.database.write() as session:
        row = await session.get(Idempotency, (owner, key))
        if row is not None:
            row.status, row.answer = response.status_code, {"body": content}

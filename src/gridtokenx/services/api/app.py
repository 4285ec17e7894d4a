"""The application: routes, limits, and what is there once for all requests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gridtokenx.services.api import problems
from gridtokenx.services.api.prepared import keep_following
from gridtokenx.services.api.problems import Problem
from gridtokenx.services.api.routes import (
    admin,
    auth,
    certificates,
    energy,
    market,
    operations,
    orders,
    readings,
    tokens,
    transactions,
    users,
)
from gridtokenx.services.api.state import ApiState
from gridtokenx.services.page.routes import add_page

VERSION = "1"
ROUTERS = (auth, users, readings, tokens, orders, transactions, certificates, market, energy, admin, operations)
HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"DENY",
    b"content-security-policy": (
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        b"font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
}


def create_app(state: ApiState | None = None) -> FastAPI:
    """The application. Without `state` it serves nothing but its own description."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncGenerator[None, None]:
        if state is None:
            yield
            return
        tasks = [asyncio.create_task(state.hub.run()), asyncio.create_task(keep_following(state))]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    app = FastAPI(
        title="GridTokenX",
        version=VERSION,
        description="A campus energy market. Every change of the chain takes two steps: prepare, then send what the "
        "wallet signed. Energy in Wh; u64 as text; times in unix seconds.",
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.gridtokenx = state
    problems.install(app)
    for module in ROUTERS:
        app.include_router(module.router)
    add_page(app)
    limit = 262_144 if state is None else state.settings.body_limit
    app.add_middleware(RequestLimits, most=limit)
    return app


NUL = b"%00"
BODY_SECONDS = 30.0
"""How long a part of a body may take."""


class RequestLimits:
    """Refuses addresses that no database keeps and bodies that are too large, before they are read; and puts the
    security headers on every answer."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app = app
        self.most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        received, whole = 0, False

        async def guarded() -> Message:
            nonlocal received, whole
            try:
                async with asyncio.timeout(None if whole else BODY_SECONDS):
                    message = await receive()
            except TimeoutError:
                raise Problem(408, "the body does not come", f"send all of it within {BODY_SECONDS:g} s") from None
            whole = not message.get("more_body", False)
            received += len(message.get("body", b""))
            if received > self.most:
                raise Problem(413, "the body is too large", f"send {self.most} bytes at most")
            return message

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                names = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *((k, v) for k, v in HEADERS.items() if k not in names)]
            await send(message)

        if NUL in scope.get("raw_path", b"") or NUL in scope["query_string"]:
            response = problems.answer(Problem(400, "the address is malformed", "it has the character NUL in it"))
            await response(scope, receive, with_headers)
            return
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if length.isdigit() and int(length) > self.most:
            response = problems.answer(Problem(413, "the body is too large", f"send {self.most} bytes at most"))
            await response(scope, receive, with_headers)
            return
        await self.app(scope, guarded, with_headers)

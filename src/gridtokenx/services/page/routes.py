"""The pages and their parts: rendered here, from the same state as the API's answers."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, cast

from fastapi import APIRouter, FastAPI, Query, Request, Response
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from gridtokenx.services.api.identity import MaybeSession
from gridtokenx.services.api.state import ApiState, State
from gridtokenx.services.page import words
from gridtokenx.services.page.figures.campus import campus_figures
from gridtokenx.services.page.figures.market import market_figures
from gridtokenx.services.page.figures.own import own_figures
from gridtokenx.services.page.figures.spans import PlotSpan
from gridtokenx.services.page.figures.status import operator_figures, status_figures

HERE = Path(__file__).parent
PUBLIC_SECONDS = 1.0
router = APIRouter(include_in_schema=False)
templates = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=select_autoescape(), undefined=StrictUndefined
)


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


FILTERS: dict[str, Callable[..., str]] = {
    "kwh": words.kwh,
    "grid": words.grid,
    "sol": words.sol,
    "plain_price": words.plain_price,
    "place": words.place,
    "money": words.money,
    "short": words.short,
    "clock": words.clock,
    "ago": words.ago,
    "json": _json,
}
cast(Any, templates).filters.update(FILTERS)
cast(Any, templates).globals["percent"] = words.percent


async def _page(request: Request, name: str, state: ApiState, session: Any, **figures: Any) -> Response:
    wallet = None if session is None else session.wallet
    roles: set[str] = set() if wallet is None else await state.roles.of(wallet)
    told = {
        "wallet": wallet,
        "csrf": "" if session is None else session.csrf,
        "roles": roles,
        "zone": state.settings.zone,
        "zone_name": state.settings.time_zone,
        "demo": state.settings.demo_wallets,
        "part": "hx-request" in request.headers,
        "path": request.url.path,
        "here": str(request.url.path) + (f"?{request.url.query}" if request.url.query else ""),
        **figures,
    }
    return Response(templates.get_template(name).render(told), media_type="text/html; charset=utf-8")


async def public(state: ApiState, key: Hashable, make: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
    """Figures that are the same for everybody: a second old at most, however many look."""
    return await state.kept.get(key, PUBLIC_SECONDS, make)


@router.get("/")
async def market(
    request: Request, state: State, session: MaybeSession, epoch: Annotated[int | None, Query(ge=0, le=2**53)] = None
) -> Response:
    """Price and volume, curves, trades: for everybody."""
    figures = await public(state, ("market", epoch), lambda: market_figures(state, epoch))
    return await _page(request, "market.html", state, session, **figures)


@router.get("/me")
async def me(request: Request, state: State, session: MaybeSession, span: PlotSpan = PlotSpan.DAY) -> Response:
    """One's own quarter-hours, balances, orders, trades, certificates."""
    if session is None:
        return await _page(request, "sign_in.html", state, session)
    figures = await own_figures(state, session.wallet, span)
    now = datetime.fromtimestamp((await state.market())[1], state.settings.zone)
    return await _page(request, "me.html", state, session, month=now.strftime("%Y-%m"), **figures)


@router.get("/campus")
async def campus(request: Request, state: State, session: MaybeSession, span: PlotSpan = PlotSpan.DAY) -> Response:
    """The campus's energy: flows, self-sufficiency, buildings."""
    now = datetime.fromtimestamp((await state.market())[1], state.settings.zone)
    figures = await public(state, ("campus", span), lambda: campus_figures(state, span))
    return await _page(request, "campus.html", state, session, month=now.strftime("%Y-%m"), **figures)


@router.get("/status")
async def status(request: Request, state: State, session: MaybeSession) -> Response:
    """How the services are: for everybody."""
    figures = await public(state, "status", lambda: status_figures(state))
    return await _page(request, "status.html", state, session, **figures)


@router.get("/operator")
async def operator(request: Request, state: State, session: MaybeSession) -> Response:
    """How the services are, and what waits for a person; for operators."""
    if session is None or "operator" not in await state.roles.of(session.wallet):
        return await _page(request, "sign_in.html", state, session)
    return await _page(request, "operator.html", state, session, **await operator_figures(state, session.wallet))


def add_page(app: FastAPI) -> None:
    """Puts the page beside the API."""
    app.include_router(router)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")

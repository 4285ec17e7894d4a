"""The objects that every request may use: client, database, settings, sponsor."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from gridtokenx.chain.connection.client import Client
from gridtokenx.market.read import require
from gridtokenx.market.records import Market
from gridtokenx.services.alerts import Alerts
from gridtokenx.services.api.hub import EventHub
from gridtokenx.services.api.kept import SLOT_SECONDS, KeptAnswers
from gridtokenx.services.api.roles import ChainRoles
from gridtokenx.services.config.settings import Settings
from gridtokenx.services.database.engine import Database
from gridtokenx.services.intake.meters import MeterBook
from gridtokenx.services.intake.together import Together
from gridtokenx.services.keys.sponsor import Sponsor


@dataclass
class ApiState:
    """There once for all requests of a process."""

    settings: Settings
    client: Client
    database: Database
    sponsor: Sponsor | None
    hub: EventHub
    roles: ChainRoles
    book: MeterBook
    alerts: Alerts = field(init=False)
    intake: Together = field(init=False)
    kept: KeptAnswers = field(default_factory=KeptAnswers)

    def __post_init__(self) -> None:
        self.alerts = Alerts(self.database)
        self.intake = Together(self.database, self.book, "http")

    async def market(self) -> tuple[Market, int]:
        """The market's account and the chain's clock, a slot old at most. Raises StateError before it is there."""

        async def ask() -> tuple[Market, int]:
            found = await require(self.client, Market, self.client.addresses.market, "initialize the market")
            return found, await self.client.clock()

        return await self.kept.get("market", SLOT_SECONDS, ask)


async def state_of(request: Request) -> ApiState:
    """The application's state. A coroutine: for a plain function, every request would go through a thread."""
    return request.app.state.gridtokenx


State = Annotated[ApiState, Depends(state_of)]

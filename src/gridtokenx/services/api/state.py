"""The objects that every request may use: client, database, settings, sponsor."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from gridtokenx.chain.connection.client import Client
from gridtokenx.services.alerts import Alerts
from gridtokenx.services.api.hub import EventHub
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

    def __post_init__(self) -> None:
        self.alerts = Alerts(self.database)
        self.intake = Together(self.database, self.book, "http")


def state_of(request: Request) -> ApiState:
    """The application's state."""
    return request.app.state.gridtokenx


State = Annotated[ApiState, Depends(state_of)]

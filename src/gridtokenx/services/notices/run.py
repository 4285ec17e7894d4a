"""The role of notices: writes them down, sends them."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError

from gridtokenx.services.config.settings import Settings
from gridtokenx.services.database.engine import Database
from gridtokenx.services.database.lease import Lease, LeaseLost
from gridtokenx.services.notices.outbox import Outbox
from gridtokenx.services.notices.send import Sender

IDLE_SECONDS = 1.0

log = structlog.get_logger("notices")


@dataclass
class NoticesRole:
    """Runs until it is cancelled."""

    database: Database
    settings: Settings

    async def run(self) -> None:
        """Tells everybody what concerns him."""
        lease, told = Lease(self.database, "notices"), self.settings
        outbox = Outbox(self.database, lease, told.operator_mail, told.zone)
        secret = told.secret.get_secret_value()
        sender = Sender(self.database, told.smtp, told.mail_from, secret, told.webhooks_private)
        try:
            while True:
                try:
                    if await lease.take():
                        read = await outbox.step()
                        sent = await sender.step()
                        if read or sent:
                            continue
                except LeaseLost:
                    log.warning("another process took over")
                except (SQLAlchemyError, OSError) as error:
                    log.warning("database away", error=str(error))
                await asyncio.sleep(IDLE_SECONDS)
        finally:
            with contextlib.suppress(Exception):
                await lease.release()

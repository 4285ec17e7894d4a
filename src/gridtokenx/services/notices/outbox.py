"""Events and alerts become notices, in one database transaction with how far the events were read."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from gridtokenx.services.database.account_tables import EpochRow
from gridtokenx.services.database.chain_tables import ChainEvent, Cursor
from gridtokenx.services.database.engine import Database
from gridtokenx.services.database.lease import Lease
from gridtokenx.services.database.service_tables import Alert, Contact, Notification
from gridtokenx.services.notices.compose import OPERATOR, notices_of

PAGE = 500
CURSOR = "notices"
WITHOUT_CURVES = (defer(EpochRow.offers), defer(EpochRow.bids))


@dataclass
class Outbox:
    """Writes notices down. `operator_mail`: where alerts go. `zone`: the campus's."""

    database: Database
    lease: Lease
    operator_mail: str | None = None
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    async def step(self) -> int:
        """Makes notices of what is new; how many events were read."""
        async with self.database.write() as session:
            await self.lease.guard(session)
            cursor = await session.get(Cursor, CURSOR)
            at = 0 if cursor is None else cursor.value
            query = select(ChainEvent).where(ChainEvent.seq > at, ~ChainEvent.retracted)
            events = (await session.scalars(query.order_by(ChainEvent.seq).limit(PAGE))).all()
            for event in events:
                quarter = await self._quarter(session, event)
                for place, (recipient, text) in enumerate(notices_of(event.name, event.fields, quarter)):
                    cause = f"{event.signature}:{event.ordinal}:{place}"
                    await self._notice(session, cause, recipient, text)
            if events:
                await session.merge(Cursor(name=CURSOR, value=events[-1].seq))
            for alert in (await session.scalars(select(Alert))).all():
                words = f"{alert.text}. What to do: {alert.what_to_do}"
                await self._notice(session, f"alert:{alert.name}:{alert.since}", OPERATOR, words)
        return len(events)

    async def _quarter(self, session: AsyncSession, event: ChainEvent) -> str:
        """The end of a trade's quarter-hour on the campus; nothing for other events."""
        if event.name != "OrderMatched":
            return ""
        row = await session.get(EpochRow, int(event.fields["epoch"]), options=WITHOUT_CURVES)
        return "" if row is None else datetime.fromtimestamp(row.ends_at, self.zone).strftime("%d %b %H:%M")

    async def _notice(self, session: AsyncSession, cause: str, recipient: str, text: str) -> None:
        present = select(Notification.id).where(Notification.cause == cause)
        if (await session.scalars(present)).first() is not None:
            return
        channels = {"page": recipient}
        if recipient == OPERATOR:
            if self.operator_mail is not None:
                channels["mail"] = self.operator_mail
        else:
            contact = await session.get(Contact, recipient)
            if contact is not None and contact.mail:
                channels["mail"] = contact.mail
            if contact is not None and contact.webhook:
                channels["webhook"] = contact.webhook
        now = int(time.time())
        for channel, to in channels.items():
            session.add(
                Notification(
                    id=secrets.token_hex(12),
                    cause=cause,
                    channel=channel,
                    recipient=to,
                    text=text,
                    created_at=now,
                    sent_at=now if channel == "page" else None,
                    attempts=0,
                    next_attempt=0,
                )
            )

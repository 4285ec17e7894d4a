"""Takes messages in: maps each by its meter's last registers, and keeps registers and reading together."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from gridtokenx.services.bridge.mapper import CannotMap, Registers, map_message
from gridtokenx.services.database.engine import Database
from gridtokenx.services.database.service_tables import DeadLetter, Ingest, Register
from gridtokenx.services.database.storable import storable
from gridtokenx.services.intake.accept import Accepted, Verdict, accept
from gridtokenx.services.intake.meters import MeterBook


@dataclass
class Intake:
    """The function that every source gives its messages to."""

    database: Database
    book: MeterBook
    zone: ZoneInfo

    async def take(self, meter_id: str, message: Mapping[str, Any], source: str) -> Accepted | None:
        """Takes a message in; None for the first registers of a device, and for the same again.

        When it returns, it is kept: as a reading, or as a dead letter. Raises CannotMap when it is a dead letter.
        """
        async with self.database.read() as session:
            row = await session.get(Register, meter_id)
            after = await session.scalar(select(func.max(Ingest.interval_end)).where(Ingest.meter_id == meter_id))
        last = None if row is None else Registers(row.serial, row.timestamp, row.imported, row.exported)
        if last is not None:
            after = max(after or 0, last.timestamp)
        try:
            mapped = map_message(meter_id, message, last, self.zone, after or 0)
        except CannotMap as error:
            await self.bury(source, f"{meter_id}: {dict(message)}", str(error))
            raise
        result = None
        if mapped.reading is not None:
            (result,) = await accept(self.database, self.book, [mapped.reading], source)
            if result.verdict is Verdict.DIFFERS:
                await self.bury(source, f"{meter_id}: {dict(message)}", result.reason or "")
        if mapped.registers is not None:
            # After the reading: when the process ends in between, the same message makes the same reading again.
            await self._keep(meter_id, mapped.registers)
        return result

    async def _keep(self, meter_id: str, new: Registers) -> None:
        async with self.database.write() as session:
            await session.merge(
                Register(
                    meter_id=meter_id,
                    serial=new.serial,
                    timestamp=new.timestamp,
                    imported=new.imported,
                    exported=new.exported,
                )
            )

    async def bury(self, source: str, content: str, reason: str) -> None:
        """Keeps what is no reading, with the reason, for a person."""
        async with self.database.write() as session:
            session.add(
                DeadLetter(
                    id=secrets.token_hex(12),
                    source=source,
                    content=storable(content)[:4_000],
                    reason=storable(reason)[:4_000],
                    created_at=int(time.time()),
                    state="open",
                    ingest_id=None,
                )
            )

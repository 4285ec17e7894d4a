"""Alerts that a person must handle: each lasts until its cause is gone, and says what to do."""

from __future__ import annotations

import time
from dataclasses import dataclass

from sqlalchemy import select

from gridtokenx.services.database.chain_tables import Cursor
from gridtokenx.services.database.engine import Database
from gridtokenx.services.database.service_tables import Alert


@dataclass
class Alerts:
    """Alerts in the database, so that every process and the page see the same."""

    database: Database

    async def tell(self, name: str, text: str, what_to_do: str) -> bool:
        """Raises an alert, or renews its words; whether it is new."""
        async with self.database.write() as session:
            row = await session.get(Alert, name)
            if row is None:
                session.add(Alert(name=name, text=text, what_to_do=what_to_do, since=int(time.time())))
                return True
            row.text, row.what_to_do = text, what_to_do
            return False

    async def clear(self, name: str) -> None:
        """The cause is gone."""
        async with self.database.read() as session:
            present = await session.get(Alert, name)
        if present is not None:
            async with self.database.write() as session:
                row = await session.get(Alert, name)
                if row is not None:
                    await session.delete(row)

    async def note(self, name: str, value: int) -> None:
        """Remembers when something went well."""
        async with self.database.write() as session:
            await session.merge(Cursor(name=name, value=value))

    async def all(self) -> list[Alert]:
        """Those that last, the oldest first."""
        async with self.database.read() as session:
            return list((await session.scalars(select(Alert).order_by(Alert.since))).all())

"""A lease in the database, with a fencing number, for work that only one process may do."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from gridtokenx.chain.errors import GridTokenXError
from gridtokenx.services.database.engine import Database
from gridtokenx.services.database.service_tables import LeaseRow
from gridtokenx.services.database.upsert import insert_missing

LEASE_SECONDS = 15.0


class LeaseLost(GridTokenXError):
    """Another process does this work now; whoever lost the lease must not write any more."""


@dataclass
class Lease:
    """One process's claim on a role. `fence` is the number under which it works, 0 while it has none."""

    database: Database
    name: str
    seconds: float = LEASE_SECONDS
    holder: str = field(default_factory=lambda: secrets.token_hex(8))
    fence: int = 0

    async def take(self) -> bool:
        """Takes or renews the lease; whether this process has it."""
        async with self.database.write() as session:
            row = await session.get(LeaseRow, self.name, with_for_update=True)
            if row is None:
                # Two processes may find none at the same moment.
                await insert_missing(session, LeaseRow(name=self.name, holder="", fence=0, expires_ms=0))
                row = await session.get_one(LeaseRow, self.name, with_for_update=True)
            now = int(time.time() * 1000)
            if row.holder == self.holder and row.fence == self.fence:
                row.expires_ms = now + int(self.seconds * 1000)
            elif row.expires_ms <= now:
                row.holder, row.fence, row.expires_ms = self.holder, row.fence + 1, now + int(self.seconds * 1000)
            else:
                self.fence = 0
                return False
            self.fence = row.fence
        return True

    async def guard(self, session: AsyncSession) -> None:
        """Raises LeaseLost unless this process still has the lease; to be called in the transaction that writes."""
        row = await session.get(LeaseRow, self.name, with_for_update=True)
        if row is None or row.holder != self.holder or row.fence != self.fence:
            raise LeaseLost(f"another process has the lease {self.name}")

    async def release(self) -> None:
        """Lets the next one have it at once."""
        async with self.database.write() as session:
            row = await session.get(LeaseRow, self.name, with_for_update=True)
            if row is not None and row.holder == self.holder and row.fence == self.fence:
                row.expires_ms = 0
        self.fence = 0

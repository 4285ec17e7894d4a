"""How many days the services' keys can still pay, from what they spent since they were last looked at."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from solders.pubkey import Pubkey

from gridtokenx.chain.connection.client import Client
from gridtokenx.market.units import LAMPORTS_PER_SOL
from gridtokenx.services.alerts import Alerts

FEW_DAYS = 7.0
FEW_LAMPORTS = LAMPORTS_PER_SOL // 10
DAY = 86_400.0
LEAST_SECONDS = 600.0
FUNDS = "funds "
"""Before the names under which balances (lamports) and days are noted for the page."""


@dataclass
class Funds:
    """Looks at the balances of keys by name."""

    client: Client
    alerts: Alerts
    keys: dict[str, Pubkey]
    _first: dict[str, tuple[float, int]] = field(default_factory=dict[str, tuple[float, int]])

    async def look(self) -> dict[str, float | None]:
        """Days that each key can pay as it did so far; None while nothing tells that. Alerts for those with few."""
        left: dict[str, float | None] = {}
        for name, key in self.keys.items():
            balance = (await self.client.connection.get_balance(key)).value
            since, before = self._first.setdefault(name, (time.monotonic(), balance))
            elapsed, spent = time.monotonic() - since, before - balance
            days = balance / spent * elapsed / DAY if spent > 0 and elapsed > LEAST_SECONDS else None
            left[name] = days
            await self.alerts.note(FUNDS + name, balance)
            if days is not None:
                await self.alerts.note(f"{FUNDS}{name} days", int(days))
            if balance < FEW_LAMPORTS or (days is not None and days < FEW_DAYS):
                words = f"the {name}'s key {key} has {balance / LAMPORTS_PER_SOL:.3f} SOL left"
                await self.alerts.tell(f"funds of {name}", words, f"send it SOL: {key}")
            else:
                await self.alerts.clear(f"funds of {name}")
        return left

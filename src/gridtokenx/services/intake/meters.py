"""Meters and limits, as on the chain, kept for a few seconds."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from gridtokenx.chain.connection.client import Client
from gridtokenx.market.read import fetch_many, require
from gridtokenx.market.records import MeterAccount, OracleData
from gridtokenx.services.intake.judge import AHEAD, OracleLimits

KEPT_SECONDS = 2.0
MOST_KEPT = 10_000


@dataclass
class MeterBook:
    """Meters by id, and the oracle's limits."""

    client: Client
    _meters: dict[str, tuple[float, MeterAccount | None]] = field(
        default_factory=dict[str, tuple[float, MeterAccount | None]]
    )
    _limits: tuple[float, OracleLimits] | None = None

    async def meters(self, ids: Sequence[str]) -> dict[str, MeterAccount | None]:
        """Meters as they stood a few seconds ago at most. Raises ValueError for what is no id."""
        now = time.monotonic()
        asked = list(dict.fromkeys(ids))
        old = [one for one in asked if one not in self._meters or now - self._meters[one][0] > KEPT_SECONDS]
        if old:
            if len(self._meters) > MOST_KEPT:
                self._meters.clear()
                old = asked
            found = await fetch_many(self.client, MeterAccount, [self.client.addresses.meter(one) for one in old])
            self._meters |= {one: (now, meter) for one, meter in zip(old, found, strict=True)}
        return {one: self._meters[one][1] for one in asked}

    async def limits(self, latest: int = 0) -> OracleLimits:
        """The oracle's limits and the chain's clock: asked anew when a reading of `latest` would be ahead of the one
        that is kept, since a clock that was moved, or read a moment ago, makes no reading implausible."""
        now, kept = time.monotonic(), self._limits
        if kept is None or now - kept[0] > KEPT_SECONDS or latest > kept[1].now + AHEAD:
            data = await require(self.client, OracleData, self.client.addresses.oracle_data, "initialize the oracle")
            told = OracleLimits(data.max_reading_wh, data.market_clearing_interval, await self.client.clock())
            kept = self._limits = (now, told)
        return kept[1]

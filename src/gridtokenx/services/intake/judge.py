"""Rules for readings: time, size, meter. An implausible reading waits for a person. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from gridtokenx.market.ami import INTERVAL_SECONDS, Reading
from gridtokenx.market.records import MeterAccount, MeterStatus

AHEAD = 60
"""Seconds that a reading may be ahead of the chain's clock, as the oracle allows."""


@dataclass(frozen=True, slots=True)
class OracleLimits:
    """The limits of the oracle: Wh in either direction for each `interval` seconds; the chain's clock."""

    max_reading_wh: int
    interval: int
    now: int


def implausible(reading: Reading, limits: OracleLimits, meter: MeterAccount | None, enrolled: str | None) -> str | None:
    """Why a reading waits for a person, or None. `enrolled` is the wallet to which the meter belongs, if known."""
    if reading.timestamp % INTERVAL_SECONDS:
        return f"timestamp {reading.timestamp} is not the end of a quarter-hour; send a multiple of {INTERVAL_SECONDS}"
    if reading.timestamp > limits.now + AHEAD:
        return (
            f"timestamp {reading.timestamp} is in the future, the chain's clock is {limits.now}; set the meter's clock"
        )
    if meter is None:
        return f"{reading.meter_id} is not registered on the chain; register it, then retry"
    if meter.status is not MeterStatus.ACTIVE:
        return f"{reading.meter_id} is {meter.status}; the registry authority can activate it"
    if enrolled is not None and enrolled != str(meter.owner):
        return f"{reading.meter_id} is enrolled to {enrolled}, but {meter.owner} owns it on the chain; transfer it"
    if reading.timestamp <= meter.registered_at:
        return f"it was measured before {reading.meter_id} was registered; discard it"
    most = _ceiling(reading, limits, meter)
    for what, energy in (("generated", reading.generated_wh), ("consumed", reading.consumed_wh)):
        if energy > most:
            return f"{energy} Wh {what} is more than the {most} Wh that the meter can have since its last reading"
    return None


def _ceiling(reading: Reading, limits: OracleLimits, meter: MeterAccount) -> int:
    since = max(meter.last_reading_at, meter.registered_at)
    elapsed = max(reading.timestamp - since, limits.interval)
    return limits.max_reading_wh * elapsed // limits.interval

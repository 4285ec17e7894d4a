"""The campus of the month: more meters and days than data/ami has, made of what it has."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import cycle

from gridtokenx.market.ami import Meter, Reading, UserType

DAY_SECONDS = 86_400
CLEARNESS = (50, 100)
"""How much of the clear day's generation a day has, in percent: data/ami is of a sunny day."""
DEMAND = (50, 90)
"""How much of the file's consumption a meter has on a day, in percent: data/ami is of a working day."""


@dataclass(frozen=True)
class Campus:
    """Meters, and for each the meter of data/ami whose day it repeats."""

    meters: list[Meter]
    like: dict[str, str]
    day: dict[str, list[Reading]]
    seed: int = 2026

    def readings(self, number: int) -> list[list[Reading]]:
        """The readings of a day (0 is the file's), a list for each quarter-hour. Wh; the same in every run."""
        r = random.Random(f"{self.seed} {number}")
        clearness = r.randint(*CLEARNESS)
        demand = {meter.meter_id: r.randint(*DEMAND) for meter in self.meters}
        days = [
            [_on_day(reading, id, number, clearness, demand[id]) for reading in self.day[self.like[id]]]
            for id in demand
        ]
        return [list(quarter) for quarter in zip(*days, strict=True)]


def _on_day(reading: Reading, meter_id: str, day: int, clearness: int, demand: int) -> Reading:
    generated = reading.generated_wh * clearness // 100
    consumed = reading.consumed_wh * demand // 100
    return Reading(reading.timestamp + day * DAY_SECONDS, meter_id, generated, consumed)


def make_campus(meters: Sequence[Meter], readings: Sequence[Reading], count: int, solar: int) -> Campus:
    """`count` meters like those of the file in turn, the first `solar` of them with a roof that generates."""
    producers = cycle([m for m in meters if m.user_type is UserType.PROSUMER])
    consumers = cycle([m for m in meters if m.user_type is UserType.CONSUMER])
    made: list[Meter] = []
    like: dict[str, str] = {}
    for number in range(1, count + 1):
        original = next(producers if number <= solar else consumers)
        made.append(replace(original, meter_id=f"METER_{number:03}"))
        like[made[-1].meter_id] = original.meter_id
    day = {meter.meter_id: [r for r in readings if r.meter_id == meter.meter_id] for meter in meters}
    return Campus(made, like, day)

"""A day by quarter-hours, a week by hours, a month by days of the campus's time zone. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

HOUR = 3_600
DAY = 86_400


class PlotSpan(StrEnum):
    """How much time a page shows."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Shown:
    """How a span is shown: seconds back from the newest reading, and how its parts are called and how long they are."""

    seconds: int
    title: str
    parts: str
    step: int


SPANS = {
    PlotSpan.DAY: Shown(DAY, "the last 24 hours", "Quarter-hours", 900),
    PlotSpan.WEEK: Shown(7 * DAY, "the last 7 days", "Hours", HOUR),
    PlotSpan.MONTH: Shown(31 * DAY, "the last 31 days", "Days", DAY),
}


def part_end(time: int, span: PlotSpan, zone: ZoneInfo) -> int:
    """The end of the part of a span in which the quarter-hour that ends at `time` lies."""
    if span is PlotSpan.DAY:
        return time
    if span is PlotSpan.WEEK:
        return -(-time // HOUR) * HOUR
    midnight = datetime.fromtimestamp(time - 1, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((midnight + timedelta(days=1)).timestamp())


def gathered(rows: Iterable[Sequence[int]], span: PlotSpan, zone: ZoneInfo) -> dict[int, list[int]]:
    """Rows of a time and amounts, added up for each part of a span, in order."""
    sums: dict[int, list[int]] = defaultdict(list)
    for time, *amounts in rows:
        before = sums[part_end(time, span, zone)]
        before[:] = [old + new for old, new in zip(before, amounts, strict=True)] if before else amounts
    return dict(sorted(sums.items()))

"""Numbers and times for people: kWh, money, the campus's time."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from gridtokenx.market.units import GRID_DECIMALS, format_units, format_wh

SHORT = 8


def kwh(wh: int | str | None) -> str:
    """Energy, all its digits."""
    return "–" if wh is None else format_wh(int(wh))


def grid(amount: int | str) -> str:
    """GRID from base units."""
    return f"{format_units(int(amount), GRID_DECIMALS)} GRID"


def money(amount: int | str | None, decimals: int = 6) -> str:
    """Payment tokens from base units."""
    return "–" if amount is None else format_units(int(amount), decimals)


def clock(time: int | None, zone: ZoneInfo) -> str:
    """A time on the campus, to the minute."""
    return "–" if not time else datetime.fromtimestamp(time, zone).strftime("%d %b %H:%M")


def short(key: str) -> str:
    """A key as people tell it apart."""
    return key if len(key) <= 2 * SHORT else f"{key[:SHORT]}…"


def percent(part: int, whole: int) -> str:
    """A share."""
    return "–" if whole <= 0 else f"{100 * part / whole:.0f} %"

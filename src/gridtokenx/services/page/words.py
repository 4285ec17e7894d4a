"""Numbers and times for people: kWh, money, the campus's time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from gridtokenx.market.units import GRID_DECIMALS, LAMPORTS_PER_SOL, format_units, format_wh

SHORT = 8
PLACES = 3
"""Decimals that every amount of money has, so that they stand below each other."""


def kwh(wh: int | str | None) -> str:
    """Energy, all its digits."""
    return "–" if wh is None else format_wh(int(wh))


def grid(amount: int | str) -> str:
    """GRID from base units."""
    return f"{_grouped(format_units(int(amount), GRID_DECIMALS))} GRID"


def money(amount: int | str | None, decimals: int = 6) -> str:
    """Payment tokens from base units: all digits, three decimals at least."""
    return "–" if amount is None else _grouped(format_units(int(amount), decimals))


def plain_price(amount: int | str, decimals: int = 6) -> str:
    """A price as a form takes it."""
    return format_units(int(amount), decimals)


def sol(lamports: int) -> str:
    """SOL, to the thousandth."""
    return f"{lamports / LAMPORTS_PER_SOL:,.3f} SOL"


def _grouped(text: str) -> str:
    whole, _, part = text.partition(".")
    return f"{int(whole):,}.{part.ljust(PLACES, '0')}"


def clock(time: int | None, zone: ZoneInfo) -> str:
    """A time on the campus, to the minute."""
    return "–" if not time else datetime.fromtimestamp(time, zone).strftime("%d %b %H:%M")


def ago(seconds: int | None) -> str:
    """How long ago something was."""
    if seconds is None:
        return "not yet"
    for size, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit} ago"
    return f"{max(0, seconds)} s ago"


def short(key: str) -> str:
    """A key as people tell it apart."""
    return key if len(key) <= 2 * SHORT else f"{key[:SHORT]}…"


def place(wallet: str, places: Mapping[str, str]) -> str:
    """A member by where he is, else by his key."""
    return places.get(wallet, short(wallet)).rpartition(", ")[2]


def percent(part: int, whole: int) -> str:
    """A share."""
    return "–" if whole <= 0 else f"{100 * part / whole:.0f} %"

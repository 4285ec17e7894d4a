"""A meter's words become a reading: interval energy, or registers by difference; local times, too. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from gridtokenx.market.ami import METER_ID_MAX, U64_MAX, Reading

IMPORTED, EXPORTED = "1.8.0", "2.8.0"
"""OBIS codes of the registers: active energy drawn, and fed in."""
WH_PER = {"Wh": 1, "kWh": 1_000}
DIGITS = 8
"""Digits of a register unless the meter says otherwise: it rolls over after 99,999,999."""
MOST_DIGITS = 15
MOST_TIME = 2**53 - 1
FIRST_YEAR, LAST_YEAR = 1971, 9998
"""Years whose every moment there is in every time zone."""


class CannotMap(ValueError):
    """A message that is no reading. The words say what to send."""


@dataclass(frozen=True, slots=True)
class Registers:
    """Cumulative registers at a time, Wh; `serial` is the device's."""

    serial: str
    timestamp: int
    imported: int
    exported: int


@dataclass(frozen=True, slots=True)
class Mapped:
    """A reading, or None for the first registers of a device; and the registers to keep. Both are None for registers
    that came before: a broker may deliver a message twice."""

    reading: Reading | None
    registers: Registers | None


def map_message(
    meter_id: str, message: Mapping[str, Any], last: Registers | None, zone: ZoneInfo, after: int
) -> Mapped:
    """The reading in a message, for the interval that ended at its `timestamp`.

    `{"timestamp", "generation", "consumption"}` in Wh, or `{"timestamp", "serial", "registers": {"1.8.0", "2.8.0"}}`
    with `unit` and `digits`. A timestamp is unix seconds, ISO 8601 with an offset, or local time of the campus, which
    the end of summer time has twice: then it is the first that is later than `after`. Raises CannotMap.
    """
    if not (1 <= len(meter_id) <= METER_ID_MAX and meter_id.isascii() and meter_id.isprintable()):
        raise CannotMap(
            f"{meter_id[:METER_ID_MAX]!r} is no meter's id; it has 1 to {METER_ID_MAX} printable ASCII characters"
        )
    timestamp = read_time(message.get("timestamp"), zone, after)
    if "registers" not in message:
        generated, consumed = (_whole(message.get(name), name) for name in ("generation", "consumption"))
        return Mapped(Reading(timestamp, meter_id, generated, consumed), None)
    now, modulus = _registers(message, timestamp)
    if last is None or last.serial != now.serial:
        # An exchanged meter begins anew; what it measured before is the old one's.
        return Mapped(None, now)
    if now == last:
        return Mapped(None, None)
    if now.timestamp <= last.timestamp:
        raise CannotMap(f"registers of {now.timestamp} came after those of {last.timestamp}; they must be in order")
    generated = _difference(last.exported, now.exported, modulus, EXPORTED)
    consumed = _difference(last.imported, now.imported, modulus, IMPORTED)
    return Mapped(Reading(timestamp, meter_id, generated, consumed), now)


def _registers(message: Mapping[str, Any], timestamp: int) -> tuple[Registers, int]:
    values = message["registers"]
    if not isinstance(values, Mapping):
        raise CannotMap('registers is no object; send {"1.8.0": ..., "2.8.0": ...}')
    unit, digits = message.get("unit", "Wh"), message.get("digits", DIGITS)
    if not isinstance(unit, str) or unit not in WH_PER:
        raise CannotMap(f"unit is {unit!r}; send Wh or kWh")
    if not isinstance(digits, int) or isinstance(digits, bool) or not 1 <= digits <= MOST_DIGITS:
        raise CannotMap(f"digits is {digits!r}; send how many digits the register has, 1 to {MOST_DIGITS}")
    serial = message.get("serial")
    if not isinstance(serial, str) or not 1 <= len(serial) <= 64 or not serial.isprintable():
        raise CannotMap("serial is missing; send the device's serial number, so that an exchange is seen")
    given = cast(Mapping[str, Any], values)
    scale, modulus = WH_PER[unit], 10**digits
    imported, exported = (_whole(given.get(code, 0), code) for code in (IMPORTED, EXPORTED))
    for code, value in ((IMPORTED, imported), (EXPORTED, exported)):
        if value >= modulus:
            raise CannotMap(f"{code} is {value}, which has more than {digits} digits")
    return Registers(serial, timestamp, imported * scale, exported * scale), modulus * scale


def _difference(before: int, now: int, modulus: int, code: str) -> int:
    """The count of a register. A smaller value means that it rolled over, unless the difference is more than half of
    its range."""
    if now >= before:
        return now - before
    counted = now + modulus - before
    if counted > modulus // 2:
        raise CannotMap(f"{code} fell from {before} to {now} Wh; was the meter exchanged? then send its new serial")
    return counted


def read_time(value: Any, zone: ZoneInfo, after: int = 0) -> int:
    """Unix seconds of a timestamp. Raises CannotMap, also for a local time that the beginning of summer time skips."""
    if isinstance(value, bool) or value is None:
        raise CannotMap("timestamp is missing; send the end of the interval")
    if isinstance(value, int):
        return _in_time(value)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 15:
        return int(value)
    try:
        told = datetime.fromisoformat(str(value))
        if not FIRST_YEAR <= told.year <= LAST_YEAR:
            raise ValueError
    except ValueError:
        raise CannotMap(f"timestamp is {value!r}; send unix seconds, or ISO 8601") from None
    if told.tzinfo is not None:
        return _seconds(told)
    first, second = (_seconds(told.replace(tzinfo=zone, fold=fold)) for fold in (0, 1))
    back = datetime.fromtimestamp(first, UTC).astimezone(zone).replace(tzinfo=None)
    if back != told:
        raise CannotMap(f"{value} does not exist in {zone.key}: summer time begins then; set the meter's clock")
    return first if first > after else second


def _in_time(seconds: int) -> int:
    if not 0 <= seconds <= MOST_TIME:
        raise CannotMap("timestamp is no time since 1970; send unix seconds, or ISO 8601")
    return seconds


def _seconds(when: datetime) -> int:
    seconds = when.timestamp()
    if seconds != int(seconds):
        raise CannotMap("timestamp has fractions of a second; send the end of a quarter-hour")
    return int(seconds)


def _whole(value: Any, name: str) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 20:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= U64_MAX:
        raise CannotMap(f"{name} is {value!r}; send a whole number of Wh, 0 or more")
    return value

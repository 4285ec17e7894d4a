"""Meters' words: registers that roll over and are exchanged, and the two days of the year that have 92 and 100 quarters."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridtokenx.services.bridge.mapper import CannotMap, Mapped, Registers, map_message, read_time

BERLIN = ZoneInfo("Europe/Berlin")
QUARTER = timedelta(minutes=15)


def day_of_walls(year: int, month: int, day: int) -> list[str]:
    """What a meter's clock on the wall shows at the end of each quarter-hour of a local day."""
    start = datetime(year, month, day, tzinfo=BERLIN).timestamp()
    end = datetime(year, month, day + 1, tzinfo=BERLIN).timestamp()
    count = int(end - start) // 900
    times = [datetime.fromtimestamp(start + 900 * (n + 1), BERLIN) for n in range(count)]
    return [time.replace(tzinfo=None).isoformat() for time in times]


@pytest.mark.parametrize(("date", "quarters"), [((2026, 3, 29), 92), ((2026, 10, 25), 100), ((2026, 7, 1), 96)])
def test_a_day_of_summer_time_has_its_quarters_each_once(date: tuple[int, int, int], quarters: int):
    after = int(datetime(*date, tzinfo=BERLIN).timestamp())
    first, found = after, []
    for wall in day_of_walls(*date):
        after = read_time(wall, BERLIN, after)
        found.append(after)
    assert found == [first + 900 * (n + 1) for n in range(quarters)]


def test_a_time_that_summer_time_skips_is_refused():
    with pytest.raises(CannotMap, match="does not exist"):
        read_time("2026-03-29T02:30:00", BERLIN)


@given(
    st.integers(0, 10**8 - 1), st.lists(st.integers(0, 4 * 10**6), min_size=1, max_size=30), st.integers(0, 10**8 - 1)
)
def test_differences_of_registers_are_what_was_measured(begin: int, measured: list[int], other: int):
    last, total_in, total_out = None, begin, other
    seen: list[tuple[int, int]] = []
    for number, wh in enumerate([0, *measured]):
        total_in, total_out = (total_in + wh) % 10**8, (total_out + 2 * wh) % 10**8
        message = {
            "timestamp": 900 * (number + 1),
            "serial": "A",
            "registers": {"1.8.0": total_in, "2.8.0": str(total_out)},
        }
        mapped = map_message("M", message, last, BERLIN, 0)
        last = mapped.registers
        if mapped.reading is not None:
            seen.append((mapped.reading.consumed_wh, mapped.reading.generated_wh))
    assert seen == [(wh, 2 * wh) for wh in measured]


def test_an_exchanged_meter_begins_anew():
    last = Registers("A", 900, 5_000, 7_000)
    message = {"timestamp": 1800, "serial": "B", "registers": {"1.8.0": 1, "2.8.0": 2}, "unit": "kWh"}
    mapped = map_message("M", message, last, BERLIN, 0)
    assert mapped.reading is None
    assert mapped.registers == Registers("B", 1800, 1_000, 2_000)


def test_registers_that_are_delivered_twice_say_nothing_new():
    last = Registers("A", 900, 5_000, 7_000)
    message = {"timestamp": 900, "serial": "A", "registers": {"1.8.0": 5_000, "2.8.0": 7_000}}
    assert map_message("M", message, last, BERLIN, 0) == Mapped(None, None)


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({}, "timestamp is missing"),
        ({"timestamp": True}, "timestamp is missing"),
        ({"timestamp": "noon"}, "ISO 8601"),
        ({"timestamp": 900, "generation": 1}, "consumption"),
        ({"timestamp": 900, "generation": -1, "consumption": 1}, "generation"),
        ({"timestamp": 900, "generation": 1.5, "consumption": 1}, "generation"),
        ({"timestamp": 900, "serial": "A", "registers": 7}, "no object"),
        ({"timestamp": 900, "registers": {}}, "serial"),
        ({"timestamp": 900, "serial": "A", "registers": {}, "unit": "MWh"}, "unit"),
        ({"timestamp": 1800, "serial": "A", "registers": {"1.8.0": 4, "2.8.0": 7_000}}, "exchanged"),
        ({"timestamp": 900, "serial": "A", "registers": {"1.8.0": 5_001, "2.8.0": 7_000}}, "in order"),
        ({"timestamp": 1800, "serial": "A", "registers": {"1.8.0": 10**8}}, "digits"),
    ],
)
def test_what_is_no_reading_is_told(message: dict[str, Any], words: str):
    with pytest.raises(CannotMap, match=words):
        map_message("M", message, Registers("A", 900, 5_000, 7_000), BERLIN, 0)

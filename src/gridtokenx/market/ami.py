"""Reads the AMI files: which meters there are, and what each of them measured in each quarter-hour."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NoReturn, TypeVar

INTERVAL_SECONDS = 900
"""Length of a metering interval; the trading program's epoch is as long."""

METER_COLUMNS = (
    "meter_id",
    "user",
    "user_type",
    "affiliation",
    "meter_type",
    "location",
    "pv_kwp",
    "pv_planes",
    "load_profile",
    "annual_kwh",
)
READING_COLUMNS = ("timestamp", "meter_id", "generated_wh", "consumed_wh")

METER_ID_MAX = 50
LOCATION_MAX = 100
U64_MAX = 2**64 - 1
I64_MAX = 2**63 - 1


class AmiError(ValueError):
    """A malformed AMI file. The message is `file:line: what is wrong; what to do about it`."""


class UserType(StrEnum):
    """The registry's UserType."""

    PROSUMER = "Prosumer"
    CONSUMER = "Consumer"


class Affiliation(StrEnum):
    """The registry's Affiliation."""

    STUDENT = "Student"
    FACULTY = "Faculty"
    STAFF = "Staff"
    EXTERNAL = "External"


class MeterType(StrEnum):
    """The registry's MeterType."""

    SOLAR = "Solar"
    WIND = "Wind"
    BATTERY = "Battery"
    GRID = "Grid"


@dataclass(frozen=True, slots=True)
class Plane:
    """Orientation of a PV array in degrees: tilt from horizontal, azimuth clockwise from north."""

    tilt: float
    azimuth: float


@dataclass(frozen=True, slots=True)
class Meter:
    """One meter and its user.

    `pv_kwp` is the DC rating in kW, shared equally among `pv_planes` (empty without PV); `load_profile` is
    the name of a BDEW profile and `annual_kwh` the yearly consumption that scales it.
    """

    meter_id: str
    user: str
    user_type: UserType
    affiliation: Affiliation
    meter_type: MeterType
    location: str
    pv_kwp: float
    pv_planes: tuple[Plane, ...]
    load_profile: str
    annual_kwh: float


@dataclass(frozen=True, slots=True)
class Reading:
    """Energy in Wh of one meter over the `INTERVAL_SECONDS` that end at `timestamp` (unix seconds)."""

    timestamp: int
    meter_id: str
    generated_wh: int
    consumed_wh: int


@dataclass(frozen=True, slots=True)
class _Row:
    """A CSV record with its place in the file, so that every complaint can name it."""

    path: Path
    line: int
    fields: dict[str, str]

    def fail(self, message: str) -> NoReturn:
        raise AmiError(f"{self.path}:{self.line}: {message}")


def load_meters(path: Path | str) -> list[Meter]:
    """Meters of `path` in file order. Raises AmiError for anything that the registry would not accept."""
    meters: list[Meter] = []
    first_line: dict[str, int] = {}
    for row in _rows(Path(path), METER_COLUMNS):
        meter = _meter(row)
        if meter.meter_id in first_line:
            row.fail(f"{meter.meter_id} is already on line {first_line[meter.meter_id]}; delete one of the two")
        first_line[meter.meter_id] = row.line
        meters.append(meter)
    if not meters:
        raise AmiError(f"{path}:2: no meters; add one row for each meter")
    return meters


def load_readings(path: Path | str, meters: Sequence[Meter] | None = None) -> list[Reading]:
    """Readings of `path`, sorted by timestamp, then meter, as they stand in the file.

    The file must be complete: intervals follow each other without a gap, and each has one reading of every
    meter (of `meters` if given, otherwise of those in the first interval). Raises AmiError otherwise, and for
    a reading that the oracle would refuse: zero on both sides, negative, or beyond u64.
    """
    rows = list(_rows(Path(path), READING_COLUMNS))
    if not rows:
        raise AmiError(f"{path}:2: no readings; make the file again with data/ami/generate.py")
    readings = [_reading(row) for row in rows]
    known = {meter.meter_id: meter for meter in meters} if meters is not None else None
    if known is not None:
        for row, reading in zip(rows, readings, strict=True):
            _check_meter(row, reading, known)
    _check_order(rows, readings)
    first = readings[0].timestamp
    expected = set(known) if known is not None else {r.meter_id for r in readings if r.timestamp == first}
    _check_complete(rows, readings, expected)
    return readings


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[_Row]:
    """The records of a CSV file whose header is exactly `columns`."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise AmiError(f"{path}: no such file; give the path of a CSV file with {','.join(columns)}") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise AmiError(f"{path}:{line}: not UTF-8; save the file as UTF-8 text") from None
    reader = csv.reader(text.splitlines(), strict=True)
    try:
        header = next(reader, None) or [""]
        if tuple(header) != columns:
            raise AmiError(f"{path}:1: header is '{','.join(header)}'; write '{','.join(columns)}'")
        for record in reader:
            if len(record) != len(columns):
                count = f"{len(record)} field{'' if len(record) == 1 else 's'} instead of {len(columns)}"
                raise AmiError(f"{path}:{reader.line_num}: {count}; write {','.join(columns)}")
            yield _Row(path, reader.line_num, dict(zip(columns, record, strict=True)))
    except csv.Error as error:
        raise AmiError(f"{path}:{reader.line_num}: not CSV ({error}); check the quotes") from None


def _meter(row: _Row) -> Meter:
    meter = Meter(
        meter_id=_text(row, "meter_id", METER_ID_MAX),
        user=_text(row, "user", LOCATION_MAX),
        user_type=_choice(row, "user_type", UserType),
        affiliation=_choice(row, "affiliation", Affiliation),
        meter_type=_choice(row, "meter_type", MeterType),
        location=_text(row, "location", LOCATION_MAX),
        pv_kwp=_number(row, "pv_kwp"),
        pv_planes=_planes(row),
        load_profile=_text(row, "load_profile", LOCATION_MAX),
        annual_kwh=_number(row, "annual_kwh"),
    )
    if meter.annual_kwh == 0:
        row.fail("annual_kwh is 0; give the meter a consumption, since a reading of zero on both sides is refused")
    if bool(meter.pv_planes) != (meter.pv_kwp > 0):
        row.fail(
            f"pv_kwp is {meter.pv_kwp:g} with {len(meter.pv_planes)} pv_planes; "
            "give both, or 0 and nothing for a meter without PV"
        )
    if meter.user_type is UserType.CONSUMER and meter.pv_kwp > 0:
        row.fail("a Consumer with PV; write Prosumer, or pv_kwp 0 and no pv_planes")
    return meter


def _reading(row: _Row) -> Reading:
    reading = Reading(
        timestamp=_whole(row, "timestamp", I64_MAX),
        meter_id=_text(row, "meter_id", METER_ID_MAX),
        generated_wh=_whole(row, "generated_wh", U64_MAX),
        consumed_wh=_whole(row, "consumed_wh", U64_MAX),
    )
    if reading.timestamp % INTERVAL_SECONDS:
        row.fail(
            f"timestamp {reading.timestamp} is not the end of a quarter-hour; "
            f"write a multiple of {INTERVAL_SECONDS} seconds"
        )
    if reading.generated_wh == 0 and reading.consumed_wh == 0:
        row.fail("zero on both sides; the oracle refuses such a reading, so give the energy that was measured")
    return reading


def _check_meter(row: _Row, reading: Reading, known: dict[str, Meter]) -> None:
    meter = known.get(reading.meter_id)
    if meter is None:
        row.fail(f"unknown meter {reading.meter_id}; add it to the meter file, or delete the row")
    if meter.user_type is UserType.CONSUMER and reading.generated_wh > 0:
        row.fail(f"{reading.meter_id} is a Consumer but generated {reading.generated_wh} Wh; write 0, or Prosumer")


def _check_order(rows: Sequence[_Row], readings: Sequence[Reading]) -> None:
    first_line: dict[tuple[int, str], int] = {}
    previous: tuple[int, str] | None = None
    for row, reading in zip(rows, readings, strict=True):
        key = (reading.timestamp, reading.meter_id)
        if key in first_line:
            row.fail(
                f"{reading.meter_id} at {reading.timestamp} is already on line {first_line[key]}; delete one of the two"
            )
        if previous is not None and key < previous:
            row.fail(
                f"{reading.meter_id} at {reading.timestamp} comes after {previous[1]} at {previous[0]}; "
                "sort the rows by timestamp, then meter_id"
            )
        first_line[key] = row.line
        previous = key


def _check_complete(rows: Sequence[_Row], readings: Sequence[Reading], expected: set[str]) -> None:
    """Every interval is there, with every meter; `readings` are sorted and without duplicates."""
    by_time: dict[int, set[str]] = {}
    last_row: dict[int, _Row] = {}
    previous: int | None = None
    for row, reading in zip(rows, readings, strict=True):
        timestamp = reading.timestamp
        if previous is not None and timestamp - previous > INTERVAL_SECONDS:
            row.fail(
                f"gap: {timestamp} follows {previous}; add the readings from {previous + INTERVAL_SECONDS} "
                f"to {timestamp - INTERVAL_SECONDS}"
            )
        by_time.setdefault(timestamp, set()).add(reading.meter_id)
        last_row[timestamp] = row
        previous = timestamp
    for timestamp, present in by_time.items():
        if missing := sorted(expected - present):
            last_row[timestamp].fail(f"no reading of {', '.join(missing)} at {timestamp}; add it")
        if extra := sorted(present - expected):
            last_row[timestamp].fail(
                f"{', '.join(extra)} at {timestamp} has no reading in the first interval; add it there"
            )


def _text(row: _Row, column: str, limit: int) -> str:
    value = row.fields[column]
    if not 1 <= len(value) <= limit or not (value.isascii() and value.isprintable()):
        row.fail(f"{column} is '{value}'; write 1 to {limit} printable ASCII characters")
    return value


def _whole(row: _Row, column: str, limit: int) -> int:
    value = row.fields[column]
    # int() would also take signs, underscores, spaces and other scripts' digits.
    if not (value.isascii() and value.isdigit()):
        row.fail(f"{column} is '{value}'; write a whole number, 0 or more")
    # Longer than any accepted number, and int() itself refuses thousands of digits.
    if len(value) > 20 or int(value) > limit:
        row.fail(f"{column} is {value}; write at most {limit}")
    return int(value)


def _number(row: _Row, column: str) -> float:
    value = row.fields[column]
    if not _is_decimal(value):
        row.fail(f"{column} is '{value}'; write a number, 0 or more")
    return float(value)


def _is_decimal(value: str) -> bool:
    whole, _, fraction = value.partition(".")
    digits = whole + fraction
    return bool(whole) and len(digits) <= 15 and digits.isascii() and digits.isdigit()


def _planes(row: _Row) -> tuple[Plane, ...]:
    planes: list[Plane] = []
    for item in row.fields["pv_planes"].split():
        tilt, at, azimuth = item.partition("@")
        if not (at and _is_decimal(tilt) and _is_decimal(azimuth)):
            row.fail(f"pv_planes has '{item}'; write tilt@azimuth in degrees, such as 20@180")
        plane = Plane(float(tilt), float(azimuth))
        if plane.tilt > 90 or plane.azimuth >= 360:
            row.fail(f"pv_planes has '{item}'; write a tilt up to 90 and an azimuth below 360 degrees")
        planes.append(plane)
    return tuple(planes)


_Choice = TypeVar("_Choice", bound=StrEnum)


def _choice(row: _Row, column: str, kind: type[_Choice]) -> _Choice:
    value = row.fields[column]
    try:
        return kind(value)
    except ValueError:
        row.fail(f"{column} is '{value}'; write one of {', '.join(kind)}")

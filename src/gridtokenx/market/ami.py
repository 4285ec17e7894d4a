"""Reads the AMI files: which meters there are, and what each of them measured in each quarter-hour."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NoReturn, TypeVar

from gridtokenx.clients.registry.types import Affiliation, MeterType, UserType

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
"""Characters; the registry has room for three bytes each, as a Thai letter needs."""
BYTES_PER_CHARACTER = 3
U64_MAX = 2**64 - 1
I64_MAX = 2**63 - 1


class AmiError(ValueError):
    """A malformed AMI file. The message is `file:line: what is wrong; what to do about it`."""


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
class ReadingFile:
    """A file of readings: what it tells, and the rows that are refused, each with its place and what to do."""

    readings: tuple[Reading, ...]
    refused: tuple[AmiError, ...]

    @property
    def missing(self) -> list[tuple[int, str]]:
        """Timestamps and meters between the first and the last interval for which there is no reading."""
        there = {(r.timestamp, r.meter_id) for r in self.readings}
        times = range(self.readings[0].timestamp, self.readings[-1].timestamp + 1, INTERVAL_SECONDS) if there else ()
        meters = sorted({r.meter_id for r in self.readings})
        return [(time, meter) for time in times for meter in meters if (time, meter) not in there]


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
    for row in _rows(_lines(Path(path), METER_COLUMNS), Path(path), METER_COLUMNS):
        if isinstance(row, AmiError):
            raise row
        meter = _meter(row)
        if meter.meter_id in first_line:
            row.fail(f"{meter.meter_id} is already on line {first_line[meter.meter_id]}; delete one of the two")
        first_line[meter.meter_id] = row.line
        meters.append(meter)
    if not meters:
        raise AmiError(f"{path}:2: no meters; add one row for each meter")
    return meters


def load_readings(path: Path | str, meters: Sequence[Meter] | None = None) -> ReadingFile:
    """The rows of `path`: readings sorted by timestamp, then meter, and the malformed rows.

    One bad row costs nobody else's reading. With `meters`, a row must be of one of them. Raises AmiError only for a
    file that cannot be read as one: no file, not UTF-8, another header.
    """
    readings: list[Reading] = []
    refused: list[AmiError] = []
    for record in read_records(_lines(Path(path), READING_COLUMNS), Path(path), meters):
        if isinstance(record, AmiError):
            refused.append(record)
        else:
            readings.append(record)
    readings.sort(key=lambda reading: (reading.timestamp, reading.meter_id))
    return ReadingFile(tuple(readings), tuple(refused))


def read_records(
    lines: Iterable[bytes], path: Path, meters: Sequence[Meter] | None = None
) -> Iterator[Reading | AmiError]:
    """Readings from the lines of a file, its header first, one by one as they come: each a reading or what is wrong
    with it. `path` is for the complaints only. Raises AmiError for another header."""
    known = {meter.meter_id: meter for meter in meters} if meters is not None else None
    first_line: dict[tuple[int, str], int] = {}
    for row in _rows(lines, path, READING_COLUMNS):
        if isinstance(row, AmiError):
            yield row
            continue
        try:
            reading = _reading(row)
            if known is not None:
                _check_meter(row, reading, known)
            _check_single(row, reading, first_line)
        except AmiError as error:
            yield error
        else:
            yield reading


def complete_readings(path: Path | str, meters: Sequence[Meter]) -> tuple[Reading, ...]:
    """The readings of a file in which nothing is wrong or missing. Raises AmiError for the first that is."""
    file = load_readings(path, meters)
    if file.refused:
        raise file.refused[0]
    if file.missing:
        time, meter = file.missing[0]
        raise AmiError(f"{path}: no reading of {meter} at {time}; add it")
    return file.readings


def _lines(path: Path, columns: tuple[str, ...]) -> list[bytes]:
    try:
        return path.read_bytes().splitlines()
    except FileNotFoundError:
        raise AmiError(f"{path}: no such file; give the path of a CSV file with {','.join(columns)}") from None


def _rows(lines: Iterable[bytes], path: Path, columns: tuple[str, ...]) -> Iterator[_Row | AmiError]:
    """The records of a CSV file whose header is exactly `columns`, each on a line of its own, and what is wrong with
    those that are none. Raises AmiError for another header."""
    rest = iter(lines)
    header = _record(path, 1, next(rest, b""))
    if tuple(header) != columns:
        raise AmiError(f"{path}:1: header is '{','.join(header)}'; write '{','.join(columns)}'")
    for number, line in enumerate(rest, start=2):
        try:
            record = _record(path, number, line)
        except AmiError as error:
            yield error
            continue
        if len(record) == len(columns):
            yield _Row(path, number, dict(zip(columns, record, strict=True)))
        else:
            count = f"{len(record)} field{'' if len(record) == 1 else 's'} instead of {len(columns)}"
            yield AmiError(f"{path}:{number}: {count}; write {','.join(columns)}")


def _record(path: Path, number: int, line: bytes) -> list[str]:
    """The fields of one line; a quote that is left open ends with it, and takes no other line along."""
    try:
        return next(csv.reader([line.rstrip(b"\r\n").decode("utf-8")], strict=True), list[str]())
    except UnicodeDecodeError:
        raise AmiError(f"{path}:{number}: not UTF-8; save the file as UTF-8 text") from None
    except csv.Error as error:
        raise AmiError(f"{path}:{number}: not CSV ({error}); check the quotes") from None


def _meter(row: _Row) -> Meter:
    meter = Meter(
        meter_id=_text(row, "meter_id", METER_ID_MAX),
        user=_words(row, "user", LOCATION_MAX),
        user_type=_choice(row, "user_type", UserType),
        affiliation=_choice(row, "affiliation", Affiliation),
        meter_type=_choice(row, "meter_type", MeterType),
        location=_words(row, "location", LOCATION_MAX),
        pv_kwp=_number(row, "pv_kwp"),
        pv_planes=_planes(row),
        load_profile=_text(row, "load_profile", LOCATION_MAX),
        annual_kwh=_number(row, "annual_kwh"),
    )
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
    return reading


def _check_meter(row: _Row, reading: Reading, known: dict[str, Meter]) -> None:
    meter = known.get(reading.meter_id)
    if meter is None:
        row.fail(f"unknown meter {reading.meter_id}; add it to the meter file, or delete the row")
    if meter.user_type is UserType.CONSUMER and reading.generated_wh > 0:
        row.fail(f"{reading.meter_id} is a Consumer but generated {reading.generated_wh} Wh; write 0, or Prosumer")


def _check_single(row: _Row, reading: Reading, first_line: dict[tuple[int, str], int]) -> None:
    key = (reading.timestamp, reading.meter_id)
    if key in first_line:
        row.fail(
            f"{reading.meter_id} at {reading.timestamp} is already on line {first_line[key]}; delete one of the two"
        )
    first_line[key] = row.line


def _text(row: _Row, column: str, limit: int) -> str:
    value = row.fields[column]
    if not 1 <= len(value) <= limit or not (value.isascii() and value.isprintable()):
        row.fail(f"{column} is '{value}'; write 1 to {limit} printable ASCII characters")
    return value


def _words(row: _Row, column: str, limit: int) -> str:
    value = row.fields[column]
    if not 1 <= len(value) <= limit or not value.isprintable() or len(value.encode()) > BYTES_PER_CHARACTER * limit:
        row.fail(
            f"{column} is '{value}'; write 1 to {limit} printable characters, of {BYTES_PER_CHARACTER} bytes at most"
        )
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

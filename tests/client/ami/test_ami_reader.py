"""Every malformed row gets its own message, with file and line and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridtokenx.market.ami import (
    Affiliation,
    AmiError,
    Meter,
    MeterType,
    Plane,
    Reading,
    UserType,
    complete_readings,
    load_meters,
    load_readings,
)

METER_HEADER = "meter_id,user,user_type,affiliation,meter_type,location,pv_kwp,pv_planes,load_profile,annual_kwh"
SUN = 'A,Lab,Prosumer,Faculty,Solar,"Hall 1, roof",2.5,20@180 10@90.5,g1,100'
GRID = "B,Shop,Consumer,External,Grid,Hall 2,0,,g4,50"

HEADER = "timestamp,meter_id,generated_wh,consumed_wh"
GOOD = ["900,A,10,5", "900,B,0,7", "1800,A,0,5", "1800,B,0,7"]


def write(folder: Path, header: str, rows: list[str]) -> Path:
    path = folder / "file.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def fields_of(row: str, **changes: str) -> str:
    """`row` (without quoted commas) with some columns replaced."""
    values = dict(zip(METER_HEADER.split(","), row.split(","), strict=True)) | changes
    return ",".join(values.values())


def test_meters(tmp_path: Path):
    sun, grid = load_meters(write(tmp_path, METER_HEADER, [SUN, GRID]))
    assert sun == Meter(
        "A",
        "Lab",
        UserType.PROSUMER,
        Affiliation.FACULTY,
        MeterType.SOLAR,
        "Hall 1, roof",
        2.5,
        (Plane(20, 180), Plane(10, 90.5)),
        "g1",
        100,
    )
    assert grid.pv_planes == ()


def test_readings(tmp_path: Path):
    path = write(tmp_path, HEADER, GOOD)
    file = load_readings(path)
    assert file.readings[0] == Reading(900, "A", 10, 5)
    assert (len(file.readings), file.refused, file.missing) == (4, (), [])
    assert load_readings(str(path), load_meters_of(tmp_path)) == file
    assert complete_readings(path, load_meters_of(tmp_path)) == file.readings


def load_meters_of(folder: Path) -> list[Meter]:
    path = folder / "meters.csv"
    path.write_text("\n".join([METER_HEADER, SUN, GRID]))
    return load_meters(path)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["900,A,10"], "2: 3 fields instead of 4; write timestamp,meter_id,generated_wh,consumed_wh"),
        (["900,A,10,5,6"], "2: 5 fields instead of 4"),
        ([*GOOD, ""], "6: 0 fields instead of 4"),
        (["x,A,10,5"], "2: timestamp is 'x'; write a whole number, 0 or more"),
        (["-900,A,10,5"], "2: timestamp is '-900'; write a whole number"),
        (["901,A,10,5"], "2: timestamp 901 is not the end of a quarter-hour; write a multiple"),
        (["9223372036854776700,A,1,1"], "9223372036854776700; write at most 9223372036854775807"),
        (["900,,10,5"], "2: meter_id is ''; write 1 to 50 printable ASCII characters"),
        ([f"900,{'M' * 51},10,5"], "2: meter_id is 'MMM"),
        (["900,Zähler,10,5"], "2: meter_id is 'Zähler'; write 1 to 50 printable ASCII"),
        (["900,A,1.5,5"], "2: generated_wh is '1.5'; write a whole number, 0 or more"),
        (["900,A, 1,5"], "2: generated_wh is ' 1'; write a whole number"),
        (["900,A,1_0,5"], "2: generated_wh is '1_0'; write a whole number"),
        (["900,A,٣,5"], "2: generated_wh is '٣'; write a whole number"),
        (["900,A,10,-5"], "2: consumed_wh is '-5'; write a whole number"),
        (["900,A,10,"], "2: consumed_wh is ''; write a whole number"),
        (["900,A,10,18446744073709551616"], "2: consumed_wh is 18446744073709551616; write at most"),
        ([f"900,A,10,{'9' * 5000}"], "; write at most 18446744073709551615"),
        ([*GOOD, GOOD[3]], "6: B at 1800 is already on line 5; delete one of the two"),
        (['900,"A,10,5'], "2: not CSV (unexpected end of data); check the quotes"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_bad_row_is_told_and_costs_no_other(tmp_path: Path, rows: list[str], message: str, place: int):
    """The bad row is the last of `rows`; whatever else the file has is read, before it and after it."""
    bad, others = rows[-1], [*dict.fromkeys([*rows[:-1], *GOOD])]
    path = write(tmp_path, HEADER, [*rows[:-1], bad])
    (alone,) = load_readings(path).refused
    assert str(alone).startswith(f"{path}:")
    assert message in str(alone)
    if bad in others or any(bad.startswith(row[:6]) for row in others[place:]):
        place = len(others)
    mixed = load_readings(write(tmp_path, HEADER, [*others[:place], bad, *others[place:]]))
    assert [str(error).split(":")[1] for error in mixed.refused] == [str(place + 2)]
    assert len(mixed.readings) == len(others)


def test_a_night_of_zeros_is_a_reading_like_any_other(tmp_path: Path):
    file = load_readings(write(tmp_path, HEADER, [*GOOD, "2700,A,0,0", "2700,B,0,0"]))
    assert file.readings[-1] == Reading(2700, "B", 0, 0)
    assert file.refused == ()


def test_rows_in_any_order_are_sorted_and_what_is_missing_is_named(tmp_path: Path):
    file = load_readings(write(tmp_path, HEADER, ["3600,A,1,1", *reversed(GOOD)]))
    assert [(r.timestamp, r.meter_id) for r in file.readings[:2]] == [(900, "A"), (900, "B")]
    assert file.refused == ()
    assert file.missing == [(2700, "A"), (2700, "B"), (3600, "B")]
    with pytest.raises(AmiError, match=r"no reading of A at 2700; add it"):
        complete_readings(tmp_path / "file.csv", load_meters_of(tmp_path))


def test_a_row_that_is_no_text_is_refused_alone(tmp_path: Path):
    path = tmp_path / "latin.csv"
    path.write_bytes("\n".join([HEADER, *GOOD]).encode() + b"\n2700,Z\xe4hler,1,1\n3600,A,1,1\n")
    file = load_readings(path)
    assert [str(error) for error in file.refused] == [f"{path}:6: not UTF-8; save the file as UTF-8 text"]
    assert len(file.readings) == 5


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["900,A,10,5", "900,C,0,7"], "3: unknown meter C; add it to the meter file, or delete the row"),
        (["900,A,10,5", "900,B,1,7"], "3: B is a Consumer but generated 1 Wh; write 0, or Prosumer"),
    ],
)
def test_readings_that_do_not_fit_the_meters(tmp_path: Path, rows: list[str], message: str):
    path = write(tmp_path, HEADER, rows)
    file = load_readings(path, load_meters_of(tmp_path))
    assert message in str(file.refused[0])
    assert len(file.readings) == len(rows) - 1
    with pytest.raises(AmiError, match=message.split(";")[0]):
        complete_readings(path, load_meters_of(tmp_path))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"meter_id": ""}, "meter_id is ''; write 1 to 50 printable ASCII characters"),
        ({"user": "a\tb"}, "write 1 to 100 printable characters, of 3 bytes at most"),
        ({"location": "x" * 101}, "write 1 to 100 printable characters, of 3 bytes at most"),
        ({"location": "\U0001f31e" * 76}, "write 1 to 100 printable characters, of 3 bytes at most"),
        ({"user_type": "prosumer"}, "user_type is 'prosumer'; write one of Prosumer, Consumer"),
        ({"affiliation": "Guest"}, "affiliation is 'Guest'; write one of Student, Faculty, Staff, External"),
        ({"meter_type": "Hydro"}, "meter_type is 'Hydro'; write one of Solar, Wind, Battery, Grid"),
        ({"pv_kwp": "-1"}, "pv_kwp is '-1'; write a number, 0 or more"),
        ({"pv_kwp": "nan"}, "pv_kwp is 'nan'; write a number, 0 or more"),
        ({"pv_kwp": "1e3"}, "pv_kwp is '1e3'; write a number, 0 or more"),
        ({"pv_kwp": ""}, "pv_kwp is ''; write a number, 0 or more"),
        ({"annual_kwh": "many"}, "annual_kwh is 'many'; write a number, 0 or more"),
        ({"load_profile": ""}, "load_profile is ''; write 1 to 100"),
        ({"pv_kwp": "3"}, "pv_kwp is 3 with 0 pv_planes; give both, or 0 and nothing for a meter without PV"),
        ({"pv_planes": "20@180"}, "pv_kwp is 0 with 1 pv_planes; give both"),
        ({"pv_kwp": "3", "pv_planes": "20@180"}, "a Consumer with PV; write Prosumer, or pv_kwp 0"),
        ({"pv_planes": "south"}, "pv_planes has 'south'; write tilt@azimuth in degrees, such as 20@180"),
        ({"pv_planes": "20@"}, "pv_planes has '20@'; write tilt@azimuth"),
        ({"pv_planes": "91@180"}, "pv_planes has '91@180'; write a tilt up to 90 and an azimuth below 360"),
        ({"pv_planes": "20@360"}, "pv_planes has '20@360'; write a tilt up to 90 and an azimuth below 360"),
    ],
)
def test_bad_meters(tmp_path: Path, changes: dict[str, str], message: str):
    path = write(tmp_path, METER_HEADER, [SUN, fields_of(GRID, **changes)])
    with pytest.raises(AmiError) as caught:
        load_meters(path)
    assert str(caught.value).startswith(f"{path}:3: ")
    assert message in str(caught.value)


def test_people_write_their_own_letters(tmp_path: Path):
    location = "ตึกวิศวกรรม ๓ ชั้น ๒"
    (meter,) = load_meters(write(tmp_path, METER_HEADER, [fields_of(GRID, location=location, user="Zoë")]))
    assert (meter.location, meter.user) == (location, "Zoë")


def test_bad_meter_files(tmp_path: Path):
    with pytest.raises(AmiError, match=r"file.csv:3: B is already on line 2; delete one of the two"):
        load_meters(write(tmp_path, METER_HEADER, [GRID, GRID]))
    with pytest.raises(AmiError, match=r"file.csv:2: no meters; add one row for each meter"):
        load_meters(write(tmp_path, METER_HEADER, []))
    with pytest.raises(AmiError, match=r"file.csv:2: 1 field instead of 10; write meter_id,user"):
        load_meters(write(tmp_path, METER_HEADER, ["B"]))


def test_files_that_are_not_such_files(tmp_path: Path):
    with pytest.raises(AmiError, match=r"nowhere.csv: no such file; give the path"):
        load_readings(tmp_path / "nowhere.csv")
    with pytest.raises(AmiError, match=r"file.csv:1: header is 'a,b'; write 'timestamp,meter_id"):
        load_readings(write(tmp_path, "a,b", GOOD))
    (tmp_path / "empty.csv").write_bytes(b"")
    with pytest.raises(AmiError, match=r"empty.csv:1: header is ''; write 'timestamp,meter_id"):
        load_readings(tmp_path / "empty.csv")
    (tmp_path / "latin.csv").write_bytes(b"timestamp,Z\xe4hler\n900,A,1,1\n")
    with pytest.raises(AmiError, match=r"latin.csv:1: not UTF-8; save the file as UTF-8 text"):
        load_readings(tmp_path / "latin.csv")


def test_windows_line_ends_are_accepted(tmp_path: Path):
    path = tmp_path / "file.csv"
    path.write_bytes("\r\n".join([HEADER, *GOOD, ""]).encode())
    assert len(load_readings(path).readings) == 4

"""The committed day: complete, what the generator makes, and physically possible."""

from __future__ import annotations

import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import numpy as np
import pvlib
import pytest
from typer.testing import CliRunner

from gridtokenx.market.ami import Affiliation, Meter, MeterType, Reading, UserType, complete_readings, load_meters

DAY_START = 1778472000  # 2026-05-11 04:00 UTC


@pytest.fixture(scope="module")
def readings(ami_folder: Path, meters: list[Meter]) -> list[Reading]:
    return list(complete_readings(ami_folder / "readings.csv", meters))


def test_making_it_again_gives_the_committed_bytes(generator: ModuleType, made: list[Reading], ami_folder: Path):
    assert generator.to_csv(made) == (ami_folder / "readings.csv").read_bytes()


def test_readme_shows_the_totals_that_the_generator_prints(
    generator: ModuleType, meters: list[Meter], made: list[Reading], ami_folder: Path
):
    assert generator.summary(meters, made) in (ami_folder / "README.md").read_text(encoding="utf-8")


def test_fifteen_meters_with_96_readings_each(readings: list[Reading]):
    assert len(readings) == 1440
    ids = [f"METER_{number:03}" for number in range(1, 16)]
    assert Counter(r.meter_id for r in readings) == dict.fromkeys(ids, 96)
    ends = [DAY_START + 900 * number for number in range(1, 97)]
    assert sorted({r.timestamp for r in readings}) == ends
    assert ends[-1] < time.time()


def test_totals(readings: list[Reading]):
    assert sum(r.generated_wh for r in readings) == 1_276_634
    assert sum(r.consumed_wh for r in readings) == 1_389_915


def test_users_and_meters(meters: list[Meter]):
    assert Counter(m.user_type for m in meters) == {UserType.PROSUMER: 8, UserType.CONSUMER: 7}
    assert {m.affiliation for m in meters} == set(Affiliation)
    for meter in meters:
        solar = meter.user_type is UserType.PROSUMER
        assert meter.meter_type is (MeterType.SOLAR if solar else MeterType.GRID)
        assert bool(meter.pv_planes) is solar


def test_everyone_consumes_in_every_quarter_hour(readings: list[Reading]):
    assert min(r.consumed_wh for r in readings) > 0


def test_prosumers_end_the_day_with_a_surplus_and_the_market_has_two_sides(
    readings: list[Reading], meters: list[Meter]
):
    net: Counter[str] = Counter()
    for r in readings:
        net[r.meter_id] += r.generated_wh - r.consumed_wh
    surplus = sum(wh for wh in net.values() if wh > 0)
    demand = -sum(wh for wh in net.values() if wh < 0)
    assert all(net[m.meter_id] > 0 for m in meters if m.user_type is UserType.PROSUMER)
    assert 0.5 < surplus / demand < 2


def test_no_pv_at_night_and_some_by_day(generator: ModuleType, readings: list[Reading], meters: list[Meter]):
    weather = generator.read_weather(generator.WEATHER_FILE, generator.DAY_MEASURED)
    midnight = generator.datetime(1980, 5, 11, tzinfo=generator.CIVIL_TIME)
    sun = weather.location.get_solarposition(generator.middles(midnight, 24 * 60, 60))
    elevation = sun["apparent_elevation"].to_numpy().reshape(96, 15)
    night, day = elevation.max(axis=1) <= 0, elevation.min(axis=1) > 5
    assert 36 <= night.sum() <= 44
    for meter in (m for m in meters if m.user_type is UserType.PROSUMER):
        wh = np.array([r.generated_wh for r in readings if r.meter_id == meter.meter_id])
        assert not wh[night].any(), meter
        assert wh[day].all(), meter


def test_pv_stays_within_its_rating_and_the_light_that_falls_on_it(
    generator: ModuleType, readings: list[Reading], meters: list[Meter]
):
    """Energy <= kWp x the plane's irradiation / 1 kW/m2, and <= the inverter's rating; the yield is real."""
    weather = generator.read_weather(generator.WEATHER_FILE, generator.DAY_MEASURED)
    start = generator.datetime(1980, 5, 11, tzinfo=generator.CIVIL_TIME)
    steps = generator.weather_by_step(weather).loc[start : start + timedelta(days=1)]
    sun = weather.location.get_solarposition(steps.index)
    extra = pvlib.irradiance.get_extra_radiation(steps.index)
    for meter in (m for m in meters if m.pv_planes):
        on_planes = np.zeros(96)
        for plane in meter.pv_planes:
            light = pvlib.irradiance.get_total_irradiance(
                plane.tilt,
                plane.azimuth,
                sun["apparent_zenith"],
                sun["azimuth"],
                steps["dni"],
                steps["ghi"],
                steps["dhi"],
                dni_extra=extra,
                model="haydavies",
            )["poa_global"].fillna(0)
            on_planes += light.to_numpy().reshape(96, 3).mean(axis=1) / 4 / len(meter.pv_planes)
        wh = np.array([r.generated_wh for r in readings if r.meter_id == meter.meter_id])
        # Half a watt-hour of rounding; the light is Hay-Davies here, Perez there: hence 2 Wh/m2 more.
        assert (wh <= meter.pv_kwp * (on_planes + 2) + 0.5).all(), meter
        assert wh.max() <= meter.pv_kwp * 1000 / 1.2 / 4 + 0.5
        assert 0.65 < wh.sum() / (meter.pv_kwp * on_planes.sum()) < 0.86


def test_five_minute_weather_keeps_every_measured_hour(generator: ModuleType):
    weather = generator.read_weather(generator.WEATHER_FILE, generator.DAY_MEASURED)
    steps = generator.weather_by_step(weather)
    for name in ("dni", "dhi"):
        hourly = steps[name].to_numpy().reshape(-1, 12).mean(axis=1)
        assert hourly == pytest.approx(getattr(weather, name), abs=1e-6)
    data, _ = pvlib.iotools.read_tmy2(str(generator.WEATHER_FILE))
    measured = data[(data.month == 5) & data.day.isin([10, 11, 12])]
    ghi = steps["ghi"].to_numpy().reshape(-1, 12).mean(axis=1)
    assert np.abs(ghi[24:48] - measured["GHI"].to_numpy()[24:48]).max() < 12
    # Temperatures are observed at the end of the hour: half an hour later than its middle.
    at_end = steps["temp_air"].to_numpy().reshape(-1, 12)[24:48, -1]
    assert at_end == pytest.approx(measured["DryBulb"].to_numpy()[24:48] / 10, abs=0.2)


def test_a_modelled_day_is_refused(generator: ModuleType):
    with pytest.raises(ValueError, match=r"12839\.tm2: radiation of 1980-05-07 is not measured"):
        generator.read_weather(generator.WEATHER_FILE, generator.date(1980, 5, 7))


def test_rounding_is_half_even_and_refuses_what_noise_could_turn(generator: ModuleType):
    assert generator.whole_wh(np.array([0.0, 1.49, 2.51])) == [0, 1, 3]
    with pytest.raises(ValueError, match="Wh from a half"):
        generator.whole_wh(np.array([1.0, 2.5 + 1e-9]))


def test_check_accepts_the_committed_file_and_names_a_changed_line(
    generator: ModuleType, ami_folder: Path, tmp_path: Path
):
    runner = CliRunner()
    good = runner.invoke(generator.app, ["--check"])
    assert good.exit_code == 0, good.output
    text = (ami_folder / "readings.csv").read_text()
    changed = text.replace("1778472900,METER_002,0,252", "1778472900,METER_002,0,253")
    assert changed != text
    (tmp_path / "readings.csv").write_text(changed)
    bad = runner.invoke(generator.app, ["--check", "--out", str(tmp_path)])
    assert bad.exit_code == 1
    assert "readings.csv:3: '1778472900,METER_002,0,253', made again '1778472900,METER_002,0,252'" in bad.output
    assert (tmp_path / "readings.csv").read_text() == changed


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (lambda made: None, "missing; make it with"),
        (lambda made: made[:-30], "made again 1441"),
        (lambda made: made.replace(b"\n", b"\r\n"), "line ends differ"),
        (lambda made: made + b"\n", "1442 lines, made again 1441"),
    ],
)
def test_differences_are_named(generator: ModuleType, made: list[Reading], tmp_path: Path, damage, expected: str):
    data, path = generator.to_csv(made), tmp_path / "readings.csv"
    damaged = damage(data)
    if damaged is not None:
        path.write_bytes(damaged)
    assert expected in "\n".join(generator.differences(data, path))


def test_out_writes_the_file_and_prints_the_table(generator: ModuleType, ami_folder: Path, tmp_path: Path):
    result = CliRunner().invoke(generator.app, ["--out", str(tmp_path / "new")])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "new" / "readings.csv").read_bytes() == (ami_folder / "readings.csv").read_bytes()
    assert "1276634" in result.output


def test_an_unknown_profile_says_which_there_are(generator: ModuleType, ami_folder: Path, tmp_path: Path):
    text = (ami_folder / "meters.csv").read_text().replace(",g3,30000", ",g9,30000")
    (tmp_path / "meters.csv").write_text(text)
    assert load_meters(tmp_path / "meters.csv")[2].load_profile == "g9"
    result = CliRunner().invoke(generator.app, ["--meters", str(tmp_path / "meters.csv"), "--out", str(tmp_path)])
    assert result.exit_code == 1
    assert "METER_003: no load profile 'g9'; write one of h0, g0" in result.output
    assert not (tmp_path / "readings.csv").exists()

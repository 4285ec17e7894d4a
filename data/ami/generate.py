"""Makes readings.csv: a day of quarter-hours per meter, from measured weather and standard load profiles."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated

import numpy as np
import numpy.typing as npt
import pandas as pd
import pvlib
import typer
from demandlib import bdew
from pvlib.location import Location
from pvlib.modelchain import ModelChain
from pvlib.pvsystem import Array, FixedMount, PVSystem
from pvlib.temperature import TEMPERATURE_MODEL_PARAMETERS

from gridtokenx.market.ami import INTERVAL_SECONDS, READING_COLUMNS, Meter, Reading, load_meters

Series = npt.NDArray[np.float64]

HERE = Path(__file__).parent
WEATHER_FILE = Path(pvlib.__file__).parent / "data" / "12839.tm2"

DAY_MEASURED = date(1980, 5, 11)
DAY_OF_READINGS = date(2026, 5, 11)
# Daylight saving time held on both days (in 1980 since 27 April, in 2026 since 8 March).
CIVIL_TIME = timezone(timedelta(hours=-4), "EDT")

INTERVALS = 96
STEP_SECONDS = 300
STEPS_PER_HOUR = 3600 // STEP_SECONDS
STEPS_PER_INTERVAL = INTERVAL_SECONDS // STEP_SECONDS

LOW_SUN = 0.1
"""Hours whose clear sky brings less than this part of the day's best are sunrise and sunset."""
REFINEMENTS = 50
"""Rounds until the interpolated irradiance has each hour's mean to 1e-6; the last scaling does the rest."""

DC_AC_RATIO = 1.2
"""PVWatts 5 default (NREL/TP-6A20-62641)."""
INVERTER_EFFICIENCY = 0.96
"""PVWatts 5 default."""
GAMMA_PDC = -0.0047
"""Power's temperature coefficient in 1/K: PVWatts 5, standard crystalline silicon."""

TIE_MARGIN_WH = 1e-6
"""Far above the noise of float64 between machines (1e-11 Wh here), far below what rounding could hide."""


@dataclass(frozen=True, slots=True)
class Weather:
    """The weather file's rows around the day: sums over each hour, observations at its end."""

    location: Location
    hour_start: pd.DatetimeIndex
    dni: Series
    dhi: Series
    temp_air: Series
    wind_speed: Series


def read_weather(path: Path, day: date) -> Weather:
    """Hours of `day` and of its two neighbours, in the station's standard time.

    Raises ValueError unless every sunlit hour of the day was measured: source flags A for the global and the
    direct radiation, D for the diffuse, which is their difference (User's Manual for TMY2s, table 3-4).
    """
    data, station = pvlib.iotools.read_tmy2(str(path))
    zone = timezone(timedelta(hours=station["TZ"]))
    # The file's months come from different years; pvlib labels them all with the first row's.
    parts = {"year": data.year.astype(int) + 1900, "month": data.month, "day": data.day}
    start = pd.to_datetime(pd.DataFrame(parts)) + pd.to_timedelta(data.hour - 1, unit="h")
    data = data.set_index(pd.DatetimeIndex(start).tz_localize(zone))

    lit = data.loc[data.index.date == day].query("ETR > 0")
    flags = set(zip(lit.GHISource, lit.DNISource, lit.DHISource, strict=True))
    if flags != {("A", "A", "D")}:
        raise ValueError(f"{path.name}: radiation of {day} is not measured (source flags {sorted(flags)})")

    near = data.loc[[abs(hour.date() - day) <= timedelta(days=1) for hour in data.index]]
    place = Location(station["latitude"], station["longitude"], station["TZ"], station["altitude"], station["City"])
    columns = near[["DNI", "DHI", "DryBulb", "Wspd"]].to_numpy(dtype=np.float64).T
    dni, dhi, tenths_of_celsius, tenths_of_m_per_s = columns
    return Weather(place, pd.DatetimeIndex(near.index), dni, dhi, tenths_of_celsius / 10, tenths_of_m_per_s / 10)


def middles(start: datetime, count: int, seconds: int) -> pd.DatetimeIndex:
    """Middles of `count` intervals of `seconds` each, the first beginning at `start`."""
    return pd.date_range(start + timedelta(seconds=seconds / 2), periods=count, freq=f"{seconds}s")


def refine(hourly: Series, clear: Series) -> Series:
    """Irradiance in W/m2 per step from hourly means, with the clear sky's shape inside the hour.

    `clear` holds the clear sky's value per step, `STEPS_PER_HOUR` for each entry of `hourly`. The ratio of
    the two (the clear-sky index, which is what clouds change) runs straight from the middle of one hour to
    the next, through points chosen so that every hour's mean is the measured one: no energy is gained or
    lost. Where the clear sky has no sun in the whole hour, the result is 0.
    """
    clear_hourly = clear.reshape(-1, STEPS_PER_HOUR).mean(axis=1)
    # At sunrise and sunset the clear-sky model is off by factors: such hours are scaled, but guide no other.
    guides = clear_hourly > LOW_SUN * clear.max()
    hours = (np.arange(len(hourly)) + 0.5)[guides]
    steps = (np.arange(len(clear)) + 0.5) / STEPS_PER_HOUR
    points = hourly[guides] / clear_hourly[guides]
    shaped = np.zeros((len(hourly), STEPS_PER_HOUR))
    scale = np.zeros(len(hourly))
    for _ in range(REFINEMENTS):
        shaped = (np.interp(steps, hours, points) * clear).reshape(-1, STEPS_PER_HOUR)
        mean = shaped.mean(axis=1)
        scale = np.divide(hourly, mean, out=np.zeros_like(mean), where=mean > 0)
        points = points * scale[guides]
    return (shaped * scale[:, np.newaxis]).ravel()


def weather_by_step(weather: Weather) -> pd.DataFrame:
    """Weather at the middle of every step: ghi, dni, dhi in W/m2, temp_air in Celsius, wind_speed in m/s."""
    start = weather.hour_start[0].to_pydatetime()
    times = middles(start, len(weather.dni) * STEPS_PER_HOUR, STEP_SECONDS)
    sun = weather.location.get_solarposition(times)
    clear = weather.location.get_clearsky(times, model="ineichen", solar_position=sun)
    dni = refine(weather.dni, clear["dni"].to_numpy())
    dhi = refine(weather.dhi, clear["dhi"].to_numpy())
    cos_zenith = np.cos(np.radians(sun["apparent_zenith"].to_numpy())).clip(min=0)
    # Temperature and wind are observed at the end of the hour, not averaged over it.
    steps = (np.arange(len(times)) + 0.5) / STEPS_PER_HOUR
    observed = np.arange(len(weather.dni)) + 1.0
    columns = {
        "ghi": dni * cos_zenith + dhi,
        "dni": dni,
        "dhi": dhi,
        "temp_air": np.interp(steps, observed, weather.temp_air),
        "wind_speed": np.interp(steps, observed, weather.wind_speed),
    }
    return pd.DataFrame(columns, index=times)


def pv_system(meter: Meter) -> PVSystem:
    """The meter's PV plant: its arrays on one inverter, rated as PVWatts 5 does."""
    share = meter.pv_kwp * 1000 / len(meter.pv_planes)
    temperature = TEMPERATURE_MODEL_PARAMETERS["sapm"]["open_rack_glass_polymer"]
    arrays = [
        Array(
            FixedMount(plane.tilt, plane.azimuth),
            module_parameters={"pdc0": share, "gamma_pdc": GAMMA_PDC},
            temperature_model_parameters=temperature,
        )
        for plane in meter.pv_planes
    ]
    inverter = {
        "pdc0": meter.pv_kwp * 1000 / DC_AC_RATIO / INVERTER_EFFICIENCY,
        "eta_inv_nom": INVERTER_EFFICIENCY,
    }
    return PVSystem(arrays, inverter_parameters=inverter)


def generation(meter: Meter, weather: pd.DataFrame, location: Location) -> Series:
    """AC energy in Wh per interval, from weather per step."""
    chain = ModelChain.with_pvwatts(pv_system(meter), location)
    planes = len(meter.pv_planes)
    chain.run_model([weather] * planes if planes > 1 else weather)
    power = np.nan_to_num(np.asarray(chain.results.ac, dtype=np.float64)).clip(min=0)
    return power.reshape(-1, STEPS_PER_INTERVAL).mean(axis=1) * INTERVAL_SECONDS / 3600


def load_shapes(day: date) -> pd.DataFrame:
    """BDEW standard load profiles of `day`, a row per interval of civil time: shares of the year's energy."""
    with warnings.catch_warnings():
        # demandlib turns every warning of the process into an error while it works.
        profiles = bdew.ElecSlp(day.year).get_profiles()
    return profiles.loc[day.isoformat()]


def whole_wh(energy: Series) -> list[int]:
    """Rounded once, half to even. Raises ValueError where float noise could decide which way."""
    margin = float(np.abs(energy % 1 - 0.5).min())
    if margin < TIE_MARGIN_WH:
        raise ValueError(f"an energy lies {margin} Wh from a half: its rounding may differ between machines")
    return [int(value) for value in np.rint(energy)]


def make_readings(meters: Sequence[Meter]) -> list[Reading]:
    """The day's readings, sorted by timestamp, then meter."""
    weather = read_weather(WEATHER_FILE, DAY_MEASURED)
    start = datetime(DAY_MEASURED.year, DAY_MEASURED.month, DAY_MEASURED.day, tzinfo=CIVIL_TIME)
    by_step = weather_by_step(weather).loc[start : start + timedelta(days=1)]
    shapes = load_shapes(DAY_OF_READINGS)
    midnight = datetime(DAY_OF_READINGS.year, DAY_OF_READINGS.month, DAY_OF_READINGS.day, tzinfo=CIVIL_TIME)
    first_end = int(midnight.timestamp()) + INTERVAL_SECONDS

    readings: list[Reading] = []
    for meter in meters:
        generated = generation(meter, by_step, weather.location) if meter.pv_planes else np.zeros(INTERVALS)
        if meter.load_profile not in shapes:
            known = ", ".join(shapes.columns)
            raise ValueError(f"{meter.meter_id}: no load profile '{meter.load_profile}'; write one of {known}")
        consumed = shapes[meter.load_profile].to_numpy() * meter.annual_kwh * 1000
        pairs = zip(whole_wh(generated), whole_wh(consumed), strict=True)
        for number, (generated_wh, consumed_wh) in enumerate(pairs):
            end = first_end + number * INTERVAL_SECONDS
            readings.append(Reading(end, meter.meter_id, generated_wh, consumed_wh))
    return sorted(readings, key=lambda reading: (reading.timestamp, reading.meter_id))


def to_csv(readings: Sequence[Reading]) -> bytes:
    """The file's bytes: UTF-8, a header, lines ending in a newline."""
    lines = [",".join(READING_COLUMNS)]
    lines += [f"{r.timestamp},{r.meter_id},{r.generated_wh},{r.consumed_wh}" for r in readings]
    return ("\n".join(lines) + "\n").encode()


def summary(meters: Sequence[Meter], readings: Sequence[Reading]) -> str:
    """A table of the day's Wh per meter, and of what a market can trade."""
    lines = [f"{'meter':<10} {'user':<26} {'generated':>10} {'consumed':>10} {'net':>9} {'peak':>6}"]
    for meter in meters:
        own = [r for r in readings if r.meter_id == meter.meter_id]
        made, used = sum(r.generated_wh for r in own), sum(r.consumed_wh for r in own)
        peak = max(r.generated_wh for r in own)
        lines.append(f"{meter.meter_id:<10} {meter.user:<26} {made:>10} {used:>10} {made - used:>9} {peak:>6}")
    made, used = sum(r.generated_wh for r in readings), sum(r.consumed_wh for r in readings)
    lines.append(f"{'total':<10} {'':<26} {made:>10} {used:>10} {made - used:>9}")
    nets: dict[int, list[int]] = {}
    for r in readings:
        nets.setdefault(r.timestamp, []).append(r.generated_wh - r.consumed_wh)
    surplus = [sum(net for net in quarter if net > 0) for quarter in nets.values()]
    deficit = [sum(-net for net in quarter if net < 0) for quarter in nets.values()]
    matched = sum(min(pair) for pair in zip(surplus, deficit, strict=True))
    sunny = sum(1 for wh in surplus if wh)
    lines.append(f"readings {len(readings)}, intervals {len(nets)}, of which with a surplus somewhere {sunny}")
    lines.append(f"surplus {sum(surplus)} Wh, deficit {sum(deficit)} Wh, both in the same quarter-hour {matched} Wh")
    return "\n".join(lines)


def differences(made: bytes, path: Path) -> list[str]:
    """What differs between `made` and the file at `path`: a line for each of the first places."""
    if not path.is_file():
        return [f"{path}: missing; make it with: python data/ami/generate.py"]
    found = path.read_bytes()
    if found == made:
        return []
    ours, theirs = made.decode().splitlines(), found.decode(errors="replace").splitlines()
    pairs = zip(ours, theirs, strict=False)
    lines = [f"{path}:{n}: '{has}', made again '{new}'" for n, (new, has) in enumerate(pairs, 1) if new != has]
    if len(ours) != len(theirs):
        lines.append(f"{path}: {len(theirs)} lines, made again {len(ours)}")
    return lines[:10] or [f"{path}: line ends differ"]


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    out: Annotated[Path, typer.Option(help="Folder to write readings.csv into.")] = HERE,
    meters: Annotated[Path, typer.Option(help="The meters to make readings for.")] = HERE / "meters.csv",
    check: Annotated[bool, typer.Option("--check", help="Write nothing; compare with the file in --out.")] = False,
) -> None:
    """Make the day's readings, or check that the committed ones are what this script makes."""
    target = out / "readings.csv"
    try:
        fleet = load_meters(meters)
        readings = make_readings(fleet)
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    made = to_csv(readings)
    if not check:
        out.mkdir(parents=True, exist_ok=True)
        target.write_bytes(made)
        typer.echo(summary(fleet, readings))
    elif found := differences(made, target):
        typer.echo("\n".join(found), err=True)
        raise typer.Exit(1)
    else:
        typer.echo(f"{target}: as made again, {len(made)} bytes")


if __name__ == "__main__":
    app()

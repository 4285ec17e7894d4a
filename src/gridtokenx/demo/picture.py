"""The picture of the day: generation and demand, clearing price, and volume, per quarter-hour; PNG and SVG."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from gridtokenx.demo.market import Epoch
from gridtokenx.demo.world import CREDIT
from gridtokenx.market.ami import INTERVAL_SECONDS, Reading
from gridtokenx.market.units import WH_PER_KWH

HOURS_PER_SLOT = INTERVAL_SECONDS / 3_600
TICKS = range(0, 25, 3)
GENERATION, DEMAND, PRICE, VOLUME = "#d98a00", "#2f4b7c", "#a01a58", "#3a7d44"


def energy_per_slot(readings: Sequence[Reading]) -> tuple[list[int], list[int]]:
    """Wh generated and consumed in each quarter-hour, over all meters."""
    times = sorted({reading.timestamp for reading in readings})
    generated, consumed = dict.fromkeys(times, 0), dict.fromkeys(times, 0)
    for reading in readings:
        generated[reading.timestamp] += reading.generated_wh
        consumed[reading.timestamp] += reading.consumed_wh
    return list(generated.values()), list(consumed.values())


def draw(readings: Sequence[Reading], epochs: Sequence[Epoch], folder: Path) -> list[Path]:
    """Writes day.png and day.svg into `folder`; their paths."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "gridtokenx"
    from matplotlib import pyplot

    # matplotlib's own annotations are too loose for strict checking.
    plt = cast(Any, pyplot)
    generated, consumed = energy_per_slot(readings)
    figure, axes = plt.subplots(3, 1, figsize=(10, 8), sharex=True, height_ratios=(3, 2, 2), layout="constrained")
    _energy(axes[0], generated, consumed)
    _price(axes[1], epochs)
    _volume(axes[2], epochs)
    for axis in axes:
        axis.grid(axis="y", linewidth=0.4, alpha=0.5)
        axis.spines[["top", "right"]].set_visible(False)
        axis.set_xlim(0, 24)
    axes[-1].set_xticks(list(TICKS), [f"{hour:02}:00" for hour in TICKS])
    axes[-1].set_xlabel("local time")
    figure.suptitle("A day on the campus energy market, per quarter-hour")
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / "day.png", folder / "day.svg"]
    figure.savefig(paths[0], dpi=150, metadata={"Software": None})
    figure.savefig(paths[1], metadata={"Date": None})
    plt.close(figure)
    return paths


def _edges(count: int) -> list[float]:
    return [number * HOURS_PER_SLOT for number in range(count + 1)]


def _energy(axis: Any, generated: Sequence[int], consumed: Sequence[int]) -> None:
    edges = _edges(len(generated))
    axis.stairs(
        [wh / WH_PER_KWH for wh in generated], edges, fill=True, color=GENERATION, alpha=0.45, label="generation"
    )
    axis.stairs([wh / WH_PER_KWH for wh in consumed], edges, color=DEMAND, linewidth=1.6, label="demand")
    axis.set_ylabel("energy, kWh")
    axis.set_ylim(bottom=0)
    axis.legend(frameon=False, loc="upper left")


def _price(axis: Any, epochs: Sequence[Epoch]) -> None:
    edges = _edges(len(epochs))
    nothing = float("nan")
    mean = [nothing if e.price is None else e.price / CREDIT for e in epochs]
    low = [min((m.price for m in e.matches), default=nothing) / CREDIT for e in epochs]
    high = [max((m.price for m in e.matches), default=nothing) / CREDIT for e in epochs]
    axis.stairs(high, edges, baseline=low, fill=True, color=PRICE, alpha=0.2, label="range of trades")
    axis.stairs(mean, edges, baseline=None, color=PRICE, linewidth=1.6, label="clearing price (volume-weighted)")
    axis.set_ylabel("price, credits/kWh")
    axis.legend(frameon=False, loc="upper left")


def _volume(axis: Any, epochs: Sequence[Epoch]) -> None:
    volumes = [epoch.volume_wh / WH_PER_KWH for epoch in epochs]
    axis.stairs(volumes, _edges(len(epochs)), fill=True, color=VOLUME, alpha=0.6)
    axis.set_ylabel("traded, kWh")
    axis.set_ylim(bottom=0)

"""The picture of the day: energy, price, volume per quarter-hour, beside supply and demand curves of one auction."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from gridtokenx.demo.prices import EXPORT_PRICE, IMPORT_PRICE
from gridtokenx.demo.trading import Traded
from gridtokenx.demo.world import CREDIT
from gridtokenx.market.ami import INTERVAL_SECONDS, Reading
from gridtokenx.market.auction import demand_curve, supply_curve
from gridtokenx.market.records import Epoch
from gridtokenx.market.units import WH_PER_KWH

HOURS_PER_SLOT = INTERVAL_SECONDS / 3_600
HOURS = range(0, 25, 3)
GENERATION, DEMAND, PRICE, VOLUME = "#d98a00", "#2f4b7c", "#a01a58", "#3a7d44"


def energy_per_slot(readings: Sequence[Reading]) -> tuple[list[int], list[int]]:
    """Wh generated and consumed in each quarter-hour, over all meters."""
    times = sorted({reading.timestamp for reading in readings})
    generated, consumed = dict.fromkeys(times, 0), dict.fromkeys(times, 0)
    for reading in readings:
        generated[reading.timestamp] += reading.generated_wh
        consumed[reading.timestamp] += reading.consumed_wh
    return list(generated.values()), list(consumed.values())


def chosen(traded: Sequence[Traded]) -> int:
    """The auction whose curves are drawn: the one with most to tell, which is most prices inside its book.

    Among equals it is the one that traded most.
    """

    def worth(number: int) -> tuple[int, int]:
        epoch = traded[number].epoch
        return sum(map(bool, epoch.offers)) * sum(map(bool, epoch.bids)) if epoch.volume else 0, epoch.volume

    return max(range(len(traded)), key=worth)


def draw(readings: Sequence[Reading], traded: Sequence[Traded], folder: Path) -> list[Path]:
    """Writes day.png and day.svg into `folder`; their paths."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "gridtokenx"
    from matplotlib import pyplot

    # matplotlib's own annotations are too loose for strict checking.
    plt = cast(Any, pyplot)
    figure, axes = plt.subplot_mosaic(
        [["energy", "curves"], ["price", "curves"], ["volume", "curves"]],
        figsize=(13, 7.2),
        height_ratios=(3, 2.4, 2),
        width_ratios=(3, 2),
        layout="constrained",
    )
    number = chosen(traded)
    _energy(axes["energy"], *energy_per_slot(readings))
    _price(axes["price"], traded, number)
    _volume(axes["volume"], traded)
    for name in ("energy", "price", "volume"):
        _by_the_hour(axes[name], labels=name == "volume")
    _curves(axes["curves"], traded[number].epoch, number)
    for axis in axes.values():
        axis.grid(axis="y", linewidth=0.4, alpha=0.5)
        axis.spines[["top", "right"]].set_visible(False)
    figure.suptitle("A day on the campus energy market: 96 call auctions, cleared on chain")
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / "day.png", folder / "day.svg"]
    figure.savefig(paths[0], dpi=150, metadata={"Software": None})
    figure.savefig(paths[1], metadata={"Date": None})
    plt.close(figure)
    return paths


def _by_the_hour(axis: Any, *, labels: bool) -> None:
    axis.set_xlim(0, 24)
    axis.set_xticks(list(HOURS), [f"{hour:02}:00" if labels else "" for hour in HOURS])
    if labels:
        axis.set_xlabel("local time")


def _edges(count: int) -> list[float]:
    return [number * HOURS_PER_SLOT for number in range(count + 1)]


def _energy(axis: Any, generated: Sequence[int], consumed: Sequence[int]) -> None:
    edges = _edges(len(generated))
    axis.stairs(
        [wh / WH_PER_KWH for wh in generated], edges, fill=True, color=GENERATION, alpha=0.45, label="generation"
    )
    axis.stairs([wh / WH_PER_KWH for wh in consumed], edges, color=DEMAND, linewidth=1.6, label="demand")
    axis.set_ylabel("metered, kWh")
    axis.set_ylim(bottom=0)
    axis.legend(frameon=False, loc="upper left")


def _price(axis: Any, traded: Sequence[Traded], number: int) -> None:
    edges = _edges(len(traded))
    prices = [float("nan") if t.price is None else t.price / CREDIT for t in traded]
    axis.stairs(prices, edges, baseline=None, color=PRICE, linewidth=1.8, label="clearing price")
    for price, name in ((IMPORT_PRICE, "utility sells"), (EXPORT_PRICE, "utility buys")):
        axis.axhline(price / CREDIT, color="grey", linewidth=0.8, linestyle=":")
        axis.text(0.15, price / CREDIT, name, color="grey", fontsize=8, va="bottom")
    axis.plot([(number + 0.5) * HOURS_PER_SLOT], [prices[number]], "o", color=PRICE, markersize=5)
    axis.set_ylabel("price, credits/kWh")
    axis.set_ylim(0, 1.2 * IMPORT_PRICE / CREDIT)
    axis.legend(frameon=False, loc="lower left")


def _volume(axis: Any, traded: Sequence[Traded]) -> None:
    volumes = [t.settled_wh / WH_PER_KWH for t in traded]
    axis.stairs(volumes, _edges(len(traded)), fill=True, color=VOLUME, alpha=0.6)
    axis.set_ylabel("traded, kWh")
    axis.set_ylim(bottom=0)


def _curves(axis: Any, epoch: Epoch, number: int) -> None:
    """Supply and demand as the chain's own histograms have them, and where they meet."""
    prices = [epoch.price_at(level) / CREDIT for level in range(len(epoch.offers))]
    supply = [wh / WH_PER_KWH for wh in supply_curve(epoch)]
    demand = [wh / WH_PER_KWH for wh in demand_curve(epoch)]
    axis.step(
        supply, prices, where="pre", color=GENERATION, linewidth=1.8, label="supply: offered at this price or less"
    )
    axis.step(demand, prices, where="post", color=DEMAND, linewidth=1.8, label="demand: asked at this price or more")
    axis.axhline(epoch.price / CREDIT, color=PRICE, linewidth=0.9, linestyle="--")
    axis.plot([epoch.volume / WH_PER_KWH], [epoch.price / CREDIT], "o", color=PRICE, markersize=6)
    told = f"{epoch.volume / WH_PER_KWH:.3f} kWh\nat {epoch.price / CREDIT:.3f} credits/kWh, for all"
    axis.annotate(
        told,
        (epoch.volume / WH_PER_KWH, epoch.price / CREDIT),
        xytext=(12, -30),
        textcoords="offset points",
        color=PRICE,
        fontsize=9,
    )
    used = [p / CREDIT for p in (EXPORT_PRICE, IMPORT_PRICE)]
    axis.set_ylim(used[0] - 0.02, used[1] + 0.03)
    axis.set_xlim(left=0, right=1.35 * max(epoch.demand, 2 * epoch.volume) / WH_PER_KWH)
    axis.set_xlabel("energy, kWh")
    axis.set_ylabel("price, credits/kWh")
    hour = number * HOURS_PER_SLOT
    axis.set_title(f"The auction of {int(hour):02}:{round(hour % 1 * 60):02}", fontsize=11)
    axis.legend(frameon=True, framealpha=1, edgecolor="white", loc="upper right", fontsize=9)

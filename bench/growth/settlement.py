"""Seconds that planning the settlement of a quarter-hour takes, against its orders: n log n. One plot.

Run as `.venv/bin/python -m bench.growth.settlement`; writes docs/growth/settlement.svg. What a settled trade costs on
the chain does not depend on their number (`bench.growth.units`), so a plan of n trades is settled in n times one
trade's share.
"""

import math
import random
import time
from pathlib import Path

from rich.console import Console
from solders.pubkey import Pubkey
from tests.client.library.make import BUY, SELL, epoch, order

from bench.growth.plots import plot
from bench.tables import shown
from gridtokenx.market.matching import plan_matches
from gridtokenx.market.records import Epoch, Order

PICTURE = Path(__file__).parents[2] / "docs" / "growth" / "settlement.svg"
SIZES = (1_000, 3_000, 10_000, 30_000, 100_000)
TRIES = 3
LEVELS = 512


def book_of(count: int) -> tuple[Epoch, dict[Pubkey, Order]]:
    """A cleared quarter-hour with so many orders, at random prices and of random amounts, ten of each user."""
    draw = random.Random(count)
    users = [Pubkey(n.to_bytes(32, "big")) for n in range(1, count // 10 + 2)]
    orders = [
        order(draw.choice((SELL, BUY)), draw.choice(users), draw.randrange(100, 5_000), draw.randrange(LEVELS), n)
        for n in range(count)
    ]
    return epoch(*orders), {Pubkey((1 << 200 | n).to_bytes(32, "big")): o for n, o in enumerate(orders)}


def seconds(count: int) -> tuple[float, int]:
    """Processor seconds of the fastest of a few plans, and how many trades it has."""
    cleared, book = book_of(count)
    taken: list[float] = []
    trades = 0
    for _ in range(TRIES):
        started = time.process_time()
        trades = len(plan_matches(cleared, book))
        taken.append(time.process_time() - started)
    return min(taken), trades


def main() -> None:
    found = {count: seconds(count) for count in SIZES}
    each = {count: 1e6 * taken / (count * math.log2(count)) for count, (taken, _) in found.items()}
    rows = [[f"{n:,}", f"{trades:,}", f"{taken:.3f}", f"{each[n]:.3f}"] for n, (taken, trades) in found.items()]
    titles = ("orders", "trades", "seconds", "us / (n log2 n)")
    Console(width=100).print(shown("planning a settlement", titles, rows, ()))
    middle = each[SIZES[len(SIZES) // 2]]
    lines = {
        "measured": [(n, taken) for n, (taken, _) in found.items()],
        f"{middle:.2f} us x n log n": [(n, middle * n * math.log2(n) / 1e6) for n in SIZES],
    }
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(plot("Planning a settlement", "orders", "seconds", lines, powers=True), encoding="utf-8")


if __name__ == "__main__":
    main()

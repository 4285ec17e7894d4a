"""Random books: what traders might do in a quarter-hour, with everything that makes an auction hard drawn often."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tests.market.auction.model import Grid, Side

LEAST_WH = 100
WEIGHTS = (0, 5_000, 10_000)
"""k = 0, 1/2 and 1 in basis points."""
FEES = (0, 1, 25, 1_000)
SHAPES = {
    "crossing": 4,
    "ties": 4,
    "one price": 2,
    "one-sided": 1,
    "no crossing": 1,
    "ends of the grid": 2,
    "dust": 2,
    "large": 2,
}
"""What a book can look like, and how often it does."""


@dataclass(frozen=True)
class Placed:
    """An order that a trader places; `cancelled` before the quarter-hour is over."""

    name: int
    owner: str
    side: Side
    amount: int
    limit: int
    cancelled: bool


@dataclass(frozen=True)
class Book:
    """A quarter-hour's orders, and the rules that the epoch took when it opened."""

    shape: str
    grid: Grid
    weight_bps: int
    fee_bps: int
    orders: tuple[Placed, ...]


def draw(random: Random, grid: Grid, traders: list[str], most: int = 14) -> Book:
    """A book of up to `most` orders by `traders`, who may be on both sides of it."""
    (shape,) = random.choices(list(SHAPES), list(SHAPES.values()))
    levels = _levels(random, shape, grid.levels)
    orders: list[Placed] = []
    one_side = random.choice((Side.SELL, Side.BUY))
    for name in range(random.randint(0 if random.random() < 0.05 else 2, most)):
        side = one_side if shape == "one-sided" else random.choice((Side.SELL, Side.BUY))
        level = random.choice(levels[side])
        amount = _amount(random, shape)
        owner = random.choice(traders)
        orders.append(Placed(name, owner, side, amount, grid.prices[level], random.random() < 0.12))
    return Book(shape, grid, random.choice(WEIGHTS), random.choice(FEES), tuple(orders))


def _levels(random: Random, shape: str, levels: int) -> dict[Side, list[int]]:
    """The steps of the grid that each side chooses from: few, so that many orders meet at one price."""
    last = levels - 1
    if shape == "ends of the grid":
        ends = [0, 1, last - 1, last]
        return {Side.SELL: ends, Side.BUY: ends}
    if shape == "one price":
        level = random.randint(0, last)
        return {Side.SELL: [level], Side.BUY: [level]}
    low = random.randint(0, last - 40)
    if shape == "no crossing":
        return {Side.SELL: list(range(low + 20, low + 40)), Side.BUY: list(range(low, low + 20))}
    if shape == "ties":
        few = random.sample(range(low, low + 40), 3)
        return {Side.SELL: few, Side.BUY: few}
    return {Side.SELL: list(range(low, low + 30)), Side.BUY: list(range(low + 10, low + 40))}


def _amount(random: Random, shape: str) -> int:
    if shape == "dust":
        return LEAST_WH + random.randint(0, 3)
    if shape == "large":
        return random.randint(10**5, 10**7)
    return random.choice((LEAST_WH, 500, 1_000, 1_500, random.randint(LEAST_WH, 5_000)))

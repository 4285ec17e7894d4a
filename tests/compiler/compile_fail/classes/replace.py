from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


class Pair(NamedTuple):
    a: u64
    b: u64


@dataclass
class Point:
    x: u64
    y: u64


class Card(Account):
    point: Point


def moved(card: Card) -> u64:
    card.point = Point(5, 5)
    return 1


@instruction
def run(card: Card) -> u64:
    pair = replace(Pair(1, 2), a=3)
    return pair.a + point.y

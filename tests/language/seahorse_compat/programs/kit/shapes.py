from seahorse.prelude import *

SIDES = 4


class Point:
    x: f64
    y: f64

    def __init__(self, x: f64, y: f64):
        self.x = x
        self.y = y

    def magnitude(self) -> f64:
        return (self.x**2 + self.y**2) ** 0.5

    def origin() -> Point:
        return Point(0, 0)


@dataclass
class Datapoint:
    x: f64
    y: f64


def twice(n: u64) -> u64:
    return n * 2

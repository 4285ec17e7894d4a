from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


@dataclass
class Point:
    x: u64


@dataclass
class Shape:
    at: Point = Point(1)
    name: str = "shape"


def add(x: u64, items: List[u64] = []) -> List[u64]:
    items.append(x)
    return items


def later(now: i64 = Clock.get().unix_timestamp()) -> i64:
    return now


def fine(x: u64 = 2 * 3, t: Tuple[u8, str] = (1, "a"), o: Optional[u64] = None) -> u64:
    return x


@instruction
def run() -> u64:
    shape = Shape()
    print(shape.name, later())
    return len(add(1)) + fine()

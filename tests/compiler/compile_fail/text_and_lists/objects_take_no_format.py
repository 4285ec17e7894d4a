from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


@dataclass
class Point:
    x: u64

    def __str__(self) -> str:
        return f"<{self.x}>"


class Shown:
    x: u64

    def __init__(self, x: u64) -> None:
        self.x = x

    def __str__(self) -> str:
        return f"<{self.x}>"


@instruction
def run(n: u64) -> None:
    p, d = Point(n), {n: 1}
    print(f"{p:>9}{p!s:>9}{p!r:>30}", f"{d:>9}", format(d, "9"), "{:>9}".format(p))
    print(repr(Shown(n)), f"{Shown(n)!r}")

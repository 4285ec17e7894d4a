from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

@dataclass
class Point:
    x: u64

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Point) and self.x == other.x

    def __repr__(self) -> str:
        return f'<{self.x}>'


@dataclass
class Plain:
    x: u64


@instruction
def run(owner: Signer) -> None:
    p = Point(1)
    print(p + p)
    print(p < p)
    print(3 * Plain(1))
    print(-p)
    print(p in [Point(2)])
    print([p] == [Point(2)])
    print([p])
    print(sorted([p])[0])
    [p].remove(p)
    print([p].index(p))

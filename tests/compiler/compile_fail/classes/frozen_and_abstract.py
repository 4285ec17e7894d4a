from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

@dataclass(frozen=True)
class Version:
    major: u64


class Pair(NamedTuple):
    a: u64
    b: u64


class Shape(ABC):
    @abstractmethod
    def area(self) -> u64: ...


@dataclass
class Square(Shape):
    side: u64

    def area(self) -> u64:
        return super().area()


@dataclass(kw_only=True)
class Named:
    x: u64


@instruction
def run(owner: Signer, i: u64) -> None:
    v = Version(1)
    v.major = 2
    p = Pair(1, 2)
    p.a += 1
    print(p[i])
    print(p[5])
    print(Shape().area())
    print(Square(1).area())
    print(Named(3).x)

from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

T = TypeVar('T')


class Stack(Generic[T]):
    items: List[T]

    def __init__(self) -> None:
        self.items = []

    def total(self) -> T:
        return sum(self.items)


class Shape(Protocol):
    def area(self) -> u64: ...


@dataclass
class Line:
    size: u64


def double(x: T) -> T:
    return x + x


def area(shape: Shape) -> u64:
    return shape.area()


@instruction
def run(owner: Signer, a: u64, b: u8, c: T) -> None:
    pass


@instruction
def other(owner: Signer, a: u64, b: u8) -> None:
    s = Stack()
    t: Stack = Stack[u64]()
    u = Stack[u64, u8]()
    print(area(Line(1)))
    print(Shape())

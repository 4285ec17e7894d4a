from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

T = TypeVar('T')


class Stack(Generic[T]):
    items: List[T]

    def __init__(self) -> None:
        self.items = []

    def total(self) -> T:
        return sum(self.items)


def double(x: T) -> T:
    return x + x


@instruction
def run(owner: Signer, a: u64, b: u8) -> None:
    print(double(a), double(b))
    print(Stack[u64]().total(), Stack[u8]().total())

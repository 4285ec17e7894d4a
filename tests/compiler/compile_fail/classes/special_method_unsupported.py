from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

class Bag:
    items: List[u64]

    def __init__(self) -> None:
        self.items = []

    def __iter__(self) -> u64:
        return 1

    def __hash__(self) -> int:
        return 1

    def __matmul__(self, other: u64) -> u64:
        return other

    def __len__() -> int:
        return 1

    def __post_init__(self) -> None:
        pass


@instruction
def run(owner: Signer) -> None:
    print(len(Bag().items))

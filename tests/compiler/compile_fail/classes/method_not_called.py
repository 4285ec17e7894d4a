from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Box(Account):
    items: List[u64]

    def total(self) -> u64:
        return sum(self.items)


@instruction
def run(owner: Signer, box: Box):
    print(box.total)

from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Box(Account):
    items: List[u8, 2]


@instruction
def run(owner: Signer, box: Box):
    box.items = [1, 2, 3]

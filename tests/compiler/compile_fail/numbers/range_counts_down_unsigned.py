from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@instruction
def run(owner: Signer, xs: List[u64]):
    for i in range(len(xs) - 1, -1, -1):
        print(xs[i])

from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@instruction
def run(owner: Signer, xs: List[u64]):
    print(', '.join(xs))
    print(', '.join(x for x in xs))

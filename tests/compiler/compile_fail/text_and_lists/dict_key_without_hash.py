from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@instruction
def run(owner: Signer, x: f64, xs: List[u64]):
    a = {x: 1}
    b = {}
    b[xs] = 2
    c = {xs}
    print(len(a), len(b), len(c))

from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

@instruction
def run(owner: Signer, n: u64) -> None:
    a, b, *rest = (n,)
    c, d = array(1, 2, 3)
    e, f = n
    items = [1, 2]
    items[::2] = [3]
    del items[0].x
    if n:
        del items
    del n
    print(n)
    print(1 + next(x for x in items))
    print(next(items))

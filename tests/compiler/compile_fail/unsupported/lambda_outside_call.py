from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

@instruction
def run(owner: Signer, n: u64) -> None:
    f = lambda x: x + n
    g = [f]
    print(f)
    print((lambda x: x)(1))
    if n > 1:
        h = lambda x: x
    print(h(1))
    f = lambda x: x
    k: u64 = lambda x: x

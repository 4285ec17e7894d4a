from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


def f(a: u64) -> u64:
    return 1 if a == 0 else a * f(a - 1)


@instruction
def run(owner: Signer):
    print(f(3))

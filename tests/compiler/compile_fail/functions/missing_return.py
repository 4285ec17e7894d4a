from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


def f(a: u64) -> u64:
    if a > 1:
        return a


@instruction
def run(owner: Signer):
    print(f(1))

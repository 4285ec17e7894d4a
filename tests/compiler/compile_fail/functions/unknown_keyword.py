from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


def f(amount: u64) -> u64:
    return amount


@instruction
def run(owner: Signer):
    print(f(amuont=1))

from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


def f(a: u64):
    print(a)


@instruction
def run(owner: Signer):
    x = f(1)

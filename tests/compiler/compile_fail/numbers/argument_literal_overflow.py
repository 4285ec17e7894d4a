from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


def f(x: u8) -> u8:
    return x


@instruction
def run(owner: Signer):
    print(f(256))

from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

from helpers_ok import double


def double(n: u64) -> u64:
    return n


@instruction
def run(owner: Signer):
    print(double(1))

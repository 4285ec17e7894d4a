from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


def f() -> u64:
    return 1


def f() -> u64:
    return 2


@instruction
def run(owner: Signer):
    print(f())

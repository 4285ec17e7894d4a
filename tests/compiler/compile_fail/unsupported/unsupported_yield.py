from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


def count() -> u64:
    yield 1


@instruction
def run(owner: Signer):
    pass

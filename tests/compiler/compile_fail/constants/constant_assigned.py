from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

TOTAL = 5


@instruction
def run(owner: Signer):
    TOTAL += 1

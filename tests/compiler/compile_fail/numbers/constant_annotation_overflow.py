from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

LIMIT: u16 = 70_000


@instruction
def run(owner: Signer):
    print(LIMIT)

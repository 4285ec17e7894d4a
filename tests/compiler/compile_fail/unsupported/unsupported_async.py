from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


async def later():
    pass


@instruction
def run(owner: Signer):
    pass

from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

from helpers_ok import doubel


@instruction
def run(owner: Signer):
    pass

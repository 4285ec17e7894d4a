from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@instruction
def first(owner: Signer):
    pass


@instruction
def run(owner: Signer):
    first(owner)

from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

NAMES = ['a', 'b']


@instruction
def run(owner: Signer):
    NAMES[0] = 'c'
    NAMES.append('d')

from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

A = B + 1
B = A + 1


@instruction
def run(owner: Signer):
    print(A)

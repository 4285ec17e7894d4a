from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


@instruction
def adopt(owner: Signer, account: Empty[TokenAccount]):
    account.init(zero=True)

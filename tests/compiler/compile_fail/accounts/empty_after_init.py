from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@instruction
def run(owner: Signer, mint: Empty[TokenMint], to: TokenAccount):
    mint.init(payer=owner, decimals=2, authority=owner)
    mint.mint(authority=owner, to=to, amount=5)

from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@instruction
def run(owner: Signer, mint: TokenMint, vault: Empty[TokenAccount]):
    vault.init(payer=owner, mint=mint, authority=owner, associated=True, seeds=['v'])

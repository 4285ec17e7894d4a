from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@instruction
def run(owner: Signer, vault: TokenAccount, to: TokenAccount):
    vault.transfer(authority=owner, to=to.key(), amount=1)

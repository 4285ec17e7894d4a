from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@instruction
def f(together: UncheckedAccount, a: Signer, t: TokenAccount, m: TokenMint, keys: List[Pubkey]):
    t.transfer(together, t, 5, signers=[together])
    t.transfer(together, t, 5, signers=keys)
    t.transfer(together, t, 5, signers=[a], signer=['x', u8(3)])
    t.freeze(a, t)
    m.set_authority(a, a)

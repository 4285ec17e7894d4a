from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Pool(Account):
    vault: TokenAccount
    amount: u64
    rate: floatt


@instruction
def run(owner: Signer, pool: Pool, vault: TokenAccount):
    assert pool.vault == vault.key(), 'wrong vault'
    pool.amount += 1
    print(pool.rate)
    pool.total = 1

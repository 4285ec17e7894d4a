from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Counter(Account):
    owner: Pubkey
    count: u64
    bump: u8


@instruction
def run(owner: Signer):
    assert owner.key() == '11111111111111111111111111111111'

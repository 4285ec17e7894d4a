from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Counter(Account):
    owner: Pubkey
    count: u64
    bump: u8


@instruction
def run(owner: Signer, counter: Counter):
    print(counter.count())

from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


def initialize(owner: Signer, counter: Empty[Counter]):
    counter.init(payer=owner, seeds=['c'])


class Counter(Account):
    owner: Pubkey
    count: u64
    bump: u8

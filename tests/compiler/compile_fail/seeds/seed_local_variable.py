from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Counter(Account):
    owner: Pubkey
    count: u64
    bump: u8


@instruction
def of_a_branch(owner: Signer, counter: Counter, other: Empty[Counter]):
    if counter.count > 3:
        n = counter.count + 1
    else:
        n = u64(7)
    other.init(payer=owner, seeds=['c', n])


@instruction
def assigned_again(owner: Signer, counter: Counter, other: Empty[Counter]):
    n = counter.count
    n += 1
    other.init(payer=owner, seeds=['c', n])

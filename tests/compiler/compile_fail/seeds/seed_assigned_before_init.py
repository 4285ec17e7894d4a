from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Counter(Account):
    owner: Pubkey
    count: u64
    bump: u8

    def next(self) -> u64:
        self.count += 1
        return self.count


@instruction
def by_method(owner: Signer, counter: Counter, other: Empty[Counter]):
    counter.next()
    other.init(payer=owner, seeds=['c', counter.count])


@instruction
def in_a_loop(owner: Signer, counter: Counter, other: Empty[Counter]):
    for i in range(3):
        counter.count += i
    other.init(payer=owner, seeds=['c', counter.count])


@instruction
def then_kept(owner: Signer, counter: Counter, other: Empty[Counter]):
    counter.next()
    n = counter.count
    other.init(payer=owner, seeds=['c', n])


@instruction
def stored_and_then_changed(owner: Signer, counter: Counter, other: Empty[Counter]):
    counter.count += 1
    counter.next()
    other.init(payer=owner, seeds=['c', counter.count])


@instruction
def balance(owner: Signer, counter: Counter, other: Empty[Counter]):
    counter.transfer_lamports(owner, 5)
    left = counter.lamports()
    other.init(payer=owner, seeds=['c', left])

from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Counter(Account):
    owner: Pubkey
    count: u64
    bump: u8


CounterPda = Annotated[Counter, Seeds('counter', arg.authority)]


@instruction
def run(owner: Signer, counter: CounterPda):
    pass

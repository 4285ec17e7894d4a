from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Counter(Account):
    owner: Pubkey


@instruction
def run(owner: Signer, counter: Counter | None):
    print(counter)

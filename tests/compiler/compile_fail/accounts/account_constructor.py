from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Counter(Account):
    count: u64

    def __init__(self):
        self.count = 0


@instruction
def run(owner: Signer):
    pass

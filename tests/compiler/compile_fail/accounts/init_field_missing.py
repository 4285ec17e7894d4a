from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class P:
    x: u64
    y: u64

    def __init__(self, x: u64):
        self.x = x


@instruction
def run(owner: Signer):
    p = P(1)
    print(p.x)

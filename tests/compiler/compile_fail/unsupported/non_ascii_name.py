from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Zähler(Account):
    n: u64


@instruction
def run(owner: Signer):
    pass

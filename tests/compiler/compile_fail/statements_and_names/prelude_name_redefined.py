from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Account(Event):
    x: u64


@instruction
def run(owner: Signer):
    pass

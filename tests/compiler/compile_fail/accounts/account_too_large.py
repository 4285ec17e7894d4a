from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Big(Account):
    data: Array[u64, 2000]


@instruction
def run(owner: Signer, big: Empty[Big]):
    big.init(payer=owner, seeds=['b'])

from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class AError(Error):
    ONE = 6000, 'one'
    TWO = 6000, 'two'


@instruction
def run(owner: Signer):
    assert False, AError.ONE

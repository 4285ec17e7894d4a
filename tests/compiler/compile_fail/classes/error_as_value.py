from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class AError(Error):
    BAD = 6000, 'bad'


@instruction
def run(owner: Signer):
    e = AError.BAD

from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Side(Enum):
    BUY = 0
    SELL = 1


@instruction
def run(owner: Signer, side: Side):
    assert side == 0

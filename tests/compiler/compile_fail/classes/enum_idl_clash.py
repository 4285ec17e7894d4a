from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Side(Enum):
    PART_FILLED = 0
    PartFilled = 1


@instruction
def run(owner: Signer):
    pass

from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Flag(Enum):
    OFF = 1
    ON = 2


@instruction
def run(owner: Signer):
    print(u8(Flag.ON))

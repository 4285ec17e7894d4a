from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

from nowhere import *


@instruction
def run(owner: Signer):
    print(1)

from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

import random


@instruction
def run(owner: Signer):
    print(random.randint(1, 6))

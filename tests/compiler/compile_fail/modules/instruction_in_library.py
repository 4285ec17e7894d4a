from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

from library_bad_ok import *


@instruction
def run(owner: Signer):
    helper(owner)

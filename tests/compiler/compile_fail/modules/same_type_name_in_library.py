from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

import helpers_ok


class Shared(Event):
    n: u64


@instruction
def run(owner: Signer):
    helpers_ok.Shared(1).emit()
    Shared(2).emit()

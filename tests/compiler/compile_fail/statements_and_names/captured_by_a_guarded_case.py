from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@instruction
def run(owner: Signer, n: u64) -> u64:
    x: u64 = 7
    match (n, owner.lamports()):
        case (x, y) if x > y:
            return 1
        case (x, _) if x > 5:
            return x
        case _:
            pass
    return x

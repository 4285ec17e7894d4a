from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@dataclass
class P:
    x: u64


@instruction
def run(owner: Signer):
    if P(1):
        pass

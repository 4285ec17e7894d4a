from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

class A:
    pass


@instruction
def run(owner: Signer, n: u64) -> None:
    print(isinstance(n, u64))
    print(isinstance(n, A), isinstance(n))

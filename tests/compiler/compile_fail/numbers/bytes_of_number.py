from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@instruction
def run(owner: Signer, n: u64, order: str):
    print(n.to_bytes(8, order))
    print(n.to_bytes(8, 'middle'))
    print(u64.from_bytes(b'abc', 'little', signed=True))

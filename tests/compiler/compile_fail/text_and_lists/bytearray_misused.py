from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@instruction
def run(owner: Signer, xs: List[u64]):
    a = bytearray(b'ab')
    print(a)
    print(a == 'ab')
    print(b'x' + a)
    print(bytearray(xs))
    print(len(a.strip()))

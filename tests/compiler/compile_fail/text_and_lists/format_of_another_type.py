from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@instruction
def run(owner: Signer, n: u64, t: str, w: str):
    print(f'{n:.2f}')
    print(f'{t:x}')
    print(f'{n:{w}}')
    print('{} {}'.format(n))
    print(t.format(n))

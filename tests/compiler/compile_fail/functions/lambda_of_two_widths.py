from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@instruction
def run(owner: Signer, a: u64, b: u8, reals: List[f64], numbers: List[u64]) -> None:
    more = lambda x: x + 1
    print(more(a), more(b))
    least = lambda x: x if x > 1 else 1
    print(list(map(least, reals)), list(map(least, numbers)))
    same = lambda x: x if x > 1 else x
    print(same(a), same(b), same(reals[0]))

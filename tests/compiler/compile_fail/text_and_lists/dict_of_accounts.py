from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Counter(Account):
    n: u64


@instruction
def run(owner: Signer, counter: Counter):
    d = {1: counter}
    print(len(d))

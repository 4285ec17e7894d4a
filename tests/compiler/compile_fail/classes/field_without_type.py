from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Counter(Account):
    count = 0


@instruction
def run(owner: Signer, counter: Counter):
    counter.count += 1
    counter.count = 4
    Counter.count = 5

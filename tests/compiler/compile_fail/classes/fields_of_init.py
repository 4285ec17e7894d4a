from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Counter:
    def __init__(self, start: u64):
        self.start = start
        self.items = []
        self.total = start * 2


@instruction
def run(n: u64) -> u64:
    c = Counter(n)
    return c.total

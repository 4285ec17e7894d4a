from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


@instruction
def run(xs: List[u64]) -> u64:
    doubled = map(lambda x: x * 2, xs)
    pairs = zip(xs, xs)
    numbers = range(u64(3))
    even = list(filter(lambda x: x % 2 == 0, xs))
    return len(even) + sum(numbers)

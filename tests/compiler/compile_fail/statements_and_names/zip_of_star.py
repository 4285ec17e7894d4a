from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@instruction
def run(pairs: List[Tuple[u64, u64]]) -> u64:
    firsts, seconds = zip(*pairs)
    return firsts[0]

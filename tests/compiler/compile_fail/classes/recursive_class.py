from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@dataclass
class Node:
    value: u64
    children: List[Node]


@instruction
def run(owner: Signer):
    pass

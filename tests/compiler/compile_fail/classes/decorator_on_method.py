from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class P:
    @cached
    def x(self) -> u64:
        return 1


@instruction
def run(owner: Signer):
    print(1)

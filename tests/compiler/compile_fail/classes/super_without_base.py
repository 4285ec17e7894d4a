from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class P:
    def m(self):
        super().m()


@instruction
def run(owner: Signer):
    print(1)

from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@dataclass
class P:
    x: u64

    def get(self) -> u64:
        return self.x


@instruction
def run(owner: Signer):
    print(P.get())

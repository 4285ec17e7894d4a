from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

@dataclass
class Fees:
    TAKER = 30
    taker: u64
    TAKER = 40
    LATER: ClassVar[u64]
    BAD: ClassVar[u8] = 300


@instruction
def run(owner: Signer) -> None:
    fees = Fees(1)
    fees.TAKER = 3
    print(Fees.MAKER)

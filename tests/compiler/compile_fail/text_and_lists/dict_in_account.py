from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Bank(Account):
    balances: Dict[Pubkey, u64]


@dataclass
class Table:
    items: Set[u64]


class Told(Event):
    counts: Dict[u64, u64]


@instruction
def run(owner: Signer, bank: Bank, given: Dict[u64, u64]) -> Set[u64]:
    return {1}

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


@dataclass
class Pay:
    amount: u65


Action = Pay | Burn
Other = Mint | Pay


def amount_of(action: Action) -> u64:
    match action:
        case Pay(amount):
            return amount


def next_of(other: Other) -> i6:
    return 1


@instruction
def run(action: Action, other: Other) -> u64:
    return amount_of(action) + next_of(other)

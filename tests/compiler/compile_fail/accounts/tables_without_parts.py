from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


class Bank(Account):
    balances: dict
    members: set
    limits: Dict[str, u64]


class Log(Event):
    seen: Set


@instruction
def run(bank: Bank):
    print(bank.key())

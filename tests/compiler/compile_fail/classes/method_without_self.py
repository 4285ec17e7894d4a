from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


class Calc:
    def double(n: u64) -> u64:
        return n * 2


class Vault(Account):
    amount: u64

    def fee() -> u64:
        return 30


@instruction
def use(vault: Vault, n: u64) -> u64:
    return Calc.double(n) + Calc().double(n) + vault.fee()

from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

import bank_ok


@instruction
def run(owner: Signer, who: UncheckedAccount, ledger: bank_ok.Ledger):
    bank_ok.deposit(owner=who, ledger=ledger, amount=5)

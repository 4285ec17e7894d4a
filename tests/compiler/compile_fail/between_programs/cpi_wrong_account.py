from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

import bank_ok


@instruction
def run(owner: Signer, mint: TokenMint):
    bank_ok.deposit(owner=owner, ledger=mint, amount=5)

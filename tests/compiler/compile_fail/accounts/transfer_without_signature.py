from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Counter(Account):
    owner: Pubkey
    bump: u8


@instruction
def run(
    owner: Signer, counter: Annotated[Counter, Seeds('counter', arg.owner)], vault: TokenAccount, to: TokenAccount
):
    vault.transfer(authority=counter, to=to, amount=1)

from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@instruction
def new_mint(payer: Signer, mint: Empty[AnyTokenMint]):
    pass


@instruction
def at_seeds(payer: Signer, mint: AnyTokenMint, account: Empty[AnyTokenAccount]):
    account.init(payer=payer, seeds=['t'], mint=mint, authority=payer, associated=False)


@instruction
def mixed(payer: Signer, mint: TokenMint, account: AnyTokenAccount, other: TokenAccount):
    account.transfer_checked(payer, other, mint, 5)


@instruction
def of_old(mint: TokenMint):
    print(mint.extension(1))

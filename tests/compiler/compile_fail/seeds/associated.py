from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


@instruction
def one(owner: Signer, mint: TokenMint, account: Annotated[TokenAccount, Associated(arg.owner)]):
    pass


@instruction
def two(owner: Signer, mint: TokenMint, account: Annotated[TokenAccount, Associated(arg.owner, arg.mint, seeds=1)]):
    pass


@instruction
def three(owner: Signer, mint: TokenMint, account: Annotated[TokenAccount, Associated(arg.owner, arg.coin)]):
    pass


@instruction
def four(owner: Signer, mint: TokenMint, account: Annotated[TokenAccount, Associated]):
    pass

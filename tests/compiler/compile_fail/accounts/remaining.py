from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Vote(Account):
    n: u64


@instruction
def two_lists(a: List[Signer], b: List[Vote]):
    pass


@instruction
def empties(a: List[Empty[Vote]]):
    pass


@instruction
def at_most(a: List[Vote, 3]):
    pass


@instruction
def sysvars(a: List[Clock]):
    pass


@instruction
def stored(remaining_accounts: List[Vote], one: Vote):
    remaining_accounts.append(one)
    both = [one, remaining_accounts[0]]

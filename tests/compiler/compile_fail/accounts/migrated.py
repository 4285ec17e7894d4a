from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Old(Account):
    n: u64


class New(Account):
    n: u64
    m: u64


class Wider(Account):
    n: u128


@instruction
def used_again(payer: Signer, old: Old):
    same = old
    new = old.migrate(New, payer=payer)
    print(old.n, same.n)


@instruction
def in_a_branch(payer: Signer, old: Old, yes: bool):
    if yes:
        new = old.migrate(New, payer=payer)


@instruction
def another_type(payer: Signer, old: Old):
    new = old.migrate(Wider, payer=payer)


@instruction
def no_class(payer: Signer, old: Old):
    new = old.migrate(payer, payer=payer)


@instruction
def the_same(payer: Signer, old: Old):
    new = old.migrate(Old, payer=payer)


@instruction
def of_a_list(payer: Signer, remaining_accounts: List[Old]):
    new = remaining_accounts[0].migrate(New, payer)


@instruction
def no_payer(owner: UncheckedAccount, old: Old):
    old.resize(200, owner)

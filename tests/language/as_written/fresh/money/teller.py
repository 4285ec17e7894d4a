"""Tellers move money for customers within their limits."""
from typing import List

import bank
from seahorse.prelude import *

declare_id("HmbTLCmaGvZhKnn1Zfa1JVnp7vkMV4DYVxPLWBVoN65L")

FEES = [(1_000, 0), (100_000, 10), (1_000_000, 50)]
MAX_FEE = 100


class TellerState(Account):
    manager: Pubkey
    tellers: List[Pubkey, 10]
    handled: u64
    bump: u8

    def is_teller(self, key: Pubkey) -> bool:
        return key in self.tellers


def fee_for(amount: u64) -> u64:
    for limit, fee in FEES:
        if amount < limit:
            return fee
    return MAX_FEE


@instruction
def setup(manager: Signer, teller: Empty[TellerState]):
    t = teller.init(payer=manager, seeds=["teller"])
    t.manager = manager.key()
    t.tellers = [manager.key()]


@instruction
def hire(manager: Signer, teller: Annotated[TellerState, Seeds("teller")], who: Pubkey):
    if teller.manager != manager.key():
        raise bank.BankError.UNAUTHORIZED
    if who not in teller.tellers:
        teller.tellers.append(who)


@instruction
def fire(manager: Signer, teller: Annotated[TellerState, Seeds("teller")], who: Pubkey):
    assert teller.manager == manager.key(), bank.BankError.UNAUTHORIZED
    teller.tellers.remove(who)


@instruction
def transfer(
    clerk: Signer,
    teller: Annotated[TellerState, Seeds("teller", bump=arg.teller.bump)],
    source: bank.Customer,
    target: bank.Customer,
    amount: u64,
    urgent: bool = False,
) -> u64:
    assert teller.is_teller(clerk.key()), "not a teller"
    assert not source.frozen and not target.frozen, bank.BankError.FROZEN
    fee = fee_for(amount) * (2 if urgent else 1)
    bank.move(teller=teller.signer(), source=source, target=target, amount=amount, fee=fee)
    teller.handled += 1
    print(f"{source.owner} -> {target.owner}: {amount} (+{fee})")
    return source.balance

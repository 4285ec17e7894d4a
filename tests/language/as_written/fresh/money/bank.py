"""A bank with accounts and limits; tellers are another program."""
from dataclasses import dataclass
from enum import Enum
from typing import List, Optional

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

TELLER_PROGRAM = Pubkey("HmbTLCmaGvZhKnn1Zfa1JVnp7vkMV4DYVxPLWBVoN65L")


class BankError(Error):
    INSUFFICIENT = 6000, "Insufficient funds"
    LIMIT = 6001, "Daily limit exceeded"
    FROZEN = 6002, "Account is frozen"
    UNAUTHORIZED = 6003, "Unauthorized"


class Kind(Enum):
    DEPOSIT = "D"
    WITHDRAWAL = "W"
    TRANSFER = "T"
    FEE = "F"


@dataclass
class Entry:
    kind: Kind
    amount: u64
    at: i64

    def __repr__(self) -> str:
        return f"{self.kind.value}{self.amount}@{self.at}"


class Customer(Account):
    """What one customer has."""

    owner: Pubkey
    balance: u64
    frozen: bool
    day: u64
    spent_today: u64
    daily_limit: u64
    history: List[Entry, 16]
    bump: u8

    def record(self, kind: Kind, amount: u64, at: i64):
        self.history.append(Entry(kind, amount, at))
        while len(self.history) > 16:
            self.history.pop(0)

    def spend(self, amount: u64, now: i64):
        assert not self.frozen, BankError.FROZEN
        assert self.balance >= amount, BankError.INSUFFICIENT
        today = now // 86400
        if today != self.day:
            self.day, self.spent_today = today, 0
        self.spent_today += amount
        assert self.spent_today <= self.daily_limit, BankError.LIMIT
        self.balance -= amount


CustomerPda = Annotated[Customer, Seeds("customer", arg.owner)]


@instruction
def open_account(owner: Signer, customer: Empty[Customer], daily_limit: u64 = 1_000_000):
    """Opens an account.

    `daily_limit` is in lamports.
    """
    c = customer.init(payer=owner, seeds=["customer", owner])
    c.owner, c.daily_limit = owner.key(), daily_limit


@instruction
def deposit(owner: Signer, customer: CustomerPda, amount: u64) -> u64:
    owner.transfer_lamports(customer, amount)
    customer.balance += amount
    customer.record(Kind.DEPOSIT, amount, Clock.get().unix_timestamp())
    return customer.balance


@instruction
def withdraw(owner: Signer, customer: CustomerPda, amount: u64) -> u64:
    now = Clock.get().unix_timestamp()
    customer.spend(amount, now)
    customer.transfer_lamports(owner, amount)
    customer.record(Kind.WITHDRAWAL, amount, now)
    return customer.balance


@instruction
def move(
    teller: Annotated[Signer, Seeds("teller", program=TELLER_PROGRAM)],
    source: Customer,
    target: Customer,
    amount: u64,
    fee: u64 = 0,
):
    now = Clock.get().unix_timestamp()
    source.spend(amount + fee, now)
    source.transfer_lamports(target, amount)
    target.balance += amount
    for account, kind, value in [(source, Kind.TRANSFER, amount), (source, Kind.FEE, fee), (target, Kind.DEPOSIT, amount)]:
        if value:
            account.record(kind, value, now)


@instruction
def statement(owner: Signer, customer: CustomerPda, last: u8 = 5) -> u64:
    total_in = sum(e.amount for e in customer.history if e.kind is Kind.DEPOSIT)
    total_out = sum([e.amount for e in customer.history if e.kind is not Kind.DEPOSIT])
    for entry in reversed(customer.history[-last:]):
        print(entry)
    print(f"in {total_in:>10} out {total_out:>10}")
    return customer.balance

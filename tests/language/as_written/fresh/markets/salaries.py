"""Salaries that flow by the second, with raises, pauses and a bonus curve."""
from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, List, Optional

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

SECONDS: Final = 30 * 24 * 3600
YEAR: Final[int] = 365 * 24 * 3600


class Status(Enum):
    ACTIVE = 0
    PAUSED = 1
    ENDED = 2


@dataclass(frozen=True)
class Rate:
    monthly: u64
    since: i64

    def earned(self, until: i64) -> u64:
        if until <= self.since:
            return 0
        return mul_div(self.monthly, u64(until - self.since), SECONDS)


class Company(Account):
    boss: Pubkey
    name: String[32]
    staff: u16
    bump: u8


class Employee(Account):
    company: Pubkey
    wallet: Pubkey
    rates: List[Rate, 12]
    paid: u64
    status: Status
    hired: i64
    ended: Optional[i64]

    @property
    def current(self) -> Rate:
        return self.rates[-1]

    def total(self, now: i64) -> u64:
        end = self.ended or now
        total = 0
        for i, rate in enumerate(self.rates):
            until = self.rates[i + 1].since if i + 1 < len(self.rates) else end
            total += rate.earned(until)
        return total

    def owed(self, now: i64) -> u64:
        return self.total(now) - self.paid


CompanyPda = Annotated[Company, Seeds("company", arg.boss, bump=arg.company.bump)]


def bonus_of(years: u64, monthly: u64) -> u64:
    """Half a salary for each square number of years."""
    root = math.isqrt(years)
    return monthly // 2 if years and root**2 == years else 0


@instruction
def found(boss: Signer, company: Empty[Company], name: str):
    company = company.init(payer=boss, seeds=["company", boss])
    company.boss = boss.key()
    company.name = name


@instruction
def hire(boss: Signer, company: CompanyPda, employee: Empty[Employee], wallet: Pubkey, monthly: u64):
    now = Clock.get().unix_timestamp()
    employee = employee.init(payer=boss, seeds=["employee", company, wallet])
    employee.company, employee.wallet = company.key(), wallet
    employee.rates = [Rate(monthly, now)]
    employee.hired = now
    company.staff += 1


@instruction
def give_raise(boss: Signer, company: CompanyPda, employee: Employee, percent: u8):
    assert employee.company == company.key() and employee.status is Status.ACTIVE
    now = Clock.get().unix_timestamp()
    current = employee.current
    new = replace(current, monthly=current.monthly * (100 + percent) // 100, since=now)
    employee.rates.append(new)
    print(f"{employee.wallet}: {new.monthly:,} a month")


@instruction
def end(boss: Signer, company: CompanyPda, employee: Employee) -> u64:
    assert employee.company == company.key()
    now = Clock.get().unix_timestamp()
    employee.status, employee.ended = Status.ENDED, now
    company.staff -= 1
    return employee.owed(now)


@instruction
def withdraw(wallet: Signer, company: Company, employee: Employee) -> u64:
    assert employee.wallet == wallet.key() and employee.company == company.key()
    now = Clock.get().unix_timestamp()
    amount = employee.owed(now)
    amount += bonus_of(u64((now - employee.hired) // YEAR), employee.current.monthly)
    employee.paid += amount
    company.transfer_lamports(wallet, amount)
    return amount

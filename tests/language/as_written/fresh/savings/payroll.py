"""Streams of salaries per second."""
import math
from dataclasses import dataclass
from functools import reduce
from typing import Dict, List, Optional, Tuple

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

MONTH = 30 * 86_400


class PayrollError(Error):
    NOT_EMPLOYER = 6000, "Only the employer"
    UNKNOWN = 6001, "No such employee"
    EMPTY = 6002, "Nothing to withdraw"


@dataclass
class Rate:
    amount: u64
    per: u64 = MONTH

    def earned(self, seconds: u64) -> u64:
        return mul_div(self.amount, seconds, self.per)

    def __add__(self, other: "Rate") -> "Rate":
        per = math.lcm(self.per, other.per)
        return Rate(self.amount * (per // self.per) + other.amount * (per // other.per), per)

    def __repr__(self) -> str:
        return f"{self.amount}/{self.per}s"


@dataclass
class Stream:
    employee: Pubkey
    rate: Rate
    start: i64
    end: Optional[i64]
    withdrawn: u64

    def accrued(self, now: i64) -> u64:
        until = now if self.end is None else min(self.end, now)
        seconds = max(until - self.start, 0)
        return self.rate.earned(seconds)

    def available(self, now: i64) -> u64:
        return self.accrued(now) - self.withdrawn

    @property
    def active(self) -> bool:
        return self.end is None


class Payroll(Account):
    employer: Pubkey
    streams: List[Stream, 10]
    bump: u8

    def stream_of(self, employee: Pubkey) -> Optional[Stream]:
        matching = [s for s in self.streams if s.employee == employee and s.active]
        return matching[0] if matching else None

    def total_rate(self) -> Rate:
        total = Rate(0)
        for s in self.streams:
            if s.active:
                total += s.rate
        return total

    def runway(self, now: i64, balance: u64) -> Optional[u64]:
        rate = self.total_rate()
        if rate.amount == 0:
            return None
        owed = sum(s.available(now) for s in self.streams)
        return (balance - owed) * rate.per // rate.amount if balance > owed else 0


@instruction
def setup(employer: Signer, payroll: Empty[Payroll]):
    p = payroll.init(payer=employer, seeds=["payroll", employer])
    p.employer = employer.key()


@instruction
def hire(employer: Signer, payroll: Payroll, employee: Pubkey, monthly: u64):
    if employer.key() != payroll.employer:
        raise PayrollError.NOT_EMPLOYER
    assert payroll.stream_of(employee) is None, "hired already"
    now = Clock.get().unix_timestamp()
    payroll.streams.append(Stream(employee, Rate(monthly), now, None, 0))
    print(f"{len(payroll.streams)} streams, total {payroll.total_rate()}")


@instruction
def fire(employer: Signer, payroll: Payroll, employee: Pubkey):
    assert employer.key() == payroll.employer, PayrollError.NOT_EMPLOYER
    stream = payroll.stream_of(employee)
    if not stream:
        raise PayrollError.UNKNOWN
    stream.end = Clock.get().unix_timestamp()


@instruction
def withdraw(employee: Signer, payroll: Payroll, amount: Optional[u64] = None) -> u64:
    now = Clock.get().unix_timestamp()
    mine = list(filter(lambda s: s.employee == employee.key(), payroll.streams))
    assert mine, PayrollError.UNKNOWN
    available = sum(map(lambda s: s.available(now), mine))
    wanted = available if amount is None else min(available, amount)
    if not wanted:
        raise PayrollError.EMPTY
    left = wanted
    for stream in mine:
        part = min(left, stream.available(now))
        stream.withdrawn += part
        left -= part
        if left == 0:
            break
    payroll.transfer_lamports(employee, wanted)
    if (runway := payroll.runway(now, payroll.lamports())) is not None:
        days, rest = divmod(runway, 86_400)
        print(f"runway: {days} days, {rest // 3600:02d}:{rest % 3600 // 60:02d}")
    return wanted


@instruction
def summary(payroll: Payroll) -> List[Tuple[Pubkey, u64]]:
    now = Clock.get().unix_timestamp()
    totals: Dict[Pubkey, u64] = {}
    for s in payroll.streams:
        totals.setdefault(s.employee, 0)
        totals[s.employee] += s.accrued(now)
    return sorted(totals.items(), key=lambda item: (-item[1], item[0]))

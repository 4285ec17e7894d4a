"""A mutual insurance pool."""
from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import Enum
from typing import List, Optional, Union

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

YEAR = 365 * 24 * 60 * 60


class PoolError(Error):
    NOT_COVERED = 6000, "Not covered"
    EXPIRED = 6001, "The policy has expired"
    TOO_MUCH = 6002, "More than is covered"
    NOT_ASSESSOR = 6003, "Only assessors"


@dataclass
class Risk(ABC):
    insured: u64

    @abstractmethod
    def premium(self) -> u64:
        """Per year."""

    def cover(self, damage: u64) -> u64:
        return min(self.insured, damage)


@dataclass
class Flight(Risk):
    delay_hours: u8

    def premium(self) -> u64:
        return self.insured * (12 - min(self.delay_hours, 10)) // 100


@dataclass
class Crop(Risk):
    hectares: u32
    region: String[8]

    def premium(self) -> u64:
        factor = {"north": 3, "south": 5}.get(self.region, 8)
        return self.insured * factor // 100 + self.hectares * 10

    def cover(self, damage: u64) -> u64:
        return super().cover(damage) * 9 // 10


class ClaimState(Enum):
    FILED = "filed"
    PAID = "paid"
    REFUSED = "refused"


@dataclass
class Claim:
    damage: u64
    at: i64
    state: ClaimState = ClaimState.FILED
    votes: u8 = 0


class Pool(Account):
    admin: Pubkey
    assessors: List[Pubkey, 5]
    reserve: u64
    exposure: u64
    bump: u8

    @property
    def solvency(self) -> float:
        return float("inf") if self.exposure == 0 else self.reserve / self.exposure


class Policy(Account):
    pool: Pubkey
    holder: Pubkey
    risk: Risk
    until: i64
    claims: List[Claim, 4]
    bump: u8

    def open_claim(self) -> Optional[Claim]:
        return next((c for c in self.claims if c.state is ClaimState.FILED), None)


@instruction
def create(admin: Signer, pool: Empty[Pool], assessors: List[Pubkey]):
    p = pool.init(payer=admin, seeds=["pool", admin])
    p.admin = admin.key()
    p.assessors = sorted(set(assessors))
    assert len(p.assessors) % 2 == 1, "an odd number"


@instruction
def insure(holder: Signer, pool: Pool, policy: Empty[Policy], risk: Risk, years: u8 = 1) -> u64:
    p = policy.init(payer=holder, seeds=["policy", pool, holder])
    premium = risk.premium() * years
    if isinstance(risk, Crop) and risk.hectares > 100:
        premium -= premium // 20
    holder.transfer_lamports(pool, premium)
    pool.reserve += premium
    pool.exposure += risk.insured
    p.pool, p.holder, p.risk = pool.key(), holder.key(), risk
    p.until = Clock.get().unix_timestamp() + years * YEAR
    print(f"premium {premium}, solvency {pool.solvency:.2f}")
    return premium


@instruction
def file_claim(holder: Signer, policy: Policy, damage: u64):
    assert policy.holder == holder.key(), PoolError.NOT_COVERED
    now = Clock.get().unix_timestamp()
    assert now <= policy.until, PoolError.EXPIRED
    assert policy.open_claim() is None, "one claim at a time"
    policy.claims.append(Claim(damage=damage, at=now))


@instruction
def assess(assessor: Signer, holder: UncheckedAccount, pool: Pool, policy: Policy, approve: bool) -> ClaimState:
    if assessor.key() not in pool.assessors:
        raise PoolError.NOT_ASSESSOR
    claim = policy.open_claim()
    assert claim is not None
    if not approve:
        claim.state = ClaimState.REFUSED
        return claim.state
    claim.votes += 1
    if claim.votes > len(pool.assessors) // 2:
        amount = policy.risk.cover(claim.damage)
        assert amount <= pool.reserve, PoolError.TOO_MUCH
        assert holder.key() == policy.holder
        pool.reserve -= amount
        pool.transfer_lamports(holder, amount)
        claim.state = ClaimState.PAID
    return claim.state

"""Token vesting with cliff and linear release."""
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, List, Optional, Tuple

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

SECONDS_PER_DAY: Final[int] = 86_400
MAX_TRANCHES: Final = 12


class VestingError(Error):
    NOTHING_TO_CLAIM = 6000, "nothing to claim"
    BAD_SCHEDULE = 6001, "bad schedule"
    REVOKED = 6002, "revoked"


class Kind(IntEnum):
    LINEAR = 0
    CLIFF = 1
    TRANCHES = 2


@dataclass(frozen=True, order=True)
class Tranche:
    at: i64
    amount: u64


class Schedule(Account):
    admin: Pubkey
    beneficiary: Pubkey
    mint: Pubkey
    kind: Kind
    start: i64
    cliff: i64
    end: i64
    total: u64
    claimed: u64
    tranches: List[Tranche, MAX_TRANCHES]
    revoked_at: Optional[i64]
    bump: u8

    @property
    def remaining(self) -> u64:
        return self.total - self.claimed

    def vested(self, now: i64) -> u64:
        """How much is free at `now`."""
        if self.revoked_at is not None:
            now = min(now, self.revoked_at)
        match self.kind:
            case Kind.LINEAR:
                return self._linear(now)
            case Kind.CLIFF:
                return self.total if now >= self.cliff else 0
            case Kind.TRANCHES:
                return sum(t.amount for t in self.tranches if t.at <= now)

    def _linear(self, now: i64) -> u64:
        if now < self.cliff:
            return 0
        if now >= self.end:
            return self.total
        elapsed = u64(now - self.start)
        duration = u64(self.end - self.start)
        return mul_div(self.total, elapsed, duration)


ScheduleAccount = Annotated[Schedule, Seeds("schedule", arg.schedule.beneficiary, arg.schedule.mint)]


def check_times(start: i64, cliff: i64, end: i64) -> bool:
    return start <= cliff <= end and start < end


@instruction
def create_linear(
    admin: Signer,
    beneficiary: UncheckedAccount,
    mint: TokenMint,
    schedule: Empty[Schedule],
    total: u64,
    days: u32,
    cliff_days: u32 = 0,
):
    now = Clock.get().unix_timestamp()
    cliff = now + cliff_days * SECONDS_PER_DAY
    end = now + days * SECONDS_PER_DAY
    assert check_times(now, cliff, end), VestingError.BAD_SCHEDULE
    s = schedule.init(payer=admin, seeds=["schedule", beneficiary, mint])
    s.admin = admin.key()
    s.beneficiary = beneficiary.key()
    s.mint = mint.key()
    s.kind = Kind.LINEAR
    s.start, s.cliff, s.end = now, cliff, end
    s.total = total


@instruction
def create_tranches(
    admin: Signer,
    beneficiary: UncheckedAccount,
    mint: TokenMint,
    schedule: Empty[Schedule],
    plan: List[Tuple[i64, u64]],
):
    assert 0 < len(plan) <= MAX_TRANCHES, VestingError.BAD_SCHEDULE
    s = schedule.init(payer=admin, seeds=["schedule", beneficiary, mint])
    s.admin = admin.key()
    s.beneficiary = beneficiary.key()
    s.mint = mint.key()
    s.kind = Kind.TRANCHES
    s.tranches = sorted([Tranche(at, amount) for at, amount in plan])
    s.total = sum(amount for _, amount in plan)
    s.start = s.tranches[0].at
    s.end = s.tranches[-1].at
    for i, t in enumerate(s.tranches, start=1):
        print(f"#{i:02}: {t.amount:>12,} at {t.at}")


@instruction
def claim(
    beneficiary: Signer,
    schedule: ScheduleAccount,
    vault: TokenAccount,
    wallet: TokenAccount,
    amount: Optional[u64] = None,
) -> u64:
    assert beneficiary.key() == schedule.beneficiary
    free = schedule.vested(Clock.get().unix_timestamp()) - schedule.claimed
    wanted = free if amount is None else min(amount, free)
    assert wanted, VestingError.NOTHING_TO_CLAIM
    schedule.claimed += wanted
    vault.transfer(schedule.signer(), wallet, wanted)
    percent = 100 * schedule.claimed / schedule.total
    print(f"claimed {wanted} ({percent:.1f}%), {schedule.remaining} remain")
    return wanted


@instruction
def revoke(admin: Signer, schedule: ScheduleAccount):
    assert admin.key() == schedule.admin, "not the admin"
    assert schedule.revoked_at is None, VestingError.REVOKED
    schedule.revoked_at = Clock.get().unix_timestamp()

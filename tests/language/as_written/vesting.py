"""Vesting schedules: linear, with a cliff, or in steps."""

from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


SECONDS_PER_DAY: Final = 86_400
Timestamp: TypeAlias = i64


class VestingError(Error):
    NOT_STARTED = 6000, "vesting has not started"
    NOTHING_TO_CLAIM = 6001, "nothing to claim"
    REVOKED = 6002, "the schedule was revoked"
    UNAUTHORIZED = 6003, "only the admin may do this"


class Kind(Enum):
    LINEAR = "linear"
    CLIFF = "cliff"
    STEPPED = "stepped"

    @property
    def is_smooth(self) -> bool:
        return self is Kind.LINEAR


@dataclass(frozen=True)
class Window:
    start: i64
    end: i64

    def __post_init__(self) -> None:
        assert self.end > self.start, "empty window"

    @property
    def length(self) -> u64:
        return u64(self.end - self.start)

    def __contains__(self, t: i64) -> bool:
        return self.start <= t < self.end

    def elapsed(self, now: i64) -> u64:
        if now < self.start:
            return 0
        return self.length if now >= self.end else u64(now - self.start)


class Schedule(Account):
    STEPS = 4
    admin: Pubkey
    beneficiary: Pubkey
    total: u64
    claimed: u64
    start: i64
    end: i64
    kind: Kind
    revoked_at: i64 | None
    bump: u8

    @property
    def window(self) -> Window:
        return Window(self.start, self.end)

    def vested(self, now: Timestamp) -> u64:
        now = min(now, self.revoked_at or now)
        window = self.window
        done = window.elapsed(now)
        match self.kind:
            case Kind.LINEAR:
                return u64(u128(self.total) * done // window.length)
            case Kind.CLIFF:
                return self.total if now >= self.end else 0
            case Kind.STEPPED:
                step = done * self.STEPS // window.length
                return self.total * step // self.STEPS

    @property
    def remaining(self) -> u64:
        return self.total - self.claimed


class Claimed(Event):
    who: Pubkey
    amount: u64
    left: u64


@instruction
def create(
    admin: Signer,
    beneficiary: UncheckedAccount,
    schedule: Empty[Schedule],
    total: u64,
    start: i64,
    days: u64,
    kind: Kind,
) -> None:
    made = schedule.init(payer=admin, seeds=["vesting", admin, beneficiary])
    made.admin = admin.key()
    made.beneficiary = beneficiary.key()
    made.total = total
    made.start, made.end = start, start + i64(days * SECONDS_PER_DAY)
    made.kind = kind
    assert made.window.length > 0


@instruction
def claim(
    beneficiary: Signer,
    admin: UncheckedAccount,
    schedule: Annotated[Schedule, Seeds("vesting", arg.admin, arg.beneficiary)],
    now: i64,
) -> u64:
    assert now >= schedule.start, VestingError.NOT_STARTED
    amount = schedule.vested(now) - schedule.claimed
    assert amount, VestingError.NOTHING_TO_CLAIM
    schedule.claimed += amount
    Claimed(beneficiary.key(), amount, left=schedule.remaining).emit()
    return amount


@instruction
def revoke(
    admin: Signer,
    beneficiary: UncheckedAccount,
    schedule: Annotated[Schedule, Seeds("vesting", arg.admin, arg.beneficiary)],
    now: i64,
) -> None:
    assert admin.key() == schedule.admin, VestingError.UNAUTHORIZED
    assert schedule.revoked_at is None, VestingError.REVOKED
    schedule.revoked_at = now


@instruction
def describe(
    admin: UncheckedAccount,
    beneficiary: UncheckedAccount,
    schedule: Annotated[Schedule, Seeds("vesting", arg.admin, arg.beneficiary)],
    at: List[i64],
) -> str:
    smooth = "smooth" if schedule.kind.is_smooth else "in steps"
    inside = [t for t in at if t in schedule.window]
    table = ", ".join(f"{t}: {schedule.vested(t)}" for t in at)
    return f"{schedule.kind.name.lower()} ({schedule.kind.value}), {smooth}, {len(inside)} inside: {table}"

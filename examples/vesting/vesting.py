"""Vesting: tokens that become somebody's own little by little.

Nothing is released before the cliff; from there on a part that grows with each second, until everything is.
The grantor may revoke: what is released by then stays the beneficiary's, the rest goes back.
"""

from dataclasses import dataclass

from seahorse.prelude import *

declare_id("2cbc9KikFh3kK3SopaNazHunVocjE5MJK7MwgxVS6wq2")


@dataclass
class Schedule:
    """When a grant is released, in unix time."""

    start: i64
    cliff: i64
    end: i64

    def is_valid(self) -> bool:
        return self.start <= self.cliff <= self.end and self.start < self.end

    def released(self, total: u64, now: i64) -> u64:
        """How much of `total` is released at this time."""
        if now < self.cliff:
            return 0
        if now >= self.end:
            return total
        return mul_div(total, u64(now - self.start), u64(self.end - self.start))


class Grant(Account):
    """Tokens for a beneficiary. PDA: ["grant", grantor, beneficiary]."""

    grantor: Pubkey
    beneficiary: Pubkey
    mint: Pubkey
    total: u64
    claimed: u64
    schedule: Schedule
    revoked_at: i64 | None
    bump: u8

    @property
    def claimable(self) -> u64:
        now = Clock.get().unix_timestamp()
        if self.revoked_at is not None:
            now = min(now, self.revoked_at)
        return self.schedule.released(self.total, now) - self.claimed


class Claimed(Event):
    """The beneficiary took tokens."""

    grant: Pubkey
    amount: u64
    left: u64


class VestingError(Error):
    """Why nothing moves."""

    BAD_SCHEDULE = 6000, "The schedule needs start <= cliff <= end and start < end"
    NOTHING = 6001, "There is nothing to claim yet"
    REVOKED = 6002, "The grant is revoked"


GrantPda = Annotated[Grant, Seeds("grant", arg.grantor, arg.beneficiary)]
SafePda = Annotated[TokenAccount, Seeds("safe", arg.grant)]


@instruction
def create(
    grantor: Signer,
    beneficiary: UncheckedAccount,
    mint: TokenMint,
    source: TokenAccount,
    grant: Empty[Grant],
    safe: Empty[TokenAccount],
    total: u64,
    schedule: Schedule,
):
    """Lock the tokens."""
    assert schedule.is_valid(), VestingError.BAD_SCHEDULE
    made = grant.init(payer=grantor, seeds=["grant", grantor, beneficiary])
    made.grantor, made.beneficiary, made.mint = grantor.key(), beneficiary.key(), mint.key()
    made.total = total
    made.schedule = schedule
    locked = safe.init(payer=grantor, seeds=["safe", grant], mint=mint, authority=grant)
    source.transfer(grantor, locked, total)


@instruction
def claim(grantor: UncheckedAccount, beneficiary: Signer, grant: GrantPda, safe: SafePda, to: TokenAccount) -> u64:
    """Take what is released."""
    amount = grant.claimable
    assert amount, VestingError.NOTHING
    grant.claimed += amount
    safe.transfer(grant.signer(), to, amount)
    Claimed(grant.key(), amount, left=grant.total - grant.claimed).emit()
    return amount


@instruction
def revoke(grantor: Signer, beneficiary: UncheckedAccount, grant: GrantPda, safe: SafePda, back: TokenAccount) -> u64:
    """Stop the release; what is not released goes back."""
    assert grant.revoked_at is None, VestingError.REVOKED
    now = Clock.get().unix_timestamp()
    kept = grant.schedule.released(grant.total, now)
    grant.revoked_at = now
    returned = grant.total - kept
    safe.transfer(grant.signer(), back, returned)
    return returned

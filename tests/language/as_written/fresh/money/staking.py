"""Stake a token, earn another one per second."""
from dataclasses import dataclass
from typing import NamedTuple

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

PRECISION: u128 = 10**12
TIERS = [(0, 100), (30, 125), (90, 150), (365, 200)]


class Reward(NamedTuple):
    amount: u64
    boosted: bool


class Errors(Error):
    NOT_ENOUGH = 6000, "Not enough staked"
    LOCKED = 6001, "Stake is locked"
    ZERO = 6002, "Amount is zero"


class Pool(Account):
    admin: Pubkey
    stake_mint: Pubkey
    reward_mint: Pubkey
    rate: u64
    total: u64
    acc: u128
    updated: i64
    paused: bool
    bump: u8

    def update(self, now: i64) -> None:
        if self.total > 0:
            elapsed = now - self.updated
            self.acc += u128(elapsed) * self.rate * PRECISION // self.total
        self.updated = now


class Position(Account):
    owner: Pubkey
    amount: u64
    debt: u128
    since: i64
    lock_days: u16
    bump: u8

    @property
    def boost(self) -> u64:
        best = 100
        for days, factor in TIERS:
            if self.lock_days >= days:
                best = factor
        return best

    def pending(self, pool: Pool) -> Reward:
        base = u64(self.amount * pool.acc // PRECISION - self.debt)
        return Reward(base * self.boost // 100, self.boost > 100)

    def settle(self, pool: Pool) -> None:
        self.debt = self.amount * pool.acc // PRECISION


PoolPda = Annotated[Pool, Seeds("pool", arg.pool.stake_mint)]
PositionPda = Annotated[Position, Seeds("position", arg.pool, arg.owner, bump=arg.position.bump)]


@instruction
def create_pool(
    admin: Signer,
    pool: Empty[Pool],
    stake_mint: TokenMint,
    reward_mint: TokenMint,
    vault: Empty[TokenAccount],
    rate: u64 = 1_000,
):
    p = pool.init(payer=admin, seeds=["pool", stake_mint])
    vault.init(payer=admin, mint=stake_mint, authority=p, seeds=["vault", p])
    p.admin, p.rate = admin.key(), rate
    p.stake_mint = stake_mint.key()
    p.reward_mint = reward_mint.key()
    p.updated = Clock.get().unix_timestamp()


@instruction
def stake(
    owner: Signer,
    pool: PoolPda,
    position: Empty[Position],
    source: TokenAccount,
    vault: Annotated[TokenAccount, Seeds("vault", arg.pool)],
    amount: u64,
    lock_days: u16 = 0,
):
    assert amount, Errors.ZERO
    assert not pool.paused
    now = Clock.get().unix_timestamp()
    pos = position.init(payer=owner, seeds=["position", pool, owner], init_if_needed=True)
    pool.update(now)
    if pos.amount:
        reward = pos.pending(pool)
        print("pending", reward.amount, "boosted" if reward.boosted else "plain")
    pos.owner = owner.key()
    pos.amount += amount
    pos.since = now
    pos.lock_days = max(pos.lock_days, lock_days)
    pos.settle(pool)
    pool.total += amount
    source.transfer(owner, vault, amount)


@instruction
def unstake(
    owner: Signer,
    pool: PoolPda,
    position: PositionPda,
    vault: Annotated[TokenAccount, Seeds("vault", arg.pool)],
    wallet: TokenAccount,
    reward_mint: TokenMint,
    rewards: TokenAccount,
    amount: u64,
) -> Reward:
    assert position.owner == owner.key()
    assert 0 < amount <= position.amount, Errors.NOT_ENOUGH
    now = Clock.get().unix_timestamp()
    unlock = position.since + position.lock_days * 86_400
    assert now >= unlock, Errors.LOCKED
    pool.update(now)
    reward = position.pending(pool)
    earned, boosted = reward
    position.amount -= amount
    position.settle(pool)
    pool.total -= amount
    vault.transfer(pool.signer(), wallet, amount)
    if earned > 0:
        reward_mint.mint(pool.signer(), rewards, earned)
    if position.amount == 0:
        position.close(owner)
    return reward

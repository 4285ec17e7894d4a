"""A wallet with a timelock: transfers are queued, and anybody may carry them out after the delay."""
from seahorse.prelude import *
from typing import Optional, List
from dataclasses import dataclass
from enum import IntEnum

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

HOUR = 60 * 60
DAY = 24 * HOUR
MIN_DELAY, MAX_DELAY = HOUR, 30 * DAY


class State(IntEnum):
    QUEUED = 0
    DONE = 1
    CANCELLED = 2


class Wallet(Account):
    owner: Pubkey
    guardian: Optional[Pubkey]
    delay: i64
    queued: u64
    daily: u64
    spent: u64
    day: i64
    bump: u8

    @property
    def has_guardian(self) -> bool:
        return self.guardian is not None

    def may_cancel(self, who: Pubkey) -> bool:
        return who in (self.owner, self.guardian)


class Transfer(Account):
    wallet: Pubkey
    to: Pubkey
    amount: u64
    eta: i64
    state: State
    memo: String[40]


def now() -> i64:
    return Clock.get().unix_timestamp()


@instruction
def create(owner: Signer, wallet: Empty[Wallet], delay: i64, guardian: Optional[Pubkey], daily: u64 = 0):
    assert MIN_DELAY <= delay <= MAX_DELAY, f"the delay must be between {MIN_DELAY} and {MAX_DELAY} seconds"
    w = wallet.init(payer=owner, seeds=["wallet", owner])
    w.owner = owner.key()
    w.delay = delay
    w.guardian = guardian
    w.daily = daily


@instruction
def queue(owner: Signer, wallet: Wallet, transfer: Empty[Transfer], to: Pubkey, amount: u64, memo: str = ""):
    assert wallet.owner == owner.key()
    number = wallet.queued
    t = transfer.init(payer=owner, seeds=["transfer", wallet, number])
    t.wallet = wallet.key()
    t.to = to
    t.amount = amount
    t.eta = now() + wallet.delay
    t.memo = memo[:40]
    t.state = State.QUEUED
    wallet.queued += 1


@instruction
def execute(wallet: Annotated[Wallet, Seeds("wallet", arg.wallet.owner)], transfer: Transfer, to: UncheckedAccount):
    assert transfer.wallet == wallet.key() and transfer.to == to.key(), "not this transfer"
    if transfer.state is not State.QUEUED:
        raise Exception(f"already {transfer.state.name.lower()}")
    left = transfer.eta - now()
    if left > 0:
        days, rest = divmod(left, DAY)
        hours, minutes = rest // HOUR, rest % HOUR // 60
        raise ValueError(f"wait {days}d {hours:02}:{minutes:02}")
    transfer.state = State.DONE
    wallet.transfer_lamports(to, transfer.amount)


@instruction
def cancel(who: Signer, wallet: Wallet, transfer: Transfer):
    assert wallet.may_cancel(who.key()), "neither owner nor guardian"
    assert transfer.state == State.QUEUED
    transfer.state = State.CANCELLED


@instruction
def spend(owner: Signer, wallet: Annotated[Wallet, Seeds("wallet", arg.owner)], to: UncheckedAccount, amount: u64) -> u64:
    today = now() // DAY
    if wallet.day != today:
        wallet.day = today
        wallet.spent = 0
    wallet.spent += amount
    assert wallet.spent <= wallet.daily, "over the daily limit"
    wallet.transfer_lamports(to, amount)
    return wallet.daily - wallet.spent

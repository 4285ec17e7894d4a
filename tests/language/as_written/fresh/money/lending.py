"""Over-collateralised lending with utilisation-based interest."""
from dataclasses import dataclass
from typing import List, NamedTuple, Optional, Tuple
from enum import Enum, Flag, auto

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

WAD = 10**18
YEAR = 31_536_000
LTV = 75
LIQUIDATION = 80
BONUS = 5


class LendError(Error):
    UNHEALTHY = 6000, "Position would be unhealthy"
    HEALTHY = 6001, "Position is healthy"
    NO_LIQUIDITY = 6002, "Not enough liquidity"
    STALE = 6003, "Price is stale"
    PAUSED = 6004, "Market is paused"


class Paused(Flag):
    NONE = 0
    BORROW = auto()
    WITHDRAW = auto()
    LIQUIDATE = auto()


class RateModel(NamedTuple):
    base: u64
    slope: u64
    kink: u64
    steep: u64

    def rate(self, utilization: u64) -> u64:
        if utilization <= self.kink:
            return self.base + utilization * self.slope // 100
        over = utilization - self.kink
        return self.base + self.kink * self.slope // 100 + over * self.steep // 100


MODEL = RateModel(base=200, slope=1_000, kink=80, steep=10_000)


@dataclass
class Price:
    value: u64
    expo: i8
    at: i64

    def __mul__(self, amount: u64) -> u64:
        scale = 10 ** abs(self.expo)
        if self.expo < 0:
            return u64(u128(self.value) * amount // scale)
        return self.value * amount * scale


class Market(Account):
    admin: Pubkey
    deposits: u64
    borrows: u64
    index: u128
    updated: i64
    price: Price
    paused: Paused
    bump: u8

    @property
    def utilization(self) -> u64:
        if not self.deposits:
            return 0
        return self.borrows * 100 // self.deposits

    def accrue(self, now: i64) -> u64:
        dt = u64(max(0, now - self.updated))
        bps = MODEL.rate(self.utilization)
        interest = u64(u128(self.borrows) * bps * dt // (10_000 * YEAR))
        self.borrows += interest
        self.index += self.index * bps * dt // (10_000 * YEAR)
        self.updated = now
        return interest


class Loan(Account):
    owner: Pubkey
    collateral: u64
    principal: u64
    index: u128
    bump: u8

    def debt(self, market: Market) -> u64:
        if self.index == 0:
            return 0
        return u64(self.principal * market.index // self.index)

    def health(self, market: Market) -> float:
        debt = self.debt(market)
        if debt == 0:
            return float("inf")
        return market.price * self.collateral * LIQUIDATION / 100 / debt

    def max_borrow(self, market: Market) -> u64:
        limit = market.price * self.collateral * LTV // 100
        debt = self.debt(market)
        return limit - debt if limit > debt else 0


@instruction
def create_market(admin: Signer, market: Empty[Market], price: u64, expo: i8 = -6):
    m = market.init(payer=admin, seeds=[b"market", admin.key()])
    now = Clock.get().unix_timestamp()
    m.admin, m.updated, m.index = admin.key(), now, WAD
    m.price = Price(price, expo, now)
    m.paused = Paused.NONE


@instruction
def pause(admin: Signer, market: Market, what: Paused, on: bool = True):
    assert market.admin == admin.key()
    if on:
        market.paused |= what
    else:
        market.paused &= ~what


@instruction
def set_price(admin: Signer, market: Market, value: u64):
    assert market.admin == admin.key()
    market.price.value = value
    market.price.at = Clock.get().unix_timestamp()


@instruction
def borrow(
    owner: Signer, market: Market, loan: Empty[Loan], collateral: u64, amount: u64, clock: Clock
) -> Tuple[u64, u64]:
    assert Paused.BORROW not in market.paused, LendError.PAUSED
    now = clock.unix_timestamp()
    assert now - market.price.at < 60, LendError.STALE
    interest = market.accrue(now)
    position = loan.init(payer=owner, seeds=["loan", market, owner], init_if_needed=True)
    if position.is_new():
        position.owner = owner.key()
        position.index = market.index
    position.collateral += collateral
    allowed = position.max_borrow(market)
    assert amount <= allowed, LendError.UNHEALTHY
    assert market.borrows + amount <= market.deposits, LendError.NO_LIQUIDITY
    position.principal = position.debt(market) + amount
    position.index = market.index
    market.borrows += amount
    print(f"{amount=} {interest=} health={position.health(market):.3f}")
    return position.principal, allowed - amount


@instruction
def liquidate(liquidator: Signer, market: Market, loan: Loan, repay: u64) -> u64:
    if market.paused & Paused.LIQUIDATE:
        raise LendError.PAUSED
    market.accrue(Clock.get().unix_timestamp())
    assert loan.health(market) < 1.0, LendError.HEALTHY
    debt = loan.debt(market)
    repay = min(repay, debt // 2)
    seized = min(loan.collateral, repay * (100 + BONUS) // 100)
    loan.principal, loan.index = debt - repay, market.index
    loan.collateral -= seized
    market.borrows -= repay
    return seized

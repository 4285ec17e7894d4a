"""A staking pool that pays rewards by share."""

from enum import IntEnum
from typing import ClassVar, NamedTuple, Self

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


class StakeError(Error):
    EMPTY_POOL = 6000, "the pool has no stake"
    TOO_MUCH = 6001, "more than was staked"


class Ray:
    """A number with 12 decimals."""

    ONE: ClassVar[u128] = 10**12
    raw: u128

    def __init__(self, raw: u128) -> None:
        self.raw = raw

    @classmethod
    def ratio(cls, a: u64, b: u64) -> Self:
        return cls(u128(a) * cls.ONE // b)

    def __add__(self, other: "Ray") -> "Ray":
        return Ray(self.raw + other.raw)

    def __sub__(self, other: "Ray") -> "Ray":
        return Ray(self.raw - other.raw)

    def __mul__(self, amount: u64) -> u64:
        return u64(self.raw * amount // self.ONE)

    def __rmul__(self, amount: u64) -> u64:
        return self * amount

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ray) and self.raw == other.raw

    def __lt__(self, other: "Ray") -> bool:
        return self.raw < other.raw

    def __str__(self) -> str:
        return f"{self.raw // self.ONE}.{self.raw % self.ONE:012d}"


class Tier(IntEnum):
    BRONZE = 1
    SILVER = 2
    GOLD = 4

    @classmethod
    def of(cls, amount: u64) -> "Tier":
        for tier in sorted(cls, key=lambda t: t.value, reverse=True):
            if amount >= tier * 100:
                return tier
        return cls.BRONZE


class Position(NamedTuple):
    owner: Pubkey
    amount: u64
    debt: u128


class Pool(Account):
    total: u64
    per_share: u128
    positions: List[Position, 8]
    history: List[u64, 16]

    @property
    def index(self) -> Ray:
        return Ray(self.per_share)

    @index.setter
    def index(self, value: Ray) -> None:
        self.per_share = value.raw

    def find(self, owner: Pubkey) -> u64 | None:
        return next((i for i, p in enumerate(self.positions) if p.owner == owner), None)

    def pending(self, at: u64) -> u64:
        position = self.positions[at]
        return position.amount * (self.index - Ray(position.debt))

    def set_amount(self, at: u64, amount: u64) -> None:
        old = self.positions[at]
        self.total = self.total - old.amount + amount
        self.positions[at] = old._replace(amount=amount, debt=self.per_share)


@instruction
def create(admin: Signer, pool: Empty[Pool]) -> None:
    pool.init(payer=admin, seeds=["pool"])


@instruction
def stake(owner: Signer, pool: Annotated[Pool, Seeds("pool")], amount: u64) -> u64:
    key = owner.key()
    at = pool.find(key)
    if at is None:
        pool.positions.append(Position(key, amount=0, debt=pool.per_share))
        at = len(pool.positions) - 1
    paid = pool.pending(at)
    pool.set_amount(at, pool.positions[at].amount + amount)
    return paid


@instruction
def unstake(owner: Signer, pool: Annotated[Pool, Seeds("pool")], amount: u64) -> u64:
    at = pool.find(owner.key())
    assert at is not None, StakeError.TOO_MUCH
    _, staked, _ = pool.positions[at]
    assert staked >= amount, StakeError.TOO_MUCH
    paid = pool.pending(at)
    pool.set_amount(at, staked - amount)
    if staked == amount:
        del pool.positions[at]
    return paid


@instruction
def reward(admin: Signer, pool: Annotated[Pool, Seeds("pool")], amount: u64) -> None:
    assert pool.total, StakeError.EMPTY_POOL
    pool.index += Ray.ratio(amount, pool.total)
    pool.history.append(amount)
    if len(pool.history) > 3:
        pool.history[:2] = [sum(pool.history[:2])]


@instruction
def table(pool: Annotated[Pool, Seeds("pool")]) -> str:
    rows = [f"{p.amount}/{Tier.of(p.amount).name}" for p in sorted(pool.positions, key=lambda p: p.amount)]
    first, *rest = pool.history or [u64(0)]
    return f"{pool.index} {' '.join(rows)} {first}+{len(rest)} {pool.index == Ray(0)}"

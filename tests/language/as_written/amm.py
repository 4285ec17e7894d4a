"""A market maker of constant product."""

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, NamedTuple

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


class AmmError(Error):
    SLIPPAGE = 6000, "less than the minimum"
    EMPTY = 6001, "the pool is empty"


class Side(Enum):
    BASE = 0
    QUOTE = 1

    def __invert__(self) -> "Side":
        return Side.QUOTE if self is Side.BASE else Side.BASE

    @property
    def other(self) -> "Side":
        return ~self


@dataclass(frozen=True, order=True)
class Price:
    numerator: u128
    denominator: u128

    def __truediv__(self, other: "Price") -> f64:
        return f64(self.numerator * other.denominator) / f64(self.denominator * other.numerator)

    def __str__(self) -> str:
        whole, rest = divmod(self.numerator * 10_000, self.denominator)
        return f"{whole // 10_000}.{whole % 10_000:04d}{'+' if rest else ''}"


class Reserves(NamedTuple):
    base: u64
    quote: u64

    def of(self, side: Side) -> u64:
        return self.base if side is Side.BASE else self.quote

    @property
    def product(self) -> u128:
        return u128(self.base) * self.quote


class Amm(Account):
    FEE_BPS: ClassVar[u64] = 30
    BPS = 10_000
    base: u64
    quote: u64
    shares: u64
    trades: u64

    @property
    def reserves(self) -> Reserves:
        return Reserves(self.base, self.quote)

    @reserves.setter
    def reserves(self, value: Reserves) -> None:
        self.base, self.quote = value.base, value.quote

    @property
    def price(self) -> Price:
        return Price(u128(self.quote), u128(self.base))

    @classmethod
    def after_fee(cls, amount: u64) -> u64:
        return amount * (cls.BPS - cls.FEE_BPS) // cls.BPS

    def quote_for(self, side: Side, amount: u64) -> u64:
        assert self.shares, AmmError.EMPTY
        have = self.reserves
        paid = self.after_fee(amount)
        return u64(u128(have.of(side.other)) * paid // (u128(have.of(side)) + paid))


def sqrt(n: u128) -> u64:
    """Newton's method, by recursion."""

    def better(x: u128) -> u128:
        y = (x + n // x) // 2
        return x if y >= x else better(y)

    return 0 if n == 0 else u64(better(n))


@instruction
def create(admin: Signer, amm: Empty[Amm]) -> None:
    amm.init(payer=admin, seeds=["amm"])


@instruction
def deposit(user: Signer, amm: Annotated[Amm, Seeds("amm")], base: u64, quote: u64) -> u64:
    made = (
        min(base * amm.shares // amm.base, quote * amm.shares // amm.quote) if amm.shares else sqrt(u128(base) * quote)
    )
    amm.base += base
    amm.quote += quote
    amm.shares += made
    return made


@instruction
def swap(user: Signer, amm: Annotated[Amm, Seeds("amm")], side: Side, amount: u64, least: u64) -> u64:
    before = amm.reserves.product
    out = amm.quote_for(side, amount)
    assert out >= least, AmmError.SLIPPAGE
    base, quote = amm.reserves
    amm.reserves = Reserves(base + amount, quote - out) if side is Side.BASE else Reserves(base - out, quote + amount)
    amm.trades += 1
    assert amm.reserves.product >= before
    return out


@instruction
def show(amm: Annotated[Amm, Seeds("amm")], amounts: List[u64]) -> str:
    best, *others = sorted([amm.quote_for(s, a) for s in Side for a in amounts], reverse=True)
    return f"{amm.price} {best} {len(others)} {Price(1, 2) < amm.price} {amm.price / Price(1, 1):.2f}"

"""Constant product market maker."""
import math
from dataclasses import dataclass
from typing import Tuple

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

BPS = 10_000
MINIMUM_LIQUIDITY = 1_000


class AmmError(Error):
    SLIPPAGE = 6000, "Slippage exceeded"
    EMPTY = 6001, "Pool is empty"
    FEE_TOO_HIGH = 6002, "Fee too high"
    WRONG_VAULT = 6003, "Wrong vault"


@dataclass(frozen=True)
class Curve:
    x: u64
    y: u64

    @property
    def k(self) -> u128:
        return u128(self.x) * self.y

    def price(self) -> float:
        return self.y / self.x

    def out(self, dx: u64, fee_bps: u16) -> u64:
        dx_after_fee = dx * (BPS - fee_bps) // BPS
        new_x = self.x + dx_after_fee
        new_y = self.k // new_x
        return self.y - u64(new_y)

    @classmethod
    def of(cls, a: TokenAccount, b: TokenAccount) -> "Curve":
        return cls(a.amount(), b.amount())


class Pool(Account):
    mint_a: Pubkey
    mint_b: Pubkey
    vault_a: Pubkey
    vault_b: Pubkey
    lp_mint: Pubkey
    fee_bps: u16
    swaps: u64
    volume: Tuple[u128, u128]
    bump: u8


class Swapped(Event):
    user: Pubkey
    a_to_b: bool
    amount_in: u64
    amount_out: u64
    fee: u64


PoolAccount = Annotated[Pool, Seeds("pool", arg.pool.mint_a, arg.pool.mint_b, bump=arg.pool.bump)]
VaultA = Annotated[TokenAccount, Seeds("vault", arg.pool, "a")]
VaultB = Annotated[TokenAccount, Seeds("vault", arg.pool, "b")]


def fee_of(amount: u64, bps: u16) -> u64:
    """Fee, rounded up."""
    return -(-amount * bps // BPS)


def shares_for(a: u64, b: u64, reserve_a: u64, reserve_b: u64, supply: u64) -> u64:
    if supply == 0:
        return math.isqrt(u128(a) * b) - MINIMUM_LIQUIDITY
    return min(mul_div(a, supply, reserve_a), mul_div(b, supply, reserve_b))


@instruction
def create(
    admin: Signer,
    pool: Empty[Pool],
    mint_a: TokenMint,
    mint_b: TokenMint,
    vault_a: Empty[TokenAccount],
    vault_b: Empty[TokenAccount],
    lp_mint: Empty[TokenMint],
    fee_bps: u16 = 30,
):
    assert fee_bps <= BPS // 10, AmmError.FEE_TOO_HIGH
    assert mint_a.key() < mint_b.key(), "mints must be sorted"
    p = pool.init(payer=admin, seeds=["pool", mint_a, mint_b])
    va = vault_a.init(payer=admin, seeds=["vault", p, "a"], mint=mint_a, authority=p)
    vb = vault_b.init(payer=admin, seeds=["vault", p, "b"], mint=mint_b, authority=p)
    lp = lp_mint.init(payer=admin, seeds=["lp", p], decimals=6, authority=p)
    p.mint_a, p.mint_b = mint_a.key(), mint_b.key()
    p.vault_a, p.vault_b, p.lp_mint = va.key(), vb.key(), lp.key()
    p.fee_bps = fee_bps
    p.volume = (0, 0)


@instruction
def deposit(
    user: Signer,
    pool: PoolAccount,
    vault_a: VaultA,
    vault_b: VaultB,
    lp_mint: TokenMint,
    user_a: TokenAccount,
    user_b: TokenAccount,
    user_lp: TokenAccount,
    amount_a: u64,
    amount_b: u64,
    min_shares: u64 = 1,
) -> u64:
    assert lp_mint.key() == pool.lp_mint
    shares = shares_for(amount_a, amount_b, vault_a.amount(), vault_b.amount(), lp_mint.supply())
    assert shares >= min_shares, AmmError.SLIPPAGE
    for source, vault, amount in ((user_a, vault_a, amount_a), (user_b, vault_b, amount_b)):
        source.transfer(user, vault, amount)
    lp_mint.mint(pool.signer(), user_lp, shares)
    return shares


@instruction
def swap(
    user: Signer,
    pool: PoolAccount,
    vault_a: VaultA,
    vault_b: VaultB,
    user_a: TokenAccount,
    user_b: TokenAccount,
    amount_in: u64,
    a_to_b: bool = True,
    min_out: u64 = 0,
) -> u64:
    assert vault_a.amount() > 0 and vault_b.amount() > 0, AmmError.EMPTY
    curve = Curve.of(vault_a, vault_b) if a_to_b else Curve.of(vault_b, vault_a)
    k_before = curve.k
    out = curve.out(amount_in, pool.fee_bps)
    assert out >= min_out, AmmError.SLIPPAGE
    va, vb = pool.volume
    if a_to_b:
        user_a.transfer(user, vault_a, amount_in)
        vault_b.transfer(pool.signer(), user_b, out)
        pool.volume = (va + amount_in, vb)
    else:
        user_b.transfer(user, vault_b, amount_in)
        vault_a.transfer(pool.signer(), user_a, out)
        pool.volume = (va, vb + amount_in)
    after = Curve.of(vault_a, vault_b)
    assert after.k >= k_before, "k must not shrink"
    pool.swaps += 1
    fee = fee_of(amount_in, pool.fee_bps)
    Swapped(user=user.key(), a_to_b=a_to_b, amount_in=amount_in, amount_out=out, fee=fee).emit()
    print(f"swap #{pool.swaps}: {amount_in:,} -> {out:,} at {curve.price():.6f}")
    return out

"""AMM: a pool of two tokens that anybody trades with, at a price that the pool itself makes.

The product of both reserves never falls. Who provides both tokens gets shares, a third token; shares
are worth a part of the reserves and of the fees in them.
"""

import math

from seahorse.prelude import *

declare_id("B6xvcHigFJAzcQe9kuJXsUJ1w88yExQ6GMMyjXgeA3Dx")

FEE_BPS = 30
BPS = 10_000


class Pool(Account):
    """Two reserves. PDA: ["pool", mint_a, mint_b]."""

    mint_a: Pubkey
    mint_b: Pubkey
    shares: Pubkey  # mint
    bump: u8


class AmmError(Error):
    """Why a pool refuses."""

    EMPTY = 6000, "The pool is empty"
    SLIPPAGE = 6001, "The price moved too far"
    NOTHING = 6002, "The amount is too small"


class Swapped(Event):
    """Somebody traded."""

    pool: Pubkey
    trader: Pubkey
    paid: u64
    got: u64


PoolPda = Annotated[Pool, Seeds("pool", arg.mint_a, arg.mint_b)]
SharesPda = Annotated[TokenMint, Seeds("shares", arg.pool)]
ReserveA = Annotated[TokenAccount, Seeds("reserve", arg.pool, arg.mint_a)]
ReserveB = Annotated[TokenAccount, Seeds("reserve", arg.pool, arg.mint_b)]


def price(paid: u64, reserve_in: u64, reserve_out: u64) -> u64:
    """What a payment buys, after the fee. Rounded down, for the pool."""
    net = u128(paid) * (BPS - FEE_BPS)
    return u64(net * reserve_out // (u128(reserve_in) * BPS + net))


@instruction
def create(
    payer: Signer,
    mint_a: TokenMint,
    mint_b: TokenMint,
    pool: Empty[Pool],
    shares: Empty[TokenMint],
    reserve_a: Empty[TokenAccount],
    reserve_b: Empty[TokenAccount],
):
    """A pool without anything in it. Of one token twice it cannot be made: both reserves would be one account."""
    made = pool.init(payer=payer, seeds=["pool", mint_a, mint_b])
    shares.init(payer=payer, seeds=["shares", pool], decimals=6, authority=pool)
    reserve_a.init(payer=payer, seeds=["reserve", pool, mint_a], mint=mint_a, authority=pool)
    reserve_b.init(payer=payer, seeds=["reserve", pool, mint_b], mint=mint_b, authority=pool)
    made.mint_a = mint_a.key()
    made.mint_b = mint_b.key()
    made.shares = shares.key()


@instruction
def deposit(
    owner: Signer,
    mint_a: UncheckedAccount,
    mint_b: UncheckedAccount,
    pool: PoolPda,
    shares: SharesPda,
    reserve_a: ReserveA,
    reserve_b: ReserveB,
    from_a: TokenAccount,
    from_b: TokenAccount,
    to: TokenAccount,
    amount_a: u64,
    amount_b: u64,
    least: u64,
) -> u64:
    """Put both tokens in, get shares."""
    supply = shares.supply()
    if supply == 0:
        minted = u64(math.isqrt(u128(amount_a) * amount_b))
    else:
        minted = min(
            mul_div(amount_a, supply, reserve_a.amount()),
            mul_div(amount_b, supply, reserve_b.amount()),
        )
    assert minted > 0, AmmError.NOTHING
    assert minted >= least, AmmError.SLIPPAGE
    from_a.transfer(owner, reserve_a, amount_a)
    from_b.transfer(owner, reserve_b, amount_b)
    shares.mint(pool.signer(), to, minted)
    return minted


@instruction
def withdraw(
    owner: Signer,
    mint_a: UncheckedAccount,
    mint_b: UncheckedAccount,
    pool: PoolPda,
    shares: SharesPda,
    reserve_a: ReserveA,
    reserve_b: ReserveB,
    to_a: TokenAccount,
    to_b: TokenAccount,
    held: TokenAccount,
    amount: u64,
) -> Tuple[u64, u64]:
    """Give shares back, get both tokens."""
    supply = shares.supply()
    assert supply > 0, AmmError.EMPTY
    out_a, out_b = (mul_div(amount, r.amount(), supply) for r in (reserve_a, reserve_b))
    shares.burn(owner, held, amount)
    reserve_a.transfer(pool.signer(), to_a, out_a)
    reserve_b.transfer(pool.signer(), to_b, out_b)
    return out_a, out_b


@instruction
def swap(
    trader: Signer,
    mint_a: UncheckedAccount,
    mint_b: UncheckedAccount,
    pool: PoolPda,
    reserve_a: ReserveA,
    reserve_b: ReserveB,
    wallet_a: TokenAccount,
    wallet_b: TokenAccount,
    paid: u64,
    a_to_b: bool,
    least: u64,
) -> u64:
    """Pay with one token, get the other."""
    a, b = reserve_a.amount(), reserve_b.amount()
    assert a > 0 and b > 0, AmmError.EMPTY
    got = price(paid, a, b) if a_to_b else price(paid, b, a)
    assert got > 0, AmmError.NOTHING
    assert got >= least, AmmError.SLIPPAGE
    if a_to_b:
        wallet_a.transfer(trader, reserve_a, paid)
        reserve_b.transfer(pool.signer(), wallet_b, got)
    else:
        wallet_b.transfer(trader, reserve_b, paid)
        reserve_a.transfer(pool.signer(), wallet_a, got)
    Swapped(pool.key(), trader.key(), paid, got).emit()
    return got

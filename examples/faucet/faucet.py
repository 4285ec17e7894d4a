"""Faucet: a token that everybody gets a little of, once in a while.

The program makes the mint itself, and the faucet's own account is the mint authority: no person
holds a key that could mint. Who drinks needs a cup, an account that remembers when it was last
filled.
"""

from seahorse.prelude import *

declare_id("2t3Z9Rj5k73uT6yCZGAgMyrfdMjpxEcurDvxJmgmnw1o")

DECIMALS = 6


class Faucet(Account):
    """A faucet with its own mint. PDA: ["faucet", name]."""

    keeper: Pubkey
    name: String[32]
    portion: u64  # base units
    pause: i64  # seconds between two portions
    poured: u64  # base units in all
    bump: u8


class Cup(Account):
    """Somebody's cup at a faucet. PDA: ["cup", faucet, drinker]."""

    filled_at: i64  # unix time
    portions: u32
    bump: u8


class Poured(Event):
    """Somebody got a portion."""

    faucet: Pubkey
    drinker: Pubkey
    amount: u64


class FaucetError(Error):
    """Why nothing comes out."""

    NO_NAME = 6000, "A faucet needs a name"
    NOT_KEEPER = 6001, "Only the keeper may do that"
    NOT_YET = 6002, "The cup was filled a short time ago"


# The mint of a faucet, and the cup of whoever signs as `drinker`.
FaucetMint = Annotated[TokenMint, Seeds("mint", arg.faucet)]
OwnCup = Annotated[Cup, Seeds("cup", arg.faucet, arg.drinker)]


@instruction
def install(keeper: Signer, faucet: Empty[Faucet], mint: Empty[TokenMint], name: String[32], portion: u64, pause: i64):
    """Make a faucet and its mint."""
    made = faucet.init(payer=keeper, seeds=["faucet", name])
    mint.init(payer=keeper, seeds=["mint", faucet], decimals=DECIMALS, authority=made)
    assert name, FaucetError.NO_NAME
    made.keeper = keeper.key()
    made.name = name
    made.portion = portion
    made.pause = pause


@instruction
def adjust(keeper: Signer, faucet: Faucet, portion: u64, pause: i64):
    """Change how much comes out, and how often."""
    assert keeper.key() == faucet.keeper, FaucetError.NOT_KEEPER
    faucet.portion = portion
    faucet.pause = pause


@instruction
def take_cup(drinker: Signer, faucet: Faucet, cup: Empty[Cup]):
    """Come to the faucet for the first time. The cup is still empty."""
    cup.init(payer=drinker, seeds=["cup", faucet, drinker])


@instruction
def drink(drinker: Signer, faucet: Faucet, mint: FaucetMint, cup: OwnCup, account: TokenAccount) -> u64:
    """Get a portion into a token account, and return how much it was."""
    now = Clock.get().unix_timestamp()
    assert now >= cup.filled_at + faucet.pause, FaucetError.NOT_YET
    cup.filled_at = now
    cup.portions += 1
    faucet.poured += faucet.portion
    mint.mint(authority=faucet.signer(["faucet", faucet.name, faucet.bump]), to=account, amount=faucet.portion)
    Poured(faucet=faucet.key(), drinker=drinker.key(), amount=faucet.portion).emit()
    return faucet.portion

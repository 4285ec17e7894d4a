"""A two-party token escrow with an optional deadline."""
from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Optional

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

ESCROW_SEED = "escrow"
VAULT_SEED = "vault"
MAX_MEMO = 64
DAY = 24 * 60 * 60


class EscrowError(Error):
    WRONG_STATE = 6000, "The escrow is not in the right state"
    NOT_PARTY = 6001, "Only a party of the escrow may do this"
    TOO_EARLY = 6002, "The deadline has not passed yet"
    BAD_AMOUNT = 6003, "Amounts must be positive"


class State(Enum):
    OPEN = auto()
    TAKEN = auto()
    CANCELLED = auto()

    @property
    def is_final(self) -> bool:
        return self != State.OPEN


@dataclass
class Offer:
    give: u64
    want: u64
    deadline: Optional[i64] = None

    def expired(self, now: i64) -> bool:
        return self.deadline is not None and now > self.deadline

    @property
    def price(self) -> f64:
        return self.want / self.give

    def __str__(self) -> str:
        return f"{self.give} for {self.want}"


class Escrow(Account):
    maker: Pubkey
    taker: Optional[Pubkey]
    mint_give: Pubkey
    mint_want: Pubkey
    offer: Offer
    state: State
    memo: String[MAX_MEMO]
    bump: u8

    def require(self, state: State) -> None:
        assert self.state == state, EscrowError.WRONG_STATE


class EscrowMade(Event):
    maker: Pubkey
    give: u64
    want: u64


@instruction
def make(
    maker: Signer,
    escrow: Empty[Escrow],
    vault: Empty[TokenAccount],
    source: TokenAccount,
    mint_give: TokenMint,
    mint_want: TokenMint,
    give: u64,
    want: u64,
    days: Optional[u8] = None,
    memo: str = "",
) -> None:
    assert give > 0 and want > 0, EscrowError.BAD_AMOUNT
    now = Clock.get().unix_timestamp()
    deadline = now + days * DAY if days is not None else None
    e = escrow.init(payer=maker, seeds=[ESCROW_SEED, maker, mint_give])
    v = vault.init(payer=maker, seeds=[VAULT_SEED, e], mint=mint_give, authority=e)
    e.maker = maker.key()
    e.mint_give, e.mint_want = mint_give.key(), mint_want.key()
    e.offer = Offer(give=give, want=want, deadline=deadline)
    e.state = State.OPEN
    e.memo = memo[:MAX_MEMO].strip()
    source.transfer(maker, v, give)
    print(f"offer {e.offer} by {maker.key()}: {e.memo!r}")
    EscrowMade(maker.key(), give, want).emit()


@instruction
def take(
    taker: Signer,
    maker: UncheckedAccount,
    escrow: Annotated[Escrow, Seeds(ESCROW_SEED, arg.escrow.maker, arg.escrow.mint_give)],
    vault: Annotated[TokenAccount, Seeds(VAULT_SEED, arg.escrow)],
    pay_from: TokenAccount,
    pay_to: TokenAccount,
    receive: TokenAccount,
) -> u64:
    escrow.require(State.OPEN)
    if escrow.offer.expired(Clock.get().unix_timestamp()):
        raise EscrowError.WRONG_STATE
    assert pay_to.authority() == escrow.maker, EscrowError.NOT_PARTY
    assert pay_to.mint() == escrow.mint_want
    pay_from.transfer(taker, pay_to, escrow.offer.want)
    vault.transfer(escrow.signer(), receive, escrow.offer.give)
    escrow.taker = taker.key()
    escrow.state = State.TAKEN
    return escrow.offer.give


@instruction
def cancel(
    maker: Signer,
    escrow: Annotated[Escrow, Seeds(ESCROW_SEED, arg.maker, arg.escrow.mint_give)],
    vault: Annotated[TokenAccount, Seeds(VAULT_SEED, arg.escrow)],
    refund: TokenAccount,
):
    match escrow.state:
        case State.OPEN:
            vault.transfer(escrow.signer(), refund, vault.amount())
            vault.close(escrow.signer(), maker)
            escrow.close(maker)
        case State.TAKEN | State.CANCELLED as other:
            print(f"cannot cancel: {other.name.lower()}")
            raise EscrowError.WRONG_STATE

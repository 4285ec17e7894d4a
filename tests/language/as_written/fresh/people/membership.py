"""Token-gated membership with tiers."""
from enum import IntEnum
from typing import NamedTuple, Optional

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

DAY = 86400


class Tier(IntEnum):
    NONE = 0
    BRONZE = 1
    SILVER = 2
    GOLD = 3

    def label(self) -> str:
        return self.name.capitalize()

    @staticmethod
    def of(balance: int, thresholds: "Thresholds") -> "Tier":
        if balance >= thresholds.gold:
            return Tier.GOLD
        if balance >= thresholds.silver:
            return Tier.SILVER
        return Tier.BRONZE if balance >= thresholds.bronze else Tier.NONE


class Thresholds(NamedTuple):
    bronze: u64
    silver: u64
    gold: u64

    def is_sorted(self) -> bool:
        return list(self) == sorted(self)


class Club(Account):
    owner: Pubkey
    mint: Pubkey
    thresholds: Thresholds
    members: u32
    name: String[32]
    bump: u8


class Card(Account):
    club: Pubkey
    holder: Pubkey
    tier: Tier
    since: i64
    expires: i64
    visits: u16
    nickname: Optional[String[16]]
    bump: u8

    def __str__(self) -> str:
        name = self.nickname if self.nickname is not None else str(self.holder)[:4]
        return f"{name} ({self.tier.label()}, {self.visits} visits)"

    def extend(self, days: int = 30):
        base = max(self.expires, Clock.get().unix_timestamp())
        self.expires = base + days * DAY


class Visited(Event):
    holder: Pubkey
    tier: Tier
    visits: u16


ClubPda = Annotated[Club, Seeds("club", arg.club.owner, arg.club.name)]
CardPda = Annotated[Card, Seeds("card", arg.club, arg.holder)]


def require_holder(wallet: TokenAccount, holder: Signer, club: Club) -> u64:
    assert wallet.authority() == holder.key(), "not your wallet"
    assert wallet.mint() == club.mint, "wrong token"
    return wallet.amount()


@instruction
def found(owner: Signer, club: Empty[Club], mint: TokenMint, name: str, bronze: u64 = 1, silver: u64 = 100, gold: u64 = 10_000):
    t = Thresholds(bronze, silver, gold)
    assert bronze <= silver <= gold, "thresholds must grow"
    c = club.init(payer=owner, seeds=["club", owner, name])
    c.owner, c.mint, c.thresholds, c.name = owner.key(), mint.key(), t, name


@instruction
def join(holder: Signer, club: ClubPda, card: Empty[Card], wallet: TokenAccount, nickname: Optional[str] = None) -> Tier:
    balance = require_holder(wallet, holder, club)
    tier = Tier.of(balance, club.thresholds)
    assert tier > Tier.NONE, "not enough tokens"
    c = card.init(payer=holder, seeds=["card", club, holder])
    c.club, c.holder = club.key(), holder.key()
    c.tier = tier
    c.since = Clock.get().unix_timestamp()
    c.nickname = nickname
    c.extend()
    club.members += 1
    return tier


@instruction
def visit(holder: Signer, club: ClubPda, card: CardPda, wallet: TokenAccount) -> u16:
    now = Clock.get().unix_timestamp()
    if now > card.expires:
        raise ValueError(f"expired {(now - card.expires) // DAY} days ago")
    new_tier = Tier.of(require_holder(wallet, holder, club), club.thresholds)
    if new_tier != card.tier:
        word = "promoted" if new_tier > card.tier else "demoted"
        print(f"{word}: {card.tier.label()} -> {new_tier.label()}")
        card.tier = new_tier
    card.visits += 1
    if card.visits % 10 == 0:
        card.extend(days=5 * int(card.tier))
    print(card)
    Visited(holder=holder.key(), tier=card.tier, visits=card.visits).emit()
    return card.visits

"""A prediction market with parimutuel payouts."""
from __future__ import annotations
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, List, Literal, Optional

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

MAX_OUTCOMES: Final[int] = 6
FEE_PERCENT: Final = 2


class MarketError(Error):
    CLOSED = 6000, "Market is closed"
    NOT_RESOLVED = 6001, "Market is not resolved"
    BAD_OUTCOME = 6002, "No such outcome"
    NOT_ORACLE = 6003, "Only the oracle resolves"
    LOST = 6004, "You have lost"


class Phase(Enum):
    BETTING = auto()
    LOCKED = auto()
    RESOLVED = auto()
    VOID = auto()


class Market(Account):
    oracle: Pubkey
    question: String[100]
    outcomes: List[String[24], 6]
    pools: List[u64, 6]
    closes: i64
    winner: Optional[u8]
    void: bool
    bump: u8

    @property
    def total(self) -> u64:
        return sum(self.pools)

    @property
    def phase(self) -> Phase:
        if self.void:
            return Phase.VOID
        if self.winner is not None:
            return Phase.RESOLVED
        return Phase.BETTING if Clock.get().unix_timestamp() < self.closes else Phase.LOCKED

    def odds(self, outcome: u8) -> float:
        pool = self.pools[outcome]
        return 0.0 if pool == 0 else self.total * (1 - FEE_PERCENT / 100) / pool

    def find(self, name: str) -> u8:
        try_name = name.casefold()
        for i, o in enumerate(self.outcomes):
            if o.casefold() == try_name:
                return i
        raise MarketError.BAD_OUTCOME

    def payout(self, stake: u64) -> u64:
        assert self.winner is not None
        pot = self.total * (100 - FEE_PERCENT) // 100
        return mul_div(pot, stake, self.pools[self.winner])


class Bet(Account):
    market: Pubkey
    player: Pubkey
    stakes: Array[u64, 6]
    claimed: bool
    bump: u8


@instruction
def create(creator: Signer, oracle: Pubkey, market: Empty[Market], question: str, outcomes: List[str], minutes: u32 = 60):
    assert question.endswith("?"), "ask a question"
    names = [o.strip() for o in outcomes]
    assert 2 <= len(names) <= MAX_OUTCOMES and len(set(names)) == len(names)
    m = market.init(payer=creator, seeds=["market", sha256(question.encode())])
    m.oracle = oracle
    m.question = question
    m.outcomes = names
    m.pools = [0] * len(names)
    m.closes = Clock.get().unix_timestamp() + minutes * 60


@instruction
def bet(player: Signer, market: Market, bet: Empty[Bet], outcome: str, amount: u64) -> float:
    assert market.phase == Phase.BETTING, MarketError.CLOSED
    index = market.find(outcome)
    b = bet.init(payer=player, seeds=["bet", market, player], init_if_needed=True)
    b.market, b.player = market.key(), player.key()
    b.stakes[index] += amount
    market.pools[index] += amount
    player.transfer_lamports(market, amount)
    for i, name in enumerate(market.outcomes):
        share = 100 * market.pools[i] / market.total
        print(f"{name:<24}|{share:6.2f}%|{market.odds(i):8.2f}")
    return market.odds(index)


@instruction
def resolve(oracle: Signer, market: Market, winner: Optional[str] = None):
    assert oracle.key() == market.oracle, MarketError.NOT_ORACLE
    assert market.phase == Phase.LOCKED, MarketError.CLOSED
    if winner is None:
        market.void = True
        return
    market.winner = market.find(winner)
    if market.pools[market.winner] == 0:
        market.void, market.winner = True, None


@instruction
def claim(player: Signer, market: Market, bet: Annotated[Bet, Seeds("bet", arg.market, arg.player)]) -> u64:
    assert not bet.claimed
    match market.phase:
        case Phase.VOID:
            amount = sum(bet.stakes)
        case Phase.RESOLVED if market.winner is not None and bet.stakes[market.winner] > 0:
            amount = market.payout(bet.stakes[market.winner])
        case Phase.RESOLVED:
            raise MarketError.LOST
        case _:
            raise MarketError.NOT_RESOLVED
    bet.claimed = True
    market.transfer_lamports(player, amount)
    return amount

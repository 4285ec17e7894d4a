"""Proposals that members vote on, under rules that may differ."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol, Self

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


class DaoError(Error):
    CLOSED = 6000, "voting is over"
    VOTED = 6001, "voted already"
    NO_QUORUM = 6002, "not enough votes"


class Choice(Enum):
    YES = auto()
    NO = auto()
    ABSTAIN = auto()


class Phase(Enum):
    OPEN = 0
    PASSED = 1
    REJECTED = 2

    def is_final(self) -> bool:
        return self in (Phase.PASSED, Phase.REJECTED)


@dataclass
class Tally:
    yes: u64 = 0
    no: u64 = 0
    abstain: u64 = 0

    def __iadd__(self, vote: "Vote") -> Self:
        match vote.choice:
            case Choice.YES:
                self.yes += vote.weight
            case Choice.NO:
                self.no += vote.weight
            case _:
                self.abstain += vote.weight
        return self

    def __len__(self) -> int:
        return self.yes + self.no + self.abstain

    def __bool__(self) -> bool:
        return self.yes > self.no


@dataclass(frozen=True)
class Vote:
    voter: Pubkey
    choice: Choice
    weight: u64 = 1


class Rules(Protocol):
    def quorum(self, members: u64) -> u64: ...


@dataclass
class Majority:
    percent: u64

    def quorum(self, members: u64) -> u64:
        return members * self.percent // 100


class Everyone:
    def quorum(self, members: u64) -> u64:
        return members


def enough(rules: Rules, tally: Tally, members: u64) -> bool:
    return len(tally) >= rules.quorum(members)


class Proposal(Account):
    MAX_VOTES = 8
    title: String[40]
    members: u64
    phase: Phase
    votes: List[Vote, 8]

    @property
    def tally(self) -> Tally:
        total = Tally()
        for vote in self.votes:
            total += vote
        return total

    def has_voted(self, key: Pubkey) -> bool:
        return any(v.voter == key for v in self.votes)


@instruction
def propose(author: Signer, proposal: Empty[Proposal], title: str, members: u64) -> None:
    made = proposal.init(payer=author, seeds=["proposal", author])
    made.title, made.members = title, members


@instruction
def vote(
    author: UncheckedAccount,
    voter: Signer,
    proposal: Annotated[Proposal, Seeds("proposal", arg.author)],
    choice: Choice,
    weight: u64,
) -> u64:
    assert not proposal.phase.is_final(), DaoError.CLOSED
    assert not proposal.has_voted(voter.key()), DaoError.VOTED
    proposal.votes.append(Vote(voter.key(), choice, weight=weight or 1))
    return len(proposal.tally)


@instruction
def close(author: Signer, proposal: Annotated[Proposal, Seeds("proposal", arg.author)], strict: bool) -> Phase:
    tally = proposal.tally

    def decide(ok: bool) -> Phase:
        if not ok:
            return Phase.REJECTED
        return Phase.PASSED if tally else Phase.REJECTED

    ok = enough(Everyone(), tally, proposal.members) if strict else enough(Majority(50), tally, proposal.members)
    proposal.phase = decide(ok)
    return proposal.phase


@instruction
def report(author: UncheckedAccount, proposal: Annotated[Proposal, Seeds("proposal", arg.author)]) -> str:
    parts = [f"{c.name.lower()}={sum(v.weight for v in proposal.votes if v.choice is c)}" for c in Choice]
    return f"{proposal.title}: {', '.join(parts)} {proposal.tally} {proposal.phase.name}"

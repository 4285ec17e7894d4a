"""A small DAO: members, proposals, weighted votes."""
from dataclasses import dataclass, field
from enum import Enum
from typing import Dict, List, Optional

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

MAX_MEMBERS = 20
VOTING_PERIOD = 3 * 24 * 3600


class DaoError(Error):
    NOT_A_MEMBER = 6000, "Not a member"
    ALREADY_VOTED = 6001, "Already voted"
    CLOSED = 6002, "Voting is closed"
    STILL_OPEN = 6003, "Voting is still open"


class Choice(Enum):
    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"


class Status(Enum):
    VOTING = 0
    PASSED = 1
    FAILED = 2
    EXECUTED = 3


@dataclass
class Member:
    key: Pubkey
    weight: u32


@dataclass
class Vote:
    member: Pubkey
    choice: Choice
    weight: u32 = 1


@dataclass
class Tally:
    yes: u64 = 0
    no: u64 = 0
    abstain: u64 = 0

    @property
    def total(self) -> u64:
        return self.yes + self.no + self.abstain

    def __add__(self, vote: Vote) -> "Tally":
        if vote.choice == Choice.YES:
            return Tally(self.yes + vote.weight, self.no, self.abstain)
        elif vote.choice == Choice.NO:
            return Tally(self.yes, self.no + vote.weight, self.abstain)
        return Tally(self.yes, self.no, self.abstain + vote.weight)


class Dao(Account):
    name: String[32]
    authority: Pubkey
    members: List[Member, 20]
    quorum_percent: u8
    proposals: u64
    bump: u8

    def find(self, key: Pubkey) -> Optional[Member]:
        for m in self.members:
            if m.key == key:
                return m
        return None

    def total_weight(self) -> u64:
        return sum(m.weight for m in self.members)

    def __contains__(self, key: Pubkey) -> bool:
        return any(m.key == key for m in self.members)


class Proposal(Account):
    dao: Pubkey
    number: u64
    title: String[64]
    proposer: Pubkey
    votes: List[Vote, 20]
    deadline: i64
    status: Status
    bump: u8

    def tally(self) -> Tally:
        t = Tally()
        for vote in self.votes:
            t += vote
        return t

    def has_voted(self, key: Pubkey) -> bool:
        return key in [v.member for v in self.votes]


def percent(part: u64, whole: u64) -> u64:
    return 0 if whole == 0 else part * 100 // whole


@instruction
def create_dao(authority: Signer, dao: Empty[Dao], name: str, quorum_percent: u8 = 50):
    assert 1 <= len(name) <= 32, "name too long"
    assert quorum_percent in range(1, 101), "bad quorum"
    d = dao.init(payer=authority, seeds=["dao", name])
    d.name = name.title()
    d.authority = authority.key()
    d.quorum_percent = quorum_percent
    d.members = [Member(authority.key(), 1)]


@instruction
def add_member(authority: Signer, dao: Dao, member: Pubkey, weight: u32 = 1):
    assert dao.authority == authority.key()
    existing = dao.find(member)
    if existing:
        existing.weight += weight
    else:
        assert len(dao.members) < MAX_MEMBERS, "full"
        dao.members.append(Member(key=member, weight=weight))
    dao.members.sort(key=lambda m: m.weight, reverse=True)


@instruction
def propose(proposer: Signer, dao: Dao, proposal: Empty[Proposal], title: str):
    assert proposer.key() in dao, DaoError.NOT_A_MEMBER
    dao.proposals += 1
    p = proposal.init(payer=proposer, seeds=["proposal", dao, dao.proposals])
    p.dao = dao.key()
    p.number = dao.proposals
    p.title = title
    p.proposer = proposer.key()
    p.deadline = Clock.get().unix_timestamp() + VOTING_PERIOD


@instruction
def vote(voter: Signer, dao: Dao, proposal: Proposal, choice: Choice) -> u64:
    assert proposal.dao == dao.key()
    member = dao.find(voter.key())
    if member is None:
        raise DaoError.NOT_A_MEMBER
    assert not proposal.has_voted(voter.key()), DaoError.ALREADY_VOTED
    assert Clock.get().unix_timestamp() < proposal.deadline, DaoError.CLOSED
    proposal.votes.append(Vote(voter.key(), choice, member.weight))
    t = proposal.tally()
    print(f"{choice.name}: yes={t.yes} no={t.no} of {dao.total_weight()}")
    return t.total


@instruction
def finish(dao: Dao, proposal: Proposal) -> Status:
    assert proposal.dao == dao.key() and proposal.status is Status.VOTING
    assert Clock.get().unix_timestamp() >= proposal.deadline, DaoError.STILL_OPEN
    counts: Dict[Choice, u64] = {c: 0 for c in Choice}
    for v in proposal.votes:
        counts[v.choice] += v.weight
    turnout = percent(sum(counts.values()), dao.total_weight())
    winner = max(counts, key=lambda c: counts[c])
    passed = turnout >= dao.quorum_percent and counts[Choice.YES] > counts[Choice.NO]
    proposal.status = Status.PASSED if passed else Status.FAILED
    print(f"turnout {turnout}%, winner {winner.value}")
    return proposal.status

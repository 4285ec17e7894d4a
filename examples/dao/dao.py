"""DAO: members propose what the treasury does, vote with their stake, and carry it out."""

from enum import Enum

from seahorse.prelude import *

declare_id("3V5nyjFAVp5jQWTQDbe5TkyS7zPVwk8oDRDDrtHRGtiD")

VOTING_TIME = 3 * 24 * 60 * 60


class Status(Enum):
    VOTING = 0
    REJECTED = 1
    EXECUTED = 2


@dataclass
class Pay:
    to: Pubkey
    amount: u64


@dataclass
class AddMember:
    member: Pubkey
    weight: u32


@dataclass
class ChangeQuorum:
    percent: u8


Action = Pay | AddMember | ChangeQuorum


class Dao(Account):
    members: Annotated[List[AddMember], 16]
    quorum: u8
    proposals: u64
    bump: u8

    def weight_of(self, member: Pubkey) -> u32:
        return sum(m.weight for m in self.members if m.member == member)

    @property
    def total_weight(self) -> u32:
        return sum(m.weight for m in self.members)


class Proposal(Account):
    dao: Pubkey
    number: u64
    action: Action
    status: Status
    voted: Annotated[List[Pubkey], 16]
    yes: u32
    no: u32
    ends_at: i64
    bump: u8


class DaoError(Error):
    NOT_A_MEMBER = 6000, "Only members may do this"
    VOTED = 6001, "Everybody votes once"
    NOT_OVER = 6002, "The vote is not over"
    OVER = 6003, "The vote is over"
    WRONG_ACCOUNT = 6004, "The payment goes to another account"
    DONE = 6005, "The vote was counted already"


DaoPda = Annotated[Dao, Seeds("dao")]
ProposalPda = Annotated[Proposal, Seeds("proposal", arg.dao, arg.proposal.number)]


@instruction
def create(founder: Signer, dao: Empty[Dao]):
    d = dao.init(payer=founder, seeds=["dao"])
    d.members.append(AddMember(founder.key(), 100))
    d.quorum = 50


@instruction
def propose(member: Signer, dao: DaoPda, proposal: Empty[Proposal], action: Action) -> u64:
    assert dao.weight_of(member.key()) > 0, DaoError.NOT_A_MEMBER
    p = proposal.init(payer=member, seeds=["proposal", dao, dao.proposals])
    p.dao = dao.key()
    p.number = dao.proposals
    p.action = action
    p.ends_at = Clock.get().unix_timestamp() + VOTING_TIME
    dao.proposals += 1
    return p.number


@instruction
def vote(member: Signer, dao: DaoPda, proposal: ProposalPda, approve: bool):
    weight = dao.weight_of(member.key())
    if not weight:
        raise DaoError.NOT_A_MEMBER
    if member.key() in proposal.voted:
        raise DaoError.VOTED
    if Clock.get().unix_timestamp() >= proposal.ends_at:
        raise DaoError.OVER
    proposal.voted.append(member.key())
    if approve:
        proposal.yes += weight
    else:
        proposal.no += weight


@instruction
def execute(dao: DaoPda, proposal: ProposalPda, receiver: UncheckedAccount | None):
    assert Clock.get().unix_timestamp() >= proposal.ends_at, DaoError.NOT_OVER
    assert proposal.status == Status.VOTING, DaoError.DONE
    votes = proposal.yes + proposal.no
    if votes * 100 < dao.total_weight * dao.quorum or proposal.no >= proposal.yes:
        proposal.status = Status.REJECTED
        return
    match proposal.action:
        case Pay(to, amount):
            assert receiver is not None and receiver.key() == to, DaoError.WRONG_ACCOUNT
            dao.transfer_lamports(receiver, amount)
        case AddMember() as new:
            dao.members.append(new)
        case ChangeQuorum(percent=p):
            dao.quorum = min(p, 100)
    proposal.status = Status.EXECUTED

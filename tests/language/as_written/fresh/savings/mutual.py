"""A mutual insurance pool: members pay premiums, claims are voted, payouts are pro rata."""
from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

BPS = 10_000


@dataclass
class Pending:
    votes_for: u32
    votes_against: u32


@dataclass
class Approved:
    amount: u64
    at: i64


@dataclass
class Rejected:
    reason: str


Status = Pending | Approved | Rejected


class Pool(Account):
    admin: Pubkey
    premium: u64
    coverage: u64
    reserve_bps: u16
    members: u32
    collected: u64
    paid: u64

    def reserve(self) -> u64:
        return self.collected * self.reserve_bps // BPS

    def available(self) -> u64:
        free = self.collected - self.paid
        return max(0, free - self.reserve()) if free > self.reserve() else 0


class Policy(Account):
    holder: Pubkey
    since: i64
    until: i64
    claims: u8


class Claim(Account):
    policy: Pubkey
    amount: u64
    text: String[100]
    status: Status
    voters: List[Pubkey, 30]


@instruction
def start(admin: Signer, pool: Empty[Pool], premium: u64, coverage: u64, reserve_bps: u16 = 2_000):
    p = pool.init(payer=admin, seeds=["pool", admin])
    p.admin = admin.key()
    p.premium = premium
    p.coverage = coverage
    p.reserve_bps = min(reserve_bps, BPS)


@instruction
def join(holder: Signer, pool: Pool, policy: Empty[Policy], months: u8):
    assert 1 <= months <= 12
    p = policy.init(payer=holder, seeds=["policy", pool, holder])
    cost = pool.premium * months
    holder.transfer_lamports(pool, cost)
    pool.collected += cost
    pool.members += 1
    p.holder = holder.key()
    p.since = Clock.get().unix_timestamp()
    p.until = p.since + months * 30 * 86_400


@instruction
def file(holder: Signer, pool: Pool, policy: Policy, claim: Empty[Claim], amount: u64, text: str):
    assert policy.holder == holder.key()
    c = claim.init(payer=holder, seeds=["claim", policy, policy.claims])
    policy.claims += 1
    c.policy = policy.key()
    c.amount = min(amount, pool.coverage)
    c.text = text
    c.status = Pending(0, 0)


@instruction
def vote(voter: Signer, pool: Pool, own: Policy, claim: Claim, yes: bool):
    assert own.holder == voter.key() and own.key() != claim.policy
    assert voter.key() not in claim.voters, "voted already"
    claim.voters.append(voter.key())
    match claim.status:
        case Pending(votes_for=a, votes_against=b):
            a, b = (a + 1, b) if yes else (a, b + 1)
            if a * 2 > pool.members:
                claim.status = Approved(min(claim.amount, pool.available()), Clock.get().unix_timestamp())
            elif b * 2 >= pool.members:
                claim.status = Rejected(f"{b} of {pool.members} against")
            else:
                claim.status = Pending(a, b)
        case Approved() | Rejected():
            raise Exception("decided already")


@instruction
def collect(holder: Signer, pool: Pool, policy: Policy, claim: Claim) -> u64:
    assert policy.holder == holder.key() and claim.policy == policy.key()
    status = claim.status
    if isinstance(status, Approved):
        amount = status.amount
        pool.paid += amount
        pool.transfer_lamports(holder, amount)
        claim.close(holder)
        return amount
    if isinstance(status, Rejected):
        print("rejected:", status.reason)
    return 0

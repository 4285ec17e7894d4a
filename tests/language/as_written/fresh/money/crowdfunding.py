"""Crowdfunding with milestones and refunds."""
from dataclasses import dataclass, field
from enum import Enum
from typing import List, Optional

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

LAMPORTS_PER_SOL: int = 1_000_000_000
MIN_PLEDGE = LAMPORTS_PER_SOL // 100
FEE_BPS = 250


class CampaignError(Error):
    ENDED = 6000, "The campaign has ended"
    RUNNING = 6001, "The campaign is still running"
    TOO_SMALL = 6002, "The pledge is too small"
    FAILED = 6003, "The goal was not reached"
    SUCCEEDED = 6004, "The goal was reached"
    NOTHING = 6005, "Nothing to refund"


class Status(Enum):
    OPEN = 1
    FUNDED = 2
    FAILED = 3


@dataclass
class Milestone:
    title: String[32]
    percent: u8
    done: bool = False


@dataclass
class Stats:
    backers: u32 = 0
    largest: u64 = 0
    total: u64 = 0

    def add(self, amount: u64) -> "Stats":
        self.total += amount
        self.largest = max(self.largest, amount)
        return self

    @property
    def average(self) -> float:
        return self.total / self.backers if self.backers else 0.0


class Campaign(Account):
    creator: Pubkey
    title: String[64]
    goal: u64
    deadline: i64
    stats: Stats
    milestones: List[Milestone, 5]
    released: u64
    bump: u8

    @property
    def status(self) -> Status:
        if Clock.get().unix_timestamp() < self.deadline:
            return Status.OPEN
        return Status.FUNDED if self.stats.total >= self.goal else Status.FAILED

    @property
    def progress(self) -> float:
        return min(1.0, self.stats.total / self.goal)

    def bar(self, width: int = 20) -> str:
        filled = int(self.progress * width)
        return "[" + "#" * filled + "." * (width - filled) + "]"


class Pledge(Account):
    campaign: Pubkey
    backer: Pubkey
    amount: u64
    bump: u8


@instruction
def start(creator: Signer, campaign: Empty[Campaign], title: str, goal: u64, days: u16 = 30, titles: List[str] = [], percents: List[u8] = []):
    assert goal >= LAMPORTS_PER_SOL, "goal too small"
    assert len(titles) == len(percents) <= 5
    c = campaign.init(payer=creator, seeds=["campaign", creator, sha256(title.encode())])
    c.creator = creator.key()
    c.title = title
    c.goal = goal
    c.deadline = Clock.get().unix_timestamp() + days * 24 * 3600
    c.milestones = [Milestone(t, p) for t, p in zip(titles, percents)]
    if c.milestones:
        assert sum(m.percent for m in c.milestones) == 100, "milestones must sum up to 100%"
    c.stats = Stats()


@instruction
def pledge(backer: Signer, campaign: Campaign, pledge: Empty[Pledge], amount: u64):
    if campaign.status != Status.OPEN:
        raise CampaignError.ENDED
    assert amount >= MIN_PLEDGE, CampaignError.TOO_SMALL
    p = pledge.init(payer=backer, seeds=["pledge", campaign, backer], init_if_needed=True)
    if pledge.is_new():
        p.campaign = campaign.key()
        p.backer = backer.key()
        campaign.stats.backers += 1
    p.amount += amount
    campaign.stats.add(amount)
    backer.transfer_lamports(campaign, amount)
    print(f"{campaign.bar()} {campaign.progress:.1%} of {campaign.goal / LAMPORTS_PER_SOL:.2f} SOL")
    print(f"average {campaign.stats.average:.0f}, largest {campaign.stats.largest:_}")


@instruction
def release(creator: Signer, treasury: UncheckedAccount, campaign: Campaign, index: u8) -> u64:
    assert creator.key() == campaign.creator
    assert campaign.status == Status.FUNDED, CampaignError.FAILED
    milestone = campaign.milestones[index]
    if milestone.done:
        raise CampaignError.NOTHING
    if any(not m.done for m in campaign.milestones[:index]):
        raise CampaignError.RUNNING
    milestone.done = True
    amount = campaign.stats.total * milestone.percent // 100
    fee = amount * FEE_BPS // 10_000
    for to, value in [(treasury, fee), (creator, amount - fee)]:
        campaign.transfer_lamports(to, value)
    campaign.released += amount
    left = [m.title for m in campaign.milestones if not m.done]
    print("left:", ", ".join(left) or "nothing")
    return amount - fee


@instruction
def refund(backer: Signer, campaign: Campaign, pledge: Annotated[Pledge, Seeds("pledge", arg.campaign, arg.backer)]):
    assert campaign.status is Status.FAILED, CampaignError.SUCCEEDED
    amount, pledge.amount = pledge.amount, 0
    assert amount, CampaignError.NOTHING
    campaign.transfer_lamports(backer, amount)
    pledge.close(backer)

"""Loyalty points with tiers, expiry in batches, and a catalogue of rewards."""
from collections import namedtuple
from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


class Tier(Enum):
    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"

    @property
    def multiplier(self) -> u64:
        match self:
            case Tier.BRONZE:
                return 100
            case Tier.SILVER:
                return 125
            case Tier.GOLD:
                return 150

    @classmethod
    def of(cls, lifetime: u64) -> "Tier":
        if lifetime >= 10_000:
            return cls.GOLD
        elif lifetime >= 1_000:
            return cls.SILVER
        return cls.BRONZE


@dataclass
class Batch:
    points: u64
    expires: i64


class Reward(NamedTuple):
    name: str
    cost: u64


REWARDS = [Reward("coffee", 100), Reward("lunch", 750), Reward("flight", 20_000)]


class Shop(Account):
    owner: Pubkey
    rate: u16
    members: u32


class Member(Account):
    shop: Pubkey
    owner: Pubkey
    lifetime: u64
    batches: List[Batch, 24]

    @property
    def tier(self) -> Tier:
        return Tier.of(self.lifetime)

    def expire(self, now: i64) -> u64:
        """Removes what is too old; returns how many points were lost."""
        lost = sum(b.points for b in self.batches if b.expires <= now)
        self.batches = [b for b in self.batches if b.expires > now]
        return lost

    def balance(self) -> u64:
        return sum([b.points for b in self.batches])

    def take(self, points: u64):
        assert self.balance() >= points, "not enough points"
        while points > 0:
            first = self.batches[0]
            used = min(first.points, points)
            first.points -= used
            points -= used
            if first.points == 0:
                del self.batches[0]


@instruction
def open_shop(owner: Signer, shop: Empty[Shop], rate: u16):
    s = shop.init(payer=owner, seeds=["shop", owner])
    s.owner = owner.key()
    s.rate = rate


@instruction
def join(owner: Signer, shop: Shop, member: Empty[Member]):
    m = member.init(payer=owner, seeds=["member", shop, owner])
    m.shop, m.owner = shop.key(), owner.key()
    shop.members += 1


@instruction
def purchase(owner: Signer, shop: Shop, member: Member, cents: u64) -> u64:
    assert shop.owner == owner.key() and member.shop == shop.key()
    now = Clock.get().unix_timestamp()
    member.expire(now)
    earned = cents * shop.rate // 100 * member.tier.multiplier // 100
    member.lifetime += earned
    if len(member.batches) > 0 and member.batches[-1].expires == now + 365 * 86400:
        member.batches[-1].points += earned
    else:
        member.batches.append(Batch(earned, now + 365 * 86400))
    print(f"{member.owner}: +{earned} ({member.tier.value})")
    return earned


@instruction
def redeem(owner: Signer, member: Member, name: str) -> u64:
    assert member.owner == owner.key()
    member.expire(Clock.get().unix_timestamp())
    for reward in REWARDS:
        if reward.name == name:
            break
    else:
        raise ValueError(f"there is no reward {name!r}")
    member.take(reward.cost)
    return member.balance()


@instruction
def affordable(member: Member) -> List[str]:
    balance = member.balance()
    return [name for name, cost in REWARDS if cost <= balance]

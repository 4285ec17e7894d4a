"""A bond with coupons: fixed rate, quarterly, principal at the end."""
from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

type_of_day = {0: "thursday"}
QUARTER = 91 * 86400


class Frequency(IntEnum):
    YEARLY = 1
    HALF = 2
    QUARTERLY = 4


class Bond(Account):
    issuer: Pubkey
    face: u64
    rate: f64
    frequency: Frequency
    issued: i64
    years: u8
    sold: u32

    def period(self) -> i64:
        return 365 * 86400 // self.frequency

    def coupon(self) -> u64:
        return round(self.face * self.rate / self.frequency)

    def coupons(self) -> int:
        return self.years * self.frequency

    def present_value(self, yield_: float) -> float:
        r = yield_ / self.frequency
        value = 0.0
        for k in range(1, self.coupons() + 1):
            value += self.coupon() / (1 + r) ** k
        return value + self.face / (1 + r) ** self.coupons()


class Holding(Account):
    bond: Pubkey
    owner: Pubkey
    count: u32
    paid: u32


@instruction
def issue(issuer: Signer, bond: Empty[Bond], face: u64, rate_bps: u16, years: u8, frequency: Frequency = Frequency.HALF):
    assert 0 < rate_bps < 5000 and 1 <= years <= 30
    b = bond.init(payer=issuer, seeds=["bond", issuer, face.to_bytes(8, "little")])
    b.issuer, b.face, b.years, b.frequency = issuer.key(), face, years, frequency
    b.rate = rate_bps / 10_000
    b.issued = Clock.get().unix_timestamp()


@instruction
def buy(buyer: Signer, bond: Bond, holding: Empty[Holding], count: u32):
    h = holding.init(payer=buyer, seeds=["holding", bond, buyer], init_if_needed=True)
    if h.is_new():
        h.bond, h.owner = bond.key(), buyer.key()
    h.count += count
    bond.sold += count
    buyer.transfer_lamports(bond, bond.face * count)


@instruction
def collect(owner: Signer, bond: Bond, holding: Holding) -> u64:
    assert holding.owner == owner.key() and holding.bond == bond.key()
    elapsed = Clock.get().unix_timestamp() - bond.issued
    due = min(elapsed // bond.period(), bond.coupons())
    n = due - holding.paid
    amount = n * bond.coupon() * holding.count
    if due == bond.coupons():
        amount += bond.face * holding.count
        holding.count = 0
    holding.paid = due
    bond.transfer_lamports(owner, amount)
    return amount


@instruction
def quote(bond: Bond, yield_bps: u16) -> f64:
    value = bond.present_value(yield_bps / 10_000)
    print(f"{value:.2f} = {value / bond.face:.1%} of {bond.face}")
    return value

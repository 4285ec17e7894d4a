"""The market in plain Python: what the programs should do, written from the specification and not from the programs.

Energy is in Wh, GRID and payment in base units. Every verb either does what it says or raises Refused and changes
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

GRID_PER_WH = 1_000_000
INTERVAL = 900
DAY = 86_400
YEAR = 31_536_000
LARGEST_READING = 1_000_000
CERTIFICATE_LIMITS = (100, 1_000_000)
CLOCK_SKEW = 60
MAX_METERS, MAX_ORDERS = 10, 50
U64 = 2**64
OPEN = ("Active", "PartiallyFilled")


class Refused(Exception):
    """The programs must refuse this."""


def demand(condition: bool) -> None:
    """Refuses unless."""
    if not condition:
        raise Refused


@dataclass
class User:
    """A registered user. `open_orders` is what the trading account counts."""

    prosumer: bool
    status: str = "Active"
    meters: int = 0
    open_orders: int = 0


@dataclass
class Meter:
    """A meter and its totals."""

    owner: str
    kind: str
    status: str = "Active"
    last: int = 0
    generation: int = 0
    consumption: int = 0
    settled: int = 0
    claimed: int = 0

    @property
    def unsettled(self) -> int:
        """Net generation that is not minted."""
        return max(0, self.generation - self.consumption - self.settled)


@dataclass
class Order:
    """An order; `locked` is what it has in the vault."""

    owner: str
    side: str
    amount: int
    price: int
    locked: int
    expires: int
    sequence: int
    filled: int = 0
    status: str = "Active"

    @property
    def left(self) -> int:
        """Wh not traded yet."""
        return self.amount - self.filled


@dataclass
class Certificate:
    """A renewable energy certificate."""

    meter: str
    owner: str
    energy: int
    expires: int
    status: str = "Valid"
    validated: bool = False


@dataclass
class Model:
    """The whole system. `payment` is the name of the token that trades are paid in: "GRID", or another."""

    payment: str
    now: int
    fee_bps: int = 25
    paused: bool = False
    maintenance: bool = False
    clearing: bool = True
    last_clearing: int = 0
    epoch: int = 0
    sequence: int = 0
    readings: int = 0
    volume: int = 0
    fees: int = 0
    withdrawn: int = 0
    burned: int = 0
    validated: int = 0
    revoked: int = 0
    users: dict[str, User] = field(default_factory=dict)
    meters: dict[str, Meter] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    certificates: dict[str, Certificate] = field(default_factory=dict)
    trades: dict[tuple[int, int], tuple[int, int, int]] = field(default_factory=dict)
    purses: dict[tuple[str, str], int] = field(default_factory=dict)

    # --- helpers ---

    def operational(self) -> None:
        demand(not self.paused and not self.maintenance)

    def purse(self, user: str, token: str) -> int:
        return self.purses.get((user, token), 0)

    def give(self, user: str, token: str, amount: int) -> None:
        self.purses[user, token] = self.purse(user, token) + amount

    def token_of(self, side: str) -> str:
        return "GRID" if side == "Sell" else self.payment

    # --- registry and oracle ---

    def register(self, user: str, prosumer: bool) -> None:
        self.operational()
        demand(user not in self.users)
        self.users[user] = User(prosumer)

    def set_status(self, user: str, status: str) -> None:
        self.users[user].status = status

    def register_meter(self, meter: str, owner: str, kind: str) -> None:
        self.operational()
        demand(meter not in self.meters and self.users[owner].status == "Active")
        demand(self.users[owner].meters < MAX_METERS)
        self.users[owner].meters += 1
        self.meters[meter] = Meter(owner, kind)

    def set_meter_status(self, meter: str, status: str) -> None:
        """By the registry authority, who may set any at any time."""
        self.meters[meter].status = status

    def remove_meter(self, name: str) -> None:
        """By the registry authority, at any time; only a meter that was never read."""
        demand(name in self.meters and self.meters[name].last == 0)
        self.users[self.meters[name].owner].meters -= 1
        del self.meters[name]

    def read(self, name: str, produced: int, consumed: int, timestamp: int) -> None:
        self.operational()
        demand(name in self.meters)
        meter = self.meters[name]
        demand(produced + consumed > 0 and max(produced, consumed) <= LARGEST_READING)
        demand(meter.last < timestamp <= self.now + CLOCK_SKEW)
        demand(meter.status == "Active")
        meter.generation += produced
        meter.consumption += consumed
        meter.last = timestamp
        self.readings += 1

    def mint(self, name: str) -> None:
        self.operational()
        meter = self.meters[name]
        demand(meter.status != "Inactive" and meter.unsettled > 0)
        self.settle(meter)

    def settle(self, meter: Meter) -> None:
        self.give(meter.owner, "GRID", meter.unsettled * GRID_PER_WH)
        meter.settled += meter.unsettled

    def process(self, name: str, produced: int, consumed: int, timestamp: int) -> None:
        self.read(name, produced, consumed, timestamp)
        self.settle(self.meters[name])

    # --- energy token ---

    def transfer(self, sender: str, receiver: str, amount: int) -> None:
        self.operational()
        demand(0 < amount <= self.purse(sender, "GRID"))
        self.give(sender, "GRID", -amount)
        self.give(receiver, "GRID", amount)

    def burn(self, user: str, amount: int) -> None:
        self.operational()
        demand(0 < amount <= self.purse(user, "GRID"))
        self.give(user, "GRID", -amount)
        self.burned += amount

    # --- trading ---

    def place(self, order_id: int, user: str, side: str, amount: int, price: int, certificate: str | None) -> None:
        self.operational()
        who = self.users[user]
        demand(who.status == "Active" and (side == "Buy" or who.prosumer))
        demand(order_id not in self.orders and amount > 0 and price > 0)
        locked = amount * GRID_PER_WH if side == "Sell" else -(-amount * price // 1000)
        token = self.token_of(side)
        demand(locked < U64 and locked <= self.purse(user, token) and who.open_orders < MAX_ORDERS)
        if certificate is not None:
            demand(certificate in self.certificates)
            cover = self.certificates[certificate]
            demand(cover.owner == user and cover.status == "Valid" and cover.validated)
            demand(cover.energy >= amount and self.now <= cover.expires)
        self.give(user, token, -locked)
        self.orders[order_id] = Order(user, side, amount, price, locked, self.now + DAY, self.sequence)
        who.open_orders += 1
        self.sequence += 1

    def cancel(self, order_id: int) -> None:
        demand(order_id in self.orders)
        self.take_back(self.orders[order_id], "Cancelled")

    def expire(self, order_id: int) -> None:
        demand(order_id in self.orders and self.now > self.orders[order_id].expires)
        self.take_back(self.orders[order_id], "Expired")

    def take_back(self, order: Order, status: str) -> None:
        demand(order.status in OPEN)
        self.give(order.owner, self.token_of(order.side), order.locked)
        order.locked = 0
        self.finish(order, status)

    def finish(self, order: Order, status: str) -> None:
        order.status = status
        self.users[order.owner].open_orders -= 1

    def close(self, order_id: int) -> None:
        demand(order_id in self.orders and self.orders[order_id].status not in OPEN)
        del self.orders[order_id]

    def match(self, sell_id: int, buy_id: int) -> None:
        self.operational()
        demand(sell_id in self.orders and buy_id in self.orders)
        sell, buy = self.orders[sell_id], self.orders[buy_id]
        demand(self.clearing and (sell.side, buy.side) == ("Sell", "Buy") and sell.owner != buy.owner)
        demand(all(order.status in OPEN and self.now <= order.expires for order in (sell, buy)))
        demand(buy.price >= sell.price and (sell_id, buy_id) not in self.trades)
        amount = min(sell.left, buy.left)
        value = amount * sell.price // 1000
        fee = value * self.fee_bps // 10_000
        for order in (sell, buy):
            order.filled += amount
        sell.locked -= amount * GRID_PER_WH
        still_needed = -(-buy.left * buy.price // 1000)
        refund = buy.locked - value - still_needed
        assert refund >= 0, "the lock of a buy order was short"
        buy.locked = still_needed
        self.give(sell.owner, self.payment, value - fee)
        self.give(buy.owner, "GRID", amount * GRID_PER_WH)
        self.give(buy.owner, self.payment, refund)
        for order in (sell, buy):
            if order.left:
                order.status = "PartiallyFilled"
            else:
                self.finish(order, "Completed")
        self.volume += value
        self.fees += fee
        self.trades[sell_id, buy_id] = (amount, value, fee)

    def withdraw_fees(self) -> None:
        self.operational()
        demand(self.fees > 0)
        self.give("deployer", self.payment, self.fees)
        self.withdrawn += self.fees
        self.fees = 0

    def set_params(self, fee_bps: int, clearing: bool) -> None:
        demand(fee_bps <= 1000)
        self.fee_bps, self.clearing = fee_bps, clearing

    def clear(self) -> None:
        self.operational()
        demand(self.now - self.last_clearing >= INTERVAL)
        self.last_clearing = self.now
        self.epoch += 1

    # --- governance ---

    def issue(self, certificate: str, name: str, energy: int) -> None:
        self.operational()
        meter = self.meters[name]
        demand(certificate not in self.certificates and meter.kind in ("Solar", "Wind"))
        demand(CERTIFICATE_LIMITS[0] <= energy <= CERTIFICATE_LIMITS[1])
        demand(energy <= meter.generation - meter.claimed)
        meter.claimed += energy
        self.certificates[certificate] = Certificate(name, meter.owner, energy, self.now + YEAR)

    def validate(self, certificate: str) -> None:
        self.operational()
        demand(certificate in self.certificates)
        found = self.certificates[certificate]
        demand(found.status == "Valid" and self.now <= found.expires and not found.validated)
        found.validated = True
        self.validated += 1

    def revoke(self, certificate: str) -> None:
        demand(certificate in self.certificates)
        found = self.certificates[certificate]
        demand(found.status != "Revoked")
        found.status, found.validated = "Revoked", False
        self.revoked += 1

    def expire_certificate(self, certificate: str) -> None:
        self.operational()
        demand(certificate in self.certificates)
        found = self.certificates[certificate]
        demand(found.status == "Valid" and self.now > found.expires)
        found.status, found.validated = "Expired", False

    def pause(self, on: bool) -> None:
        demand(self.paused != on)
        self.paused = on

    def set_maintenance(self, on: bool) -> None:
        self.maintenance = on

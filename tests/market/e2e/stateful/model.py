"""The market in plain Python: what the programs should do, written from the specification and not from the programs.

Energy is in Wh, GRID and payment in base units. Every verb either does what it says or raises Refused and changes
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.market.auction.model import Grid, Interest, Outcome, Side, clear
from tests.market.fee import value_of_fee

GRID_PER_WH = 1_000_000
INTERVAL = 900
DAY = 86_400
MONTH = 30 * DAY
YEAR = 31_536_000
LARGEST_READING = 1_000_000
CERTIFICATE_LIMITS = (100, 1_000_000)
CLOCK_SKEW = 60
LEAST_WH = 100
AHEAD = 96
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
    registered: int
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
    """An order; `locked` is what it has in the vault, `cancelled` what was taken back, Wh."""

    owner: str
    side: str
    amount: int
    price: int
    locked: int
    expires: int
    sequence: int
    epoch: int
    certificate: str | None
    filled: int = 0
    cancelled: int = 0
    status: str = "Active"

    @property
    def left(self) -> int:
        """Wh neither traded nor taken back."""
        return self.amount - self.filled - self.cancelled


@dataclass
class Epoch:
    """A quarter-hour with the rules that it took; `book` is what of every order stands in it."""

    index: int
    fee_bps: int
    weight_bps: int
    book: dict[int, Interest] = field(default_factory=dict)
    outcome: Outcome | None = None
    settled: int = 0

    @property
    def ends(self) -> int:
        return (self.index + 1) * INTERVAL

    @property
    def settles_until(self) -> int:
        return self.ends + DAY

    def is_settled(self, now: int) -> bool:
        """Whether only what flooring leaves over is missing, or the time for it has passed."""
        done = self.outcome is not None and self.outcome.volume - self.settled < max(len(self.book), 1)
        return done or now > self.settles_until

    def allotted(self, order: Order) -> int:
        """Wh of an order that trade."""
        return 0 if self.outcome is None else self.outcome.allotments.get(order.sequence, 0)


@dataclass
class Certificate:
    """A renewable energy certificate."""

    meter: str
    owner: str
    energy: int
    expires: int
    status: str = "Valid"
    validated: bool = False
    reserved: int = 0
    retired: int = 0

    @property
    def available(self) -> int:
        """Wh neither reserved nor retired."""
        return self.energy - self.reserved - self.retired


@dataclass
class Trade:
    """A settled pair."""

    amount: int
    value: int
    fee: int
    time: int
    certificate: str | None


@dataclass
class Model:
    """The whole system. `payment` is the name of the token that trades are paid in: "GRID", or another."""

    payment: str
    now: int
    grid: Grid
    fee_bps: int = 25
    weight_bps: int = 0
    paused: bool = False
    maintenance: bool = False
    clearing: bool = True
    sequence: int = 0
    readings: int = 0
    volume: int = 0
    count: int = 0
    fees: int = 0
    withdrawn: int = 0
    burned: int = 0
    validated: int = 0
    revoked: int = 0
    users: dict[str, User] = field(default_factory=dict)
    meters: dict[str, Meter] = field(default_factory=dict)
    epochs: dict[int, Epoch] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    certificates: dict[str, Certificate] = field(default_factory=dict)
    trades: dict[tuple[int, int], Trade] = field(default_factory=dict)
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

    @property
    def present(self) -> int:
        """The quarter-hour that it is."""
        return self.now // INTERVAL

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
        self.meters[meter] = Meter(owner, kind, self.now)

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
        since = max(meter.last, meter.registered)
        demand(since < timestamp <= self.now + CLOCK_SKEW)
        demand(max(produced, consumed) * INTERVAL <= LARGEST_READING * (timestamp - since))
        demand(meter.status == "Active")
        meter.generation += produced
        meter.consumption += consumed
        meter.last = timestamp
        self.readings += 1

    def mint(self, name: str) -> None:
        self.operational()
        meter = self.meters[name]
        demand(meter.status != "Inactive" and meter.unsettled > 0 and self.users[meter.owner].status == "Active")
        self.settle(meter)

    def settle(self, meter: Meter) -> None:
        self.give(meter.owner, "GRID", meter.unsettled * GRID_PER_WH)
        meter.settled += meter.unsettled

    def process(self, name: str, produced: int, consumed: int, timestamp: int) -> None:
        self.read(name, produced, consumed, timestamp)
        if self.users[self.meters[name].owner].status == "Active":
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

    # --- trading: epochs ---

    def open_epoch(self, index: int) -> None:
        self.operational()
        demand(self.clearing and index not in self.epochs and self.present <= index <= self.present + AHEAD)
        self.epochs[index] = Epoch(index, self.fee_bps, self.weight_bps)

    def clear_epoch(self, index: int) -> None:
        self.operational()
        demand(index in self.epochs)
        epoch = self.epochs[index]
        demand(epoch.outcome is None and epoch.ends <= self.now <= epoch.settles_until)
        epoch.outcome = clear(list(epoch.book.values()), self.grid, epoch.weight_bps)

    def close_epoch(self, index: int) -> None:
        demand(index in self.epochs and self.epochs[index].is_settled(self.now))
        del self.epochs[index]

    # --- trading: orders ---

    def place(
        self, order_id: int, user: str, side: str, amount: int, price: int, certificate: str | None, index: int
    ) -> None:
        self.operational()
        who = self.users[user]
        demand(who.status == "Active" and (side == "Buy" or who.prosumer))
        demand(index in self.epochs and self.now < self.epochs[index].ends)
        demand(order_id not in self.orders and amount >= LEAST_WH and price in self.grid.prices)
        locked = self.lock(side, amount, price)
        token = self.token_of(side)
        demand(locked < U64 and locked <= self.purse(user, token) and who.open_orders < MAX_ORDERS)
        if certificate is not None:
            demand(certificate in self.certificates)
            cover = self.certificates[certificate]
            demand(cover.owner == user and cover.validated and self.in_force(cover) and cover.available >= amount)
            cover.reserved += amount
        self.give(user, token, -locked)
        epoch = self.epochs[index]
        order = Order(
            user, side, amount, price, locked, epoch.settles_until, self.sequence, index, certificate
        )  # fmt: skip
        self.orders[order_id] = order
        epoch.book[order.sequence] = Interest(order.sequence, Side(side.lower()), amount, price)
        who.open_orders += 1
        self.sequence += 1

    def lock(self, side: str, amount: int, price: int) -> int:
        return amount * GRID_PER_WH if side == "Sell" else amount * (price // 1000)

    def in_force(self, certificate: Certificate) -> bool:
        return certificate.status == "Valid" and self.now <= certificate.expires

    def cancel(self, order_id: int) -> None:
        demand(order_id in self.orders and self.orders[order_id].status in OPEN)
        order = self.orders[order_id]
        amount, epoch = order.left, self.epochs.get(order.epoch)
        if epoch is not None and epoch.outcome is None:
            epoch.book.pop(order.sequence)
        elif epoch is not None and not epoch.is_settled(self.now):
            void = order.certificate is not None and not self.in_force(self.certificates[order.certificate])
            amount -= 0 if void else epoch.allotted(order) - order.filled
        self.take_back(order, amount, "Cancelled")

    def expire(self, order_id: int) -> None:
        demand(order_id in self.orders and self.now > self.orders[order_id].expires)
        order = self.orders[order_id]
        demand(order.status in OPEN)
        self.take_back(order, order.left, "Expired")

    def take_back(self, order: Order, amount: int, status: str) -> None:
        demand(amount > 0)
        order.cancelled += amount
        if order.certificate is not None:
            self.certificates[order.certificate].reserved -= amount
        needed = self.lock(order.side, order.left, order.price)
        self.give(order.owner, self.token_of(order.side), order.locked - needed)
        order.locked = needed
        if order.left == 0:
            self.finish(order, status)

    def finish(self, order: Order, status: str) -> None:
        order.status = status
        self.users[order.owner].open_orders -= 1

    def close(self, order_id: int) -> None:
        demand(order_id in self.orders and self.orders[order_id].status not in OPEN)
        del self.orders[order_id]

    # --- trading: settlement ---

    def match(self, sell_id: int, buy_id: int) -> None:
        self.operational()
        demand(sell_id in self.orders and buy_id in self.orders)
        sell, buy = self.orders[sell_id], self.orders[buy_id]
        epoch = self.epochs.get(sell.epoch)
        demand(epoch is not None and epoch.outcome is not None and buy.epoch == sell.epoch)
        assert epoch is not None
        assert epoch.outcome is not None
        demand((sell.side, buy.side) == ("Sell", "Buy") and sell.owner != buy.owner)
        demand(all(order.status in OPEN and self.now <= order.expires for order in (sell, buy)))
        amount = min(epoch.allotted(order) - order.filled for order in (sell, buy))
        demand(amount > 0)
        if sell.certificate is not None:
            cover = self.certificates[sell.certificate]
            demand(self.in_force(cover))
            cover.reserved -= amount
            cover.retired += amount
        self.settle_pair(epoch, sell, buy, amount, epoch.outcome.price // 1000)

    def settle_pair(self, epoch: Epoch, sell: Order, buy: Order, amount: int, wh_price: int) -> None:
        value = amount * wh_price
        fees = [value_of_fee(sold * wh_price, epoch.fee_bps) for sold in (sell.filled, sell.filled + amount)]
        fee = fees[1] - fees[0]
        for order in (sell, buy):
            order.filled += amount
        sell.locked -= amount * GRID_PER_WH
        needed = self.lock("Buy", buy.left, buy.price)
        refund = buy.locked - value - needed
        assert refund >= 0, "the lock of a buy order was short"
        buy.locked = needed
        self.give(sell.owner, self.payment, value - fee)
        self.give(buy.owner, "GRID", amount * GRID_PER_WH)
        self.give(buy.owner, self.payment, refund)
        for order in (sell, buy):
            order.status = "PartiallyFilled"
            if order.left == 0:
                self.finish(order, "Completed")
        self.volume += value
        self.count += 1
        self.fees += fee
        epoch.settled += amount
        self.trades[sell.sequence, buy.sequence] = Trade(amount, value, fee, self.now, sell.certificate)

    def close_trade(self, key: tuple[int, int]) -> None:
        demand(self.now >= self.trades[key].time + MONTH)
        del self.trades[key]

    def withdraw_fees(self) -> None:
        self.operational()
        demand(self.fees > 0)
        self.give("deployer", self.payment, self.fees)
        self.withdrawn += self.fees
        self.fees = 0

    def set_params(self, fee_bps: int, clearing: bool) -> None:
        demand(fee_bps <= 1000)
        self.fee_bps, self.clearing = fee_bps, clearing

    def set_weight(self, weight_bps: int) -> None:
        demand(weight_bps <= 10_000)
        self.weight_bps = weight_bps

    # --- governance ---

    def issue(self, certificate: str, name: str, energy: int) -> None:
        self.operational()
        meter = self.meters[name]
        demand(certificate not in self.certificates and meter.kind in ("Solar", "Wind"))
        demand(CERTIFICATE_LIMITS[0] <= energy <= CERTIFICATE_LIMITS[1])
        demand(meter.status == "Active" and self.users[meter.owner].status == "Active")
        demand(energy <= meter.generation - meter.claimed)
        meter.claimed += energy
        self.certificates[certificate] = Certificate(name, meter.owner, energy, self.now + YEAR)

    def validate(self, certificate: str) -> None:
        self.operational()
        demand(certificate in self.certificates)
        found = self.certificates[certificate]
        demand(self.in_force(found) and not found.validated and self.users[found.owner].status == "Active")
        found.validated = True
        self.validated += 1

    def retire(self, certificate: str, amount: int) -> None:
        self.operational()
        demand(certificate in self.certificates)
        found = self.certificates[certificate]
        demand(self.in_force(found) and 0 < amount <= found.available)
        found.retired += amount

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

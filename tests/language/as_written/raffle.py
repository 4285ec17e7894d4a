"""A raffle: tickets, a pseudo-random draw, winners."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Generic, TypeVar

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


class RaffleError(Error):
    CLOSED = 6000, "the raffle is closed"
    NO_TICKETS = 6001, "no tickets were sold"


class State(IntEnum):
    SELLING = 0
    DRAWN = 1
    PAID = 2


T = TypeVar("T")


class Ring(Generic[T]):
    """The last few values."""

    items: List[T]
    size: u64

    def __init__(self, size: u64) -> None:
        self.items = []
        self.size = size

    def push(self, item: T) -> None:
        self.items.append(item)
        if len(self.items) > self.size:
            del self.items[0]

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, i: i64) -> T:
        return self.items[i]


class Random:
    MULTIPLIER = 1_103_515_245
    state: u64

    def __init__(self, seed: u64) -> None:
        self.state = seed % 2**31

    def __call__(self, below: u64) -> u64:
        self.state = (self.state * self.MULTIPLIER + 12_345) % 2**31
        return self.state % below


@dataclass
class Ticket:
    owner: Pubkey
    count: u64


class Raffle(Account):
    state: State
    seed: u64
    tickets: List[Ticket, 8]
    winners: List[Pubkey, 4]

    @property
    def sold(self) -> u64:
        return sum(t.count for t in self.tickets)

    def owner_of(self, number: u64) -> Pubkey:
        for ticket in self.tickets:
            if number < ticket.count:
                return ticket.owner
            number -= ticket.count
        raise RaffleError.NO_TICKETS


@instruction
def create(admin: Signer, raffle: Empty[Raffle], seed: u64) -> None:
    made = raffle.init(payer=admin, seeds=["raffle"])
    made.seed = seed


@instruction
def buy(buyer: Signer, raffle: Annotated[Raffle, Seeds("raffle")], count: u64) -> u64:
    assert raffle.state == State.SELLING, RaffleError.CLOSED
    key = buyer.key()
    mine = next((i for i, t in enumerate(raffle.tickets) if t.owner == key), None)
    if mine is not None:
        raffle.tickets[mine].count += count
    else:
        raffle.tickets.append(Ticket(key, count))
    return raffle.sold


@instruction
def draw(admin: Signer, raffle: Annotated[Raffle, Seeds("raffle")], winners: u64) -> List[u64]:
    assert raffle.sold, RaffleError.NO_TICKETS
    random = Random(raffle.seed)
    last = Ring[u64](3)
    numbers: List[u64] = []
    while len(numbers) < winners:
        number = random(raffle.sold)
        last.push(number)
        if number in numbers:
            continue
        numbers.append(number)
    raffle.winners.extend([raffle.owner_of(n) for n in numbers])
    raffle.state = State(raffle.state + 1)
    return [*numbers, len(last), last[-1], raffle.state.value]

"""A raffle: buy tickets, draw by slot hash, claim."""
from typing import Dict, List, Optional
from dataclasses import dataclass
from enum import Enum, auto

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

MAX_TICKETS = 100
FEE_PERCENT = 5


class RaffleError(Error):
    CLOSED = 6000, "Raffle is closed"
    NOT_ENDED = 6001, "Raffle has not ended"
    NO_TICKETS = 6002, "No tickets sold"
    NOT_WINNER = 6003, "Not the winner"
    ALREADY_DRAWN = 6004, "Already drawn"


class Phase(Enum):
    SELLING = auto()
    DRAWING = auto()
    DONE = auto()


class Raffle(Account):
    organizer: Pubkey
    ticket_price: u64
    ends_at: i64
    tickets: List[Pubkey, 100]
    winner: Optional[Pubkey]
    claimed: bool
    bump: u8

    @property
    def pot(self) -> u64:
        return self.ticket_price * len(self.tickets)

    def phase(self, now: i64) -> Phase:
        if self.winner:
            return Phase.DONE
        elif now < self.ends_at:
            return Phase.SELLING
        else:
            return Phase.DRAWING

    def chances(self) -> Dict[Pubkey, u64]:
        result = {}
        for owner in self.tickets:
            result[owner] = result.get(owner, 0) + 1
        return result


def random_below(n: u64, *parts: bytes) -> u64:
    digest = sha256(b"".join(parts))
    return int.from_bytes(digest[:8], "little") % n


@instruction
def open_raffle(organizer: Signer, raffle: Empty[Raffle], name: str, ticket_price: u64, duration: i64 = 3600):
    assert ticket_price > 0 and duration > 0
    r = raffle.init(payer=organizer, seeds=["raffle", organizer, name])
    r.organizer = organizer.key()
    r.ticket_price = ticket_price
    r.ends_at = Clock.get().unix_timestamp() + duration
    r.winner = None


@instruction
def buy(player: Signer, raffle: Raffle, count: u8 = 1):
    now = Clock.get().unix_timestamp()
    assert raffle.phase(now) == Phase.SELLING, RaffleError.CLOSED
    assert len(raffle.tickets) + count <= MAX_TICKETS, "sold out"
    player.transfer_lamports(raffle, raffle.ticket_price * count)
    for _ in range(count):
        raffle.tickets.append(player.key())
    mine = raffle.tickets.count(player.key())
    print(f"{player.key()} has {mine} of {len(raffle.tickets)} tickets ({mine / len(raffle.tickets):.0%})")


@instruction
def draw(raffle: Raffle) -> Pubkey:
    clock = Clock.get()
    phase = raffle.phase(clock.unix_timestamp())
    if phase == Phase.DONE:
        raise RaffleError.ALREADY_DRAWN
    assert phase == Phase.DRAWING, RaffleError.NOT_ENDED
    assert raffle.tickets, RaffleError.NO_TICKETS
    entropy = slot_hash(clock.slot() - 1)
    assert entropy is not None
    index = random_below(len(raffle.tickets), entropy, bytes(raffle.key()))
    winner = raffle.tickets[index]
    raffle.winner = winner
    top = sorted(raffle.chances().items(), key=lambda kv: kv[1], reverse=True)[:3]
    for rank, (owner, n) in enumerate(top, 1):
        print(f"{rank}. {owner}: {n} ticket{'s' if n != 1 else ''}")
    return winner


@instruction
def claim(winner: Signer, organizer: UncheckedAccount, raffle: Raffle):
    if raffle.winner is None or raffle.winner != winner.key():
        raise RaffleError.NOT_WINNER
    assert organizer.key() == raffle.organizer
    assert not raffle.claimed
    fee = raffle.pot * FEE_PERCENT // 100
    raffle.transfer_lamports(organizer, fee)
    raffle.transfer_lamports(winner, raffle.pot - fee)
    raffle.claimed = True

"""Auction: something is sold to who offers most.

The best bid lies in the auction's own account. Who is outbid gets the lamports back at once; a late bid makes the
auction longer, so that nobody wins by being last.
"""

from dataclasses import dataclass
from enum import Enum, auto

from seahorse.prelude import *

declare_id("GDiTmnTpQxfuHAEhcQKYhq5eAsGtNzNDEEotzWXjNNBo")

EXTENSION = 5 * 60  # seconds
STEP_PERCENT = 5


class Phase(Enum):
    OPEN = auto()
    SOLD = auto()
    UNSOLD = auto()


@dataclass
class Bid:
    """An offer, paid for."""

    bidder: Pubkey
    amount: u64


class Auction(Account):
    """One thing for sale. PDA: ["auction", seller, title]."""

    seller: Pubkey
    title: String[32]
    reserve: u64  # lamports
    ends_at: i64
    best: Optional[Bid]
    bids: u32
    phase: Phase
    bump: u8

    @property
    def least_bid(self) -> u64:
        """What the next one must offer."""
        if self.best is None:
            return self.reserve
        return self.best.amount + max(1, self.best.amount * STEP_PERCENT // 100)

    @property
    def is_over(self) -> bool:
        return Clock.get().unix_timestamp() >= self.ends_at


class AuctionError(Error):
    """Why a bid or a settlement is refused."""

    OVER = 6000, "The auction is over"
    RUNNING = 6001, "The auction still runs"
    TOO_LITTLE = 6002, "Bid more"
    NOT_THE_BIDDER = 6003, "The lamports of the last bid go back to its bidder"
    SETTLED = 6004, "The auction is settled"


class BidMade(Event):
    auction: Pubkey
    bidder: Pubkey
    amount: u64
    ends_at: i64


AuctionPda = Annotated[Auction, Seeds("auction", arg.auction.seller, arg.auction.title)]


@instruction
def create(seller: Signer, auction: Empty[Auction], title: str, reserve: u64, seconds: i64):
    made = auction.init(payer=seller, seeds=["auction", seller, title])
    made.seller = seller.key()
    made.title = title
    made.reserve = reserve
    made.ends_at = Clock.get().unix_timestamp() + seconds
    made.phase = Phase.OPEN


@instruction
def bid(bidder: Signer, auction: AuctionPda, previous: UncheckedAccount | None, amount: u64):
    assert not auction.is_over, AuctionError.OVER
    assert amount >= auction.least_bid, AuctionError.TOO_LITTLE
    bidder.transfer_lamports(auction, amount)
    if (last := auction.best) is not None:
        assert previous is not None and previous.key() == last.bidder, AuctionError.NOT_THE_BIDDER
        auction.transfer_lamports(previous, last.amount)
    auction.best = Bid(bidder.key(), amount)
    auction.bids += 1
    now = Clock.get().unix_timestamp()
    if auction.ends_at - now < EXTENSION:
        auction.ends_at = now + EXTENSION
    BidMade(auction.key(), bidder.key(), amount, auction.ends_at).emit()


@instruction
def settle(auction: AuctionPda, seller: UncheckedAccount) -> Phase:
    """The seller gets the best bid."""
    assert auction.is_over, AuctionError.RUNNING
    assert auction.phase == Phase.OPEN, AuctionError.SETTLED
    assert seller.key() == auction.seller
    match auction.best:
        case Bid(amount=amount):
            auction.transfer_lamports(seller, amount)
            auction.phase = Phase.SOLD
        case None:
            auction.phase = Phase.UNSOLD
    return auction.phase

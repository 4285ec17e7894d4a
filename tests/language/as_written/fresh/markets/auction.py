"""English auction with anti-sniping and refunds."""
from typing import List, Optional
from dataclasses import dataclass
from enum import Enum

from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

MIN_INCREMENT_BPS = 500
EXTENSION = 10 * 60


class AuctionError(Error):
    ENDED = 6000, "Auction has ended"
    RUNNING = 6001, "Auction is still running"
    BID_TOO_LOW = 6002, "Bid too low"
    SELLER = 6003, "Seller cannot bid"
    NOT_SETTLED = 6004, "Not settled"


@dataclass(order=True)
class Bid:
    amount: u64
    bidder: Pubkey
    at: i64

    def beats(self, other: Optional["Bid"]) -> bool:
        if other is None:
            return True
        return self.amount >= other.amount + other.amount * MIN_INCREMENT_BPS // 10_000


class AuctionState(Enum):
    CREATED = 0
    ACTIVE = 1
    ENDED = 2


class Auction(Account):
    seller: Pubkey
    item: Pubkey
    reserve: u64
    ends: i64
    best: Optional[Bid]
    history: List[Bid, 10]
    state: AuctionState
    bump: u8

    @property
    def minimum(self) -> u64:
        if self.best is None:
            return self.reserve
        best = self.best.amount
        return best + max(1, best * MIN_INCREMENT_BPS // 10_000)

    @property
    def is_running(self) -> bool:
        return self.state == AuctionState.ACTIVE and Clock.get().unix_timestamp() < self.ends

    def remember(self, bid: Bid) -> None:
        if len(self.history) == 10:
            del self.history[0]
        self.history.append(bid)


@instruction
def start(
    seller: Signer,
    auction: Empty[Auction],
    item: TokenMint,
    item_account: TokenAccount,
    vault: Empty[TokenAccount],
    reserve: u64 = 1,
    hours: u32 = 24,
):
    a = auction.init(payer=seller, seeds=["auction", seller, item])
    v = vault.init(payer=seller, mint=item, authority=a, seeds=["item", a])
    a.seller = seller.key()
    a.item = item.key()
    a.reserve = reserve
    a.ends = Clock.get().unix_timestamp() + hours * 60 * 60
    a.state = AuctionState.ACTIVE
    item_account.transfer(seller, v, 1)


@instruction
def bid(
    bidder: Signer,
    auction: Auction,
    escrow: Annotated[SystemAccount, Seeds("escrow", arg.auction)],
    previous: Optional[UncheckedAccount],
    amount: u64,
):
    assert auction.is_running, AuctionError.ENDED
    assert bidder.key() != auction.seller, AuctionError.SELLER
    now = Clock.get().unix_timestamp()
    new = Bid(amount, bidder.key(), now)
    if not new.beats(auction.best) or amount < auction.reserve:
        print(f"bid at least {auction.minimum}")
        raise AuctionError.BID_TOO_LOW
    last = auction.best
    if last is not None:
        assert previous is not None and previous.key() == last.bidder, "wrong previous bidder"
        escrow.signer().transfer_lamports(previous, last.amount)
    bidder.transfer_lamports(escrow, amount)
    auction.best = new
    auction.remember(new)
    if auction.ends - now < EXTENSION:
        auction.ends = now + EXTENSION


@instruction
def settle(
    seller: UncheckedAccount,
    auction: Annotated[Auction, Seeds("auction", arg.seller, arg.auction.item)],
    escrow: Annotated[SystemAccount, Seeds("escrow", arg.auction)],
    vault: Annotated[TokenAccount, Seeds("item", arg.auction)],
    winner_account: TokenAccount,
) -> Optional[Pubkey]:
    assert not auction.is_running, AuctionError.RUNNING
    auction.state = AuctionState.ENDED
    best = auction.best
    vault.transfer(auction.signer(), winner_account, 1)
    if best is None:
        assert winner_account.authority() == auction.seller
        return None
    assert winner_account.authority() == best.bidder
    escrow.signer().transfer_lamports(seller, best.amount)
    amounts = [b.amount for b in auction.history]
    print(f"sold for {best.amount}; bids: {amounts}; average {sum(amounts) / len(amounts):.2f}")
    return best.bidder


@instruction
def top(auction: Auction, n: u8 = 3) -> List[Bid]:
    return sorted(auction.history, reverse=True)[:n]

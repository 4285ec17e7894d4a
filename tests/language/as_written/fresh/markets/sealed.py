"""A sealed-bid (Vickrey) auction: commitments, then bids, the second price is paid."""
from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


class AuctionError(Error):
    TOO_EARLY = 6000, "Not yet"
    TOO_LATE = 6001, "Too late"
    BAD_BID = 6002, "This is not what was committed"


@dataclass(order=True)
class Bid:
    amount: u64
    bidder: Pubkey


class Auction(Account):
    seller: Pubkey
    item: String[50]
    commit_until: i64
    reveal_until: i64
    bids: List[Bid, 32]
    settled: bool

    def phase(self) -> str:
        now = Clock.get().unix_timestamp()
        return "commit" if now < self.commit_until else "reveal" if now < self.reveal_until else "over"

    def require(self, phase: str):
        current = self.phase()
        order = ["commit", "reveal", "over"]
        if order.index(current) < order.index(phase):
            raise AuctionError.TOO_EARLY
        if order.index(current) > order.index(phase):
            raise AuctionError.TOO_LATE

    def winner(self) -> Tuple[Optional[Pubkey], u64]:
        ranked = sorted(self.bids, reverse=True)
        if not ranked:
            return None, 0
        if len(ranked) == 1:
            return ranked[0].bidder, ranked[0].amount
        first, second, *_ = ranked
        return first.bidder, second.amount


class Commitment(Account):
    auction: Pubkey
    bidder: Pubkey
    digest: Array[u8, 32]
    deposit: u64
    revealed: bool


def digest_of(amount: u64, salt: bytes, bidder: Pubkey) -> bytes:
    return sha256(amount.to_bytes(8, "little") + salt + bytes(bidder))


@instruction
def create(seller: Signer, auction: Empty[Auction], item: str, commit_for: u32, reveal_for: u32):
    now = Clock.get().unix_timestamp()
    a = auction.init(payer=seller, seeds=["auction", seller, sha256(item.encode())])
    a.seller = seller.key()
    a.item = item
    a.commit_until = now + commit_for
    a.reveal_until = a.commit_until + reveal_for


@instruction
def commit(bidder: Signer, auction: Auction, commitment: Empty[Commitment], digest: Array[u8, 32], deposit: u64):
    auction.require("commit")
    c = commitment.init(payer=bidder, seeds=["bid", auction, bidder])
    c.auction, c.bidder, c.digest, c.deposit = auction.key(), bidder.key(), digest, deposit
    bidder.transfer_lamports(c, deposit)


@instruction
def reveal(bidder: Signer, auction: Auction, commitment: Annotated[Commitment, Seeds("bid", arg.auction, arg.bidder)], amount: u64, salt: bytes):
    auction.require("reveal")
    assert not commitment.revealed
    if bytes(commitment.digest) != digest_of(amount, salt, bidder.key()) or amount > commitment.deposit:
        raise AuctionError.BAD_BID
    commitment.revealed = True
    auction.bids.append(Bid(amount, bidder.key()))


@instruction
def finish(auction: Auction, seller: UncheckedAccount, commitment: Commitment, bidder: UncheckedAccount) -> u64:
    auction.require("over")
    assert seller.key() == auction.seller and bidder.key() == commitment.bidder and commitment.auction == auction.key()
    winner, price = auction.winner()
    cost = 0
    if commitment.bidder == winner:
        cost = price
        commitment.transfer_lamports(seller, cost)
        auction.settled = True
    elif not commitment.revealed:
        cost = commitment.deposit // 10
        commitment.transfer_lamports(seller, cost)
    commitment.close(bidder)
    return cost

"""A Dutch auction for tokens: the price falls until somebody buys."""
from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


class Auction(Account):
    seller: Pubkey
    mint: Pubkey
    start_price: u64
    floor: u64
    start: i64
    duration: i64
    sold: bool
    bump: u8

    def price_at(self, t: i64) -> u64:
        elapsed = min(max(t - self.start, 0), self.duration)
        drop = (self.start_price - self.floor) * elapsed // self.duration
        return self.start_price - drop


AuctionPda = Annotated[Auction, Seeds("auction", arg.mint, bump=arg.auction.bump)]


@instruction
def create(
    seller: Signer,
    mint: TokenMint,
    seller_tokens: TokenAccount,
    auction: Empty[Auction],
    vault: Empty[TokenAccount],
    start_price: u64,
    floor: u64,
    duration: i64,
    amount: u64,
):
    assert start_price > floor > 0 and duration > 0, "bad terms"
    a = auction.init(payer=seller, seeds=["auction", mint])
    v = vault.init(payer=seller, seeds=["vault", mint], mint=mint, authority=auction)
    a.seller = seller.key()
    a.mint = mint.key()
    a.start_price, a.floor = start_price, floor
    a.start = Clock.get().unix_timestamp()
    a.duration = duration
    seller_tokens.transfer(seller, v, amount)


@instruction
def price(auction: Auction) -> u64:
    return auction.price_at(Clock.get().unix_timestamp())


@instruction
def buy(
    buyer: Signer,
    seller: UncheckedAccount,
    mint: TokenMint,
    auction: AuctionPda,
    vault: Annotated[TokenAccount, Seeds("vault", arg.mint)],
    buyer_tokens: TokenAccount,
    most: u64,
):
    assert not auction.sold, "sold"
    assert seller.key() == auction.seller
    cost = auction.price_at(Clock.get().unix_timestamp())
    assert cost <= most, f"the price is {cost}"
    buyer.transfer_lamports(seller, cost)
    vault.transfer(auction.signer(), buyer_tokens, vault.amount())
    vault.close(auction.signer(), seller)
    auction.sold = True
    auction.close(seller)

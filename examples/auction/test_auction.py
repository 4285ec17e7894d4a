"""Bids, refunds, the end of an auction, and what is refused on the way."""

from pathlib import Path

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.testing import Ledger, Result, expect_error

SOL = 10**9
HOUR = 3_600


class House:
    """A painting, from 1 SOL, for an hour."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.program = self.ledger.deploy(Path(__file__).with_name("auction.py"))
        self.seller = self.ledger.signer()
        self.anna, self.ben = self.ledger.signer(), self.ledger.signer()
        self.program.create(seller=self.seller, title="Sunset", reserve=SOL, seconds=HOUR)
        self.auction = self.program.address("auction", self.seller, "Sunset")
        self.end = self.ledger.now + HOUR

    def bid(self, who: Keypair, amount: int, previous: Keypair | None = None) -> Result:
        last: Pubkey | None = previous.pubkey() if previous is not None else None
        return self.program.bid(bidder=who, auction=self.auction, previous=last, amount=amount)

    def settle(self) -> Result:
        return self.program.settle(auction=self.auction, seller=self.seller.pubkey())


@pytest.fixture
def house() -> House:
    return House()


def test_the_highest_bid_wins(house: House):
    house.bid(house.anna, SOL)
    house.bid(house.ben, 2 * SOL, previous=house.anna)
    assert house.ledger.lamports(house.anna) == 10 * SOL
    assert house.program.account(house.auction).best == {"bidder": house.ben.pubkey(), "amount": 2 * SOL}

    house.ledger.set_time(house.end)
    before = house.ledger.lamports(house.seller)
    assert house.settle().value == "Sold"
    assert house.ledger.lamports(house.seller) == before + 2 * SOL
    with expect_error("Settled"):
        house.settle()


def test_nobody_bids(house: House):
    house.ledger.set_time(house.end)
    assert house.settle().value == "Unsold"


@pytest.mark.parametrize(("first", "second"), [(SOL, SOL), (SOL, SOL * 105 // 100 - 1)])
def test_a_bid_is_high_enough(house: House, first: int, second: int):
    with expect_error("TooLittle"):
        house.bid(house.anna, SOL - 1)
    house.bid(house.anna, first)
    with expect_error("TooLittle"):
        house.bid(house.ben, second, previous=house.anna)
    house.bid(house.ben, SOL * 105 // 100, previous=house.anna)


def test_who_was_outbid_is_paid_back(house: House):
    house.bid(house.anna, SOL)
    with expect_error("NotTheBidder"):
        house.bid(house.ben, 2 * SOL, previous=house.ben)
    with expect_error("NotTheBidder"):
        house.bid(house.ben, 2 * SOL)


def test_a_late_bid_makes_it_longer(house: House):
    house.ledger.set_time(house.end - 60)
    (event,) = house.bid(house.anna, SOL).events
    assert event.ends_at == house.end - 60 + 300
    house.ledger.set_time(house.end)
    with expect_error("Running"):
        house.settle()


def test_it_ends(house: House):
    house.ledger.set_time(house.end)
    with expect_error("Over"):
        house.bid(house.anna, SOL)

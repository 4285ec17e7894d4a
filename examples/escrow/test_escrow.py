"""Offers made, taken, taken back, and everything that must not be."""

from pathlib import Path

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.testing import Ledger, Result, expect_error

APPLES, PEARS = 500, 300


class Market:
    """A maker with 500 apples, who offers 200 of them for 120 pears; a taker with 300 pears."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.escrow = self.ledger.deploy(Path(__file__).with_name("escrow.py"))
        self.maker, self.taker, self.grower = (self.ledger.signer() for _ in range(3))
        self.apple = self.ledger.mint(authority=self.grower)
        self.pear = self.ledger.mint(authority=self.grower)
        self.makers_apples = self.ledger.token_account(self.apple, self.maker, APPLES)
        self.makers_pears = self.ledger.token_account(self.pear, self.maker)
        self.takers_apples = self.ledger.token_account(self.apple, self.taker)
        self.takers_pears = self.ledger.token_account(self.pear, self.taker, PEARS)
        self.offer = self.escrow.address("offer", self.maker, (5).to_bytes(8, "little"))
        self.vault = self.escrow.address("vault", self.offer)

    def make(self, offered: int = 200, wanted: int = 120, **changed: Pubkey) -> Result:
        accounts = {"offered_mint": self.apple, "wanted_mint": self.pear, "source": self.makers_apples, **changed}
        return self.escrow.make(maker=self.maker, number=5, offered=offered, wanted=wanted, **accounts)

    def take(self, **changed: Keypair | Pubkey) -> Result:
        accounts: dict[str, Keypair | Pubkey] = {
            "taker": self.taker,
            "maker": self.maker.pubkey(),
            "offer": self.offer,
            "payment": self.takers_pears,
            "received": self.takers_apples,
            "maker_account": self.makers_pears,
        }
        return self.escrow.take(**{**accounts, **changed})

    def cancel(self, maker: Keypair, refund: Pubkey) -> Result:
        return self.escrow.cancel(maker=maker, offer=self.offer, refund=refund)

    def holdings(self) -> tuple[int, ...]:
        """The maker's apples and pears, the taker's apples and pears."""
        accounts = (self.makers_apples, self.makers_pears, self.takers_apples, self.takers_pears)
        return tuple(self.ledger.token(account).amount for account in accounts)


@pytest.fixture
def market() -> Market:
    return Market()


def test_making_an_offer(market: Market):
    result = market.make()

    assert market.holdings() == (300, 0, 0, 300)
    vault = market.ledger.token(market.vault)
    assert (vault.amount, vault.owner, vault.mint) == (200, market.offer, market.apple)
    assert market.escrow.account(market.offer) == {
        "maker": market.maker.pubkey(),
        "number": 5,
        "offered_mint": market.apple,
        "wanted_mint": market.pear,
        "offered": 200,
        "wanted": 120,
        "bump": market.escrow.bump("offer", market.maker, (5).to_bytes(8, "little")),
    }
    assert result.events == [{"offer": market.offer, "offered": 200, "wanted": 120}]


def test_taking_an_offer(market: Market):
    before = market.ledger.lamports(market.maker)
    market.make()
    result = market.take()

    assert market.holdings() == (300, 120, 200, 180)
    assert result.events == [{"offer": market.offer, "taker": market.taker.pubkey()}]
    # Both accounts are gone, and all rent is back.
    assert market.ledger.account(market.offer) is None
    assert market.ledger.account(market.vault) is None
    assert market.ledger.lamports(market.maker) == before


def test_an_offer_is_taken_once(market: Market):
    market.make()
    market.take()
    with expect_error("AccountNotInitialized"):
        market.escrow.take(
            taker=market.taker,
            maker=market.maker.pubkey(),
            offer=market.offer,
            vault=market.vault,
            payment=market.takers_pears,
            received=market.takers_apples,
            maker_account=market.makers_pears,
        )


def test_taking_an_offer_back(market: Market):
    before = market.ledger.lamports(market.maker)
    market.make()
    result = market.cancel(market.maker, market.makers_apples)

    assert market.holdings() == (500, 0, 0, 300)
    assert result.events == [{"offer": market.offer}]
    assert market.ledger.account(market.offer) is None
    assert market.ledger.account(market.vault) is None
    assert market.ledger.lamports(market.maker) == before


def test_only_the_maker_takes_it_back(market: Market):
    market.make()
    with expect_error("ConstraintSeeds"):
        market.cancel(market.taker, market.takers_apples)


def test_the_payment_goes_to_the_maker(market: Market):
    market.make()
    with expect_error("WrongOwner"):
        market.take(maker_account=market.takers_pears)
    with expect_error("ConstraintSeeds"):
        market.take(maker=market.taker.pubkey(), maker_account=market.takers_pears)


def test_the_payment_is_in_the_wanted_token(market: Market):
    market.make()
    with expect_error("WrongMint"):
        market.take(maker_account=market.makers_apples)
    apples = market.ledger.token_account(market.apple, market.taker, 500)
    with expect_error("MintMismatch"):
        market.take(payment=apples)


def test_the_payment_is_the_takers_own(market: Market):
    market.make()
    with expect_error("OwnerMismatch"):
        market.take(payment=market.ledger.token_account(market.pear, market.grower, 500))


def test_the_taker_must_have_enough(market: Market):
    market.make(wanted=PEARS + 1)
    with expect_error("InsufficientFunds"):
        market.take()


def test_the_maker_must_have_enough(market: Market):
    with expect_error("InsufficientFunds"):
        market.make(offered=APPLES + 1)


@pytest.mark.parametrize(("offered", "wanted"), [(0, 1), (1, 0)])
def test_nothing_is_given_away(market: Market, offered: int, wanted: int):
    with expect_error("NothingOffered"):
        market.make(offered=offered, wanted=wanted)


def test_the_smallest_offer(market: Market):
    market.make(offered=1, wanted=1)
    market.take()
    assert market.holdings() == (499, 1, 1, 299)


def test_the_vault_is_the_offers(market: Market):
    market.make()
    with expect_error("ConstraintSeeds"):
        market.take(vault=market.makers_apples)


def test_only_the_token_program_is_called(market: Market):
    market.make()
    with expect_error("InvalidProgramId"):
        market.take(token_program=market.escrow.id)

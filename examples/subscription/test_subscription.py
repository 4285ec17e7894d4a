"""What a merchant may take, and when."""

from pathlib import Path

import pytest

from seahorse.testing import Ledger, Result, expect_error

DAY = 86_400


class Paper:
    """A newspaper of 10 tokens a week, and a reader with 100."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.program = self.ledger.deploy(Path(__file__).with_name("subscription.py"))
        self.merchant, self.reader = self.ledger.signer(), self.ledger.signer()
        self.mint = self.ledger.mint(authority=self.merchant)
        self.till = self.ledger.token_account(self.mint, self.merchant)
        self.wallet = self.ledger.token_account(self.mint, self.reader, 100)
        self.plan = self.program.address("plan", self.merchant, "Daily News")
        self.program.offer(
            merchant=self.merchant, mint=self.mint, receiver=self.till, name="Daily News", price=10, period="WEEKLY"
        )
        self.subscription = self.program.address("subscription", self.plan, self.reader)

    def subscribe(self, periods: int = 3) -> Result:
        return self.program.subscribe(
            subscriber=self.reader, plan=self.plan, wallet=self.wallet, receiver=self.till, periods=periods
        )

    def charge(self) -> Result:
        given = {"plan": self.plan, "subscription": self.subscription, "wallet": self.wallet, "receiver": self.till}
        return self.program.charge(**given)

    def cancel(self) -> Result:
        return self.program.cancel(
            subscriber=self.reader, plan=self.plan, subscription=self.subscription, wallet=self.wallet
        )


@pytest.fixture
def paper() -> Paper:
    paper = Paper()
    paper.subscribe()
    return paper


def test_the_first_week_is_paid_at_once(paper: Paper):
    assert paper.ledger.token(paper.till).amount == 10
    held = paper.program.account(paper.subscription)
    assert (held.paid_until, held.payments) == (paper.ledger.now + 7 * DAY, 1)
    assert paper.program.account(paper.plan).subscribers == 1


def test_one_payment_a_week(paper: Paper):
    with expect_error("NotDue"):
        paper.charge()
    paper.ledger.warp(7 * DAY)
    (event,) = paper.charge().events
    assert (event.amount, event.paid_until) == (10, paper.ledger.now + 7 * DAY)
    with expect_error("NotDue"):
        paper.charge()


def test_no_more_than_was_allowed(paper: Paper):
    for _ in range(3):
        paper.ledger.warp(7 * DAY)
        paper.charge()
    paper.ledger.warp(7 * DAY)
    with expect_error("OwnerMismatch"):
        paper.charge()
    assert paper.ledger.token(paper.wallet).amount == 60


def test_cancelling(paper: Paper):
    paper.cancel()
    assert paper.ledger.account(paper.subscription) is None
    assert paper.ledger.token(paper.wallet).delegate is None
    assert paper.program.account(paper.plan).subscribers == 0


def test_payments_go_to_the_merchant(paper: Paper):
    paper.ledger.warp(7 * DAY)
    own = paper.ledger.token_account(paper.mint, paper.reader)
    given = {"plan": paper.plan, "subscription": paper.subscription, "wallet": paper.wallet}
    with expect_error("WrongReceiver"):
        paper.program.charge(**given, receiver=own)


def test_nobody_else_cancels(paper: Paper):
    stranger = paper.ledger.signer()
    with expect_error("RequireViolated"):
        paper.program.cancel(subscriber=stranger, plan=paper.plan, subscription=paper.subscription, wallet=paper.wallet)

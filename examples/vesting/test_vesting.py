"""How a grant is released, and what becomes of it when it is revoked."""

from pathlib import Path

import pytest

from seahorse.testing import Ledger, Result, expect_error

DAY = 86_400
TOTAL = 1_000


class Company:
    """A grant of 1000 tokens over 100 days, with a cliff after 25."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.program = self.ledger.deploy(Path(__file__).with_name("vesting.py"))
        self.boss, self.friend = self.ledger.signer(), self.ledger.signer()
        self.mint = self.ledger.mint(authority=self.boss)
        self.bosses = self.ledger.token_account(self.mint, self.boss, 5_000)
        self.friends = self.ledger.token_account(self.mint, self.friend)
        self.start = self.ledger.now

    def grant(self, cliff: int = 25, end: int = 100) -> Result:
        at = {"start": self.start, "cliff": self.start + cliff * DAY, "end": self.start + end * DAY}
        return self.program.create(
            grantor=self.boss,
            beneficiary=self.friend.pubkey(),
            mint=self.mint,
            source=self.bosses,
            total=TOTAL,
            schedule=at,
        )

    def claim(self) -> Result:
        return self.program.claim(grantor=self.boss.pubkey(), beneficiary=self.friend, to=self.friends)

    def revoke(self) -> Result:
        return self.program.revoke(grantor=self.boss, beneficiary=self.friend.pubkey(), back=self.bosses)

    def holdings(self) -> tuple[int, int]:
        return self.ledger.token(self.bosses).amount, self.ledger.token(self.friends).amount


@pytest.fixture
def company() -> Company:
    company = Company()
    company.grant()
    return company


def test_tokens_are_locked(company: Company):
    assert company.holdings() == (4_000, 0)
    with expect_error("Nothing"):
        company.claim()


@pytest.mark.parametrize(("days", "released"), [(24, 0), (25, 250), (50, 500), (99, 990), (100, 1_000), (500, 1_000)])
def test_the_schedule(company: Company, days: int, released: int):
    company.ledger.set_time(company.start + days * DAY)
    if released == 0:
        with expect_error("Nothing"):
            company.claim()
        return
    result = company.claim()
    assert result.value == released
    assert company.holdings() == (4_000, released)
    (event,) = result.events
    assert (event.amount, event.left) == (released, TOTAL - released)


def test_claims_add_up(company: Company):
    taken = 0
    for day in range(25, 101, 5):
        company.ledger.set_time(company.start + day * DAY)
        taken += company.claim().value
        assert taken == TOTAL * day // 100
    with expect_error("Nothing"):
        company.claim()


def test_revoking_gives_back_what_is_not_released(company: Company):
    company.ledger.set_time(company.start + 40 * DAY)
    company.claim()
    company.ledger.set_time(company.start + 60 * DAY)
    assert company.revoke().value == 400
    assert company.holdings() == (4_400, 400)
    company.ledger.set_time(company.start + 500 * DAY)
    assert company.claim().value == 200
    with expect_error("Revoked"):
        company.revoke()


def test_only_the_beneficiary_claims(company: Company):
    company.ledger.set_time(company.start + 50 * DAY)
    thief = company.ledger.signer()
    with expect_error("ConstraintSeeds"):
        company.program.claim(
            grantor=company.boss.pubkey(),
            beneficiary=thief,
            grant=company.program.address("grant", company.boss, company.friend),
            to=company.friends,
        )


@pytest.mark.parametrize(("cliff", "end"), [(-1, 100), (101, 100), (0, 0)])
def test_a_schedule_makes_sense(cliff: int, end: int):
    company = Company()
    with expect_error("BadSchedule"):
        company.grant(cliff, end)

"""Accounts of the first version, before and after they are upgraded."""

from pathlib import Path

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.testing import Ledger, expect_error


class Site:
    """Somebody who joined in the days of version 1, and has 250 points."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.program = self.ledger.deploy(Path(__file__).with_name("profile.py"))
        self.owner = self.ledger.signer()
        self.program.create_old(owner=self.owner, name="Ada")
        self.program.earn_old(owner=self.owner, points=250)
        self.profile: Pubkey = self.program.address("profile", self.owner)

    def size(self) -> int:
        account = self.ledger.account(self.profile)
        assert account is not None
        return len(account.data)


@pytest.fixture
def site() -> Site:
    return Site()


def test_an_upgrade_keeps_what_was_there(site: Site):
    assert site.program.upgrade(owner=site.owner).value == 2
    assert site.program.account(site.profile) == {
        "owner": site.owner.pubkey(),
        "name": "Ada",
        "points": 250,
        "bump": site.program.bump("profile", site.owner),
        "level": 2,
        "since": site.ledger.now,
        "friends": [],
    }


def test_it_is_upgraded_once(site: Site):
    site.program.upgrade(owner=site.owner)
    with expect_error("AccountDiscriminatorMismatch"):
        site.program.upgrade(owner=site.owner)
    with expect_error("AccountDiscriminatorMismatch"):
        site.program.earn_old(owner=site.owner, points=1)


def test_new_features_need_the_upgrade(site: Site):
    with expect_error("AccountDiscriminatorMismatch"):
        site.program.earn(owner=site.owner, points=1)


def test_nobody_upgrades_the_profile_of_another(site: Site):
    with expect_error("ConstraintSeeds"):
        site.program.upgrade(owner=site.ledger.signer(), profile=site.profile)


def test_it_grows_with_friends(site: Site):
    site.program.upgrade(owner=site.owner)
    size, friends = site.size(), [Keypair().pubkey() for _ in range(3)]
    for count, friend in enumerate(friends, 1):
        assert site.program.befriend(owner=site.owner, friend=friend).value == count
        assert site.size() == size + 32 * count
    with expect_error("Known"):
        site.program.befriend(owner=site.owner, friend=friends[0])
    assert site.program.account(site.profile).friends == friends
    assert site.ledger.lamports(site.profile) >= site.ledger.rent(site.size())


@pytest.mark.parametrize(("points", "rank"), [(0, "regular"), (800, "veteran")])
def test_ranks(site: Site, points: int, rank: str):
    site.program.upgrade(owner=site.owner)
    site.program.earn(owner=site.owner, points=points)
    told = site.program.describe(owner=site.owner.pubkey()).value
    assert told == f"Ada ({rank}, {250 + points} points, 0 friends)"

"""Proposals of every kind, from the first vote to what they do."""

from pathlib import Path
from typing import Any

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.testing import Ledger, Result, expect_error

SOL = 10**9
TIME = 3 * 24 * 3_600


class Town:
    """A founder with weight 100, and a treasury of 5 SOL."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.program = self.ledger.deploy(Path(__file__).with_name("dao.py"))
        self.founder = self.ledger.signer()
        self.program.create(founder=self.founder)
        self.dao = self.program.address("dao")
        held = self.ledger.account(self.dao)
        assert held is not None
        self.rent = held.lamports
        self.ledger.set_account(self.dao, data=bytes(held.data), owner=self.program.id, lamports=self.rent + 5 * SOL)

    def propose(self, action: dict[str, Any], who: Keypair | None = None) -> Pubkey:
        number = self.program.propose(member=who or self.founder, action=action).value
        return self.program.address("proposal", self.dao, number.to_bytes(8, "little"))

    def vote(self, proposal: Pubkey, who: Keypair, *, approve: bool) -> Result:
        return self.program.vote(member=who, proposal=proposal, approve=approve)

    def execute(self, proposal: Pubkey, receiver: Pubkey | None = None) -> str:
        self.ledger.warp(TIME)
        self.program.execute(proposal=proposal, receiver=receiver)
        return self.program.account(proposal).status

    def carry_out(self, action: dict[str, Any], receiver: Pubkey | None = None) -> str:
        proposal = self.propose(action)
        self.vote(proposal, self.founder, approve=True)
        return self.execute(proposal, receiver)


@pytest.fixture
def town() -> Town:
    return Town()


def test_a_payment(town: Town):
    friend = town.ledger.key().pubkey()
    assert town.carry_out({"Pay": {"to": friend, "amount": 2 * SOL}}, friend) == "Executed"
    assert town.ledger.lamports(friend) == 2 * SOL
    assert town.ledger.lamports(town.dao) == town.rent + 3 * SOL


def test_a_proposal_says_what_it_does(town: Town):
    friend = town.ledger.key().pubkey()
    proposal = town.propose({"Pay": {"to": friend, "amount": 7}})
    action = town.program.account(proposal).action
    assert action == {"to": friend, "amount": 7}
    assert repr(action).startswith("Pay(")


def test_a_new_member_votes(town: Town):
    ben = town.ledger.signer()
    assert town.carry_out({"AddMember": {"member": ben.pubkey(), "weight": 300}}) == "Executed"
    proposal = town.propose({"ChangeQuorum": {"percent": 250}}, who=ben)
    town.vote(proposal, ben, approve=True)
    assert town.execute(proposal) == "Executed"
    assert town.program.account(town.dao).quorum == 100


def test_too_few_votes(town: Town):
    ben = town.ledger.signer()
    town.carry_out({"AddMember": {"member": ben.pubkey(), "weight": 101}})
    assert town.carry_out({"ChangeQuorum": {"percent": 1}}) == "Rejected"
    assert town.program.account(town.dao).quorum == 50


def test_more_against_than_for(town: Town):
    ben = town.ledger.signer()
    town.carry_out({"AddMember": {"member": ben.pubkey(), "weight": 100}})
    proposal = town.propose({"ChangeQuorum": {"percent": 1}})
    town.vote(proposal, town.founder, approve=True)
    town.vote(proposal, ben, approve=False)
    assert town.execute(proposal) == "Rejected"


def test_the_payment_goes_where_it_was_voted(town: Town):
    friend = town.ledger.key().pubkey()
    proposal = town.propose({"Pay": {"to": friend, "amount": 1}})
    town.vote(proposal, town.founder, approve=True)
    town.ledger.warp(TIME)
    for wrong in (None, town.founder.pubkey()):
        with expect_error("WrongAccount"):
            town.program.execute(proposal=proposal, receiver=wrong)


def test_rules_of_voting(town: Town):
    stranger = town.ledger.signer()
    with expect_error("NotAMember"):
        town.propose({"ChangeQuorum": {"percent": 1}}, who=stranger)
    proposal = town.propose({"ChangeQuorum": {"percent": 1}})
    with expect_error("NotAMember"):
        town.vote(proposal, stranger, approve=True)
    town.vote(proposal, town.founder, approve=True)
    with expect_error("Voted"):
        town.vote(proposal, town.founder, approve=True)
    with expect_error("NotOver"):
        town.program.execute(proposal=proposal, receiver=None)
    town.ledger.warp(TIME)
    assert town.execute(proposal) == "Executed"
    with expect_error("Done"):
        town.program.execute(proposal=proposal, receiver=None)

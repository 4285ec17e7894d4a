"""A poll from the question to the result."""

from pathlib import Path

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.testing import DeployedProgram, Ledger, expect_error

HOUR = 3_600
CHOICES = ["Tea", "Coffee", "Maté"]


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def voting(ledger: Ledger) -> DeployedProgram:
    return ledger.deploy(Path(__file__).with_name("voting.py"))


@pytest.fixture
def poll(ledger: Ledger, voting: DeployedProgram) -> Pubkey:
    """A poll with three choices that is open for an hour."""
    return make(voting, ledger.signer(), question="What is best?", choices=CHOICES, seconds=HOUR)


def make(voting: DeployedProgram, creator: Keypair, **about: object) -> Pubkey:
    voting.create(creator=creator, number=1, **about)
    return voting.address("poll", creator, (1).to_bytes(4, "little"))


def test_a_new_poll(ledger: Ledger, voting: DeployedProgram):
    creator = ledger.signer()
    poll = make(voting, creator, question="What is best?", choices=CHOICES, seconds=1)
    assert voting.account(poll) == {
        "creator": creator.pubkey(),
        "number": 1,
        "closes_at": ledger.now + 1,
        "question": "What is best?",
        "choices": CHOICES,
        "votes": [0, 0, 0],
        "bump": voting.bump("poll", creator, (1).to_bytes(4, "little")),
    }


def test_votes_are_counted(ledger: Ledger, voting: DeployedProgram, poll: Pubkey):
    for choice in (1, 2, 2):
        voter = ledger.signer()
        result = voting.vote(voter=voter, poll=poll, choice=choice)
        assert result.events == [{"poll": poll, "voter": voter.pubkey(), "choice": choice}]
        ballot = voting.account(voting.address("ballot", poll, voter))
        assert (ballot.poll, ballot.voter, ballot.choice) == (poll, voter.pubkey(), choice)
    assert voting.account(poll).votes == [0, 1, 2]


def test_nobody_votes_twice(ledger: Ledger, voting: DeployedProgram, poll: Pubkey):
    voter = ledger.signer()
    voting.vote(voter=voter, poll=poll, choice=0)
    with expect_error("AccountAlreadyInUse"):
        voting.vote(voter=voter, poll=poll, choice=1)


def test_a_vote_can_be_changed(ledger: Ledger, voting: DeployedProgram, poll: Pubkey):
    voter, other = ledger.signer(), ledger.signer()
    voting.vote(voter=voter, poll=poll, choice=0)
    voting.vote(voter=other, poll=poll, choice=0)
    result = voting.change_vote(voter=voter, poll=poll, choice=2)

    assert result.events == [{"poll": poll, "voter": voter.pubkey(), "choice": 2}]
    assert voting.account(poll).votes == [1, 0, 1]
    assert voting.account(voting.address("ballot", poll, voter)).choice == 2


def test_nobody_changes_the_vote_of_another(ledger: Ledger, voting: DeployedProgram, poll: Pubkey):
    voter, thief = ledger.signer(), ledger.signer()
    voting.vote(voter=voter, poll=poll, choice=0)
    with expect_error("ConstraintSeeds"):
        voting.change_vote(voter=thief, poll=poll, ballot=voting.address("ballot", poll, voter), choice=1)


def test_a_ballot_is_good_for_one_poll(ledger: Ledger, voting: DeployedProgram, poll: Pubkey):
    voter = ledger.signer()
    voting.vote(voter=voter, poll=poll, choice=0)
    second = make(voting, ledger.signer(), question="And now?", choices=CHOICES, seconds=HOUR)
    with expect_error("ConstraintSeeds"):
        voting.change_vote(voter=voter, poll=second, ballot=voting.address("ballot", poll, voter), choice=1)


def test_choices_that_are_not_there(ledger: Ledger, voting: DeployedProgram, poll: Pubkey):
    voter = ledger.signer()
    with expect_error("NoSuchChoice"):
        voting.vote(voter=voter, poll=poll, choice=3)
    voting.vote(voter=voter, poll=poll, choice=2)
    with expect_error("NoSuchChoice"):
        voting.change_vote(voter=voter, poll=poll, choice=3)


def test_the_poll_closes_on_time(ledger: Ledger, voting: DeployedProgram, poll: Pubkey):
    early, late = ledger.signer(), ledger.signer()
    ledger.warp(HOUR - 1)
    voting.vote(voter=early, poll=poll, choice=0)
    with expect_error("StillOpen"):
        voting.result(poll=poll)

    ledger.warp(1)
    with expect_error("Closed"):
        voting.vote(voter=late, poll=poll, choice=0)
    with expect_error("Closed"):
        voting.change_vote(voter=early, poll=poll, choice=1)


@pytest.mark.parametrize(
    ("votes", "winner", "words"),
    [
        ([0, 1, 1, 2], "Coffee", "What is best? Coffee, with 2 of 4 votes"),
        ([2, 1], "Coffee", "What is best? Coffee, with 1 of 2 votes"),
        ([2], "Maté", "What is best? Maté, with 1 of 1 votes"),
        ([], "Tea", "What is best? Tea, with 0 of 0 votes"),
    ],
)
def test_the_result(ledger: Ledger, voting: DeployedProgram, poll: Pubkey, votes: list[int], winner: str, words: str):
    for choice in votes:
        voting.vote(voter=ledger.signer(), poll=poll, choice=choice)
    ledger.warp(HOUR)
    result = voting.result(poll=poll)
    assert (result.value, result.messages) == (winner, [words])


@pytest.mark.parametrize(
    ("error", "about"),
    [
        ("BadQuestion", {"question": ""}),
        ("BadQuestion", {"choices": ["One"]}),
        ("BadQuestion", {"choices": list("123456789")}),
        ("EmptyChoice", {"choices": ["One", " "]}),
        ("SameChoice", {"choices": ["One", "Two", "One"]}),
        ("NoTime", {"seconds": 0}),
        ("InstructionDidNotDeserialize", {"choices": ["One", "é" * 16 + "x"]}),
        ("InstructionDidNotDeserialize", {"question": "x" * 121}),
    ],
)
def test_questions_that_cannot_be_asked(ledger: Ledger, voting: DeployedProgram, error: str, about: dict[str, object]):
    good: dict[str, object] = {"question": "What is best?", "choices": CHOICES, "seconds": HOUR}
    with expect_error(error):
        make(voting, ledger.signer(), **{**good, **about})


def test_the_largest_poll_fits(ledger: Ledger, voting: DeployedProgram):
    choices = [f"{n}".ljust(32, "x") for n in range(8)]
    largest = make(voting, ledger.signer(), question="?" * 120, choices=choices, seconds=HOUR)
    voting.vote(voter=ledger.signer(), poll=largest, choice=7)
    assert voting.account(largest).choices == choices
    assert ledger.lamports(largest) == ledger.rent(700)

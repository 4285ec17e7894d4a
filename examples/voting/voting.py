"""Voting: a poll with a few choices, one vote for everybody, and a last day.

A list keeps the tally; that nobody votes twice needs no list of voters: everybody's ballot lies at
an address that is derived from the poll and the voter, and an account can be made only once. Until
the poll closes a vote can be changed.
"""

from seahorse.prelude import *

declare_id("4fV4rJbUSv52gV75XNJxHYiL1vcMEKwCVQFvuVKSVvkL")

MOST_CHOICES = 8
POLL_SPACE = 700  # bytes: room for the most and the longest choices


class Poll(Account):
    """A question. PDA: ["poll", creator, number]."""

    creator: Pubkey
    number: u32
    closes_at: i64  # unix time
    question: String[120]
    choices: List[String[32]]
    votes: List[u32]
    bump: u8

    def leader(self) -> u32:
        """The choice with the most votes; of several, the first."""
        best = u32(0)
        for i in range(len(self.votes)):
            if self.votes[i] > self.votes[best]:
                best = u32(i)
        return best


class Ballot(Account):
    """What somebody voted. PDA: ["ballot", poll, voter]."""

    poll: Pubkey
    voter: Pubkey
    choice: u32
    bump: u8


class Voted(Event):
    """A vote was given, or changed."""

    poll: Pubkey
    voter: Pubkey
    choice: u32


class PollError(Error):
    """Why a poll refuses."""

    BAD_QUESTION = 6000, "A poll has a question and 2 to 8 choices"
    EMPTY_CHOICE = 6001, "A choice is empty"
    SAME_CHOICE = 6002, "Two choices are the same"
    NO_TIME = 6003, "The poll would close before it opens"
    CLOSED = 6004, "The poll is closed"
    STILL_OPEN = 6005, "The poll is still open"
    NO_SUCH_CHOICE = 6006, "There is no such choice"


OwnBallot = Annotated[Ballot, Seeds("ballot", arg.poll, arg.voter)]


@instruction
def create(
    creator: Signer,
    poll: Empty[Poll],
    number: u32,
    question: String[120],
    choices: List[String[32]],
    seconds: i64,
):
    """Ask a question, for this long."""
    made = poll.init(payer=creator, seeds=["poll", creator, number], space=POLL_SPACE)
    assert question and 2 <= len(choices) <= MOST_CHOICES, PollError.BAD_QUESTION
    assert seconds > 0, PollError.NO_TIME
    for i, choice in enumerate(choices):
        assert choice.strip(), PollError.EMPTY_CHOICE
        assert choice not in choices[:i], PollError.SAME_CHOICE
    made.creator = creator.key()
    made.number = number
    made.closes_at = Clock.get().unix_timestamp() + seconds
    made.question = question
    made.choices = choices
    made.votes = [u32(0) for _ in choices]


@instruction
def vote(voter: Signer, poll: Poll, ballot: Empty[Ballot], choice: u32):
    """Vote for the first time."""
    made = ballot.init(payer=voter, seeds=["ballot", poll, voter])
    require_valid(poll, choice)
    made.poll = poll.key()
    made.voter = voter.key()
    made.choice = choice
    poll.votes[choice] += 1
    Voted(poll=poll.key(), voter=voter.key(), choice=choice).emit()


@instruction
def change_vote(voter: Signer, poll: Poll, ballot: OwnBallot, choice: u32):
    """Vote for something else."""
    require_valid(poll, choice)
    poll.votes[ballot.choice] -= 1
    poll.votes[choice] += 1
    ballot.choice = choice
    Voted(poll=poll.key(), voter=voter.key(), choice=choice).emit()


@instruction
def result(poll: Poll) -> str:
    """What has won, once the poll is closed."""
    assert Clock.get().unix_timestamp() >= poll.closes_at, PollError.STILL_OPEN
    winner = poll.leader()
    print(f"{poll.question} {poll.choices[winner]}, with {poll.votes[winner]} of {sum(poll.votes)} votes")
    return poll.choices[winner]


def require_valid(poll: Poll, choice: u32):
    """Refuse a vote that comes too late, or for nothing."""
    assert Clock.get().unix_timestamp() < poll.closes_at, PollError.CLOSED
    assert choice < len(poll.choices), PollError.NO_SUCH_CHOICE
